"""Ids: check sums, long and short forms."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connectors.sandbox.salesforce.ids import check_sum, make_id, to_18

#: Seen in public captures of real orgs.
REAL = ("0035500001H9kZuAAJ", "0015500001QdZPKAA3", "0012300000bVTq1AAG", "0065500000KQ12XAAT", "003aj000002oTldAAE")
SHORT = st.text(alphabet="abcXYZ019klmNOP", min_size=15, max_size=15)


def test_the_check_sum_is_that_of_real_ids():
    assert [check_sum(one[:15]) for one in REAL] == [one[15:] for one in REAL]


@given(SHORT)
def test_the_long_form_survives_any_change_of_case(short):
    long_id = to_18(short)

    assert long_id is not None
    assert to_18(long_id.lower()) == long_id
    assert to_18(long_id.upper()) == long_id
    assert to_18(long_id) == long_id


def test_what_has_another_length_or_a_wrong_check_sum_is_no_id():
    assert to_18("003") is None
    assert to_18("0035500001H9kZ-") is None
    assert to_18("0035500001H9kZu99Z") is None


@given(st.integers(1, 10**12), st.integers(1, 10**12))
def test_ids_sort_as_their_numbers_do(one, other):
    assert (make_id("003", one) < make_id("003", other)) == (one < other)
