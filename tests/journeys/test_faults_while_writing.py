"""Answers get lost, calls are refused, rights are taken away: each fix takes effect once or not at all, and is told."""

from __future__ import annotations

import pytest

from syncd.cli import ExitCode
from syncd.engine import run_pass
from syncd.errors import ConnectorError, CredentialsError, MissingScopeError
from syncd.model import FixState
from tests.journeys.crms import EACH_CRM, EACH_CRM_ONCE
from tests.journeys.journey import Journey, outcome, values
from tests.journeys.unclean import dirty, put_right, states


@EACH_CRM
@pytest.mark.parametrize("kind", ["lost_answer", "late_status", "truncate"])
def test_write_that_was_done_but_never_answered_has_one_effect(journey: Journey, kind: str) -> None:
    made = dirty(journey)
    journey.fault(kind, endpoint=journey.crm.writes, count=1, status=504)

    journey.pass_once()
    journey.pass_once()

    assert sorted(journey.changes()) == put_right(made)
    assert states(journey) == [FixState.APPLIED] * 3


@EACH_CRM
@pytest.mark.parametrize("status", [500, 502])
def test_write_that_failed_before_it_was_done_is_done_later(journey: Journey, status: int) -> None:
    made = dirty(journey)
    journey.fault("status", status=status, endpoint=journey.crm.writes, count=1)

    journey.pass_once()
    journey.pass_once()

    assert sorted(journey.changes()) == put_right(made)
    assert states(journey) == [FixState.APPLIED] * 3


@EACH_CRM
def test_link_that_was_made_but_never_answered_has_one_effect(journey: Journey) -> None:
    company = journey.create_company()
    journey.rules = "{fill_from_company: off}"
    contact = journey.create(email="ada@example-works.com", first_name="Ada", last_name="King")
    journey.fault("lost_answer", endpoint=journey.crm.links, object=journey.crm.linking, count=1)

    journey.pass_once()
    journey.pass_once()

    assert journey.struck() == [1]
    assert journey.links() == [(contact, company)]
    assert states(journey) == [FixState.APPLIED]


@EACH_CRM
def test_person_who_edits_while_the_answer_is_lost_wins(journey: Journey) -> None:
    (contact,) = dirty(journey, 1)
    journey.fault("reset", endpoint=journey.crm.writes, count=1)
    journey.edited_meanwhile(contact, journey.crm.reads, {"country": "FR"}, nth=2)

    journey.pass_once()
    journey.pass_once()

    assert journey.written() == []
    assert journey.value(contact, "country") == "FR"
    assert states(journey) == [FixState.STALE]


@EACH_CRM
@pytest.mark.parametrize("wish", [{"retry_after": 2}, {}])
def test_crm_that_asks_to_slow_down_is_waited_for(journey: Journey, wish: dict[str, object]) -> None:
    made = dirty(journey)
    journey.fault("throttle", endpoint=journey.crm.writes, count=2, **journey.crm.slow_down, **wish)

    journey.pass_once()

    assert sorted(journey.changes()) == put_right(made)
    assert states(journey) == [FixState.APPLIED] * 3


@EACH_CRM
def test_refused_row_is_rejected_with_the_reason_and_the_others_are_applied(journey: Journey) -> None:
    made = dirty(journey)
    refusal = {**journey.crm.refusal, "message": "Country is locked by the legal department."}
    journey.fault("rows", endpoint=journey.crm.writes, ids=[made[1]], **refusal)

    results = journey.pass_once()

    assert outcome(results) == {"applied": 2, "rejected": 1}
    (rejected,) = journey.fixes("", FixState.REJECTED)
    assert rejected.ref.id == made[1]
    assert "locked by the legal department" in rejected.detail
    assert sorted(journey.changes()) == put_right([made[0], made[2]])


@EACH_CRM
def test_refused_row_stands_in_nobodys_way_and_is_not_sent_again_and_again(journey: Journey) -> None:
    made = dirty(journey)
    journey.fault("rows", endpoint=journey.crm.writes, ids=[made[1]], **journey.crm.refusal)
    journey.pass_once()
    later = journey.create(email="later@example-works.com", first_name="Bo", last_name="King", country="Germany")
    journey.calls()

    results = [journey.pass_once() for _ in range(3)]

    assert [outcome(one) for one in results] == [{"applied": 1}, {}, {}]
    assert journey.calls()[f"{journey.crm.writes} {journey.crm.people}"] == 1
    assert journey.value(later, "country") == "DE"


