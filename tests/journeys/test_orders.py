"""What people order in the console, carried out by the daemon that holds the account."""

from __future__ import annotations

import pytest

from syncd.daemon.orders import OrderDesk, kinds
from syncd.errors import StoreError
from syncd.model import FixState
from syncd.store import Order, OrderState
from tests.journeys.crms import ONCE
from tests.journeys.journey import Journey

pytestmark = ONCE


@pytest.fixture
def ada(journey: Journey) -> str:
    """Somebody whose name was written anew."""
    journey.rules = "{duplicate: off}"
    return journey.create(email="ada@example-works.com", first_name="ADA", last_name="King", country="Germany")


def carried_out(parts, kind: str, **request: str) -> Order:
    desk = OrderDesk(parts.tools, lambda: parts.settings)
    with parts.store.transaction() as tx:
        order = tx.orders.place(kind, "main", "grace", request)
    desk.work(parts.setups)
    with parts.store.reading() as tx:
        found: Order | None = tx.orders.find(order)
    assert found is not None
    return found


def test_ordered_undo_puts_back_in_the_name_of_who_ordered_it(journey: Journey, ada: str) -> None:
    with journey.life() as parts:
        journey.live(parts)
        with parts.store.reading() as tx:
            (fix,) = tx.journal.select(ref=journey.ref(ada))
        planned = carried_out(parts, "plan_undo", target=fix.id)
        before = journey.value(ada, "first_name")
        done = carried_out(parts, "undo", target=fix.id)
        again = carried_out(parts, "undo", target=fix.id)
        with parts.store.reading() as tx:
            (entry, *_) = tx.journal.events(done.result["fixes"][0])

    assert (planned.state, planned.result["fixes"], before) == (OrderState.DONE, [fix.id], "Ada")
    assert (done.result["count"], journey.value(ada, "first_name")) == (1, "ADA")
    assert entry.by == "grace"
    assert (again.result["count"], again.result["refused"][0]["reason"] != "") == (0, True)


def test_order_over_which_a_daemon_died_is_taken_up_again_and_once_more_at_most(
    journey: Journey, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def died(*_args: object) -> None:
        raise StoreError("The disk is full.")

    with journey.life() as parts:
        journey.live(parts)
        with parts.store.transaction() as tx:
            order = tx.orders.place("undo", "main", "grace", {"stream": f"main/{journey.crm.people}", "record": ada})
        with monkeypatch.context() as patched:
            patched.setattr("syncd.daemon.orders.kinds", lambda: {"undo": died})
            with pytest.raises(StoreError):
                OrderDesk(parts.tools, lambda: parts.settings).work(parts.setups)
        with parts.store.reading() as tx:
            left = tx.orders.find(order)
        OrderDesk(parts.tools, lambda: parts.settings).work(parts.setups)
        with parts.store.reading() as tx:
            done = tx.orders.find(order)

    assert left is not None
    assert left.state is OrderState.WORKING
    assert done is not None
    assert (done.state, done.result["count"]) == (OrderState.DONE, 1)
    assert len(journey.fixes("", FixState.UNDONE)) == 1


def test_order_that_cannot_be_carried_out_says_why_and_holds_nothing_up(journey: Journey, ada: str) -> None:
    with journey.life() as parts:
        journey.live(parts)
        unknown = carried_out(parts, "undo", target="nothing-of-this-name")
        strange = carried_out(parts, "make_tea")
        fine = carried_out(parts, "apply")

    assert (unknown.state, "no run and no fix" in unknown.result["error"]) == (OrderState.FAILED, True)
    assert (strange.state, "knows no order" in strange.result["error"]) == (OrderState.FAILED, True)
    assert fine.state is OrderState.DONE


def test_orders_of_other_accounts_are_left_to_who_holds_those(journey: Journey, ada: str) -> None:
    with journey.life() as parts:
        with parts.store.transaction() as tx:
            order = tx.orders.place("apply", "another", "grace", {})

        done = OrderDesk(parts.tools, lambda: parts.settings).work(parts.setups)

        with parts.store.reading() as tx:
            found = tx.orders.find(order)
    assert done == 0
    assert found is not None
    assert found.state is OrderState.WAITING


def test_every_kind_of_order_is_found_by_being_there(journey: Journey) -> None:
    assert {"apply", "plan_undo", "undo"} <= set(kinds())
    assert all(one.__doc__ for one in kinds().values())
