"""What a CRM says by itself is read at once; wrong, twice, late or never, it changes nothing but how soon."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.sandbox.tokens import OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET, OAUTH_REFRESH_TOKEN
from syncd.model import News
from tests.journeys.crms import HUBSPOT, ONCE, SALESFORCE
from tests.journeys.journey import Journey
from tests.journeys.running import Running, free_port

SECRET = "an-apps-client-secret"
SOAK = pytest.mark.soak
#: On one kind of store in the suite, on the other when there is time.
HUBSPOT_BOTH = pytest.mark.parametrize(
    ("crm", "backend"),
    [
        pytest.param(HUBSPOT, "sqlite", id="hubspot-sqlite"),
        pytest.param(HUBSPOT, "postgresql", id="hubspot-postgresql", marks=SOAK),
    ],
)
HUBSPOT_KILLED = pytest.mark.parametrize(
    ("crm", "backend"),
    [
        pytest.param(HUBSPOT, "sqlite", id="hubspot-sqlite", marks=SOAK),
        pytest.param(HUBSPOT, "postgresql", id="hubspot-postgresql"),
    ],
)
SALESFORCE_BOTH = pytest.mark.parametrize(
    ("crm", "backend"),
    [
        pytest.param(SALESFORCE, "sqlite", id="salesforce-sqlite"),
        pytest.param(SALESFORCE, "postgresql", id="salesforce-postgresql", marks=SOAK),
    ],
)

Start = Callable[[], Running]


@pytest.fixture
def start(journey: Journey) -> Iterator[Start]:
    """Start a daemon that asks for changes once in an hour."""
    running: list[Running] = []

    def begin() -> Running:
        running.append(Running(journey))
        running[-1].until(running[-1].is_ready)
        return running[-1]

    journey.extra = "every: 1h"
    yield begin
    for one in running:
        one.close()


@pytest.fixture
def hooked(journey: Journey) -> Journey:
    """Let HubSpot post what happens to the journey's daemon."""
    journey.port = free_port()
    public = f"http://127.0.0.1:{journey.port}"
    journey.way_in += f", webhooks: {{secret: '${{HOOK}}', public_url: '{public}'}}"
    journey.secrets = {"HOOK": SECRET}
    announcing(journey, target=f"{public}/hooks/hubspot/main", secret=SECRET, subscribe=["*"], retries_s=[0.2])
    return journey


@pytest.fixture
def streamed(journey: Journey) -> Journey:
    """Let the org publish what happens."""
    url = announcing(journey, listen=0)["url"]
    journey.way_in += f", change_events: {{url: '{url}'}}"
    return journey


@pytest.fixture
def journaled(journey: Journey) -> Journey:
    """Let the app read HubSpot's journal."""
    journey.way_in = (
        f"oauth: {{client_id: {OAUTH_CLIENT_ID}, client_secret: '${{APP}}', refresh_token: '${{REFRESH}}'}}, "
        "change_events: true"
    )
    journey.secrets = {"APP": OAUTH_CLIENT_SECRET, "REFRESH": OAUTH_REFRESH_TOKEN}
    return journey


def announcing(journey: Journey, **wish: Any) -> dict[str, Any]:
    return journey.control("POST", "announcing", {"crm": journey.crm.name, **wish})


def dirty(journey: Journey, number: int = 0) -> str:
    return journey.create(email=f"ada{number}@example-works.com", first_name="Ada", last_name="King", country="Germany")


def is_clean(journey: Journey, *contacts: str) -> bool:
    return all(journey.value(one, "country") == "DE" for one in contacts)


def blind(journey: Journey) -> None:
    """Let nobody who asks for changes hear of any: only what is announced is known."""
    journey.control("POST", "knobs", {"index_lag_s": 3600})


def counted(daemon: Running, journey: Journey, outcome: str) -> float:
    labels = f'account="main",object="{journey.crm.people}",outcome="{outcome}"'
    return daemon.metric(f"syncd_announced_total{{{labels}}}") or 0.0


def waiting(journey: Journey) -> list[tuple[str, News]]:
    rows = journey.with_store(lambda tx: tx.announced.waiting(journey.stream()))
    return [(one.id, one.news) for one in rows]


