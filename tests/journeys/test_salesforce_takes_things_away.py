"""What Salesforce's admins, processes and people take away between a look and a fix: fields, calls, records, rights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.protocol import Known, Want
from connectors.salesforce import query
from syncd.cli import ExitCode
from syncd.engine import Sweep, run_pass, sweep
from syncd.errors import QuotaExhaustedError
from syncd.model import Cursor, FixState, Page
from tests.journeys.crms import ONCE_ON_SALESFORCE
from tests.journeys.journey import Journey, Parts, outcome

pytestmark = ONCE_ON_SALESFORCE
PHONE = "030 5557312"


def dirty(journey: Journey, count: int = 3, **more: str) -> list[str]:
    wanted = {"first_name": "Ada", "last_name": "King", "country": "Germany", **more}
    return [journey.create(email=f"p{number}@example-works.com", **wanted) for number in range(count)]


def hide(journey: Journey, *fields: str) -> None:
    journey.control("POST", "settings", {"permissions": {"hide": list(fields)}})


def held(journey: Journey, record_id: str) -> dict[str, object]:
    """Return the values that the store holds of a contact."""
    copies = journey.with_store(lambda tx: tx.records.read(journey.stream(), [record_id]))
    return dict(copies[record_id].values)


def about_phone(journey: Journey) -> set[str]:
    """Return the contacts of which something is said about the phone."""
    ids = journey.with_store(lambda tx: tx.records.ids(journey.stream(), "", 100))
    found = journey.with_store(lambda tx: [one for id_ in ids for one in tx.findings.of(journey.ref(id_))])
    return {one.finding.ref.id for one in found if one.finding.field == "phone"}


def hide_after_the_first_page(parts: Parts, journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an admin hide the phone between two pages of the contacts."""
    connector = parts.connectors["main"]
    pull = connector.pull

    def pulled(want: Want, cursor: Cursor | None, known: Known) -> Iterator[Page]:
        for page in pull(want, cursor, known):
            yield page
            if want.object == "Contact":
                hide(journey, "Contact.Phone")

    monkeypatch.setattr(connector, "pull", pulled)


