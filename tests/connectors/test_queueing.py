"""Who waits for a slot: the urgent first, equals in turn, and nobody for ever."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from connectors.pacing import Limit, Pacer
from connectors.purpose import Carrying, Purpose, calling_for, purpose_now
from connectors.queueing import EVERY, LONG_S, Queue
from tests.connectors.doubles import HandClock

RANKS = st.integers(0, 6)


@given(st.lists(RANKS, min_size=1, max_size=12))
def test_the_urgent_go_first_and_equals_in_the_order_they_came(ranks):
    queue = Queue()
    entries = [queue.join(("burst",), rank, 0.0) for rank in ranks]

    order = queue.order(1.0)

    assert order == sorted(entries, key=lambda one: (one.rank, one.number))


@given(st.lists(st.lists(RANKS, max_size=3), min_size=1, max_size=200))
def test_nobody_is_held_up_by_the_less_urgent_more_than_once_in_ten_slots(arrivals):
    queue, past = Queue(), []

    for now, ranks in enumerate(arrivals):
        for rank in ranks:
            queue.join(("burst",), rank, float(now))
        order = queue.order(float(now))
        if order:
            past.append(any(one.rank < order[0].rank for one in order))
            queue.served(order[0], float(now))

    places = [place for place, is_past in enumerate(past) if is_past]
    assert all(later - earlier >= EVERY for earlier, later in pairwise(places))


@given(waiting=st.integers(1, 5), rank=st.integers(1, 6))
def test_nobody_starves_behind_a_stream_of_urgent_ones(waiting, rank):
    queue = Queue()
    patient = [queue.join(("burst",), rank, 0.0) for _ in range(waiting)]
    served = []

    for now in range(int(LONG_S), int(LONG_S) + waiting * EVERY + EVERY):
        queue.join(("burst",), 0, float(now))
        first = queue.order(float(now))[0]
        queue.served(first, float(now))
        served.append(first)

    assert [one for one in served if one in patient] == patient


def test_urgent_calls_overtake_those_that_wait_for_the_same_window():
    clock, stop = HandClock(), threading.Event()
    pacer = Pacer([Limit("burst", 1, 10.0)], clock, share=1.0)
    pacer.acquire(["burst"])
    order, wait = [], clock.wait

    def urgent():
        with calling_for(Purpose.PERSON):
            pacer.acquire(["burst"])
        order.append("person")

    def wait_while_somebody_urgent_comes(seconds, stop=None):
        clock.wait = wait
        waited = wait(seconds, stop)
        with ThreadPoolExecutor(1) as threads:
            threads.submit(urgent).result()
        return waited

    clock.wait = wait_while_somebody_urgent_comes
    with calling_for(Purpose.FIRST_LOADS):
        pacer.acquire(["burst"], stop)
    order.append("first load")

    assert order == ["person", "first load"]


def test_who_waits_for_a_paused_window_keeps_no_other_waiting():
    clock = HandClock()
    pacer = Pacer([Limit("burst", 5, 10.0), Limit("search", 5, 1.0)], clock, share=1.0)
    pacer.pause(["search"], 60.0)
    waited = []
    wait = clock.wait

    def wait_while_another_calls(seconds, stop=None):
        clock.wait = wait
        with calling_for(Purpose.FIRST_LOADS):
            waited.append(pacer.acquire(["burst"]))
        return wait(seconds, stop)

    clock.wait = wait_while_another_calls
    with calling_for(Purpose.PERSON):
        pacer.acquire(["burst", "search"])

    assert waited == [0.0]


def test_threads_call_for_what_their_work_is_for():
    with ThreadPoolExecutor(1) as threads:
        carrying = Carrying(threads)

        with calling_for(Purpose.SWEEPS):
            told = list(carrying.map(lambda _: purpose_now(), range(2)))

        assert told == [Purpose.SWEEPS, Purpose.SWEEPS]
        assert carrying.submit(purpose_now).result() is Purpose.CHANGES
