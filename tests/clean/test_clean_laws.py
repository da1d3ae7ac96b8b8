from __future__ import annotations

import csv

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.clean import Job, clean_file, neutralise
from syncd.clock import SystemClock

_CLOCK = SystemClock()
_FREE = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=30)
#: Without the signs that a letter before them turns into text of another script: nobody can tell what was meant.
_PLAIN = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\ufeff" + "".join(map(chr, range(128, 192)))), max_size=30
)
#: What people have in such columns, and what nobody would expect.
_COLUMNS = {
    "First name": st.sampled_from(["ADA", "mary ann", "O'NEIL", "José", "Иван", "[not provided]"]) | _PLAIN,
    "Email": st.sampled_from([" Ada@Acme.COM ", "x@gmial.com", "<b@c.de>", "none", "info@acme.com"]) | _PLAIN,
    "Phone": st.sampled_from(["030 1234567", "+49 30 1234567", "(415) 555-0100 x12", "=1+1", "-"]) | _PLAIN,
    "Country": st.sampled_from(["Germany", "de", "USA", "Deutschland", "Atlantis"]) | _PLAIN,
    "Postal code": st.sampled_from(["1067", "D-10115", "SW1A1AA", "94103.0"]) | _PLAIN,
    "Opted out": st.sampled_from(["true", "FALSE", "maybe"]) | _PLAIN,
    "Notes": _FREE,
}
_ROWS = st.lists(st.tuples(*_COLUMNS.values()), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("laws")


def write(path, rows, end):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(rows)


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=_ROWS, end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_cleaning_keeps_rows_columns_and_order_and_a_second_time_changes_nothing(folder, rows, end):
    write(folder / "in.csv", [tuple(_COLUMNS), *rows], end)

    clean_file(Job(folder / "in.csv", folder / "once.csv", encoding="utf-8", delimiter=","), _CLOCK)
    again = clean_file(Job(folder / "once.csv", folder / "twice.csv", encoding="utf-8", delimiter=","), _CLOCK)

    once, twice = rows_of(folder / "once.csv"), rows_of(folder / "twice.csv")
    place = list(_COLUMNS).index("Notes")
    assert [row[place] for row in once[1:]] == [neutralise(row[place]) for row in rows]
    assert [row[:-1] for row in once] == [row[:-1] for row in twice]
    assert again.changed == 0
