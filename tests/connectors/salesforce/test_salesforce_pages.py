"""Answers on several pages in front of a scripted server: circles, answers forgotten meanwhile, counts without rows."""

from __future__ import annotations

import pytest

from connectors import Want
from syncd.errors import BrokenPromiseError, RetryableError
from tests.connectors.rigs import Shelf
from tests.connectors.salesforce.conftest import contact_id, refused, row, rows

PEOPLE = Want("Contact", ("Email",))
PLACE = "/services/data/v64.0/query/0r8-2"


def test_pages_of_an_answer_that_lead_in_a_circle_end_with_an_error(desk):
    there = desk(rows(row(1), more=PLACE), rows(row(2), more=PLACE), rows(row(3), more=PLACE))

    with pytest.raises(BrokenPromiseError, match="do not move forward"):
        there.connector.read(PEOPLE, [contact_id(1), contact_id(2)])

    assert len(there.lines) == 2


def test_an_answer_that_salesforce_has_forgotten_is_asked_for_another_time(desk):
    there = desk(rows(row(1), more=PLACE), refused(400, "INVALID_QUERY_LOCATOR", "invalid query locator"))

    with pytest.raises(RetryableError, match="INVALID_QUERY_LOCATOR"):
        there.connector.read(PEOPLE, [contact_id(1), contact_id(2)])


def test_a_page_that_counts_rows_and_shows_none_is_asked_for_again_and_then_not_believed(desk):
    empty = rows(total=3)
    there = desk(empty, rows(total=3), rows(total=3))

    with pytest.raises(BrokenPromiseError, match="counts rows and shows none"):
        list(there.connector.pull(PEOPLE, None, Shelf()))

    assert len(there.lines) == 3