@HUBSPOT_BOTH
def test_dirty_edits_are_clean_at_once_though_events_come_twice_and_our_own_writes_are_known_as_ours(
    hooked: Journey, start: Start
) -> None:
    announcing(hooked, duplicate=1.0, bad_signature=1)
    daemon = start()
    blind(hooked)
    hooked.calls()

    contacts = [dirty(hooked, number) for number in range(3)]

    daemon.until(lambda: is_clean(hooked, *contacts))
    daemon.until(lambda: counted(daemon, hooked, "own") > 0)
    assert not any(name.startswith(("search", "list")) for name in hooked.calls())
    assert len(hooked.written(kind="update", property="country")) == len(contacts)
    assert announcing(hooked)["counts"]["answered_401"] == 1


@SOAK
@ONCE
def test_events_that_come_out_of_order_late_or_never_lose_nothing(hooked: Journey, start: Start) -> None:
    announcing(hooked, duplicate=0.5, drop=0.3, stale=1, delay_s=0.5)
    hooked.extra = "every: 2s"
    daemon = start()

    contacts = [dirty(hooked, number) for number in range(12)]

    daemon.until(lambda: is_clean(hooked, *contacts))
    assert announcing(hooked)["counts"]["answered_200"] > 0
    assert len(hooked.written(kind="update", property="country")) == len(contacts)


@HUBSPOT_KILLED
def test_what_was_accepted_before_a_kill_is_read_after_it(hooked: Journey, start: Start) -> None:
    daemon = start()
    blind(hooked)
    hooked.fault("latency", endpoint="batch_read", seconds=60)

    contact = dirty(hooked)
    daemon.until(lambda: announcing(hooked)["counts"].get("answered_200"))
    daemon.close()

    assert waiting(hooked) == [(contact, News.CHANGED)]
    announcing(hooked, target="")
    hooked.no_faults()
    again = start()
    again.until(lambda: is_clean(hooked, contact))
    again.close()
    assert waiting(hooked) == []


@SOAK
@ONCE
def test_record_that_was_merged_archived_or_erased_is_known_to_be_at_once(hooked: Journey, start: Start) -> None:
    kept, loser, archived, erased = (dirty(hooked, number) for number in range(4))
    daemon = start()
    daemon.until(lambda: is_clean(hooked, kept, loser, archived, erased))
    blind(hooked)

    hooked.act("merge", object="contacts", id=kept, other=loser)
    hooked.act("archive", object="contacts", id=archived)
    hooked.act("purge", object="contacts", id=erased)

    daemon.until(lambda: daemon.metric('syncd_records{account="main",object="contacts"}') == 1)
    daemon.until(lambda: daemon.metric('syncd_announced_waiting{account="main",object="contacts"}') == 0)
    daemon.close()
    held = hooked.with_store(
        lambda tx: tx.records.read(hooked.stream(), [loser, archived, erased], with_gone=True).keys()
    )
    assert held == {loser, archived}


@SOAK
@ONCE
def test_journal_tells_an_app_what_happened_and_goes_on_where_it_was_left(journaled: Journey, start: Start) -> None:
    daemon = start()
    daemon.until(lambda: daemon.metric('syncd_feed_connected{account="main"}') == 1)
    blind(journaled)

    contact = dirty(journaled)
    daemon.until(lambda: is_clean(journaled, contact))
    daemon.close()
    missed = dirty(journaled, 1)
    again = start()
    again.until(lambda: is_clean(journaled, missed))

    assert "feed_has_gap" not in again.said()
    journaled.control("POST", "announcing", {"expire_journal": True})
    again.until(lambda: "feed_has_gap" in again.said())


@SALESFORCE_BOTH
def test_change_event_is_read_at_once_and_our_own_write_is_known_as_ours(streamed: Journey, start: Start) -> None:
    daemon = start()
    daemon.until(lambda: daemon.metric('syncd_feed_connected{account="main"}') == 1)

    contact = dirty(streamed)

    daemon.until(lambda: is_clean(streamed, contact))
    daemon.until(lambda: counted(daemon, streamed, "own") > 0)
    daemon.close()
    missed = dirty(streamed, 1)
    again = start()
    again.until(lambda: is_clean(streamed, missed))
    again.until(lambda: counted(again, streamed, "kept") > 0)
    gaps = [line for line in again.said().splitlines() if "feed_has_gap" in line]
    assert not any("ContactChangeEvent" in line for line in gaps)
