"""What `connectors/protocol.py` promises of writing, asked of every connector in front of its simulated CRM."""

from __future__ import annotations

import pytest

from syncd.model import FixState, Gone, Ref
from tests.connectors.promises import pull, settled, states, version, write
from tests.connectors.rigs import want_people


def test_what_was_written_is_there_and_comes_back(rig):
    ids = rig.create(rig.people, 150)
    connector = rig.connect()

    outcomes = connector.update(rig.people, [write(rig, id_, **{rig.city: "Ulm"}) for id_ in ids])

    assert states(outcomes) == [FixState.APPLIED] * 150
    assert [outcome.fix for outcome in outcomes] == [f"fix-{id_}" for id_ in ids]
    assert outcomes[0].record.values[rig.city] == "Ulm"
    assert rig.our_writes() == dict.fromkeys([(id_, rig.city) for id_ in ids], 1)


def test_a_record_that_was_written_comes_along_whole_as_somebody_else_has_just_left_it(rig):
    (id_,) = rig.create(rig.people, 1)
    connector = rig.connect()
    # None of the few that HubSpot puts into every answer.
    rig.edit(rig.people, [id_], **{rig.city: "Ulm"})
    ours = write(rig, id_, **{rig.email: "another@mail.example"})

    (outcome,) = connector.update(rig.people, [ours], [rig.email, rig.city])

    assert outcome.record.values[rig.email] == "another@mail.example"
    assert outcome.record.values[rig.city] == "Ulm"


def test_a_record_that_was_written_and_cannot_be_read_back_is_written_all_the_same(rig):
    (id_,) = rig.create(rig.people, 1)
    connector = rig.connect(attempts=1)
    rig.fail("read", "status", status=503)

    (outcome,) = connector.update(rig.people, [write(rig, id_, **{rig.city: "Ulm"})], [rig.email])

    assert (outcome.state, outcome.record) == (FixState.APPLIED, None)


def test_our_own_write_comes_back_in_the_version_that_was_answered(rig, shelf):
    ids = rig.create(rig.people, 3)
    connector = rig.connect()
    cursor = settled(rig, connector, shelf)
    (outcome,) = connector.update(rig.people, [write(rig, ids[0], **{rig.city: "Ulm"})])
    shelf.held[ids[0]] = outcome.record.modified_at
    rig.pass_time(5)

    pull(rig, connector, shelf, cursor)

    assert not shelf.seen


def test_a_value_can_be_cleared(rig):
    (id_,) = rig.create(rig.people, 1)
    connector = rig.connect()

    (outcome,) = connector.update(rig.people, [write(rig, id_, **{rig.city: None})])
    (record,) = connector.read(want_people(rig), [id_]).records

    assert outcome.state is FixState.APPLIED
    assert not record.values[rig.city]


def test_one_bad_value_does_not_stop_the_others(rig):
    ids = rig.create(rig.people, 120)
    connector = rig.connect()
    updates = [write(rig, id_, **{rig.city: "Ulm"}) for id_ in ids]
    updates[77] = write(rig, ids[77], **{rig.picky: "nonsense"})

    outcomes = connector.update(rig.people, updates)

    assert [place for place, state in enumerate(states(outcomes)) if state is FixState.REJECTED] == [77]
    assert states(outcomes).count(FixState.APPLIED) == 119
    assert outcomes[77].detail
    assert set(rig.our_writes().values()) == {1}


def test_a_record_deleted_before_the_write_is_stale(rig):
    ids = rig.create(rig.people, 2)
    connector = rig.connect()
    rig.archive(rig.people, ids[0])

    outcomes = connector.update(rig.people, [write(rig, id_, **{rig.city: "Ulm"}) for id_ in ids])

    assert states(outcomes) == [FixState.STALE, FixState.APPLIED]
    assert outcomes[0].gone == Gone(Ref("main", rig.people, ids[0]))


def test_a_record_merged_away_before_the_write_is_never_called_applied(rig):
    ids = rig.create(rig.people, 3)
    connector = rig.connect()
    rig.merge(rig.people, ids[0], ids[1])

    outcomes = connector.update(rig.people, [write(rig, ids[1], **{rig.city: "Ulm"})])

    assert states(outcomes)[0] in {FixState.UNKNOWN, FixState.STALE}