def test_field_hidden_in_the_middle_of_a_pull_is_not_fetched_from_there_on_and_never_empty(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sorted(dirty(journey, 8, phone=PHONE))
    journey.rules = "{required_fields: {options: {person: [email, phone]}}}"
    monkeypatch.setattr(query, "ROWS", 4)
    with journey.life() as parts:
        hide_after_the_first_page(parts, journey, monkeypatch)
        run_pass(parts.tools, parts.setups, trigger="test", may_write=False)

    assert ["Phone" in held(journey, one) for one in made] == [True] * 4 + [False] * 4
    assert about_phone(journey) <= set(made[:4])
    assert journey.pass_once()["Contact"].error is None
    assert {one for one, name, _ in journey.changes() if name == "country"} == set(made)
    assert {one[1] for one in journey.changes()} == {"country"}


def test_field_hidden_between_two_passes_is_neither_judged_nor_written_any_more(journey: Journey) -> None:
    (contact,) = dirty(journey, 1, phone=PHONE)
    journey.pass_once(may_write=False)
    hide(journey, "Contact.Phone")
    journey.edit(contact, city="Berlin")

    results = journey.pass_once()

    assert results["Contact"].error is None
    assert journey.changes() == [(contact, "country", "DE")]
    journey.edit(contact, city="Kiel")
    hide(journey)
    journey.pass_once()
    assert journey.value(contact, "phone") == "+49305557312"


def test_day_s_share_that_is_reached_ends_the_calls_and_leaves_the_rest_to_others(journey: Journey) -> None:
    dirty(journey)
    journey.pass_once(may_write=False)
    cursor = journey.with_store(lambda tx: tx.cursors.read(journey.stream()))
    (late,) = dirty(journey, 1)
    journey.control("POST", "settings", {"edition": "developer"})
    journey.control("POST", "settings", {"spend": 13_500})
    journey.calls()

    said = journey.command("sync")

    assert said.code == ExitCode.CRM
    assert "share of API calls" in said.out + said.err
    assert sum(journey.calls().values()) == 1
    assert journey.written() == []
    assert journey.with_store(lambda tx: tx.cursors.read(journey.stream())) == cursor
    journey.control("POST", "settings", {"clear": True})
    journey.pass_once()
    assert journey.value(late, "country") == "DE"


def test_day_that_is_used_up_in_the_middle_of_writing_leaves_fixes_approved(journey: Journey) -> None:
    made = dirty(journey)
    journey.fault("throttle", policy="DAILY", endpoint="collections_update", object="Contact", count=1)

    with journey.life() as parts:
        results = journey.live(parts)
        journey.calls()
        again = journey.live(parts)

    assert [isinstance(one["Contact"].error, QuotaExhaustedError) for one in (results, again)] == [True, True]
    assert journey.calls() == {}, "nobody asks again on that day"
    assert journey.written() == []
    assert {fix.state for fix in journey.fixes()} == {FixState.APPROVED}
    journey.pass_once()
    assert sorted(journey.changes()) == [(one, "country", "DE") for one in sorted(made)]


def test_record_restored_from_the_bin_is_kept_and_put_right_again(journey: Journey) -> None:
    (contact,) = dirty(journey, 1)
    journey.mode = "observe"
    journey.pass_once()
    journey.act("delete", object="Contact", id=contact)
    with journey.life() as parts:
        setup = next(one for one in parts.setups if one.stream.object == "Contact")
        sweep(parts.tools, setup, Sweep.REMOVALS)
    assert journey.with_store(lambda tx: tx.records.count(journey.stream())) == 0
    journey.act("undelete", object="Contact", id=contact)
    journey.mode = "apply"

    journey.pass_once()

    assert journey.changes() == [(contact, "country", "DE")]


def test_lead_converted_before_its_fix_is_left_as_it_is_and_what_it_became_is_put_right(journey: Journey) -> None:
    lead = journey.create("Lead", email="bo@example-works.com", first_name="Bo", last_name="King", country="Austria")
    journey.pass_once(may_write=False)
    contact = journey.act("convert", object="Lead", id=lead)["results"][1]["id"]
    no = {"code": "CANNOT_UPDATE_CONVERTED_LEAD", "message": "cannot reference converted lead"}
    journey.fault("rows", endpoint="collections_update", ids=[lead], **no)

    journey.apply()
    journey.pass_once()

    assert [one for one in journey.written(object="Lead") if one["kind"] == "update"] == []
    assert {fix.state for fix in journey.fixes("Lead")} <= {FixState.REJECTED, FixState.STALE}
    assert journey.value(contact, "country") == "AT"


def test_record_locked_by_an_approval_is_rejected_in_its_words_and_written_after_the_approval(
    journey: Journey,
) -> None:
    made = dirty(journey)
    locked = "This record is locked. If you need to edit it, contact your admin."
    journey.fault("rows", endpoint="collections_update", ids=[made[1]], code="ENTITY_IS_LOCKED", message=locked)

    results = [journey.pass_once() for _ in range(2)]

    assert [outcome(one) for one in results] == [{"applied": 2, "rejected": 1}, {}]
    (rejected,) = journey.fixes("", FixState.REJECTED)
    assert locked in rejected.detail
    journey.no_faults()
    journey.edit(made[1], city="Kiel")
    journey.pass_once()
    assert journey.value(made[1], "country") == "DE"


RULES: dict[str, dict[str, object]] = {
    "a field that has to be filled": {"field": "Department", "is_required": True},
    "a validation rule": {"field": "MailingCity", "must_not_match": "Kiel"},
}


@pytest.mark.parametrize("rule", RULES)
def test_refusal_is_told_in_salesforce_s_words_by_review_and_explain(journey: Journey, rule: str) -> None:
    (contact,) = dirty(journey, 1, city="Kiel")
    words = "Ask the harbour first."
    wanted = {"object": "Contact", "message": words, **RULES[rule]}
    journey.control("POST", "settings", {"validation_rules": [wanted]})

    journey.pass_once()

    (fix,) = journey.fixes("", FixState.REJECTED)
    assert words in fix.detail
    for told in (journey.command("review", "show", fix.id), journey.command("explain", "main/Contact", contact)):
        assert words in " ".join(told.out.split())


def test_org_with_person_accounts_is_read_whole_and_a_person_s_name_is_no_company_s(journey: Journey) -> None:
    journey.control("POST", "settings", {"person_accounts": True})
    company = journey.create_company(country="Germany")
    person = journey.act("create", object="Account", properties={"FirstName": "ADA", "LastName": "KING"})
    account = person["results"][0]["id"]

    results = journey.pass_once()

    assert {name: one.error for name, one in results.items()} == {"Account": None, "Contact": None, "Lead": None}
    assert journey.value(company, "country", "Account") == "DE"
    # Salesforce refuses a name for such an account; it is never sent one.
    assert [one for one in journey.written(id=account) if one["property"] == "Name"] == []
    assert [fix for fix in journey.fixes("Account", FixState.REJECTED) if fix.ref.id == account] == []
