"""Owners come on pages, those who have left apart from the others."""

from __future__ import annotations

import pytest

from syncd.errors import BrokenPromiseError
from syncd.model import Owner
from tests.connectors.doubles import answer


def page(*ids, after=""):
    following = {"paging": {"next": {"after": after}}} if after else {}
    return answer(200, {"results": [{"id": id_, "userId": 7} for id_ in ids], **following})


def test_all_pages_of_those_at_work_and_of_those_who_left_are_read(desk):
    there = desk(page("3"), page("1", after="2"), page("2"))

    owners = there.connector.owners()

    assert {id_: one.is_active for id_, one in owners.items()} == {"1": True, "2": True, "3": False}
    assert [one["archived"] for one in there.queries] == [["true"], ["false"], ["false"]]
    assert there.queries[2]["after"] == ["2"]


def test_whoever_came_back_is_active(desk):
    there = desk(page("1"), page("1"))

    assert there.connector.owners() == {"1": Owner(is_active=True, user="7")}


def test_owner_is_called_by_name_and_by_address_where_there_is_none(desk):
    rows = [{"id": "1", "firstName": "Ada", "lastName": "King", "userId": 7}, {"id": "2", "email": "sales@acme.com"}]
    there = desk(page(), answer(200, {"results": rows}))

    assert there.connector.owners() == {
        "1": Owner(is_active=True, name="Ada King", user="7"),
        "2": Owner(is_active=True, name="sales@acme.com"),
    }


def test_list_of_owners_that_turns_in_a_circle_is_no_answer(desk):
    there = desk(page("1", after="1"), page("1", after="1"))

    with pytest.raises(BrokenPromiseError):
        there.connector.owners()
