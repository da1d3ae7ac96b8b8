"""When single fields were last set."""

from __future__ import annotations

from datetime import timedelta

from tests.store.given import CONTACTS, MODIFIED, kept


def test_times_come_back_to_the_microsecond_and_the_latest_word_holds(store):
    later = MODIFIED + timedelta(days=3, microseconds=7)
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept("1"), kept("2")])
        tx.field_times.keep(CONTACTS, {"1": {"email": MODIFIED}, "2": {}})
        tx.field_times.keep(CONTACTS, {"1": {"email": later, "phone": MODIFIED}})

    with store.reading() as tx:
        assert tx.field_times.of(CONTACTS, ["1", "2", "3"]) == {"1": {"email": later, "phone": MODIFIED}, "2": {}}
