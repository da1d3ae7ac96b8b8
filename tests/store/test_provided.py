"""What providers said is kept by what they were asked; questions go to one asker at a time, and are paid for before."""

from __future__ import annotations

from datetime import timedelta

from syncd.model import Offered
from tests.store.given import CONTACTS, kept

NAME = "asks_firmo"
SIZE = Offered(250, 0.9)
LATER = timedelta(days=30)


def asking(*keys):
    return frozenset((NAME, key) for key in keys)


def wanted(store, *keys, nobodys=()):
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept(str(place), keys=asking(key)) for place, key in enumerate(keys)])
        tx.provided.want("firmo", [*keys, *nobodys])


def test_questions_are_given_to_one_asker_and_those_nobody_holds_are_forgotten(store, clock):
    wanted(store, "a.com", "b.com", "c.com", nobodys=["nobody.com"])

    with store.transaction() as tx:
        mine = tx.provided.claim("firmo", NAME, 2, clock.now() + timedelta(minutes=5))
    with store.transaction() as tx:
        theirs = tx.provided.claim("firmo", NAME, 10, clock.now() + timedelta(minutes=5))
        nobodys = tx.provided.read("firmo", ["nobody.com"])
    clock.advance(301)
    with store.transaction() as tx:
        again = tx.provided.claim("firmo", NAME, 10, clock.now() + timedelta(minutes=5))

    assert (mine, theirs, nobodys) == (["a.com", "b.com"], ["c.com"], {})
    assert again == ["a.com", "b.com", "c.com"]


def test_answers_come_back_as_they_were_and_what_changed_is_named(store, clock):
    wanted(store, "a.com", "b.com")
    good = {"employee_count": SIZE, "industry": Offered("CHEMICALS", 0.5, clock.now())}
    due = clock.now() + LATER

    with store.transaction() as tx:
        first = tx.provided.keep("firmo", {"a.com": (good, due), "b.com": ({}, due), "gone.com": (good, due)})
        second = tx.provided.keep("firmo", {"a.com": ({**good, "industry": Offered("STEEL", 0.5)}, due)})
        third = tx.provided.keep("firmo", {"b.com": ({}, due)})
        held = tx.provided.read("firmo", ["a.com", "b.com", "gone.com"])
        is_due = tx.provided.is_due("firmo")

    assert (first, second, third) == ({"a.com", "b.com"}, {"a.com"}, set())
    assert held["a.com"].offers == {"employee_count": SIZE, "industry": Offered("STEEL", 0.5)}
    assert (held["b.com"].offers, held["b.com"].answered_at) == ({}, clock.now())
    assert "gone.com" not in held
    assert not is_due


def test_failures_are_counted_until_there_is_an_answer(store, clock):
    wanted(store, "a.com")

    with store.transaction() as tx:
        tx.provided.postpone("firmo", ["a.com"], clock.now() + LATER, has_failed=True)
        tx.provided.postpone("firmo", ["a.com"], clock.now() + LATER, has_failed=True)
        failed = tx.provided.read("firmo", ["a.com"])["a.com"]
        tx.provided.keep("firmo", {"a.com": ({}, clock.now() + LATER)})
        answered = tx.provided.read("firmo", ["a.com"])["a.com"]

    assert (failed.offers, failed.failures) == (None, 2)
    assert (answered.offers, answered.failures) == ({}, 0)


def test_budget_of_a_day_is_spent_before_the_call_and_whole_again_the_next_day(store, clock):
    with store.transaction() as tx:
        spent = [tx.provided.spend("firmo", 0.05, 2) for _ in range(3)]
        tx.provided.count("firmo", hits=1, misses=1)
        free = tx.provided.spend("list", 0.0, None)
        today = tx.provided.today("firmo")
    clock.advance(86_400)
    with store.transaction() as tx:
        tomorrow = tx.provided.spend("firmo", 0.05, 2)
        total = tx.provided.totals()["firmo"]

    assert (spent, free, tomorrow) == ([True, True, False], True, True)
    assert (today.calls, today.cost, today.hits, today.misses) == (2, 0.1, 1, 1)
    assert (total.calls, total.cost) == (3, 0.15)


def test_another_edition_of_a_provider_is_asked_everything_again(store, clock):
    wanted(store, "a.com")
    with store.transaction() as tx:
        tx.provided.keep("firmo", {"a.com": ({}, clock.now() + LATER)})
        tx.provided.note("firmo", "1", "")
        before = (tx.provided.edition("firmo"), tx.provided.is_due("firmo"))

        tx.provided.make_due("firmo")
        after = tx.provided.is_due("firmo")

    assert (before, after) == (("1", False), True)


def test_moment_a_trouble_began_stays_until_it_is_over(store, clock):
    began = clock.now()
    with store.transaction() as tx:
        tx.provided.note("firmo", "", "does not answer")
    clock.advance(60)
    with store.transaction() as tx:
        tx.provided.note("firmo", "", "answers 500")
        during = tx.provided.trouble("firmo")
        tx.provided.note("firmo", "", "")
        after = tx.provided.trouble("firmo")

    assert (during, after) == (("answers 500", began), ("", None))


def test_answer_that_no_other_record_leads_to_is_let_go(store, clock):
    wanted(store, "a.com", "b.com")
    with store.transaction() as tx:
        due = clock.now() + LATER
        tx.provided.keep("firmo", {one: ({"employee_count": SIZE}, due) for one in ("a.com", "b.com")})
        tx.records.keep(CONTACTS, [kept("0", keys=frozenset())])

        gone = tx.provided.let_go("firmo", NAME, ["a.com", "b.com"])
        left = tx.provided.read("firmo", ["a.com", "b.com"])

    assert (gone, [*left]) == (1, ["b.com"])


def test_answers_of_a_provider_that_nobody_names_are_let_go_when_they_are_old(store, clock):
    wanted(store, "a.com")
    with store.transaction() as tx:
        tx.provided.keep("firmo", {"a.com": ({"employee_count": SIZE}, clock.now() + LATER)})
        tx.provided.keep_only(["list"])
        fresh = tx.provided.read("firmo", ["a.com"])
    clock.advance(31 * 86_400)
    with store.transaction() as tx:
        tx.provided.keep_only(["list"])
        old = tx.provided.read("firmo", ["a.com"])

    assert ([*fresh], old) == (["a.com"], {})
