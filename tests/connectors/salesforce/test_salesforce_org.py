"""A Salesforce connector in front of a simulated org: what people and the rules of the org do to records."""

from __future__ import annotations

import pytest

from connectors import Want
from syncd.model import FixState, Link, LinkWrite, MergeWrite, Ref
from tests.connectors.promises import pull, settled
from tests.connectors.rigs import want_people
from tests.connectors.salesforce.orgs import CITY, write


def test_an_edit_within_the_second_in_which_we_read_is_seen_by_the_next_pull(org, shelf):
    (id_,) = org.create("Contact", 1)
    connector = org.connect()
    cursor = settled(org, connector, shelf)
    org.stand()
    org.edit("Contact", [id_], **{CITY: "Ulm"})
    cursor = pull(org, connector, shelf, cursor)
    org.edit("Contact", [id_], **{CITY: "Kiel"})
    org.pass_time(5)

    changed = [record for page in connector.pull(want_people(org), cursor, shelf) for record in page.records]

    assert [record.values[CITY] for record in changed] == ["Kiel"]


def test_an_edit_within_the_second_in_which_we_wrote_is_seen_by_the_next_pull(org, shelf):
    (id_,) = org.create("Contact", 1)
    connector = org.connect()
    cursor = settled(org, connector, shelf)
    org.stand()
    (outcome,) = connector.update("Contact", [write(id_, **{CITY: "Ulm"})])
    shelf.held[id_] = outcome.record.modified_at
    org.edit("Contact", [id_], **{CITY: "Kiel"})
    org.pass_time(5)

    changed = [record for page in connector.pull(want_people(org), cursor, shelf) for record in page.records]

    assert [record.values[CITY] for record in changed] == ["Kiel"]


def test_a_field_taken_from_us_in_the_middle_of_a_pull_is_not_fetched_from_there_on(org, shelf):
    org.create("Contact", 4500)
    connector = org.connect()
    pages = iter(connector.pull(want_people(org), None, shelf))
    first = next(pages)
    org.settle(permissions={"hide": ["Contact.MailingCity"]})

    rest = [record for page in pages for record in page.records]

    assert first.records[0].values.keys() == {"Email", CITY}
    assert {frozenset(record.values) for record in rest} == {frozenset({"Email"})}
    assert len(first.records) + len(rest) == 4500


def test_a_rule_of_the_org_refuses_single_rows_with_its_reason(org):
    ids = org.create("Contact", 3)
    org.settle(
        validation_rules=[
            {"object": "Contact", "field": "Phone", "message": "Phone must be E.164", "must_match": r"\+\d{8,15}"}
        ]
    )
    updates = [write(id_, Phone="+14155550100") for id_ in ids[:2]] + [write(ids[2], Phone="555")]

    outcomes = org.connect().update("Contact", updates)

    assert [outcome.state for outcome in outcomes] == [FixState.APPLIED, FixState.APPLIED, FixState.REJECTED]
    assert outcomes[2].detail == "FIELD_CUSTOM_VALIDATION_EXCEPTION: Phone must be E.164"


@pytest.mark.parametrize(("action", "state"), [("Alert", FixState.APPLIED), ("Block", FixState.REJECTED)])
def test_a_duplicate_rule_that_warns_lets_a_fix_pass_and_one_that_blocks_does_not(org, action, state):
    ids = org.create("Contact", 2)
    rule = {"name": "Same", "object": "Contact", "matching_rule": "Same", "keys": [["MailingCity"]], "action": action,
            "on_update": True}  # fmt: skip
    org.edit("Contact", [ids[0]], **{CITY: "Ulm"})
    org.settle(duplicate_rules=[rule])

    (outcome,) = org.connect().update("Contact", [write(ids[1], **{CITY: "Ulm"})])

    assert outcome.state is state


def test_rows_that_somebody_holds_are_written_when_they_are_free(org):
    ids = org.create("Contact", 2)
    org.settle(locks={"ids": [ids[0]], "seconds": 3})

    outcomes = org.connect().update("Contact", [write(id_, **{CITY: "Ulm"}) for id_ in ids])

    assert {outcome.state for outcome in outcomes} == {FixState.APPLIED}
    assert set(org.our_writes().values()) == {1}


