"""What `connectors/protocol.py` promises of links, asked of every connector in front of its simulated CRM."""

from __future__ import annotations

from syncd.model import FixState, Link, LinkWrite, Ref
from tests.connectors.promises import states
from tests.connectors.rigs import want_people


def linked(rig, person, company, **more):
    return LinkWrite(
        f"fix-{person}", Ref("main", rig.people, person), Link(Ref("main", rig.companies, company), **more)
    )


def test_links_come_along_with_the_records(rig, shelf):
    people, companies = rig.create(rig.people, 150), rig.create(rig.companies, 2)
    rig.link(people[3], companies[1])
    connector = rig.connect()

    pages = list(connector.pull(want_people(rig, links=True), None, shelf))

    links = {record.ref.id: record.links[rig.companies] for page in pages for record in page.records}
    assert links == {**dict.fromkeys(people, ()), people[3]: (companies[1],)}


def test_a_link_is_made_and_read_back(rig):
    people, companies = rig.create(rig.people, 3), rig.create(rig.companies, 1)
    connector = rig.connect()

    outcomes = connector.link(rig.people, [linked(rig, id_, companies[0], label="primary") for id_ in people[:2]])

    assert states(outcomes) == [FixState.APPLIED] * 2
    assert connector.links_of(rig.people, rig.companies, people) == {
        people[0]: (companies[0],),
        people[1]: (companies[0],),
        people[2]: (),
    }


def test_the_primary_link_comes_first_wherever_links_are_read(rig, shelf):
    (person,), companies = rig.create(rig.people, 1), rig.create(rig.companies, rig.companies_a_person)
    for company in companies[:-1]:
        rig.link(person, company)
    connector = rig.connect()
    connector.link(rig.people, [linked(rig, person, companies[-1], label="primary")])

    listed = [r for page in connector.pull(want_people(rig, links=True), None, shelf) for r in page.records]
    read = connector.read(want_people(rig, links=True), [person]).records
    asked = connector.links_of(rig.people, rig.companies, [person])

    assert listed[0].links[rig.companies][0] == companies[-1]
    assert read[0].links[rig.companies] == asked[person]
    assert set(asked[person]) == set(companies)
    assert asked[person][0] == companies[-1]


def test_a_link_can_be_taken_back(rig):
    (person,), (company,) = rig.create(rig.people, 1), rig.create(rig.companies, 1)
    connector = rig.connect()
    connector.link(rig.people, [linked(rig, person, company, label="primary")])
    link = Link(Ref("main", rig.companies, company), "primary")

    (outcome,) = connector.link(rig.people, [LinkWrite("u", Ref("main", rig.people, person), link, remove=True)])

    assert outcome.state is FixState.APPLIED
    assert connector.links_of(rig.people, rig.companies, [person]) == {person: ()}


def test_a_link_whose_answer_is_lost_is_unknown(rig):
    (person,), (company,) = rig.create(rig.people, 1), rig.create(rig.companies, 1)
    connector = rig.connect()
    rig.fail("link", "lost_answer")

    (outcome,) = connector.link(rig.people, [linked(rig, person, company, label="primary")])

    assert outcome.state is FixState.UNKNOWN
    assert connector.links_of(rig.people, rig.companies, [person]) == {person: (company,)}
