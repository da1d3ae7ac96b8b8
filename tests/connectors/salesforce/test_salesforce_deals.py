"""Deals of a simulated org, who has a part in them, and whom activities are with."""

from __future__ import annotations

from connectors import Want
from syncd.model import BESIDE, PARENT, FixState, Link, LinkWrite, Outcome, Ref
from tests.connectors.promises import pull


def deals_of(org, count, **more):
    values = {"StageName": "Prospecting", "CloseDate": "2026-06-30", **more}
    rows = [{"attributes": {"type": "Opportunity"}, "Name": f"Deal {place}", **values} for place in range(count)]
    return org.make(rows)


def role(org, deal, person, **more):
    values = {"OpportunityId": deal, "ContactId": person, **more}
    return org.make([{"attributes": {"type": "OpportunityContactRole"}, **values}])[0]


DEALS = Want("Opportunity", ("Name",), ("Account", "Contact"))


def test_people_come_along_with_their_deals_by_their_roles_the_primary_one_first(org, shelf):
    people, (company,) = org.create("Contact", 3), org.create("Account", 1)
    with_people, without = deals_of(org, 2, AccountId=company)
    role(org, with_people, people[0])
    role(org, with_people, people[2], IsPrimary=True)
    connector = org.connect()

    records = {one.ref.id: one for page in connector.pull(DEALS, None, shelf) for one in page.records}

    assert records[with_people].links == {"Account": (company,), "Contact": (people[2], people[0])}
    assert records[without].links == {"Account": (company,), "Contact": ()}
    assert connector.links_of("Opportunity", "Contact", [with_people])[with_people] == (people[2], people[0])


def test_a_role_that_comes_or_changes_is_seen_although_the_deal_has_no_new_stamp(org, shelf):
    people, (deal, *_) = org.create("Contact", 2), deals_of(org, 3)
    connector = org.connect()
    cursor = pull(org, connector, shelf, None, DEALS)
    org.pass_time(3600)
    cursor = pull(org, connector, shelf, cursor, DEALS)
    made = role(org, deal, people[1])
    org.pass_time(5)

    first = [one for page in connector.pull(DEALS, cursor, shelf) for one in page.records]
    org.edit("OpportunityContactRole", [made], ContactId=people[0])
    org.pass_time(5)
    second = [one for page in connector.pull(DEALS, cursor, shelf) for one in page.records]

    assert [(one.ref.id, one.links["Contact"]) for one in first] == [(deal, (people[1],))]
    assert [(one.ref.id, one.links["Contact"]) for one in second] == [(deal, (people[0],))]


def test_deals_of_which_nothing_is_new_cost_a_call_and_one_for_their_roles(org, shelf):
    (person,), (deal, *_) = org.create("Contact", 1), deals_of(org, 3)
    connector = org.connect()
    cursor = pull(org, connector, shelf, None, DEALS)
    org.pass_time(3600)
    role(org, deal, person)
    cursor = pull(org, connector, shelf, cursor, DEALS)
    org.calls()

    pull(org, connector, shelf, cursor, DEALS)

    assert org.calls().total() == 2


def test_a_page_of_deals_needs_one_call_more_for_the_roles_on_it(org, shelf):
    (person,), deals = org.create("Contact", 1), deals_of(org, 2200)
    for deal in (deals[0], deals[-1]):
        role(org, deal, person)
    connector = org.connect()
    org.calls()

    pages = list(connector.pull(DEALS, None, shelf))

    linked = {one.ref.id for page in pages for one in page.records if one.links["Contact"]}
    assert linked == {deals[0], deals[-1]}
    # The count, two pages, and the roles of each.
    assert org.calls().total() == 1 + 2 * 2


def _part(org, deal, person, *, fix="f", remove=False):
    write = LinkWrite(
        fix, Ref("main", "Opportunity", deal), Link(Ref("main", "Contact", person), BESIDE), remove=remove
    )
    return org.connect().link("Opportunity", [write])[0]


def test_somebody_gets_a_part_in_a_deal_without_a_role_once_and_it_is_taken_away_as_long_as_it_says_nothing(org):
    people, (deal,) = org.create("Contact", 2), deals_of(org, 1)
    role(org, deal, people[0], IsPrimary=True, Role="Decision Maker")

    made, again = _part(org, deal, people[1]), _part(org, deal, people[1])
    linked = org.connect().links_of("Opportunity", "Contact", [deal])[deal]
    gone, gone_again = _part(org, deal, people[1], remove=True), _part(org, deal, people[1], remove=True)
    named = _part(org, deal, people[0], remove=True)

    assert (made.state, again) == (FixState.APPLIED, Outcome("f", FixState.APPLIED, "so already"))
    assert linked == (people[0], people[1])
    assert (gone.state, gone_again.detail) == (FixState.APPLIED, "so already")
    assert (named.state, named.detail) == (FixState.REJECTED, "somebody has said which role it is by now")
    assert org.connect().links_of("Opportunity", "Contact", [deal])[deal] == (people[0],)


def test_an_account_becomes_a_part_of_another_one_and_none_that_is_part_of_a_third(org):
    part, head, other = org.create("Account", 3)

    def link(to, *, remove=False):
        write = LinkWrite("f", Ref("main", "Account", part), Link(Ref("main", "Account", to), PARENT), remove=remove)
        return org.connect().link("Account", [write])[0]

    made, second = link(head), link(other)
    (record,) = org.connect().read(Want("Account", ("ParentId",)), [part]).records
    gone = link(head, remove=True)

    assert (made.state, second.state) == (FixState.APPLIED, FixState.REJECTED)
    assert record.values["ParentId"] == head
    assert gone.state is FixState.APPLIED


def test_an_activity_is_linked_to_the_kind_of_record_it_is_with_and_to_no_other(org, shelf):
    (person,), (deal,) = org.create("Contact", 1), deals_of(org, 1)
    (lead,) = org.make([{"attributes": {"type": "Lead"}, "LastName": "Lovelace", "Company": "Engines"}])
    task = {"attributes": {"type": "Task"}, "Subject": "Call", "Status": "Completed", "Priority": "Normal"}
    with_person, with_lead = org.make([{**task, "WhoId": person, "WhatId": deal}, {**task, "WhoId": lead}])
    want = Want("Task", ("Subject",), ("Contact", "Opportunity"))

    records = {one.ref.id: one for page in org.connect().pull(want, None, shelf) for one in page.records}

    assert records[with_person].links == {"Contact": (person,), "Opportunity": (deal,)}
    assert records[with_lead].links == {"Contact": (), "Opportunity": ()}


def test_a_role_that_was_taken_away_is_seen_by_the_look_through_everything_and_by_no_other(org, shelf):
    people, (deal, *_) = org.create("Contact", 2), deals_of(org, 3)
    roles = [role(org, deal, one) for one in people]
    connector = org.connect()
    cursor = pull(org, connector, shelf, None, DEALS)
    org.pass_time(3600)
    cursor = pull(org, connector, shelf, cursor, DEALS)
    org.archive("OpportunityContactRole", roles[0])
    org.pass_time(5)

    changed = [one for page in connector.pull(DEALS, cursor, shelf) for one in page.records]
    everything = {one.ref.id: one.links["Contact"] for piece in connector.survey(DEALS) for one in piece.records}

    assert changed == []
    assert everything[deal] == (people[1],)
