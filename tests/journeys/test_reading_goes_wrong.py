"""Reading in front of a CRM that is late, cut off, down, silent or odd: nothing is missed, what follows is right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import pytest

from connectors.options import Options
from syncd.model import FixState
from syncd.wiring import accounts
from tests.journeys.crms import EACH_CRM_ONCE, HUBSPOT
from tests.journeys.journey import Journey

DIRTY, CLEAN = "Germany", "DE"


def person(journey: Journey, number: int = 0, country: str = CLEAN) -> str:
    return journey.create(email=f"p{number}@own{number}.example", first_name="Ada", last_name="King", country=country)


def put_right(journey: Journey) -> list[str]:
    """Return whose country syncd has put right, one entry for each time."""
    return [id_ for id_, name, value in journey.changes() if (name, value) == ("country", CLEAN)]


def map_also(journey: Journey, fields: Mapping[str, str]) -> None:
    """Map contacts by country and mail address, and these fields."""
    lines = {"email": "{source: email}", "country": "{source: country, write: true}", **fields}
    mapping = "".join(f"  {name}: {field}\n" for name, field in lines.items())
    examples = "  - given: {country: DE}\n    becomes: {country: DE}\n"
    text = f"crm: hubspot\nobject: contacts\nkind: person\nfields:\n{mapping}examples:\n{examples}"
    (journey.folder / "own.yaml").write_text(text, "utf-8")
    journey.extra = "mapping: own.yaml"


@EACH_CRM_ONCE
def test_hundreds_that_share_one_moment_of_change_are_each_put_right_once(journey: Journey) -> None:
    journey.rules = "{duplicate: off}"
    made = [person(journey, number) for number in range(205)]
    journey.pass_once()
    dirt = {journey.crm.property(journey.crm.people, "country"): DIRTY}
    journey.act("update", object=journey.crm.people, ids=made, properties=dirt, **{"as": "import"})

    for _ in range(2):
        journey.pass_once()

    assert sorted(put_right(journey)) == sorted(made)


@EACH_CRM_ONCE
def test_record_that_shows_up_late_is_put_right_once_it_does(journey: Journey) -> None:
    journey.pass_once()
    # What is shown in time takes the cursor along, past the one that is not.
    person(journey, 1)
    # HubSpot's index is late with everything; Salesforce shows a record when the transaction that made it is over.
    late = {"late_s": 60} if journey.crm is not HUBSPOT else {}
    if not late:
        journey.control("POST", "knobs", {"index_lag_s": 60})
    wish = journey.crm.spelled(journey.crm.people, {"email": "ada@own.example", "last_name": "King", "country": DIRTY})
    made = journey.act("create", object=journey.crm.people, properties=wish, **late, **{"as": "form"})
    journey.pass_time(30)
    journey.pass_once()
    early = put_right(journey)
    journey.pass_time(70)

    for _ in range(2):
        journey.pass_once()

    assert early == []
    assert put_right(journey) == [str(made["results"][0]["id"])]


@EACH_CRM_ONCE
def test_record_edited_behind_a_pull_that_has_read_it_is_read_again(journey: Journey) -> None:
    first, second = person(journey, 1), person(journey, 2)
    journey.edited_meanwhile(first, journey.crm.lists, {"country": DIRTY}, when="after")
    journey.pass_once()
    journey.edit(second, country=DIRTY)
    journey.edited_meanwhile(first, journey.crm.reads, {"first_name": "ADA"}, when="after")

    for _ in range(3):
        journey.pass_once()

    assert sorted(journey.changes()) == sorted(
        [(first, "country", CLEAN), (second, "country", CLEAN), (first, "first_name", "Ada")]
    )


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_write_that_no_search_shows_yet_is_not_made_again(journey: Journey) -> None:
    contact = person(journey, country=DIRTY)
    journey.pass_once(may_write=False)
    journey.control("POST", "knobs", {"index_lag_s": 3600})
    journey.apply()

    for _ in range(2):
        journey.pass_once()

    assert put_right(journey) == [contact]
    assert [fix.state for fix in journey.fixes()] == [FixState.APPLIED]


@EACH_CRM_ONCE
def test_gateway_that_answers_with_a_page_of_its_own_is_asked_again_and_its_writes_are_read_back(
    journey: Journey,
) -> None:
    contact = person(journey, country=DIRTY)
    journey.fault("status", status=520, html=True, endpoint=journey.crm.lists, object=journey.crm.people, count=2)
    journey.fault("late_status", status=502, html=True, endpoint=journey.crm.writes, count=1)

    for _ in range(2):
        journey.pass_once()

    assert journey.struck() == [2, 1]
    assert put_right(journey) == [contact]
    assert [fix.state for fix in journey.fixes()] == [FixState.APPLIED]


@EACH_CRM_ONCE
def test_crm_that_falls_silent_or_dribbles_is_given_up_and_what_was_sent_to_it_is_found_out(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "Options", partial(Options, read_seconds=0.4, total_seconds=0.6))
    contact = person(journey, country=DIRTY)
    journey.fault("dribble", endpoint=journey.crm.lists, object=journey.crm.people, pieces=20, seconds=0.1, count=1)
    journey.fault("hang", endpoint=journey.crm.writes, count=1)

    for _ in range(2):
        journey.pass_once()

    assert journey.struck() == [1, 1]
    assert put_right(journey) == [contact]
    assert [fix.state for fix in journey.fixes()] == [FixState.APPLIED]


@EACH_CRM_ONCE
def test_clock_that_is_wrong_by_a_year_misses_nothing_and_repeats_nothing(journey: Journey) -> None:
    made = []
    for number, days in enumerate((0, -400, 400, 400)):
        journey.ahead = timedelta(days=days)
        made.append(person(journey, number, DIRTY))
        journey.pass_once()
    # So much later that no overlap brings what a place told in our time would have left out.
    journey.pass_time(3600)
    journey.ahead = timedelta(hours=1)

    for _ in range(2):
        journey.pass_once()

    assert put_right(journey) == made


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_properties_that_no_address_holds_are_read_and_the_record_is_put_right(journey: Journey) -> None:
    names = [f"answer_to_question_number_{number}" for number in range(400)]
    shape = {"type": "string", "fieldType": "text", "groupName": "contactinformation"}
    for start in range(0, len(names), 100):
        batch = [{"name": name, "label": name, **shape} for name in names[start : start + 100]]
        journey.call("POST", "/crm/v3/properties/contacts/batch/create", {"inputs": batch})
    map_also(journey, {f"x_{number}": f"{{source: {name}, type: text}}" for number, name in enumerate(names)})
    contact = journey.create(email="ada@own.example", country=DIRTY, **{names[-1]: "the last answer"})

    journey.pass_once()

    held = journey.with_store(lambda tx: tx.records.read(journey.stream(), [contact]))[contact].values
    assert set(names) <= held.keys()
    assert held[names[-1]] == "the last answer"
    assert put_right(journey) == [contact]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_person_with_more_companies_than_a_list_shows_keeps_them_all(journey: Journey) -> None:
    contact = person(journey, country=DIRTY)
    companies = {journey.create_company(f"Works {number}", f"own{number}.example") for number in range(1, 121)}
    for company in companies:
        journey.act("link", object="contacts", id=contact, to="companies", to_id=company, types=[279])

    journey.pass_once()

    held = journey.with_store(lambda tx: tx.records.read(journey.stream(), [contact]))[contact]
    assert set(held.links["companies"]) == companies
    assert journey.links() == []
    assert put_right(journey) == [contact]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_value_that_is_not_of_its_declared_type_is_left_alone_and_told_and_stops_nothing(journey: Journey) -> None:
    map_also(journey, {"x_seats": "{source: zip, type: number, write: true}"})
    odd = journey.create(email="ada@own.example", country=DIRTY, zip="123;456")
    journey.create(email="bo@own.example", country=CLEAN, zip="67340.0")

    with journey.life() as parts:
        journey.live(parts)
        metrics = parts.tools.telemetry.exposition()[0].decode()

    assert journey.changes() == [(odd, "country", CLEAN)]
    assert journey.value(odd, "zip") == "123;456"
    assert 'syncd_values_left_out_total{account="main",object="contacts"} 2.0' in metrics
