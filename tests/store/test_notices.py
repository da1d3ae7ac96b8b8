"""What calls for a person is told once, and a message goes to one sender at a time until it has arrived."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from syncd.store import MessageState, Notice

HOUR = timedelta(hours=1)
KEY = "guard_tripped hubspot-main/contacts max_share"
ALL = ("page", "ticket", "info")


def notice(event: str = "guard_tripped", severity: str = "ticket") -> Notice:
    return Notice(event, severity, "hubspot-main/contacts", "A guard tripped", "Look at the plan.")


def begin(store, key=KEY):
    with store.transaction() as tx:
        return tx.notices.begin(key, notice(), again_after=HOUR)


def end(store, key=KEY):
    with store.transaction() as tx:
        return tx.notices.end([key])


def take(store, channel="ops", severities=ALL, at_most=10):
    with store.transaction() as tx:
        return tx.notices.take(channel, hold_for=timedelta(minutes=2), severities=severities, at_most=at_most)


@pytest.fixture
def put_out(store):
    """Three messages for one channel, and one for another."""
    with store.transaction() as tx:
        tx.notices.put_out(notice(), ["ops", "mail"])
        tx.notices.put_out(notice("store_failed", "page"), ["ops"])
        tx.notices.put_out(notice("weekly_report", "info"), ["ops"])
    return store


def test_what_goes_on_is_told_when_it_begins_and_not_again(store):
    told = [begin(store), begin(store), begin(store, "another")]

    with store.reading() as tx:
        going_on = tx.notices.going_on(["guard_tripped"])

    assert told == [True, False, True]
    assert going_on == {KEY, "another"}


def test_what_comes_back_is_told_again_after_a_while_and_not_at_once_nor_is_its_end(store, clock):
    begin(store)
    over = end(store)
    soon = begin(store)
    again = end(store)
    clock.advance(3600)
    later = begin(store)

    assert (soon, later) == (False, True)
    assert ([one.subject for one in over], again) == (["A guard tripped"], [])


def test_message_is_handed_to_one_sender_until_he_had_time_enough(put_out, clock):
    first, second = take(put_out), take(put_out)
    clock.advance(121)
    third = take(put_out)

    assert [one.notice.event for one in first] == ["guard_tripped", "store_failed", "weekly_report"]
    assert second == []
    assert [(one.id, one.attempts) for one in third] == [(one.id, 2) for one in first]


def test_what_may_wait_is_left_where_only_some_severities_are_asked_for(put_out):
    assert [one.notice.event for one in take(put_out, severities=("page",))] == ["store_failed"]
    assert len(take(put_out, severities=ALL, at_most=1)) == 1
    assert [one.notice.event for one in take(put_out, "mail")] == ["guard_tripped"]


def test_message_that_arrived_is_not_sent_again_and_one_that_did_not_is_tried_later(put_out, clock):
    arrived, failed, hopeless = (one.id for one in take(put_out))
    with put_out.transaction() as tx:
        tx.notices.settle([arrived], MessageState.SENT)
        tx.notices.try_again([failed], clock.now() + HOUR, "HTTP 503")
        tx.notices.settle([hopeless], MessageState.GIVEN_UP, "HTTP 404")
        state = tx.notices.state_of("ops")
    clock.advance(3599)
    early = take(put_out)
    clock.advance(2)
    later = take(put_out)

    assert (state.waiting, state.failure, state.sent_at) == (1, "HTTP 503", clock.now() - timedelta(seconds=3601))
    assert early == []
    assert [one.id for one in later] == [failed]


def test_messages_of_a_channel_that_is_gone_are_given_up_and_old_ones_let_go_of(put_out, clock):
    begin(put_out)
    end(put_out)
    with put_out.transaction() as tx:
        tx.notices.drop_of(["ops"])
    clock.advance(60)

    with put_out.transaction() as tx:
        gone = tx.notices.forget_before(clock.now())

    assert take(put_out, "mail") == []
    assert gone == 2


def test_of_several_daemons_at_the_same_moment_one_tells_and_each_message_goes_to_one(put_out):
    with ThreadPoolExecutor(4) as daemons:
        told = list(daemons.map(lambda _: begin(put_out, "met by all"), range(8)))
        taken = [one.id for some in daemons.map(lambda _: take(put_out), range(8)) for one in some]

    assert told.count(True) == 1
    assert len(taken) == len(set(taken)) == 3
