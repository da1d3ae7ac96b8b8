"""What calls for a person is told once, to those who want to hear of it, whatever happens in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from syncd.errors import CredentialsError, RetryableError, StoreError
from syncd.model import FixState, Stream
from syncd.notify import DeliveryError
from syncd.telemetry import PassReport
from tests.store.given import CONTACTS, fix

HOUR_S, DAY_S = 3600.0, 86_400.0
#: A Sunday: the weekly report is due on Mondays.
SUNDAY = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def trip(notifier, guard: str = "max_share", rule: str = "email_form") -> None:
    notifier.telemetry.guard_tripped(CONTACTS, guard, rule, "30 of 30 records")


def passed(notifier) -> None:
    notifier.telemetry.pass_finished(CONTACTS, PassReport())


def hold(store, guard: str = "rule_jump", key: str = "email_form") -> None:
    with store.transaction() as tx:
        tx.holds.keep(CONTACTS, guard, key, "it speaks of 40 of 100 records")


def test_guard_that_trips_in_every_pass_is_told_once_and_again_when_it_comes_back_later(made, place, clock):
    notifier = made()
    for _ in range(3):
        trip(notifier)
        passed(notifier)
        notifier.turn()
    passed(notifier)
    notifier.turn()
    clock.advance(HOUR_S)
    trip(notifier)
    notifier.turn()

    assert place.events() == [["guard_tripped"], ["over"], ["guard_tripped"]]
    assert place.subjects()[:2] == [
        "hubspot-main/contacts: the guard max_share holds the rule email_form back",
        "Over: hubspot-main/contacts: the guard max_share holds the rule email_form back",
    ]


def test_what_comes_and_goes_within_the_hour_is_told_as_begun_and_as_over_once(made, place):
    notifier = made()
    for _ in range(3):
        trip(notifier)
        passed(notifier)
        passed(notifier)
        notifier.turn()

    assert place.events() == [["guard_tripped", "over"]]


def test_end_is_told_to_whoever_was_told_of_the_beginning_and_wants_to_hear_of_ends(made, place, tmp_path):
    switch = tmp_path / "syncd.stop"
    switch.touch()
    hook = "webhook: '${HOOK}', pause: 0s"
    pages, trips = f"{{{hook}, least: page}}", f"{{{hook}, events: [guard_tripped, writing_stopped]}}"
    notifier = made(f"{{all: {{{hook}}}, pages: {pages}, trips: {trips}}}")
    trip(notifier)
    passed(notifier)
    notifier.telemetry.writing_stopped("by a person")
    notifier.turn()
    place.arrived.clear()
    passed(notifier)
    switch.unlink()
    notifier.telemetry.writing_resumed()
    notifier.turn()

    everything, pages_only = ([one.notice.about for one in messages] for _, messages, _ in place.arrived)
    assert (everything, pages_only) == ([CONTACTS.name, ""], [""])
    assert {one.notice.event for _, messages, _ in place.arrived for one in messages} == {"over"}


def test_guard_trip_is_told_once_by_a_daemon_that_is_started_again_and_by_two_on_one_store(made, place):
    first, second = made(), made()
    trip(first)
    first._keep(first.settings().notifications)
    trip(second)
    second.turn()
    first.turn()
    trip(second)
    second.turn()

    assert place.events() == [["guard_tripped"]]


def test_hold_of_a_daemon_that_was_killed_before_it_could_tell_is_told_by_the_next(made, place, store):
    hold(store)
    hold(store, "fought", "phone_e164")
    notifier = made()
    passed(notifier)
    notifier.turn()
    trip(notifier, "rule_jump")
    passed(notifier)
    notifier.turn()

    assert [sorted(events) for events in place.events()] == [["guard_tripped", "rule_parked"]]


def test_guards_that_only_set_a_pace_and_the_end_of_the_process_are_no_news(made, place):
    notifier = made()
    trip(notifier, "max_merges_per_run")
    notifier.stop.set()
    trip(notifier, "stop_switch", "")
    notifier.turn()

    assert place.events() == []


def test_stop_switch_is_told_once_for_all_streams_and_again_when_it_was_lifted_meanwhile(made, place, clock, tmp_path):
    notifier = made()
    (tmp_path / "syncd.stop").touch()
    for stream in (CONTACTS, Stream("hubspot-main", "companies", "company")):
        notifier.telemetry.guard_tripped(stream, "stop_switch", "", "nothing more is written")
    notifier.turn()
    clock.advance(HOUR_S)
    notifier.turn()
    trip(notifier, "stop_switch", "")
    notifier.turn()
    (tmp_path / "syncd.stop").unlink()
    clock.advance(HOUR_S)
    notifier.turn()
    trip(notifier, "stop_switch", "")
    notifier.turn()

    assert place.events() == [["writing_stopped"], ["over"], ["writing_stopped"]]


def test_stream_that_a_person_has_to_mend_is_told_at_once_and_others_when_they_fail_for_long(made, place, clock):
    notifier = made()
    notifier.telemetry.pass_failed(CONTACTS, CredentialsError("401 for ada@example.com"))
    notifier.telemetry.account_unreached("hubspot-main", RetryableError("503"), 5.0)
    notifier.turn()
    clock.advance(HOUR_S)
    notifier.telemetry.account_unreached("hubspot-main", RetryableError("503"), 5.0)
    notifier.turn()

    assert place.events() == [["stream_failing"], ["account_unreached"]]
    texts = [one.notice.text for _, messages, _ in place.arrived for one in messages]
    assert "The CRM does not accept the credentials." in texts[0]
    assert "example.com" not in "".join(texts)


def test_account_that_was_overtaken_and_the_stop_switch_and_a_refused_file_are_told(made, place):
    notifier = made()
    notifier.telemetry.account_left("hubspot-main")
    notifier.telemetry.account_left("hubspot-main", "another daemon has it")
    notifier.turn()
    notifier.telemetry.writing_stopped("the import of Monday")
    notifier.telemetry.config_reloaded(ok=False)
    notifier.telemetry.config_reloaded(ok=False)
    notifier.turn()

    assert place.events() == [["account_lost"], ["writing_stopped", "config_refused"]]


def test_store_that_is_away_for_a_minute_is_told_without_it_once(made, place, clock):
    notifier = made()
    for seconds in (0, 30, 31, 60):
        clock.advance(seconds)
        notifier.telemetry.store_failed(StoreError("disk full", hint="make room"), 1.0)
        notifier.turn()

    assert place.events() == [["store_failed"]]


def test_channel_that_is_down_for_an_hour_gets_all_of_it_at_once_when_it_is_back(made, place, clock):
    notifier = made()
    place.failure = DeliveryError("the webhook answered 503")
    for number in range(12):
        if number < 3:
            trip(notifier, rule=f"rule_{number}")
        notifier.turn()
        clock.advance(300)
    tries = place.tries
    place.failure = None
    clock.advance(900)
    notifier.turn()
    clock.advance(900)
    notifier.turn()

    assert 3 < tries <= 12
    assert place.events() == [["guard_tripped"] * 3]


def test_message_that_did_not_arrive_for_a_week_is_given_up(made, place, clock):
    notifier = made()
    place.failure = DeliveryError("the webhook answered 404", retry_after_s=7200.0)
    trip(notifier)
    notifier.turn()
    clock.advance(HOUR_S)
    notifier.turn()
    tries_within_the_pause = place.tries
    clock.advance(7 * DAY_S)
    notifier.turn()
    clock.advance(DAY_S)
    notifier.turn()

    assert (tries_within_the_pause, place.tries) == (1, 2)
    told = notifier.telemetry.metrics.registry.get_sample_value
    assert told("syncd_notifications_total", {"channel": "ops", "outcome": "given_up"}) == 1


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        ("least: page", [["writing_stopped"]]),
        ("events: [guard_tripped]", [["guard_tripped"]]),
        # It is nine in the morning: what may wait does, until noon.
        ("quiet_hours: 20:00-12:00", [["writing_stopped"], ["guard_tripped"]]),
        # The weightiest stands first.
        ("pause: 1h", [["writing_stopped", "guard_tripped"], ["guard_tripped"]]),
    ],
)
def test_channel_is_told_what_it_wants_when_it_wants(made, place, clock, tmp_path, channel, expected):
    (tmp_path / "syncd.stop").touch()
    notifier = made(f"{{ops: {{webhook: '${{HOOK}}', {'' if 'pause' in channel else 'pause: 0s, '}{channel}}}}}")
    trip(notifier)
    notifier.telemetry.writing_stopped("")
    notifier.turn()
    if "pause" in channel:
        trip(notifier, rule="phone_e164")
        notifier.turn()
    for _ in range(4):
        clock.advance(HOUR_S)
        notifier.turn()

    assert place.events() == expected


def test_fixes_that_wait_for_long_are_told_again_after_each_further_while(made, place, clock, store):
    notifier = made(more=", review_age: 2d")
    with store.transaction() as tx:
        tx.journal.add(CONTACTS, [fix("1", state=FixState.PROPOSED)], "run")
    told = []
    for _ in range(5):
        clock.advance(DAY_S)
        notifier.turn()
        told.append(len(place.arrived))

    assert told == [0, 1, 1, 2, 2]
    assert place.subjects()[0] == "hubspot-main/contacts: 1 fixes wait for a person, the oldest for 2 days"


def test_weekly_report_goes_out_once_a_week_with_its_page_by_mail(made, place, clock, store):
    mail = "email: {host: mail.example.com, sender: a@example.com, to: [b@example.com]}"
    channels = f"{{mail: {{{mail}}}, ops: {{webhook: '${{HOOK}}'}}}}"
    first, second = made(channels), made(channels)
    assert clock.now() == SUNDAY
    with store.transaction() as tx:
        tx.runs.snapshot(clock.now(), {})
    for _ in range(8):
        first.turn()
        second.turn()
        clock.advance(DAY_S)

    told = [(channel.email is not None, len(pages)) for channel, _, pages in place.arrived]
    assert told == [(True, 1), (False, 0)]
    assert place.events() == [["weekly_report"]] * 2
    assert place.subjects()[0].startswith("Weekly report: grade A, 100 % of 0 records clean")


def test_base_that_was_not_read_before_the_moment_has_no_report(made, place, clock, store):
    notifier = made()
    clock.advance(2 * DAY_S)
    with store.transaction() as tx:
        tx.runs.snapshot(clock.now(), {})
    notifier.turn()

    assert place.events() == []


def test_what_was_heard_in_the_last_moment_is_kept_for_the_next_start(made, place, clock):
    notifier = made()
    with notifier.at_work():
        trip(notifier)
    later = made()
    clock.advance(timedelta(minutes=5).total_seconds())
    later.turn()

    assert place.events() == [["guard_tripped"]]


def test_notifier_goes_on_after_something_nobody_foresaw(made, place, clock):
    notifier = made()
    place.failure = ValueError("nobody foresaw this")
    trip(notifier)
    with notifier.at_work():
        notifier.telemetry.hear_progress(lambda: None)
    place.failure = None
    clock.advance(HOUR_S)
    notifier.turn()

    assert place.events() == [["guard_tripped"]]


@pytest.mark.parametrize("place_of_it", [0, 1, 2])
def test_fact_that_cannot_be_understood_is_told_and_none_beside_it_is_lost(made, place, monkeypatch, place_of_it):
    notifier = made()
    guards = ["max_share", "max_changes_per_run", "canary"]
    take, bad = type(notifier.happenings).take, guards[place_of_it]

    def understood(self, tx, heard, told):
        if heard.guard == bad:
            raise ZeroDivisionError
        take(self, tx, heard, told)

    monkeypatch.setattr(type(notifier.happenings), "take", understood)
    for guard in guards:
        trip(notifier, guard)
    notifier.turn()
    notifier.turn()

    told = " ".join(place.subjects())
    assert [guard in told for guard in guards] == [guard != bad for guard in guards]


def test_nothing_is_written_for_whoever_wants_to_hear_nothing(made, place, store):
    notifier = made("{}")
    trip(notifier)
    notifier.turn()
    with store.reading() as tx:
        going_on = tx.notices.going_on(["guard_tripped"])

    assert going_on == frozenset()
