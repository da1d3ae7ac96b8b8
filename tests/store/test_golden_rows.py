"""What is known of values, and what golden records come to, kept with the records they are of."""

from __future__ import annotations

from datetime import timedelta

from syncd.model import Gone, Ref
from syncd.store import GoldenShare, Mark
from tests.store.given import CONTACTS, MODIFIED, kept

ORIGIN = Ref("other", "Contact", "a")
LATER = MODIFIED + timedelta(days=1)


def test_marks_come_back_as_they_were_the_latest_told_first_and_no_more_than_a_few(store):
    carried = Mark("buyer", LATER, by="syncd", origin=ORIGIN, said="drbuyer")
    older = [Mark(str(number), MODIFIED, since=MODIFIED) for number in range(5)]
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept("1")])
        tx.value_marks.keep(CONTACTS, {"1": {"job_title": older}})
        tx.value_marks.keep(CONTACTS, {"1": {"job_title": [carried, older[1]]}})

        held = tx.value_marks.of(CONTACTS, ["1", "2"])
        tx.value_marks.forget(CONTACTS, {"1": {"job_title": "1"}, "2": {"job_title": "1"}})
        after = tx.value_marks.of(CONTACTS, ["1"])

    assert held == {"1": {"job_title": (carried, older[1], older[0], older[2])}}
    assert after == {"1": {"job_title": (carried, older[0], older[2])}}


def test_fields_are_asked_about_until_that_is_told(store):
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept("1"), kept("2")])
        tx.value_marks.want(CONTACTS, {"1": {"phone", "email"}, "2": {"email"}})
        wanted = tx.value_marks.wanted(CONTACTS, 10)
        tx.value_marks.keep(CONTACTS, {"2": {"email": [Mark("a", MODIFIED)]}}, told={"1": ["email"], "2": ["email"]})
        left = tx.value_marks.wanted(CONTACTS, 10)

    assert wanted == {"1": ("email", "phone"), "2": ("email",)}
    assert left == {"1": ("phone",)}


def test_golden_records_are_counted_with_the_record_they_are_told_with_as_long_as_it_is_there(store):
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept("1"), kept("2"), kept("3")])
        share = GoldenShare(is_shared=True, filled=["email", "phone"], conflicts=["phone"])
        tx.golden_shares.keep(CONTACTS, {"1": share, "2": GoldenShare(is_shared=False, filled=["email"]), "3": share})
        first = tx.golden_shares.count(CONTACTS)
        tx.golden_shares.keep(CONTACTS, {"1": GoldenShare(is_shared=True, filled=["email"]), "2": None, "3": share})
        tx.records.mark_gone(CONTACTS, [Gone(Ref(CONTACTS.account, CONTACTS.object, "3"))], MODIFIED)
        then = tx.golden_shares.count(CONTACTS)

    assert (first.records, first.filled, first.conflicts) == (
        {"one": 1, "several": 2},
        {"email": 3, "phone": 2},
        {"phone": 2},
    )
    assert {name: count for name, count in then.records.items() if count} == {"several": 1}
    assert {name: count for name, count in {**then.filled, **then.conflicts}.items() if count} == {"email": 1}
