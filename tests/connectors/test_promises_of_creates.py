"""What `connectors/protocol.py` promises of records that are made, asked of every connector in front of its simulated
CRM."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.model import CreateWrite, FixState, Link, Ref


def creating(rig, number=1, *, fix="f", company="", keys=None, **more):
    """Return a person to make."""
    name = {"hubspot": "lastname", "salesforce": "LastName"}[rig.crm]
    values = {name: f"Hopper {number}", rig.email: f"new-{number}@mail.example", rig.city: "Bonn", **more}
    links = (Link(Ref("main", rig.companies, company)),) if company else ()
    # That no two contacts share an address is HubSpot's alone.
    return CreateWrite(fix, values, links, (rig.email,) if rig.crm == "hubspot" and keys is None else keys or ())


def people(rig, connector):
    """Return the ids of all persons there are."""
    return {id_ for page in connector.census(rig.people) for id_ in page}


def before(rig):
    return rig.now() - timedelta(seconds=30)


def test_a_record_is_made_with_its_values_and_links(rig):
    (company,) = rig.create(rig.companies, 1)
    connector = rig.connect()

    (outcome,) = connector.create(rig.people, [creating(rig, company=company)])

    id_ = outcome.record.ref.id
    assert (outcome.state, outcome.detail) == (FixState.APPLIED, "")
    assert people(rig, connector) == {id_}
    assert [rig.value(rig.people, id_, field) for field in (rig.email, rig.city)] == ["new-1@mail.example", "Bonn"]
    assert connector.links_of(rig.people, rig.companies, [id_]) == {id_: (company,)}


def test_each_of_many_records_has_an_outcome_of_its_own(rig):
    connector = rig.connect()
    writes = [creating(rig, number, fix=f"f{number}") for number in range(240)]
    writes[7] = creating(rig, 7, fix="f7", **{rig.picky: "nonsense"})

    outcomes = connector.create(rig.people, writes)

    assert [one.fix for one in outcomes] == [one.fix for one in writes]
    assert [one.fix for one in outcomes if one.state is not FixState.APPLIED] == ["f7"]
    assert outcomes[7].state is FixState.REJECTED
    assert people(rig, connector) == {one.record.ref.id for one in outcomes if one.record is not None}
    assert rig.value(rig.people, outcomes[200].record.ref.id, rig.email) == "new-200@mail.example"


@pytest.mark.parametrize("how", ["lost_answer", "truncate", "late_status"])
def test_a_record_whose_answer_was_lost_is_made_once_and_found_again(rig, how):
    connector = rig.connect()
    since, write = before(rig), creating(rig)
    rig.fail("create", how, count=1)

    (outcome,) = connector.create(rig.people, [write])
    told = connector.made(rig.people, [write], {"f": since})

    assert outcome.state is FixState.UNKNOWN
    assert people(rig, connector) == {told["f"].ref.id}


def test_a_record_that_never_came_to_be_is_told_to_be_none(rig):
    connector = rig.connect()
    since, write = before(rig), creating(rig)
    rig.fail("create", "status", status=500, count=1)

    (outcome,) = connector.create(rig.people, [write])

    assert outcome.state is FixState.UNKNOWN
    assert connector.made(rig.people, [write], {"f": since}) == {"f": None}


def test_a_record_without_anything_unique_is_found_by_what_it_is_linked_to(rig):
    first, second = rig.create(rig.companies, 2)
    connector = rig.connect()
    since = before(rig)
    writes = [creating(rig, 1, fix="a", company=first, keys=()), creating(rig, 2, fix="b", company=second, keys=())]
    rig.fail("create", "lost_answer", count=1)

    outcomes = connector.create(rig.people, writes)
    told = connector.made(rig.people, writes, dict.fromkeys("ab", since))

    assert {one.state for one in outcomes} == {FixState.UNKNOWN}
    assert [rig.value(rig.people, told[fix].ref.id, rig.email) for fix in "ab"] == [
        "new-1@mail.example",
        "new-2@mail.example",
    ]


def test_a_record_that_was_there_before_is_never_taken_for_ours(rig):
    (company,) = rig.create(rig.companies, 1)
    connector = rig.connect()
    (earlier,) = connector.create(rig.people, [creating(rig, company=company)])
    rig.pass_time(3600)
    write = creating(rig, fix="g", company=company)

    told = connector.made(rig.people, [write], {"g": before(rig)})

    assert told == {"g": None}
    assert people(rig, connector) == {earlier.record.ref.id}


def test_what_looks_like_ours_and_is_not_quite_cannot_be_told(rig):
    (company,) = rig.create(rig.companies, 1)
    connector = rig.connect()
    since, write = before(rig), creating(rig, company=company, keys=())
    rig.fail("create", "lost_answer", count=1)
    connector.create(rig.people, [write])
    rig.edit(rig.people, people(rig, connector), **{rig.city: "Ulm"})

    assert connector.made(rig.people, [write], {"f": since}) == {}


def test_whoever_holds_a_unique_value_already_is_told_and_nothing_is_made(rig):
    unique = rig.make_unique(rig.people)
    connector = rig.connect()
    first, second = (
        creating(rig, number, fix=fix, keys=(unique,), **{unique: "K-1"}) for number, fix in ((1, "a"), (2, "b"))
    )

    (made,) = connector.create(rig.people, [first])
    (met,) = connector.create(rig.people, [second])

    assert (made.state, met.state) == (FixState.APPLIED, FixState.STALE)
    assert met.record.ref.id == made.record.ref.id
    assert len(people(rig, connector)) == 1


def test_of_two_with_one_unique_value_in_one_call_one_is_made(rig):
    unique = rig.make_unique(rig.people)
    connector = rig.connect()
    writes = [creating(rig, number, fix=str(number), keys=(unique,), **{unique: "K-1"}) for number in (1, 2)]

    made, met = connector.create(rig.people, writes)

    assert (made.state, met.state) == (FixState.APPLIED, FixState.STALE)
    assert met.record.ref.id == made.record.ref.id


def test_a_record_is_known_by_its_mark_whatever_somebody_has_made_of_it(rig):
    unique = rig.make_unique(rig.people)
    connector = rig.connect()
    since = before(rig)
    made, never = (
        CreateWrite(fix, {**creating(rig, number).values, unique: fix}, keys=(unique,), token=unique)
        for number, fix in ((1, "a"), (2, "b"))
    )
    rig.fail("create", "lost_answer", count=1)
    connector.create(rig.people, [made])
    (id_,) = people(rig, connector)
    rig.edit(rig.people, [id_], **{rig.city: "Ulm", rig.email: "other@mail.example"})

    told = connector.made(rig.people, [made, never], dict.fromkeys("ab", since))

    assert (told["a"].ref.id, told["b"]) == (id_, None)


def test_nothing_is_made_that_is_linked_to_what_is_gone(rig):
    (company,) = rig.create(rig.companies, 1)
    rig.archive(rig.companies, company)
    connector = rig.connect()

    (outcome,) = connector.create(rig.people, [creating(rig, company=company)])

    assert outcome.state is FixState.STALE
    assert people(rig, connector) == set()
