"""What is planned is what is written, no more and no less; what waits for a person waits."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.sandbox import Sandbox
from connectors.sandbox.population import Population, generate
from syncd.cli import ExitCode
from syncd.model import FixState
from tests.journeys.crms import EACH_CRM, ONCE, Crm
from tests.journeys.journey import Journey, Said, outcome

MAIL = "ada.king@example-works.com"
#: One thing done to one record: object, id, property (or the object linked to), value (or the id linked to).
Done = tuple[str, str, str, str]


def planned(journey: Journey, said: Said, part: str) -> set[Done]:
    """Return what a part of the plan would do, change by change."""
    found: set[Done] = set()
    for fix in said.data[part]["fixes"]:
        for change in fix["changes"]:
            found.add((fix["object"], fix["id"], change["property"], change["after"] or ""))
        if fix["link"]:
            _, other, other_id = fix["link"]["to"].split("/")
            found.add((fix["object"], fix["id"], journey.crm.company_link or other, other_id))
    return found


def done(journey: Journey) -> set[Done]:
    """Return what was done to the CRM, by its own word."""
    found = set()
    for one in journey.written():
        if one["object"] != journey.crm.companies and one["property"] in journey.crm.derived:
            continue
        after = (one["after"] or "").partition(":")[0] if one["kind"] == "link" else one["after"] or ""
        found.add((one["object"], one["id"], one["property"], after))
    return found


@pytest.fixture(scope="module")
def population() -> Population:
    """A small dirty base."""
    return generate(60, 20, now=datetime(2026, 3, 1, tzinfo=UTC))


@pytest.fixture
def base(crm: Crm, population: Population, store_url: str, tmp_path: Path) -> Iterator[Journey]:
    """A journey through a dirty account."""
    with Sandbox.start(tier="off", population=population, crms=(crm.name,)) as sandbox:
        begun = Journey(sandbox.url, store_url, tmp_path, crm)
        yield begun
        begun.close()


@EACH_CRM
def test_apply_writes_exactly_what_was_planned(base: Journey) -> None:
    plan = base.command("plan", "--json")

    base.command("apply")

    assert plan.code == ExitCode.OK
    wanted = planned(base, plan, "apply")
    assert len(wanted) > 50
    assert done(base) == wanted


@ONCE
def test_planning_writes_nothing(base: Journey) -> None:
    base.command("plan", "--json")
    base.command("plan", "--no-sync", "--json")

    assert base.written() == []


@EACH_CRM
def test_plan_is_the_same_when_it_is_made_twice(base: Journey) -> None:
    first = base.command("plan", "--json")

    second = base.command("plan", "--no-sync", "--json")

    assert second.data == first.data


@EACH_CRM
def test_fresh_installation_writes_nothing(base: Journey) -> None:
    base.mode = "observe"

    for _ in range(2):
        base.command("sync")
    base.command("apply", "--over-guards")

    assert base.written() == []


@ONCE
def test_what_is_only_observed_is_planned_as_such_and_written_once_it_may_be(base: Journey) -> None:
    base.mode = "observe"
    plan = base.command("plan", "--json")
    base.mode = "apply"

    said = base.command("sync", "--json")

    assert said.code in {ExitCode.OK, ExitCode.LEFT_TO_DO}
    assert plan.data["apply"]["count"] == 0
    # A company that is put right in the same pass can bring a link that the plan of the old base could not show.
    more = done(base) - planned(base, plan, "observe")
    assert planned(base, plan, "observe") <= done(base) | suggested(base)
    assert {property_name for _, _, property_name, _ in more} <= {"companies", base.crm.company_link}


def suggested(journey: Journey) -> set[Done]:
    """Return what a rule was not sure enough of: it waits although it may be written."""
    return planned(journey, journey.command("plan", "--no-sync", "--json"), "review")


@ONCE
def test_suggested_fixes_wait_for_a_person(journey: Journey) -> None:
    journey.mode = "suggest"
    contact = journey.create(email=MAIL, first_name="Ada", last_name="King", country="Germany")

    said = journey.command("sync", "--json")

    assert said.code == ExitCode.LEFT_TO_DO
    assert journey.written() == []
    listed = journey.command("review", "list", "--json").data
    assert [(one["id"], one["changes"][0]["after"]) for one in listed] == [(contact, "DE")]


@EACH_CRM
def test_approved_fix_is_written(journey: Journey) -> None:
    journey.mode = "suggest"
    contact = journey.create(email=MAIL, first_name="Ada", last_name="King", country="Germany")
    other = journey.create(email="bo@example-works.com", first_name="Bo", last_name="King", country="Germany")
    journey.command("sync")
    chosen = next(one for one in journey.fixes() if one.ref.id == contact)

    journey.command("review", "approve", chosen.id)
    journey.command("apply")

    assert journey.value(contact, "country") == "DE"
    assert journey.value(other, "country") == "Germany"


@ONCE
def test_approval_outlives_the_next_pass(journey: Journey) -> None:
    journey.mode = "suggest"
    contact = journey.create(email=MAIL, first_name="Ada", last_name="King", country="Germany")
    journey.command("sync")
    journey.command("review", "approve", "--all", "--yes")
    journey.edit(contact, city="Berlin")

    journey.command("sync")

    assert journey.value(contact, "country") == "DE"


@ONCE
def test_dismissed_change_is_not_proposed_again(journey: Journey) -> None:
    journey.mode = "suggest"
    contact = journey.create(email=MAIL, first_name="Ada", last_name="King", country="Germany")
    journey.command("sync")
    journey.command("review", "dismiss", "--all", "--yes", "--why", "they want it so")
    journey.edit(contact, city="Berlin")

    results = journey.pass_once()

    assert results[journey.crm.people].kpis.review_pending == 0
    assert [fix.state for fix in journey.fixes()] == [FixState.DISMISSED]
    journey.mode = "apply"
    assert outcome(journey.pass_once()) == {}


@ONCE
def test_dismissed_record_that_gets_another_bad_value_is_proposed_anew(journey: Journey) -> None:
    journey.mode = "suggest"
    contact = journey.create(email=MAIL, first_name="Ada", last_name="King", country="Germany")
    journey.command("sync")
    journey.command("review", "dismiss", "--all", "--yes")
    journey.edit(contact, country="Austria")

    results = journey.pass_once()

    assert results[journey.crm.people].kpis.review_pending == 1


@ONCE
def test_decisions_come_back_from_a_spreadsheet(journey: Journey) -> None:
    journey.mode = "suggest"
    wanted = journey.create(email=MAIL, first_name="Ada", last_name="King", country="Germany")
    unwanted = journey.create(email="bo@example-works.com", first_name="Bo", last_name="King", country="Austria")
    journey.command("sync")
    file = journey.folder / "review.csv"
    journey.command("review", "export", str(file))
    rewrite(file, {wanted: "approve", unwanted: "Dismiss"})

    said = journey.command("review", "import", str(file))
    journey.command("apply")

    assert said.out.strip() == "1 approved, 1 dismissed, 0 had moved on and were left alone"
    assert done(journey) == {(journey.crm.people, wanted, journey.crm.property(journey.crm.people, "country"), "DE")}
    assert journey.command("review", "list", "--json").data == []


@ONCE
def test_values_that_look_like_formulas_are_harmless_in_a_spreadsheet(journey: Journey) -> None:
    journey.mode = "suggest"
    contact = journey.create(email=MAIL, first_name="Ada", last_name="King", job_title="=HYPERLINK( 1 )", city=" +cmd ")
    journey.command("sync")
    file = journey.folder / "review.csv"

    journey.command("review", "export", str(file))

    cells = [cell for row in csv.reader(file.read_text("utf-8-sig").splitlines()) for cell in row]
    assert any("HYPERLINK" in cell or "cmd" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    rewrite(file, {contact: "approve"})
    assert journey.command("review", "import", str(file)).code == ExitCode.OK


@ONCE
def test_wrong_decision_takes_nothing_from_the_file(journey: Journey) -> None:
    journey.mode = "suggest"
    one = journey.create(email=MAIL, first_name="Ada", last_name="King", country="Germany")
    other = journey.create(email="bo@example-works.com", first_name="Bo", last_name="King", country="Austria")
    journey.command("sync")
    file = journey.folder / "review.csv"
    journey.command("review", "export", str(file))
    rewrite(file, {one: "approve", other: "perhaps"})

    said = journey.command("review", "import", str(file))

    assert said.code == ExitCode.CONFIGURATION
    assert "a decision is approve, dismiss or empty" in said.complaint
    assert len(journey.command("review", "list", "--json").data) == 2


def rewrite(file: Path, decisions: Mapping[str, str]) -> None:
    """Fill in the column `decision`, as a person in a spreadsheet does."""
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    for row in rows:
        row["decision"] = decisions[row["record"].rpartition("/")[2]]
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
