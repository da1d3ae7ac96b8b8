"""Whatever was written is put back as it was, but never over a person's edit, and the rules do not do it again."""

from __future__ import annotations

import getpass
import io

import pytest

from syncd.cli import ExitCode
from syncd.engine import plan_undo, put_back
from syncd.model import FixState
from tests.journeys.crms import EACH_CRM, ONCE
from tests.journeys.journey import Journey, outcome

MAIL = "ada.king@example-works.com"


@pytest.fixture
def contact(journey: Journey) -> str:
    """A contact with two fields that have been put right in one fix."""
    made = journey.create(email=MAIL, first_name="Ada", last_name="King", country="Germany", phone="030 5557312")
    journey.pass_once()
    assert sorted(journey.changes()) == [(made, "country", "DE"), (made, "phone", "+49305557312")]
    return made


def the_fix(journey: Journey) -> str:
    (fix,) = journey.fixes("", FixState.APPLIED)
    return fix.id


@EACH_CRM
def test_undone_fix_leaves_the_record_exactly_as_it_was(journey: Journey, contact: str) -> None:
    said = journey.command("undo", the_fix(journey), "--yes")

    assert said.code == ExitCode.OK
    assert journey.value(contact, "country") == "Germany"
    assert journey.value(contact, "phone") == "030 5557312"


@ONCE
def test_history_of_an_undo_names_the_person_who_wanted_it(journey: Journey, contact: str) -> None:
    fix = the_fix(journey)
    journey.command("undo", fix, "--yes")

    said = journey.command("explain", journey.stream().name, contact, "--json")

    undo = next(one for one in said.data["fixes"] if one["undoes"] == fix)
    assert undo["history"][0]["became"] == "approved"
    assert undo["history"][0]["by"] == getpass.getuser()


@EACH_CRM
def test_undone_run_puts_every_record_back(journey: Journey) -> None:
    for number in range(5):
        journey.create(email=f"p{number}@example-works.com", first_name="Ada", last_name="King", country="Germany")
    journey.create_company(domain="HTTPS://WWW.Example-Works.com/", country="Germany")
    journey.pass_once()
    was = {
        (one["object"], one["id"], one["property"]): one["before"] for one in reversed(journey.written(kind="update"))
    }
    run = journey.with_store(lambda tx: tx.runs.recent(1))[0].id

    said = journey.command("undo", run, "--json")

    assert said.code == ExitCode.OK
    assert len(was) >= 7
    # What was never set and what was cleared are both empty.
    now = {(one["object"], one["id"], one["property"]): one["after"] or None for one in journey.written(kind="update")}
    assert now == was
    linked = [person for person, company in journey.links() if company]
    unlinked = [person for person, company in journey.links() if not company]
    assert sorted(linked) == sorted(unlinked)
    assert len(linked) == 5


@EACH_CRM
def test_rules_do_not_redo_what_was_undone(journey: Journey, contact: str) -> None:
    journey.command("undo", the_fix(journey), "--yes")
    wrote = len(journey.written())
    journey.edit(contact, city="Berlin")

    results = [journey.pass_once() for _ in range(3)]

    assert [outcome(one) for one in results] == [{}, {}, {}]
    assert len(journey.written()) == wrote
    assert results[-1][journey.crm.people].kpis.overrides == {"country_form": 1, "phone_form": 1}


@ONCE
def test_undone_field_that_a_person_changes_later_is_looked_at_afresh(journey: Journey, contact: str) -> None:
    journey.command("undo", the_fix(journey), "--yes")
    journey.edit(contact, country="Austria")

    journey.pass_once()

    assert journey.value(contact, "country") == "AT"
    assert journey.value(contact, "phone") == "030 5557312"


@EACH_CRM
def test_undone_link_is_taken_away_and_not_made_again(journey: Journey) -> None:
    journey.rules = "{fill_from_company: {enabled: false}}"
    company = journey.create_company()
    contact = journey.create(email=MAIL, first_name="Ada", last_name="King")
    journey.pass_once()

    journey.command("undo", the_fix(journey), "--yes")
    journey.edit(contact, city="Berlin")
    journey.pass_once()
    journey.pass_once()

    assert journey.links() == [(contact, company), (contact, "")]


