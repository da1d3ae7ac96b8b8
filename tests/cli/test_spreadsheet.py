"""What a spreadsheet would run or change goes out as a text, and comes back as what it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.cli.output.spreadsheet import harmless, meant


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+49 30 123",
        "-5",
        "@SUM(A1)",
        "＝1",
        "\t=1",
        "00123",  # a postal code
        "1234567890123456789",  # an id
        "1.5",  # the first of May, in some languages
        "2026-01-02",
        "3/4",
        "10:30",
        "1e5",
        "12E10",
        "TRUE",
        "wahr",
        "Mar 5",
        "1-Dec",
        "SEP2",
    ],
)
def test_cell_that_a_spreadsheet_would_run_or_change_goes_out_as_text(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "42",
        "Ada King",
        "ada@example.com",
        "1m81h2ha79ggft8",
        "March",
        "main/contacts/12",
        "97 %",
        "“ a ”",
        "Truett",
    ],
)
def test_cell_that_stays_as_it_is_goes_out_as_it_is(cell):
    assert harmless(cell) == cell


@given(st.text())
def test_cell_that_is_copied_means_what_it_was(text):
    assert meant(harmless(text)) == text or text.startswith("'")
