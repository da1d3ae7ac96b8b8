"""The limiter never lets more through than its share, and everybody in turn."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.pacing import Limit, Pacer
from syncd.errors import QuotaExhaustedError, RetryableError
from tests.connectors.doubles import HandClock

BURST = Limit("burst", 10, 10.0)
SEARCH = Limit("search", 5, 1.0)


def sent_at(pacer, clock, count, names=("burst",)):
    moments = []
    for _ in range(count):
        pacer.acquire(names)
        moments.append(clock.monotonic())
    return moments


def most_in_any(seconds, moments):
    return max(sum(1 for later in moments if first <= later < first + seconds) for first in moments)


@given(calls=st.integers(1, 30), share=st.floats(0.05, 1.0), pauses=st.lists(st.floats(0.0, 4.0), max_size=80))
def test_no_window_ever_holds_more_than_the_share(calls, share, pauses):
    clock = HandClock()
    pacer = Pacer([Limit("burst", calls, 10.0)], clock, share=share)
    moments = []

    for pause in pauses:
        clock.wait(pause)
        pacer.acquire(["burst"])
        moments.append(clock.monotonic())

    allowed = max(1, -(-calls * share // 1))
    assert not moments or most_in_any(10.0, moments) <= allowed


@given(calls=st.integers(1, 10), ways=st.lists(st.tuples(st.floats(0.0, 3.0), st.floats(0.0, 1.0)), max_size=60))
def test_no_window_of_the_crm_ever_holds_more_however_long_calls_are_on_their_way(calls, ways):
    clock = HandClock()
    pacer = Pacer([Limit("burst", calls, 10.0)], clock, share=1.0)
    arrivals = []

    for seconds, part in ways:
        pacer.acquire(["burst"])
        sent = clock.monotonic()
        clock.wait(seconds)
        pacer.answered(["burst"], sent)
        arrivals.append(sent + seconds * part)

    assert not arrivals or most_in_any(10.0, arrivals) <= calls


def test_a_first_burst_up_to_the_share_does_not_wait(clock):
    pacer = Pacer([BURST], clock, share=0.5)

    moments = sent_at(pacer, clock, 6)

    assert len(set(moments[:5])) == 1
    assert moments[5] - moments[0] >= 10.0


def test_windows_do_not_count_for_each_other(clock):
    pacer = Pacer([BURST, SEARCH], clock, share=1.0)
    sent_at(pacer, clock, 10)

    waited = pacer.acquire(["search"])

    assert waited == 0.0


def test_the_slower_of_two_windows_holds(clock):
    pacer = Pacer([BURST, SEARCH], clock, share=1.0)

    moments = sent_at(pacer, clock, 6, ["burst", "search"])

    assert moments[5] - moments[0] >= 1.0


def test_a_pause_stops_everybody(clock):
    pacer = Pacer([BURST], clock)
    pacer.pause(["burst"], 7.0)

    waited = pacer.acquire(["burst"])

    assert waited == pytest.approx(7.0)


def test_a_pause_that_begins_while_one_waits_holds_for_it_too(clock):
    pacer = Pacer([BURST], clock, share=0.1)
    pacer.acquire(["burst"])
    wait = clock.wait

    def wait_and_be_paused(seconds, stop=None):
        clock.wait = wait
        pacer.pause(["burst"], 60.0)
        return wait(seconds, stop)

    clock.wait = wait_and_be_paused
    began = clock.monotonic()
    pacer.acquire(["burst"])

    assert clock.monotonic() - began >= 60.0


def test_a_larger_plan_is_learned_from_the_answers(clock):
    pacer = Pacer([BURST], clock, share=0.5)
    pacer.learn(Limit("burst", 190, 10.0), 189)

    moments = sent_at(pacer, clock, 95)

    assert len(set(moments)) == 1


def test_calls_of_others_in_the_same_window_are_left_room(clock):
    pacer = Pacer([BURST], clock, share=1.0)
    pacer.acquire(["burst"])
    pacer.learn(BURST, 2)

    moments = sent_at(pacer, clock, 3)

    assert moments[1] == moments[0]
    assert moments[2] > moments[1]


def test_the_reserve_of_the_day_is_left_to_others_until_the_reset(clock):
    pacer = Pacer([BURST], clock, daily_reserve=0.1)
    pacer.learn_day(100, 1000, resets_in=3600.0)

    with pytest.raises(QuotaExhaustedError) as caught:
        pacer.acquire(["burst"])
    clock.wait(3600.0)

    assert caught.value.retry_after == pytest.approx(3600.0)
    assert pacer.acquire(["burst"]) == 0.0


def test_the_budget_is_what_was_told(clock):
    pacer = Pacer([BURST], clock)
    before = pacer.budget()

    pacer.learn_day(900, 1000, resets_in=3600.0)

    assert (before.remaining, before.limit) == (None, None)
    assert (pacer.budget().remaining, pacer.budget().limit) == (900, 1000)


def test_stopping_ends_the_wait(clock):
    pacer = Pacer([BURST], clock)
    pacer.pause(["burst"], 60.0)
    stop = threading.Event()
    stop.set()

    with pytest.raises(RetryableError):
        pacer.acquire(["burst"], stop)

    assert clock.waits == []


def test_threads_share_one_window(clock):
    pacer = Pacer([BURST], clock, share=1.0)
    lock = threading.Lock()
    moments = []

    def call():
        for _ in range(10):
            waited_until = clock.monotonic() + pacer.acquire(["burst"])
            with lock:
                moments.append(waited_until)

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(moments) == 40
    assert clock.monotonic() - 1000.0 >= 30.0
    assert Counter(thread.is_alive() for thread in threads) == {False: 4}
