from __future__ import annotations

from datetime import timedelta

from syncd.model import Role
from syncd.store import OrderState


def test_orders_are_taken_oldest_first_by_who_holds_the_account_and_end_once(store, clock):
    with store.transaction() as tx:
        first, other, second = (tx.orders.place("undo", account, "ada", {"target": "x"}) for account in ("a", "b", "a"))
    with store.transaction() as tx:
        taken = tx.orders.take({"a"})
        is_more = tx.orders.is_any_waiting({"a"})
        tx.orders.settle(first, OrderState.DONE, {"count": 1})
        after = tx.orders.take({"a"})
        nothing = tx.orders.take({"a"})
    clock.advance(10)
    with store.transaction() as tx:
        kept = [(one.id, one.state) for one in tx.orders.recent()]
        gone = tx.orders.forget_before(clock.now() - timedelta(seconds=5))
        left = [one.id for one in tx.orders.recent()]

    assert (taken.id, taken.request, taken.by, is_more, after.id, nothing) == (
        first, {"target": "x"}, "ada", True, second, None,
    )  # fmt: skip
    assert kept == [(second, OrderState.WORKING), (other, OrderState.WAITING), (first, OrderState.DONE)]
    assert (gone, left) == (1, [second, other])


def test_order_is_begun_twice_and_then_given_up(store):
    with store.transaction() as tx:
        order = tx.orders.place("undo", "a", "ada", {})
    states = []
    for _ in range(3):
        with store.transaction() as tx:
            tx.orders.take({"a"})
        with store.transaction() as tx:
            tx.orders.resume("a")
            states.append(tx.orders.find(order).state)

    assert states == [OrderState.WAITING, OrderState.FAILED, OrderState.FAILED]


def test_session_ends_with_the_version_of_its_user(store):
    with store.transaction() as tx:
        tx.users.add("Ada", Role.VIEWER, password="hash")
        tx.sessions.begin(b"d", tx.users.find("ADA"))
        before = tx.sessions.find(b"d").user.name
        tx.users.change("ada", role=Role.ADMIN)
        after = tx.sessions.find(b"d")
        keys = tx.sessions.key("cookies"), tx.sessions.key("cookies"), tx.sessions.key("other")

    assert (before, after) == ("ada", None)
    assert keys[0] == keys[1] != keys[2]
