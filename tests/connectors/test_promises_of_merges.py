"""What `connectors/protocol.py` promises of merges, asked of every connector in front of its simulated CRM."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.protocol import Merged
from syncd.model import FixState, MergeWrite, Ref


def merging(rig, goes, stays, **values):
    going, staying = (Ref("main", rig.people, one) for one in (goes, stays))
    return MergeWrite(goes, going, staying, {getattr(rig, name): value for name, value in values.items()})


def answering(connector, rig, *ids):
    """Return the ids that answer for records now."""
    reading = connector.whole(rig.people, ids)
    gone = {one.ref.id: one.merged_into for one in reading.gone}
    return [gone.get(id_, id_) for id_ in ids]


def taken_apart(connector, rig, before, at):
    """Take a merge apart, every step twice; return the record that was brought back."""
    went, stayed = before
    merged = Merged("undo", went, stayed, Ref("main", rig.people, at), {rig.city: "Berlin"})
    (first,), (second,) = (connector.revive(rig.people, [merged]) for _ in range(2))
    assert first.record.ref == second.record.ref
    merged = replace(merged, back=first.record.ref)
    (done,), (again,) = (connector.part(rig.people, [merged]) for _ in range(2))
    assert {done.state, again.state} == {FixState.APPLIED}
    return first.record.ref.id, done.detail


def test_a_merge_leaves_one_record_with_the_values_that_were_wanted(rig):
    stays, goes, bystander = rig.create(rig.people, 3)
    connector = rig.connect()

    (outcome,) = connector.merge(rig.people, [merging(rig, goes, stays, city="Berlin")])

    at = outcome.gone.merged_into
    assert outcome.state is FixState.APPLIED
    assert answering(connector, rig, goes, stays, bystander) == [at, at, bystander]
    assert rig.value(rig.people, at, rig.city) == "Berlin"


@pytest.mark.parametrize("how", ["lost_answer", "truncate", "late_status"])
def test_a_merge_whose_answer_is_lost_is_unknown_happens_once_and_is_finished(rig, how):
    stays, goes = rig.create(rig.people, 2)
    connector = rig.connect()
    images = {one.ref.id: one for one in connector.whole(rig.people, [goes, stays]).records}
    rig.fail("merge", how, count=1)

    (outcome,) = connector.merge(rig.people, [merging(rig, goes, stays, city="Berlin")])
    (_, at) = answering(connector, rig, goes, stays)
    merged = Merged("m", images[goes], images[stays], Ref("main", rig.people, at), {rig.city: "Berlin"})
    ends = [connector.finish_merges(rig.people, [merged])[0].state for _ in range(2)]

    assert outcome.state is FixState.UNKNOWN
    assert ends == [FixState.APPLIED] * 2
    assert sum(count for (_, what), count in rig.our_writes().items() if what in {"merge", "MasterRecordId"}) == 1
    assert rig.value(rig.people, at, rig.city) == "Berlin"


def test_a_merge_that_never_came_leaves_both_records_as_they_were(rig):
    stays, goes = rig.create(rig.people, 2)
    connector = rig.connect()
    rig.fail("merge", "status", status=500, count=1)

    (outcome,) = connector.merge(rig.people, [merging(rig, goes, stays, city="Berlin")])

    assert outcome.state is FixState.UNKNOWN
    assert answering(connector, rig, goes, stays) == [goes, stays]


def test_what_cannot_be_merged_is_told_before(rig):
    connector = rig.connect()
    stays, goes = rig.create(rig.people, 2)
    other = MergeWrite("x", Ref("main", rig.unmergeable, goes), Ref("main", rig.unmergeable, stays), {})

    assert connector.why_not_merged(rig.people, [merging(rig, goes, stays)]) == {}
    assert connector.why_not_merged(rig.unmergeable, [other]).keys() == {"x"}


def test_a_merge_taken_apart_gives_each_record_what_was_its_own(rig):
    stays, goes = rig.create(rig.people, 2)
    companies = rig.create(rig.companies, 2)
    for person, company in zip((stays, goes), companies, strict=True):
        rig.link(person, company)
    connector = rig.connect()
    images = {one.ref.id: one for one in connector.whole(rig.people, [goes, stays]).records}
    (outcome,) = connector.merge(rig.people, [merging(rig, goes, stays, city="Berlin")])
    at = outcome.gone.merged_into

    back, detail = taken_apart(connector, rig, (images[goes], images[stays]), at)

    assert detail == ""
    assert [rig.value(rig.people, one, rig.city) for one in (at, back)] == ["Bonn", "Bonn"]
    assert connector.links_of(rig.people, rig.companies, [at, back]) == {at: (companies[0],), back: (companies[1],)}
    assert rig.value(rig.people, back, rig.email) == images[goes].values[rig.email]


def test_what_a_person_wrote_since_a_merge_outlives_its_undo(rig):
    stays, goes = rig.create(rig.people, 2)
    connector = rig.connect()
    images = {one.ref.id: one for one in connector.whole(rig.people, [goes, stays]).records}
    (outcome,) = connector.merge(rig.people, [merging(rig, goes, stays, city="Berlin")])
    at = outcome.gone.merged_into
    rig.edit(rig.people, [at], **{rig.city: "Ulm"})

    _, detail = taken_apart(connector, rig, (images[goes], images[stays]), at)

    assert rig.value(rig.people, at, rig.city) == "Ulm"
    assert rig.city in detail


def test_people_can_be_told_what_a_merge_costs(rig):
    fidelity = rig.connect().merge_fidelity(rig.people)

    assert fidelity.comes_back
    assert fidelity.cannot
