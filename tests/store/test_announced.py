"""What CRMs announce is kept once a record, until it was read, and never lost in between."""

from __future__ import annotations

from datetime import timedelta

from syncd.model import Announcement, News
from syncd.store.reading import announced
from tests.store.given import COMPANIES, CONTACTS


def heard(*ids: str, news: News = News.CHANGED, at=None) -> list[Announcement]:
    return [Announcement("contacts", one, news, at) for one in ids]


def told(store, stream=CONTACTS) -> list[tuple[str, News]]:
    with store.reading() as tx:
        return [(one.id, one.news) for one in tx.announced.waiting(stream)]


def test_record_is_kept_once_however_often_and_in_whatever_order_it_is_announced(store, clock):
    early, late = clock.now() - timedelta(minutes=9), clock.now() - timedelta(minutes=1)
    with store.transaction() as tx:
        tx.announced.keep(CONTACTS, [*heard("1", "2", at=late), *heard("1", at=early)])
    clock.advance(3)
    with store.transaction() as tx:
        tx.announced.keep(CONTACTS, [*heard("2", news=News.ERASED), *heard("2", at=early)])

    with store.reading() as tx:
        waiting, heaps = tx.announced.waiting(CONTACTS), tx.announced.heaps()

    assert [(one.id, one.news, one.changed_at, one.times) for one in waiting] == [
        ("1", News.CHANGED, early, 1),
        ("2", News.ERASED, early, 2),
    ]
    assert [(one.count, one.last_at - one.first_at) for one in heaps.values()] == [(2, timedelta(seconds=3))]


def test_what_is_announced_while_it_is_being_read_is_read_once_more(store):
    with store.transaction() as tx:
        tx.announced.keep(CONTACTS, heard("1", "2"))
        tx.announced.keep(COMPANIES, heard("1"))
        taken = tx.announced.waiting(CONTACTS)

    with store.transaction() as tx:
        tx.announced.keep(CONTACTS, heard("2"))
    with store.transaction() as tx:
        tx.announced.done(CONTACTS, taken)

    assert told(store) == [("2", News.CHANGED)]
    assert told(store, COMPANIES) == [("1", News.CHANGED)]


def test_flood_becomes_one_row_but_nobody_who_is_to_be_forgotten_is_lost_in_it(store, monkeypatch):
    monkeypatch.setattr(announced, "MOST", 3)
    with store.transaction() as tx:
        tx.announced.keep(CONTACTS, [*heard("7", news=News.ERASED), *heard("1", "2", "3")])

    assert told(store) == [("", News.CHANGED), ("7", News.ERASED)]


def test_place_in_a_feed_is_kept_by_account_and_can_be_given_up(store):
    with store.transaction() as tx:
        tx.announced.followed("hubspot-main", "journal", "a")
        tx.announced.followed("hubspot-main", "journal", "b")
        tx.announced.followed("other", "journal", "c")

    with store.transaction() as tx:
        assert tx.announced.positions("hubspot-main") == {"journal": "b"}
        tx.announced.followed("hubspot-main", "journal", "")
        assert tx.announced.positions("hubspot-main") == {}
        assert tx.announced.positions("other") == {"journal": "c"}
