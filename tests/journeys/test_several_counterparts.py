"""One company here, its branches there: where an account may have several, each is a counterpart in its own right."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.sandbox import Sandbox
from tests.journeys.both import BothJourney

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])

BERLIN, MUNICH = "+493055573120", "+498934417798"


@pytest.fixture
def both(store_url: str, tmp_path) -> Iterator[BothJourney]:
    """Both CRMs, empty; an account may have several companies of one."""
    with Sandbox.start(tier="off") as sandbox:
        begun = BothJourney(sandbox.url, store_url, tmp_path)
        begun.rules = "{duplicate: apply, differs: off, quality_flags: off}"
        begun.more_of_link = ", records_per_account: {company: several}"
        yield begun
        begun.close()


def passes(both: BothJourney, count: int = 2) -> None:
    """Let some passes go by."""
    for _ in range(count):
        both.pass_time(60.0)
        both.pass_once()


def join(both: BothJourney, one: str, other: str) -> None:
    """Let a person say that a company here and an account there are one."""
    said = both.command("counterparts", f"hubspot-main/companies/{one}", f"salesforce-main/Account/{other}", "--join")
    assert said.code == 0, said.complaint


def company(both: BothJourney, name: str, kind: str = "Account", **more: str) -> str:
    """Make a company."""
    return both.create(kind, **({"name": name} | more))


def test_each_of_several_has_what_the_one_knows_and_keeps_its_own(both: BothJourney) -> None:
    here = company(both, "Kingsley Tools", "companies", domain="kingsley-tools.com", description="Tools of all kinds.")
    there = [company(both, "Kingsley Tools Berlin", phone=BERLIN), company(both, "Werkstatt Süd", phone=MUNICH)]
    both.pass_once(may_write=False)
    for one in there:
        join(both, here, one)

    passes(both)

    told = both.command("explain", "hubspot-main/companies", here, "--json").data["counterparts"]
    assert sorted(one["record"] for one in told if one["is_sure"]) == sorted(
        f"salesforce-main/Account/{one}" for one in there
    )
    assert [both.value(one, "Description") for one in there] == ["Tools of all kinds."] * 2
    # Whose number the company's is nobody can say; each has its own.
    assert both.value(here, "phone", "companies") in {None, ""}
    assert [both.value(one, "Phone") for one in there] == [BERLIN, MUNICH]
    assert [fix for fix in both.fixes("Account") if fix.into is not None] == []
    counted = both.with_store(lambda tx: tx.counterparts.counts(both.stream("Account")))
    assert (counted.sure, counted.asked) == (2, 0)

    # What one of them alone knows goes to all.
    both.edit(there[0], "Account", Website="https://kingsley-tools.com")
    written = len(both.written())
    passes(both, 3)
    assert len(both.written()) > written
    assert "kingsley-tools.com" in str(both.value(there[1], "Website"))
    written = len(both.written())
    passes(both)
    assert len(both.written()) == written