def test_a_fix_gives_no_record_a_new_owner(org):
    (id_,) = org.create("Account", 1)
    owner = org.value("Account", id_, "OwnerId")
    org.settle(assignment_rules=[{"object": "Account", "owner": "integration@syncd-sandbox.example"}])

    org.connect().update("Account", [write(id_, "Account", BillingCity="Ulm")])

    assert org.value("Account", id_, "OwnerId") == owner


def test_merges_in_a_chain_lead_to_the_record_at_its_end(org, shelf):
    ids = org.create("Contact", 3)
    connector = org.connect()
    cursor = settled(org, connector, shelf)
    org.merge("Contact", ids[1], ids[0])
    org.merge("Contact", ids[2], ids[1])
    org.pass_time(5)

    pull(org, connector, shelf, cursor)
    reading = connector.read(want_people(org), [ids[0]])
    removed = {gone.ref.id: gone.merged_into for page in connector.removed("Contact") for gone in page}

    assert shelf.gone == {ids[0]: ids[2], ids[1]: ids[2]}
    assert [record.ref.id for record in reading.records] == [ids[2]]
    assert removed == shelf.gone


def test_a_record_taken_out_of_the_recycle_bin_is_there_again(org, shelf):
    ids = org.create("Contact", 2)
    connector = org.connect()
    cursor = settled(org, connector, shelf)
    org.archive("Contact", ids[0])
    org.pass_time(5)
    cursor = pull(org, connector, shelf, cursor)
    org.act(do="undelete", object="Contact", id=ids[0])
    org.pass_time(5)

    pull(org, connector, shelf, cursor)

    assert shelf.gone == {ids[0]: None}
    assert list(shelf.seen) == [ids[0]]


def test_a_record_deleted_for_good_is_told_by_the_log_of_deletions(org):
    ids = org.create("Contact", 3)
    org.archive("Contact", ids[0])
    org.archive("Contact", ids[1])
    org.pass_time(60)
    org.act(do="purge", object="Contact", id=ids[0])
    org.pass_time(120)

    removed = {gone.ref.id for page in org.connect().removed("Contact") for gone in page}

    assert removed == {ids[0], ids[1]}


def test_a_link_to_another_company_that_came_in_between_is_left_alone(org):
    (person,), companies = org.create("Contact", 1), org.create("Account", 2)
    org.link(person, companies[0])
    link = LinkWrite("f", Ref("main", "Contact", person), Link(Ref("main", "Account", companies[1]), "primary"))

    (outcome,) = org.connect().link("Contact", [link])

    assert outcome.state is FixState.REJECTED
    assert org.value("Contact", person, "AccountId") == companies[0]


def test_record_that_is_not_in_the_bin_cannot_be_brought_back_and_holds_up_nobody(org):
    ids = org.create("Contact", 3)
    connector = org.connect()
    connector.archive("Contact", ids[:1])

    outcomes = connector.restore("Contact", [ids[0], ids[1]])

    assert [outcome.state for outcome in outcomes] == [FixState.APPLIED, FixState.REJECTED]
    assert outcomes[1].detail.startswith("UNDELETE_FAILED")


def test_records_are_merged_and_the_next_pull_tells(org, shelf):
    ids = org.create("Contact", 5)
    (company,) = org.create("Account", 1)
    org.link(ids[1], company)
    connector = org.connect()
    cursor = settled(org, connector, shelf)

    stays = Ref("main", "Contact", ids[0])
    values = {"Phone": "+1 & more", CITY: None}
    merges = [MergeWrite(id_, Ref("main", "Contact", id_), stays, values) for id_ in ids[1:4]]
    outcomes = connector.merge("Contact", merges)
    org.pass_time(5)
    pull(org, connector, shelf, cursor)
    (kept,) = connector.read(Want("Contact", ("Phone", CITY)), [ids[0]]).records

    assert {outcome.state for outcome in outcomes} == {FixState.APPLIED}
    assert shelf.gone == dict.fromkeys(ids[1:4], ids[0])
    assert kept.values == {"Phone": "+1 & more", CITY: None}
