"""How many calls may be under way: one more while all goes well, half as many when it does not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connectors.width import Width


def after(width, *answers):
    for seconds in answers:
        width.answered("list", seconds, has_waited=False)
    return width.calls


def test_it_widens_by_one_for_as_many_good_answers_as_are_under_way():
    width = Width(8)

    assert after(width, *[0.1] * 4) == 4
    assert after(width, 0.1) == 5
    assert after(width, *[0.1] * 30) == 8


def test_several_refusals_of_calls_that_were_under_way_together_halve_it_once():
    width = Width(8, start=8)

    for _ in range(5):
        width.overtaxed(sent_at=10.0, now=11.0)

    assert width.calls == 4
    width.overtaxed(sent_at=11.5, now=12.0)
    assert width.calls == 2


def test_answers_that_had_to_wait_for_their_turn_do_not_widen_it():
    width = Width(8)

    for _ in range(50):
        width.answered("list", 0.1, has_waited=True)

    assert width.calls == 4


def test_answers_that_take_much_longer_than_usual_narrow_it_to_two_at_least():
    width = Width(8, start=8)
    after(width, *[0.1] * 3)

    assert after(width, 2.0, 2.5, 3.0) == 5
    assert after(width, *[60.0 * 4**count for count in range(20)]) == 2


def test_what_is_usual_differs_between_endpoints():
    width = Width(8)

    for _ in range(30):
        width.answered("list", 0.1, has_waited=False)
        width.answered("bulk_results", 5.0, has_waited=False)

    assert width.calls == 8


@given(st.lists(st.one_of(st.floats(0, 100), st.none()), max_size=60), st.integers(1, 20))
def test_it_always_lets_one_through_and_never_more_than_the_most(events, most):
    width = Width(most)

    for moment, event in enumerate(events):
        if event is None:
            width.overtaxed(float(moment), moment + 0.5)
        else:
            width.answered("list", event, has_waited=False)

        assert 1 <= width.calls <= most
