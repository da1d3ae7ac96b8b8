"""An address that another contact of the account holds is proposed to nobody; when it is free, it comes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.sandbox import Sandbox
from syncd.model import FixState
from tests.journeys.both import BothJourney

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

ADDRESS = "ada.kingsley@example-works.com"
ADA = {"first_name": "Ada", "last_name": "Kingsley", "city": "Berlin", "phone": "+493055573120"}
GRACE = {"first_name": "Grace", "last_name": "Okafor", "city": "Lagos"}


@pytest.fixture
def both(store_url: str, tmp_path) -> Iterator[BothJourney]:
    """Both CRMs, empty; the canary is on."""
    with Sandbox.start(tier="off") as sandbox:
        begun = BothJourney(sandbox.url, store_url, tmp_path)
        begun.rules = "{duplicate: suggest, differs: off}"
        begun.guards = begun.guards.replace("canary: 0", "canary: 3")
        yield begun
        begun.close()


def passes(both: BothJourney, count: int = 2) -> None:
    """Let some passes go by."""
    for _ in range(count):
        both.pass_time(60.0)
        both.pass_once()


def held_back(both: BothJourney, record_id: str) -> list[str]:
    """Return what `authority` says of a contact and does not write."""
    told = both.with_store(lambda tx: tx.findings.of(both.ref(record_id)))
    return [one.finding.message for one in told if "only one may" in one.finding.message]


def ada_in_both(both: BothJourney) -> str:
    """Let Ada be in both CRMs, in HubSpot without an address; return her id there."""
    there, mine = both.create("Contact", **ADA, email=ADDRESS), both.create(**ADA)
    both.pass_once(may_write=False)
    both.command("counterparts", str(both.ref(mine)), str(both.ref(there)), "--join")
    return mine


def test_address_of_another_contact_is_not_proposed_until_it_is_free(both: BothJourney) -> None:
    other = both.create(**GRACE, email=ADDRESS)
    mine = ada_in_both(both)

    passes(both, 1)

    assert len(held_back(both, mine)) == 1
    assert both.value(mine, "email") in {None, ""}
    assert both.fixes("", FixState.REJECTED) == []
    said = both.command("explain", "hubspot-main/contacts", mine, "--json")
    assert said.data["taken_by"] == [f"hubspot-main/contacts/{other}"]

    # As a further address it is hers as well.
    both.edit(other, email="grace.okafor@example-works.com")
    both.call("PUT", f"/contacts/v1/secondary-email/{other}/email/{ADDRESS}")
    passes(both)
    assert len(held_back(both, mine)) == 1

    both.call("DELETE", f"/contacts/v1/secondary-email/{other}/email/{ADDRESS}")
    passes(both)

    assert both.value(mine, "email") == ADDRESS
    assert held_back(both, mine) == []


def test_two_that_may_be_one_by_such_a_value_are_put_before_a_person(both: BothJourney) -> None:
    both.create(first_name="A.", last_name="Kingsley", email=ADDRESS)
    mine = ada_in_both(both)

    passes(both, 2)

    assert len(held_back(both, mine)) == 1
    assert [one.state for one in both.merges()] == [FixState.PROPOSED]
