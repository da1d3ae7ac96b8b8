from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.clean import neutralise


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+SUM(A1)",
        "-2+cmd|'/C calc'!A0",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "＝1+1",
        "+1+2",
        "-A1",
    ],
)
def test_formula_becomes_text(cell):
    assert neutralise(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "plain",
        "a=b",
        "ada@example.com",
        "+49 30 1234-56",
        "+14155550100 ext. 12",
        "-12.5",
        "-",
        "+1 (415) 555-0100",
        "'=kept",
    ],
)
def test_what_runs_nothing_is_left_alone(cell):
    assert neutralise(cell) == cell


@given(st.text(max_size=30))
def test_no_result_begins_with_a_sign_but_a_number(cell):
    told = neutralise(cell)

    assert not told or told[0] not in "=@\t\r＝＠"
    assert neutralise(told) == told