@EACH_CRM
def test_refused_row_is_tried_again_when_the_record_has_changed(journey: Journey) -> None:
    made = dirty(journey)
    journey.fault("rows", endpoint=journey.crm.writes, ids=[made[1]], **journey.crm.refusal)
    journey.pass_once()
    journey.no_faults()
    journey.edit(made[1], city="Berlin")

    journey.pass_once()

    assert journey.value(made[1], "country") == "DE"


@EACH_CRM
def test_nothing_of_a_torn_page_is_used_and_the_next_pass_gets_all_of_it(journey: Journey) -> None:
    made = dirty(journey, 12)
    journey.fault("truncate", endpoint=journey.crm.lists, object=journey.crm.people)

    results = journey.pass_once()

    assert isinstance(results[journey.crm.people].error, ConnectorError)
    assert journey.with_store(lambda tx: tx.records.count(journey.stream())) == 0
    assert journey.with_store(lambda tx: tx.cursors.read(journey.stream())) is None
    journey.no_faults()
    journey.pass_once()
    assert sorted(journey.changes()) == put_right(made)


@EACH_CRM_ONCE
def test_page_torn_once_is_asked_for_again(journey: Journey) -> None:
    made = dirty(journey, 12)
    journey.fault("truncate", endpoint=journey.crm.lists, object=journey.crm.people, count=1)

    journey.pass_once()

    assert sorted(journey.changes()) == put_right(made)


@EACH_CRM_ONCE
@pytest.mark.parametrize("kind", ["expired_token", "revoked"])
def test_token_that_is_no_longer_accepted_is_told_and_the_cursor_stays(journey: Journey, kind: str) -> None:
    journey.pass_once()
    cursor = journey.with_store(lambda tx: tx.cursors.read(journey.stream()))
    dirty(journey)
    if kind == "revoked":
        journey.control("POST", "tokens/expire", {"value": journey.token})
    else:
        journey.fault("expired_token", object=journey.crm.people)

    said = journey.command("sync")

    assert said.code == ExitCode.PERMISSION
    assert "Check the" in said.out + said.complaint
    assert journey.with_store(lambda tx: tx.cursors.read(journey.stream())) == cursor


