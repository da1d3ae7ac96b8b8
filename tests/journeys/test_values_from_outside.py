"""What a record lacks comes from outside, in the order of the settings; no provider, however bad, harms anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from syncd.engine.outside.providing import ask_once
from syncd.model import FixState
from tests.connectors import api_double
from tests.connectors.api_double import ApiDouble, ApiRequest, saying
from tests.journeys.journey import Journey
from tests.journeys.running import Running

COMPANIES = "companies"


@pytest.fixture
def backend() -> str:
    """The rooms that matter here are tested on both databases elsewhere."""
    return "sqlite"


@pytest.fixture
def api() -> Iterator[ApiDouble]:
    """An API that knows nothing yet."""
    made = ApiDouble(saying({}, 404))
    yield made
    made.close()


def knowing(**towns: str) -> Any:
    """Know towns by the name of a domain below `.com`."""

    def answer(request: ApiRequest) -> None:
        name = request.path.rpartition("/")[2].removesuffix(".com")
        found = saying({"town": towns[name], "sure": 95}) if name in towns else saying({}, 404)
        found(request)

    return answer


def enriched(journey: Journey, api: ApiDouble, *, mode: str = "apply", more: str = "", fall: str = "") -> None:
    """Let cities come from a list of ours, or else from an API."""
    (journey.folder / "companies.csv").write_text("Website,Town\nhttps://www.acme.com/,Oslo\n")
    journey.rules = f"{{enriched: {mode}}}"
    journey.secrets = {"FIRMO_KEY": "k3y-of-firmo"}
    journey.sections = f"""
enrichment:
  providers:
    our-list:
      type: csv
      by: [domain]
      file: companies.csv
      columns: {{domain: Website}}
      values: {{city: Town}}
      confidence: 1
    firmo:
      type: http
      by: [domain]
      url: {api.url}/v1/{{domain}}
      headers: {{Authorization: 'Bearer {{key}}'}}
      key: ${{FIRMO_KEY}}
      allow_private: true
      values: {{city: town}}
      confidence: 1
      confidence_at: sure
      timeout: 500ms
      {more}
  fields: {{company: {{city: {{providers: [our-list, firmo], {fall}}}}}}}