@EACH_CRM
def test_field_changed_by_a_person_since_is_left_alone_and_listed(journey: Journey, contact: str) -> None:
    journey.edit(contact, country="AT")

    said = journey.command("undo", the_fix(journey), "--json")

    country = journey.crm.property(journey.crm.people, "country")
    assert said.code == ExitCode.LEFT_TO_DO
    assert journey.value(contact, "country") == "AT"
    assert journey.value(contact, "phone") == "030 5557312"
    assert [one["reason"] for one in said.data["refused"]] == [f"changed since: {country}"]


@ONCE
def test_edit_of_a_person_outlives_an_undo_of_the_field_beside_it(journey: Journey, contact: str) -> None:
    journey.edit(contact, country="Austria")

    journey.command("undo", the_fix(journey), "--yes")
    journey.pass_once()

    assert journey.value(contact, "country") == "Austria"


@EACH_CRM
def test_edit_while_the_undo_is_under_way_is_not_written_over(journey: Journey, contact: str) -> None:
    journey.edited_meanwhile(contact, journey.crm.reads, {"country": "AT"}, nth=2)

    said = journey.command("undo", the_fix(journey), "--json")

    assert said.code == ExitCode.LEFT_TO_DO
    assert [one["state"] for one in said.data["kept"]] == ["stale"]
    assert journey.value(contact, "country") == "AT"


@ONCE
def test_undoing_twice_is_undoing_once(journey: Journey, contact: str) -> None:
    fix = the_fix(journey)
    journey.command("undo", fix, "--yes")
    wrote = len(journey.written())

    said = journey.command("undo", fix, "--json")

    assert said.code == ExitCode.OK
    assert said.data["undone"] == []
    assert [one["reason"] for one in said.data["refused"]] == ["it is undone already"]
    assert len(journey.written()) == wrote
    assert journey.value(contact, "country") == "Germany"


@ONCE
def test_undo_writes_nothing_else_that_waits(journey: Journey, contact: str) -> None:
    fix = the_fix(journey)
    other = journey.create(email="b@example-works.com", first_name="Bo", last_name="King", country="Germany")
    journey.pass_once(may_write=False)

    journey.command("undo", fix, "--yes")

    assert journey.written(id=other) == []


@EACH_CRM
def test_undo_whose_answer_was_lost_has_one_effect_and_is_not_redone(journey: Journey, contact: str) -> None:
    fix = the_fix(journey)
    journey.fault("lost_answer", endpoint=journey.crm.writes, count=1)
    with journey.life() as parts:
        planned = plan_undo(parts.tools, parts.setups, fix)
        ends = put_back(parts.tools, parts.setups, planned)
    journey.edit(contact, city="Berlin")
    journey.pass_once()

    assert [one.state for one in ends] == [FixState.APPLIED]
    assert [one for one in journey.changes() if one[1] == "country"] == [
        (contact, "country", "DE"),
        (contact, "country", "Germany"),
    ]


@EACH_CRM
def test_undo_of_an_archived_record_is_listed(journey: Journey, contact: str) -> None:
    fix = the_fix(journey)
    journey.act("archive", object=journey.crm.people, id=contact)

    said = journey.command("undo", fix, "--json")

    assert said.code == ExitCode.LEFT_TO_DO
    assert said.data["undone"] == []


@ONCE
def test_undo_can_be_declined(journey: Journey, contact: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))

    said = journey.command("undo", the_fix(journey))

    assert said.code == ExitCode.INTERRUPTED
    assert journey.value(contact, "country") == "DE"


@ONCE
def test_unknown_id_is_told(journey: Journey) -> None:
    said = journey.command("undo", "nothing", "--yes")

    assert said.code == ExitCode.USAGE
    assert "There is no run and no fix 'nothing'" in said.complaint
