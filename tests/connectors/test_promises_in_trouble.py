"""What `connectors/protocol.py` promises where calls fail, are refused or are too many, asked of every connector."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from connectors import Want
from syncd.clock import SystemClock
from syncd.errors import BrokenPromiseError, CredentialsError, MissingScopeError, RetryableError
from tests.connectors.promises import pull, settled
from tests.connectors.rigs import want_people


@pytest.mark.parametrize("how", ["status", "reset", "truncate", "invalid_json", "throttle"])
@pytest.mark.parametrize("what", ["list", "search", "read"])
def test_a_read_that_fails_now_and_then_loses_nothing(rig, shelf, what, how):
    ids = rig.create(rig.people, 450)
    connector = rig.connect()
    rig.fail(what, how, status=502, html=True, policy="TEN_SECONDLY_ROLLING", nth=1, every=2)

    cursor = pull(rig, connector, shelf)
    rig.pass_time(3600)
    rig.edit(rig.people, ids, **{rig.city: "Ulm"})
    rig.pass_time(5)
    shelf.seen.clear()
    pull(rig, connector, shelf, cursor)

    assert set(shelf.seen) == set(ids)


def test_a_read_that_always_fails_ends_and_leaves_the_cursor(rig, shelf):
    rig.create(rig.people, 3)
    connector = rig.connect()
    cursor = settled(rig, connector, shelf)
    rig.fail("search", "status", status=503)

    with pytest.raises(RetryableError):
        pull(rig, connector, shelf, cursor)


def test_a_list_that_turns_in_circles_ends(rig, shelf):
    rig.create(rig.people, 350)
    rig.fail("list", "repeat_cursor", nth=2)

    with suppress(BrokenPromiseError):
        pull(rig, rig.connect(), shelf)

    assert set(shelf.seen.values()) == {1}


def test_a_crm_that_never_answers_is_given_up(rig, shelf):
    rig.create(rig.people, 3)
    connector = rig.connect(clock=SystemClock(), read_seconds=0.2, attempts=1)
    rig.fail("list", "hang")

    with pytest.raises(RetryableError):
        pull(rig, connector, shelf)


# Who may do what


def test_a_wrong_token_is_told_at_once(rig):
    with pytest.raises(CredentialsError):
        rig.connect(token="wrong").identify()


def test_the_account_has_one_identity(rig):
    assert rig.connect().identify().id == rig.connect().identify().id != ""


def test_an_object_that_may_not_be_read_is_named_and_the_others_go_on(rig, shelf):
    rig.create(rig.people, 3)
    connector = rig.connect(token=rig.token_without(rig.companies))

    with pytest.raises(MissingScopeError):
        connector.describe(rig.companies)
    with pytest.raises(MissingScopeError):
        list(connector.pull(Want(rig.companies, (rig.city,)), None, shelf))

    assert pull(rig, connector, shelf) is not None


def test_colleagues_who_have_left_are_told_from_those_at_work(rig):
    stays, goes = rig.join(), rig.join()
    rig.leave(goes)

    owners = rig.connect().owners()

    assert (owners[stays].is_active, owners[goes].is_active) == (True, False)
    assert all(owner.name for owner in owners.values())


def test_owners_that_may_not_be_read_are_refused_by_name(rig):
    rig.join()
    connector = rig.connect(token=rig.token_without_owners())

    with pytest.raises(MissingScopeError):
        connector.owners()


def test_the_schema_tells_what_can_be_written(rig):
    schema = rig.connect().describe(rig.people)

    assert schema.fields[rig.city].is_writable
    assert schema.fields[rig.picky].options
    assert any(not field.is_writable for field in schema.fields.values())


# Limits


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_the_limits_of_the_crm_are_never_passed(rig, shelf, share):
    rig.create(rig.people, 3000)
    rig.set(tier="free_starter")
    rig.calls()
    connector = rig.connect(share=share)
    cursor = None

    for _ in range(6):
        cursor = pull(rig, connector, shelf)
    for _ in range(20):
        cursor = pull(rig, connector, shelf, cursor)

    assert set(rig.calls()) == {200}


def test_the_limits_hold_for_several_threads_together(rig):
    ids = rig.create(rig.people, 100)
    rig.set(tier="free_starter")
    rig.calls()
    connector = rig.connect()

    def work():
        for _ in range(40):
            connector.read(want_people(rig), ids[:5])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert rig.calls() == {200: 160}
