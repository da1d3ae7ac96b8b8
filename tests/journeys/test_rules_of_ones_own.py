"""Rules an admin writes, conditions and field policies, seen from outside: in the CRM, in metrics and on the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from syncd.cli import ExitCode
from syncd.model import FixState, Severity
from tests.journeys.crms import EACH_CRM
from tests.journeys.journey import Journey
from tests.journeys.running import Running

RULE = """\
description: Frankfurt in Germany is the one on the Main.
kind: person
field: city
when: country == "DE"
change: {map: {Frankfurt: Frankfurt am Main}}
mode: apply
owner: sales operations
examples:
  - {given: {city: frankfurt, country: DE}, becomes: Frankfurt am Main}
  - {given: {city: Frankfurt, country: US}, is_right: true}
"""
RELOADED = "syncd_config_reload_success"


def write_rule(journey: Journey, text: str = RULE) -> None:
    folder = journey.folder / "rules"
    folder.mkdir(exist_ok=True)
    (folder / "x_frankfurt.yaml").write_text(text)


def person(journey: Journey, country: str, name: str = "margaret") -> str:
    return journey.create(
        email=f"{name}@{country}.example-works.com".lower(),
        first_name="MARGARET",
        last_name="King",
        city="Frankfurt",
        country=country,
        phone="(069) 1234567",
    )


@EACH_CRM
def test_own_rule_writes_where_its_condition_holds_and_no_rule_writes_where_a_policy_forbids(journey: Journey) -> None:
    write_rule(journey)
    journey.extra = (
        "fields: {phone: protect}, rules: {person_name_case: {when: 'country == \"DE\"', owner: names team}}"
    )
    german, french = person(journey, "DE"), person(journey, "FR")

    journey.pass_once()

    assert journey.value(german, "city") == "Frankfurt am Main"
    assert journey.value(french, "city") == "Frankfurt"
    assert journey.value(german, "first_name") == "Margaret"
    assert journey.value(french, "first_name") == "MARGARET"
    assert journey.value(german, "phone") == "(069) 1234567"
    assert journey.pass_once()[journey.crm.people].tally.fixes == {}


@EACH_CRM
def test_own_rule_is_explained_counted_and_undone_like_any_other(journey: Journey) -> None:
    write_rule(journey)
    journey.extra = "fields: {phone: protect}, rules: {phone_form: {owner: phone team}}"
    german = person(journey, "DE")
    journey.pass_once()
    (fix,) = [one for one in journey.fixes("", FixState.APPLIED) if "x_frankfurt" in one.rules]
    stream = f"main/{journey.crm.people}"

    explained = journey.command("explain", stream, german, "--json").data
    listed = {one["rule"]: one for one in journey.command("rules", "--json").data}
    undone = journey.command("undo", fix.id, "--yes")

    (found,) = [one for one in explained["findings"] if (one["rule"], one["field"]) == ("phone_form", "phone")]
    assert found["owner"] == "phone team"
    assert found["mode"] == "observe"
    assert found["evidence"]["phone"] == "(069) 1234567"
    assert found["evidence"]["country"] == "DE"
    assert explained["source"]["created_source"] in {"IMPORT", "INTEGRATION", "API", "CRM_UI"}
    assert listed["x_frankfurt"]["fixes"]["applied"] == 1
    assert listed["x_frankfurt"]["owner"] == "sales operations"
    assert listed["phone_form"]["findings"] == 1
    assert undone.code == ExitCode.OK
    assert journey.value(german, "city") == "Frankfurt"
    journey.pass_once()
    assert journey.value(german, "city") == "Frankfurt"


@pytest.fixture
def daemon(journey: Journey) -> Iterator[Running]:
    """A daemon that knows of no own rule yet."""
    journey.extra = "every: 1s"
    running = Running(journey)
    yield running
    running.close()


@pytest.mark.parametrize("backend", ["sqlite"])
def test_daemon_takes_up_a_rule_that_comes_and_refuses_a_bad_one(journey: Journey, daemon: Running) -> None:
    first = person(journey, "DE")
    daemon.until(daemon.is_ready)

    write_rule(journey, RULE.replace("becomes: Frankfurt am Main", "becomes: Frankfurt"))
    daemon.until(lambda: daemon.metric(RELOADED) == 0.0)
    # The line is on its way through a pipe when the metric tells already.
    daemon.until(lambda: "x_frankfurt.yaml:9:" in daemon.said())
    assert journey.value(first, "city") == "Frankfurt"

    write_rule(journey)
    daemon.until(lambda: journey.value(first, "city") == "Frankfurt am Main")
    assert daemon.metric(RELOADED) == 1.0
    labels = f'account="main",object="{journey.crm.people}",rule="x_frankfurt",severity="warning"'
    daemon.until(lambda: daemon.metric(f"syncd_findings_open{{{labels}}}") == 0.0)

    write_rule(journey, RULE.replace("country ==", "contry =="))
    daemon.until(lambda: daemon.metric(RELOADED) == 0.0)
    second = person(journey, "DE", "marie")
    daemon.until(lambda: journey.value(second, "city") == "Frankfurt am Main")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_own_rule_waits_for_its_owner_until_it_is_trusted(journey: Journey) -> None:
    write_rule(journey, RULE.replace("mode: apply\n", ""))
    journey.extra = "fields: {phone: suggest}"
    german = person(journey, "DE")
    journey.pass_once()

    theirs = journey.command("review", "list", "--owner", "sales operations", "--json").data
    others = journey.command("review", "list", "--owner", "somebody else", "--json").data
    journey.command("review", "approve", theirs[0]["fix"])
    journey.apply()

    assert [one["owners"] for one in theirs] == [["sales operations"]]
    assert others == []
    assert journey.value(german, "city") == "Frankfurt am Main"


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_waits_of_a_rule_is_withdrawn_when_its_file_goes(journey: Journey) -> None:
    write_rule(journey, RULE.replace("mode: apply\n", ""))
    journey.extra = "fields: {phone: protect}"
    person(journey, "DE")
    journey.pass_once()
    waiting = journey.command("review", "list", "--json").data

    (journey.folder / "rules" / "x_frankfurt.yaml").unlink()
    results = journey.pass_once()

    assert [one["rules"] for one in waiting] == [["x_frankfurt"]]
    assert journey.command("review", "list", "--json").data == []
    assert ("x_frankfurt", Severity.WARNING) not in results[journey.crm.people].kpis.findings