@EACH_CRM
def test_token_that_runs_out_between_reading_and_writing_leaves_fixes_as_they_were(journey: Journey) -> None:
    made = dirty(journey)
    journey.fault("expired_token", endpoint=journey.crm.writes)

    results = journey.pass_once()

    assert isinstance(results[journey.crm.people].error, CredentialsError)
    assert journey.written() == []
    journey.no_faults()
    journey.pass_once()
    assert sorted(journey.changes()) == put_right(made)
    assert states(journey) == [FixState.APPLIED] * 3


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_token_that_is_revoked_in_the_middle_stops_that_account_alone(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Another account of the same CRM, with a token of its own; it looks after the companies.
    text = journey.text().replace("main/companies", "other/companies")
    other = f"other: {{crm: hubspot, token: '${{OTHER}}', url: '{journey.url}', share: 1.0}}"
    monkeypatch.setattr(journey, "text", lambda: text.replace("accounts: {", f"accounts: {{{other}, "))
    journey.secrets["OTHER"] = "pat-na1-other"
    journey.control("POST", "tokens", {"value": "pat-na1-other"})
    with journey.life() as parts:
        journey.live(parts)
        journey.control("POST", "tokens/expire", {"value": "pat-na1-other"})
        made = dirty(journey)
        journey.create_company(country="Germany")

        results = journey.live(parts)

    error = results[journey.crm.companies].error
    assert isinstance(error, CredentialsError)
    assert "not accepted any more" in error.message
    assert results[journey.crm.people].error is None
    assert sorted(journey.changes()) == put_right(made)
    assert {one["object"] for one in journey.written()} == {journey.crm.people}


@EACH_CRM_ONCE
def test_missing_scope_on_one_object_does_not_stop_the_others(journey: Journey) -> None:
    dirty(journey)
    company = journey.create_company(country="Germany")
    with journey.life() as parts:
        journey.allow(journey.crm.companies)
        results = journey.live(parts)

    error = results[journey.crm.people].error
    assert isinstance(error, MissingScopeError)
    assert error.hint
    assert results[journey.crm.companies].error is None
    assert {one["id"] for one in journey.written()} == {company}


@EACH_CRM
def test_scope_to_write_that_is_missing_leaves_fixes_as_they_were(journey: Journey) -> None:
    made = dirty(journey)
    journey.allow(*journey.crm.objects, changed=[journey.crm.companies])

    results = journey.pass_once()

    error = results[journey.crm.people].error
    assert isinstance(error, MissingScopeError)
    assert error.hint
    assert journey.written() == []
    journey.allow_all()
    journey.pass_once()
    assert sorted(journey.changes()) == put_right(made)


@EACH_CRM_ONCE
def test_what_the_crm_would_not_let_us_write_is_not_taken_for_written_when_somebody_writes_part_of_it(
    journey: Journey,
) -> None:
    contact = journey.create(email="ada@example-works.com", first_name="ADA", last_name="King", country="Germany")
    journey.allow(*journey.crm.objects, changed=[journey.crm.companies])
    journey.pass_once()
    refused = states(journey)
    journey.edit(contact, country="DE")
    journey.allow_all()

    for _ in range(2):
        journey.pass_once()

    assert refused == [FixState.APPROVED]
    assert journey.changes() == [(contact, "first_name", "Ada")]
    applied = journey.fixes("", FixState.APPLIED)
    assert [(one.field, one.before, one.after) for fix in applied for one in fix.changes] == [
        ("first_name", "ADA", "Ada")
    ]


# Salesforce keeps no property for flags; a field that goes is shown in test_salesforce_takes_things_away.py.
FLAGS = "/crm/v3/properties/contacts/data_quality_flags"


def test_property_that_is_deleted_in_the_crm_is_written_no_more(journey: Journey) -> None:
    contact = journey.create(email="ada@gmail.com", first_name="Ada", last_name="King", country="Germany")
    journey.pass_once(may_write=False)
    assert "data_quality_flags" in {change.property for fix in journey.fixes() for change in fix.changes}
    journey.call("DELETE", FLAGS)

    results = journey.pass_once()

    assert results[journey.crm.people].error is None
    assert values(journey.written(id=contact)) == [(contact, "country", "DE")]


def test_property_that_is_deleted_while_the_daemon_runs_stops_nothing(journey: Journey) -> None:
    contact = journey.create(email="ada@gmail.com", first_name="Ada", last_name="King", country="Germany")
    with journey.life() as parts:
        run_pass(parts.tools, parts.setups, trigger="test", may_write=False)
        journey.call("DELETE", FLAGS)

        results = [journey.live(parts) for _ in range(2)]

    assert [one["contacts"].error for one in results] == [None, None]
    assert values(journey.written(id=contact)) == [(contact, "country", "DE")]


def test_fix_that_an_earlier_one_of_the_run_overtook_is_left_alone(journey: Journey) -> None:
    journey.create_company()
    (contact,) = dirty(journey, 1)
    journey.edited_meanwhile(contact, journey.crm.reads, {"country": "FR", "email": "ada@gmail.com"})

    results = journey.pass_once()

    # The link was decided on for the sake of the address: its own turn comes behind the one that saw the edit.
    assert outcome(results, journey.crm.people) == {"stale": 1}
    assert {fix.state for fix in journey.fixes()} <= {FixState.STALE, FixState.APPROVED, FixState.PROPOSED}
    assert journey.links() == []


@EACH_CRM_ONCE
def test_people_who_may_not_even_be_described_do_not_keep_companies_from_being_cleaned(journey: Journey) -> None:
    company = journey.create_company(country="Germany")
    journey.allow(journey.crm.companies)

    said = journey.command("sync")

    assert said.code == ExitCode.PERMISSION
    assert journey.stream().name in said.out + said.err
    assert journey.value(company, "country", journey.crm.companies) == "DE"
