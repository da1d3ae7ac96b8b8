"""What one CRM knows better than the other comes to both, once, and stays as people leave it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.sandbox import Sandbox
from tests.journeys.both import BothJourney

ADA = {
    "first_name": "Ada",
    "last_name": "Kingsley",
    "email": "ada.kingsley@example-works.com",
    "phone": "+493055573120",
}


@pytest.fixture
def both(store_url: str, tmp_path) -> Iterator[BothJourney]:
    """Both CRMs, empty, with the native connector switched on."""
    with Sandbox.start(tier="off") as sandbox:
        begun = BothJourney(sandbox.url, store_url, tmp_path)
        begun.rules = "{duplicate: apply, quality_flags: off}"
        begun.native(is_on=True)
        yield begun
        begun.close()


def passes(both: BothJourney, count: int = 3) -> None:
    """Let some passes go by, and the connector copy in between."""
    for _ in range(count):
        both.pass_time(60.0)
        both.pass_once()
        both.native(1)


def found(both: BothJourney, record_id: str, rule: str) -> list[str]:
    """Return what a rule says of a record."""
    told = both.with_store(lambda tx: tx.findings.of(both.ref(record_id)))
    return [one.finding.message for one in told if one.finding.rule == rule]


def test_what_either_crm_knows_better_comes_to_both_and_then_all_is_quiet(both: BothJourney) -> None:
    here = both.create(**ADA, city="Berlin", job_title="Buyer")
    there = both.create("Contact", **ADA, job_title="Sales Manager")
    both.pass_time(60.0)
    both.edit(there, "Contact", job_title="Head of Sales")

    passes(both)
    assert both.value(here, "job_title") == "Head of Sales"
    assert both.value(there, "city") == "Berlin"

    # A person has another word, which is no quarrel with us: it goes to the other account, and back again.
    both.edit(here, job_title="Chief Revenue Officer")
    passes(both)
    assert both.value(there, "job_title") == "Chief Revenue Officer"
    both.edit(there, "Contact", job_title="Board Member", HasOptedOutOfEmail="true")
    passes(both)
    assert both.value(here, "job_title") == "Board Member"

    # HubSpot lets nobody write that wish: somebody hears of it, and Salesforce keeps it.
    assert found(both, here, "differs") == [
        "somebody asked for no more mail in salesforce-main, and this record does not say so"
    ]
    assert str(both.value(there, "HasOptedOutOfEmail")).lower() == "true"

    written = len(both.written())
    passes(both, 4)
    assert len(both.written()) == written
