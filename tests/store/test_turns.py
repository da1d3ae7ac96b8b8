"""Threads take turns at writing, in the order they came."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from syncd.errors import StoreError
from syncd.store.opening.turns import Turns


def test_turns_come_in_the_order_they_were_asked_for_however_often_one_comes_again():
    turns, order, inside = Turns(), [], threading.Semaphore(1)
    ready = threading.Barrier(3)

    def write(name):
        ready.wait()
        for _ in range(40):
            with turns.turn():
                assert inside.acquire(blocking=False)
                order.append(name)
                inside.release()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(write, "abc"))

    assert len(order) == 120


def test_who_waits_is_next_even_when_the_last_one_comes_back_at_once():
    turns, order, waits = Turns(), [], threading.Event()

    def other():
        waits.set()
        with turns.turn():
            order.append("other")

    thread = threading.Thread(target=other)
    with turns.turn():
        thread.start()
        waits.wait()
        while not turns._waiting:
            pass
        order.append("first")
    with turns.turn():
        order.append("again")
    thread.join()

    assert order == ["first", "other", "again"]


def test_transaction_within_another_is_a_mistake_that_is_told():
    turns = Turns()

    with turns.turn(), pytest.raises(StoreError, match="within another"), turns.turn():
        pass

    with turns.turn():
        pass
