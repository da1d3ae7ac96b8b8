"""Users and queues own records; what may not be seen is not guessed."""

from __future__ import annotations

import pytest

from syncd.errors import MissingScopeError
from syncd.model import Owner
from tests.connectors.salesforce.conftest import refused, rows

USER = "005000000000001AAA"
QUEUE = "00G000000000001AAA"


def test_queue_is_an_owner_that_never_leaves(desk):
    there = desk(rows({"Id": USER, "Name": "Ada King", "IsActive": False}), rows({"Id": QUEUE, "Name": "Support"}))

    assert there.connector.owners() == {
        USER: Owner(is_active=False, name="Ada King"),
        QUEUE: Owner(is_active=True, name="Support"),
    }


def test_queues_that_may_not_be_seen_hide_no_user(desk):
    there = desk(rows({"Id": USER, "IsActive": True}), refused(400, "INVALID_TYPE"))

    assert there.connector.owners() == {USER: Owner(is_active=True)}


def test_users_without_a_word_on_whether_they_are_active_tell_nothing(desk):
    there = desk(rows({"Id": USER}))

    with pytest.raises(MissingScopeError):
        there.connector.owners()
