"""What came in: kept once under its mark, found by its keys, sealed, and let go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.model import FixState, Mode, Ref
from syncd.store import ArrivalState, Candidate, Entrance, FileState, Said, Told
from tests.store.given import CONTACTS, decided, fix

MAILBOX = "Zoe.Quarrington@example-works.com"
SAID = Said({"email": MAILBOX, "tags": ("a", "b"), "has_opted_out": True}, {"lead_source": "Fair"}, True, "d1")


def entrance(mark: str = "m1", said: Said = SAID, door: str = "site") -> Entrance:
    return Entrance(door, CONTACTS, mark, Mode.SUGGEST, said, MAILBOX)


def test_thing_comes_in_once_under_its_mark_and_reads_as_it_was_kept(store):
    with store.transaction() as tx:
        first = tx.arrivals.enter(entrance())
        again = tx.arrivals.enter(entrance(said=Said({"email": "somebody@example-works.com"})))
        other = tx.arrivals.enter(entrance(door="fair"))

    with store.reading() as tx:
        held = tx.arrivals.find(first.id)
        counts = tx.arrivals.counts()
    assert (again, held) == (first, first)
    assert held is not None
    assert held.said == SAID
    assert other.id != first.id
    assert counts == {"site": {ArrivalState.RECEIVED: 1}, "fair": {ArrivalState.RECEIVED: 1}}


def test_what_was_found_out_is_kept_and_what_is_known_is_found_by_its_record(store):
    told = Told(
        {"city": "Berlin"}, (Candidate(Ref("hubspot-main", "contacts", "7"), 0.9, ("They share a mailbox.",)),), "why"
    )
    with store.transaction() as tx:
        one = tx.arrivals.enter(entrance())
        settled = tx.arrivals.settle(one, ArrivalState.KNOWN, told, ref=Ref("hubspot-main", "contacts", "7"))

    with store.reading() as tx:
        assert tx.arrivals.of_records(CONTACTS, ["7", "8"]) == {"7": [settled]}
        assert tx.arrivals.waiting_since() == {}
        assert tx.arrivals.select(states=(ArrivalState.ASKED,)) == []


def test_what_is_about_to_be_made_is_found_by_its_keys_and_told_of_the_end_of_its_fix(store, clock):
    [made] = decided(store, fix("1"))
    with store.transaction() as tx:
        one = tx.arrivals.settle(tx.arrivals.enter(entrance()), ArrivalState.PENDING, fix=made.id)
        tx.arrivals.put_under(one.id, ["mail a", "name b"])

    with store.transaction() as tx:
        found, open_yet = tx.arrivals.under(["mail a", "name c"]), tx.arrivals.ended(CONTACTS, 10)
        tx.journal.settle([(made.id, FixState.STALE, "gone")], clock.now())
        [(ended, end)] = tx.arrivals.ended(CONTACTS, 10)
        tx.arrivals.take_out([one.id])

    with store.reading() as tx:
        assert tx.arrivals.under(["mail a"]) == []
    assert (found, open_yet, ended.id) == ([one], [], one.id)
    assert (end.state, end.detail) == (FixState.STALE, "gone")


def test_what_is_over_is_let_go_after_its_time_and_somebody_is_found_by_mailbox_and_record(store, clock):
    with store.transaction() as tx:
        over = tx.arrivals.settle(
            tx.arrivals.enter(entrance("m1")), ArrivalState.KNOWN, ref=Ref("hubspot-main", "contacts", "7")
        )
        waits = tx.arrivals.enter(entrance("m2"))
        theirs = tx.arrivals.of_somebody(CONTACTS, ["7"], [MAILBOX.upper()])
    clock.advance(timedelta(days=31).total_seconds())

    with store.transaction() as tx:
        old = tx.arrivals.over_before(clock.now() - timedelta(days=30))
        tx.arrivals.empty(waits)
        emptied = tx.arrivals.find(waits.id)

    assert {one.id for one in theirs} == {over.id, waits.id}
    assert [one.id for one in old] == [over.id]
    assert emptied is not None
    assert (emptied.state, dict(emptied.said.values), emptied.said.digest) == (ArrivalState.DROPPED, {}, "d1")


def test_file_goes_on_where_it_was_left(store, clock):
    with store.transaction() as tx:
        tx.arrival_files.begin("fair", "d1", "messe.csv")
        tx.arrival_files.move("fair", "d1", FileState.TAKING, taken=40)

    with store.transaction() as tx:
        again = tx.arrival_files.begin("fair", "d1", "copy of messe.csv")
        tx.arrival_files.move("fair", "d1", FileState.DONE, count=50, outcomes={"created": 50})
        done = tx.arrival_files.find("fair", "d1")
        clock.advance(1)
        gone = tx.arrival_files.forget_before(clock.now())

    assert (again.taken, again.name, again.state) == (40, "messe.csv", FileState.TAKING)
    assert done is not None
    assert (done.count, dict(done.outcomes)) == (50, {"created": 50})
    assert gone == 1


@pytest.mark.parametrize("mark", ["d1/7", "d10/7"])
def test_rows_of_one_file_are_told_from_those_of_another(store, mark):
    with store.transaction() as tx:
        tx.arrivals.enter(entrance(mark))

    with store.reading() as tx:
        counts = {digest: tx.arrivals.counts_of_file("site", digest) for digest in ("d1", "d10")}
    assert counts == {"d1": {}, "d10": {}, mark.partition("/")[0]: {ArrivalState.RECEIVED: 1}}
