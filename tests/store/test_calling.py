"""A day's calls survive the process that made them."""

from __future__ import annotations

from datetime import timedelta


def quarter(clock, ago=0):
    now = clock.now() - timedelta(minutes=15 * ago)
    return now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)


def test_calls_add_up_by_what_they_were_for(store, clock):
    first, second = quarter(clock, 1), quarter(clock)
    with store.transaction() as tx:
        tx.calling.add("main", {(first, "changes"): 3, (first, "fixes"): 1})
        tx.calling.add("other", {(first, "changes"): 50})
    with store.transaction() as tx:
        tx.calling.add("main", {(first, "changes"): 2, (second, "changes"): 4})
        tx.calling.add("main", {})

    with store.reading() as tx:
        all_of_it, newest = tx.calling.by_purpose("main", first), tx.calling.since("main", second)

    assert all_of_it == {"changes": 9, "fixes": 1}
    assert newest == [(second, "changes", 4)]


def test_calls_of_long_ago_are_let_go_of(store, clock):
    long_ago = quarter(clock)
    with store.transaction() as tx:
        tx.calling.add("main", {(long_ago, "changes"): 3})
    clock.advance(9 * 86_400)
    with store.transaction() as tx:
        tx.calling.add("main", {(quarter(clock), "changes"): 1})

    with store.reading() as tx:
        assert tx.calling.by_purpose("main", long_ago) == {"changes": 1}


def test_what_was_told_last_of_an_account_is_kept(store, clock):
    with store.transaction() as tx:
        tx.calling.tell("main", {"remaining": 5})
        tx.calling.tell("main", {"remaining": 4})

    with store.reading() as tx:
        outlook, none = tx.calling.outlook("main"), tx.calling.outlook("other")

    assert outlook is not None
    assert (dict(outlook.told), outlook.at) == ({"remaining": 4}, clock.now())
    assert none is None