"""


def rounds(journey: Journey, count: int = 3) -> None:
    """Pass, and let the providers be asked what is waited for, so often."""
    for _ in range(count):
        with journey.life() as parts:
            journey.live(parts)
            ask_once(parts.tools, parts.settings.enrichment, 60.0)


def city(journey: Journey, company: str) -> str | None:
    return journey.value(company, "city", COMPANIES)


def test_what_is_lacking_is_filled_in_the_order_of_the_settings_and_nothing_else_is_touched(
    journey: Journey, api: ApiDouble
) -> None:
    enriched(journey, api)
    api.ways = [knowing(beta="Bergen", acme="Rome", held="Rome")]
    acme, beta, nobody = (journey.create_company(f"{name} Works", f"{name}.com") for name in ("acme", "beta", "nobody"))
    held = journey.create_company("Held Works", "held.com", city="Bodø")
    # A stamp that is not over yet has a record judged once more.
    journey.pass_time(60)

    rounds(journey, 3)
    asked = [*api.paths]
    fixes = journey.fixes(COMPANIES, FixState.APPLIED)
    explained = journey.command("explain", f"main/{COMPANIES}", beta, "--json").data
    checked = journey.command("check").out

    assert [city(journey, one) for one in (acme, beta, nobody, held)] == ["Oslo", "Bergen", None, "Bodø"]
    # Who the list knows is not asked for again, nor who lacks nothing; and a miss is asked for once.
    assert sorted(asked) == ["/v1/beta.com", "/v1/nobody.com"]
    assert {one.ref.id: one.changes[0].reasons for one in fixes if "enriched" in one.rules} == {
        acme: ("empty, and our-list knows it",),
        beta: ("empty, and firmo knows it",),
    }
    assert [(one["provider"], one["field"], one["value"], one["confidence"]) for one in explained["provided"]] == [
        ("firmo", "city", "Bergen", 0.95)
    ]
    assert "127.0.0.1 is told the domain of each company that lacks something" in checked
    assert "1 rows with a key in companies.csv" in checked
    assert "k3y-of-firmo" not in checked
    assert len(api.paths) == len(asked)

    journey.command("undo", next(one.id for one in fixes if one.ref.id == acme and "enriched" in one.rules), "--yes")
    rounds(journey, 1)

    assert not city(journey, acme)


def test_value_of_a_provider_is_replaced_by_what_it_says_later_and_a_persons_never(
    journey: Journey, api: ApiDouble
) -> None:
    enriched(journey, api, more="keep: 2d", fall="replace: true")
    api.ways = [knowing(beta="Bergen", gamma="Bergen")]
    beta, gamma = (journey.create_company(f"{name} Works", f"{name}.com") for name in ("beta", "gamma"))
    journey.pass_time(60)
    rounds(journey, 3)
    journey.edit(gamma, COMPANIES, city="Hamar")
    journey.pass_time(60)
    before = [city(journey, one) for one in (beta, gamma)]

    api.ways = [knowing(beta="Stavanger", gamma="Stavanger")]
    journey.ahead = timedelta(days=3)
    rounds(journey, 2)

    assert before == ["Bergen", "Hamar"]
    assert [city(journey, one) for one in (beta, gamma)] == ["Stavanger", "Hamar"]


def test_bad_provider_writes_nothing_and_keeps_no_other_from_it(journey: Journey, api: ApiDouble) -> None:
    ways = {
        "beta": api_double.gigantic,
        "delta": saying({"town": "<img src=x onerror=alert(1)>", "sure": 100}),
        "epsilon": api_double.page,
        # A person has to look at it: nothing more is asked.
        "gamma": api_double.redirect("http://169.254.169.254/latest/meta-data/"),
    }
    enriched(journey, api)
    api.ways = [lambda request: ways[request.path.rpartition("/")[2].removesuffix(".com")](request)]
    acme, *others = (journey.create_company(f"{name} Works", f"{name}.com") for name in ("acme", *ways, "omega"))
    journey.pass_time(60)

    rounds(journey, 2)

    assert [city(journey, one) for one in (acme, *others)] == ["Oslo", None, None, None, None, None]
    assert api.paths == [f"/v1/{name}.com" for name in ways]
    trouble, _ = journey.with_store(lambda tx: tx.provided.trouble("firmo"))
    assert trouble == "answers 302: a redirect is not followed"


def test_suggestion_waits_for_a_person_and_whoever_is_forgotten_leaves_no_answer_behind(
    journey: Journey, api: ApiDouble
) -> None:
    def known() -> Any:
        return journey.with_store(lambda tx: tx.provided.read("our-list", ["acme.com"])).get("acme.com")

    enriched(journey, api, mode="suggest")
    acme = journey.create_company("Acme Works", "acme.com")
    journey.pass_time(60)

    # Who only looks asks nobody.
    journey.command("sync", "--no-write")
    unasked = known().offers
    for _ in range(2):
        journey.command("sync")
    waiting = (city(journey, acme), [one.state for one in journey.fixes(COMPANIES) if "enriched" in one.rules])
    asked = known().offers
    journey.command("forget", f"main/{COMPANIES}", acme, "--yes")

    assert unasked is None
    assert asked["city"].value == "Oslo"
    assert waiting == (None, [FixState.PROPOSED])
    assert known() is None


def test_daemon_goes_on_while_a_provider_hangs_and_stops_at_its_budget(journey: Journey, api: ApiDouble) -> None:
    enriched(journey, api, more="calls_per_day: 2\n      cost_per_call: 0.05")
    api.ways = [api_double.silence, knowing(beta="Bergen")]
    companies = [journey.create_company(f"{name} Works", f"{name}.com") for name in ("acme", "beta", "gamma")]
    journey.pass_time(60)
    journey.mode = "apply, every: 1s"

    daemon = Running(journey)
    try:
        daemon.until(lambda: city(journey, companies[0]) == "Oslo")
        daemon.until(lambda: daemon.metric('syncd_provider_budget_left{provider="firmo"}') == 0.0)
        daemon.until(lambda: daemon.metric('syncd_provider_questions_total{outcome="hit",provider="our-list"}'))
        cost = daemon.metric('syncd_provider_cost_total{provider="firmo"}')
    finally:
        daemon.stop()

    assert len(api.asked) == 2
    assert cost == pytest.approx(0.1)
    status = journey.command("status")
    assert "2 of 2 calls made, 0.10 spent" in status.out
    assert "k3y-of-firmo" not in daemon.said()