@pytest.mark.parametrize("how", ["lost_answer", "truncate", "late_status"])
def test_a_write_whose_answer_is_lost_is_unknown_and_happens_once(rig, how):
    ids = rig.create(rig.people, 5)
    connector = rig.connect()
    rig.fail("write", how, status=503)

    outcomes = connector.update(rig.people, [write(rig, id_, **{rig.city: "Ulm"}) for id_ in ids])

    assert set(states(outcomes)) == {FixState.UNKNOWN}
    assert rig.our_writes() == dict.fromkeys([(id_, rig.city) for id_ in ids], 1)


def test_a_write_that_failed_before_it_was_done_is_not_tried_again_by_itself(rig):
    ids = rig.create(rig.people, 5)
    connector = rig.connect()
    rig.fail("write", "reset", count=1)

    outcomes = connector.update(rig.people, [write(rig, id_, **{rig.city: "Ulm"}) for id_ in ids])

    assert set(states(outcomes)) == {FixState.UNKNOWN}
    assert not rig.our_writes()


def test_a_write_that_was_throttled_is_sent_again(rig):
    ids = rig.create(rig.people, 5)
    connector = rig.connect()
    rig.fail("write", "throttle", policy="SECONDLY", count=2)

    outcomes = connector.update(rig.people, [write(rig, id_, **{rig.city: "Ulm"}) for id_ in ids])

    assert set(states(outcomes)) == {FixState.APPLIED}
    assert set(rig.our_writes().values()) == {1}


def test_a_write_that_was_set_back_is_known_to_have_arrived(rig):
    (id_,) = rig.create(rig.people, 1)
    connector = rig.connect()
    sent, since = write(rig, id_, **{rig.city: "Ulm"}), version(rig, connector, id_)
    connector.update(rig.people, [sent])
    rig.edit(rig.people, [id_], **{rig.city: "Bonn"})

    assert connector.arrived(rig.people, [sent], {id_: since}) == {sent.fix: True}


def test_a_write_that_never_came_is_known_not_to_have_arrived(rig):
    untouched, touched, other = rig.create(rig.people, 3)
    connector = rig.connect()
    updates = [write(rig, id_, **{rig.city: "Ulm"}) for id_ in (untouched, touched)]
    since = {id_: version(rig, connector, id_) for id_ in (untouched, touched)}
    rig.edit(rig.people, [touched], **{rig.email: "another@mail.example"})
    rig.edit(rig.people, [other], **{rig.city: "Berlin"})

    assert connector.arrived(rig.people, updates, since) == {update.fix: False for update in updates}


def test_a_value_from_before_the_write_is_no_sign_of_it(rig):
    (id_,) = rig.create(rig.people, 1)
    connector = rig.connect()
    sent = write(rig, id_, **{rig.city: "Ulm"})
    connector.update(rig.people, [sent])
    rig.pass_time(5)
    rig.edit(rig.people, [id_], **{rig.city: "Bonn"})
    rig.pass_time(5)
    since = version(rig, connector, id_)
    rig.edit(rig.people, [id_], **{rig.email: "another@mail.example"})

    assert connector.arrived(rig.people, [sent], {id_: since}) == {sent.fix: False}


def test_a_change_behind_a_read_shows_in_the_version_unless_the_record_is_fresh(rig):
    (id_,) = rig.create(rig.people, 1)
    connector = rig.connect()
    rig.edit(rig.people, [id_], **{rig.city: "Ulm"})
    if connector.read(want_people(rig), [id_]).fresh:
        rig.pass_time(2)
    reading = connector.read(want_people(rig), [id_])

    rig.edit(rig.people, [id_], **{rig.city: "Bonn"})

    assert not reading.fresh
    assert version(rig, connector, id_) > reading.records[0].modified_at


def test_archived_records_are_gone(rig):
    ids = rig.create(rig.people, 3)
    connector = rig.connect()

    outcomes = connector.archive(rig.people, ids[:2])

    assert [(outcome.fix, outcome.state) for outcome in outcomes] == [(id_, FixState.APPLIED) for id_ in ids[:2]]
    assert [id_ for page in connector.census(rig.people) for id_ in page] == ids[2:]


def test_archived_records_come_back_or_the_connector_says_why_not(rig):
    ids = rig.create(rig.people, 3)
    connector = rig.connect()
    connector.archive(rig.people, ids[:2])

    outcomes = connector.restore(rig.people, ids[:2])

    reason = connector.why_not_restored(rig.people)
    state, there = (FixState.REJECTED, ids[2:]) if reason else (FixState.APPLIED, ids)
    assert [(outcome.fix, outcome.state) for outcome in outcomes] == [(id_, state) for id_ in ids[:2]]
    assert [id_ for page in connector.census(rig.people) for id_ in page] == there
    assert all(reason in outcome.detail for outcome in outcomes)
