"""What a pull of a simulated org costs, by queries and by jobs, and what comes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors import Want
from connectors.salesforce import bulk, full
from syncd.model import Cursor, FixState
from tests.connectors.promises import pull, settled
from tests.connectors.rigs import want_people
from tests.connectors.salesforce.orgs import CITY, write


def test_a_full_pull_is_a_call_each_two_thousand_and_one(org, shelf):
    org.create("Contact", 5000)
    connector = org.connect()

    pull(org, connector, shelf)

    assert len(shelf.seen) == 5000
    assert org.calls().total() == 4


def test_five_hundred_changes_with_their_links_are_one_call(org, shelf):
    ids = org.create("Contact", 3000)
    connector = org.connect()
    cursor = settled(org, connector, shelf)
    for id_ in ids[::6]:
        org.edit("Contact", [id_], **{CITY: "Ulm"})
    org.pass_time(5)

    pull(org, connector, shelf, cursor, want_people(org, links=True))

    assert len(shelf.seen) == 500
    assert org.calls().total() == 1


def test_a_window_that_fills_pages_is_one_call_when_nothing_is_new(org, shelf):
    ids = org.create("Contact", 5000)
    connector = org.connect(overlap=timedelta(minutes=10))
    cursor = settled(org, connector, shelf)
    org.edit("Contact", ids, **{CITY: "Ulm"})
    org.pass_time(5)
    cursor = pull(org, connector, shelf, cursor)
    org.calls()

    pull(org, connector, shelf, cursor)

    assert org.calls().total() == 1


def test_thousands_of_records_by_id_are_a_call_each_thousand(org):
    ids = org.create("Contact", 2500)
    connector = org.connect()

    reading = connector.read(want_people(org, links=True), ids)

    assert {record.ref.id for record in reading.records} == set(ids)
    assert org.calls().total() == 3


def test_two_hundred_writes_are_two_calls(org):
    ids = org.create("Contact", 200)
    connector = org.connect()

    outcomes = connector.update("Contact", [write(id_, **{CITY: "Ulm"}) for id_ in ids])

    assert {outcome.state for outcome in outcomes} == {FixState.APPLIED}
    assert org.calls().total() == 2


# Large objects


def test_a_large_object_comes_by_a_job_and_reads_as_by_queries(org, shelf, monkeypatch):
    ids = org.create("Contact", 3000)
    odd = 'two\nlines, "quoted", N/A\u2028end'
    org.edit("Contact", [ids[7]], Description=odd, **{CITY: "NA"})
    org.pass_time(3600)
    connector = org.connect()
    fields = ("Email", CITY, "Description", "HasOptedOutOfEmail", "Birthdate", "LastModifiedDate", "Phone")
    want = Want("Contact", fields, ("Account",))
    by_queries = {record.ref.id: record for page in connector.pull(want, None, shelf) for record in page.records}
    monkeypatch.setattr(full, "BULK_FROM", 1000)
    monkeypatch.setattr(bulk, "FETCHED", 1200)
    connector.describe("Contact")
    org.calls()

    pages = list(connector.pull(want, None, shelf))

    assert {record.ref.id: record for page in pages for record in page.records} == by_queries
    assert by_queries[ids[7]].values["Description"] == odd
    assert {page.total for page in pages} == {3000}
    # The count, the job, its state, and three pieces.
    assert org.calls().total() <= 1 + 1 + 2 + 3


def test_a_job_is_taken_up_again_by_another_connector(org, shelf, monkeypatch):
    ids = org.create("Contact", 5000)
    monkeypatch.setattr(full, "BULK_FROM", 1000)
    monkeypatch.setattr(bulk, "FETCHED", 3000)
    first = next(iter(org.connect().pull(want_people(org), None, shelf)))
    shelf.keep(first)

    cursor = pull(org, org.connect(), shelf, first.cursor)

    assert set(shelf.seen) == set(ids)
    assert set(shelf.seen.values()) == {1}
    assert cursor.after is None


# What can be asked for


@pytest.mark.parametrize("object_name", ["Contact", "Lead", "Account", "Opportunity", "Case", "Task", "Event"])
def test_everything_that_the_shipped_mappings_name_can_be_asked_for(org, shelf, object_name):
    from mappings import bind, shipped_mapping

    connector = org.connect()
    shipped = shipped_mapping("salesforce", object_name)
    assert shipped is not None
    mapping, sentences = bind(shipped, connector.describe(object_name))
    want = Want(object_name, mapping.properties, tuple(mapping.links.values()))

    pull(org, connector, shelf, Cursor(org.now()), want)
    pull(org, connector, shelf, None, want)

    assert sentences == ()


@pytest.mark.parametrize("is_bulk", [False, True])
def test_the_maker_of_a_record_is_told_by_what_kind_of_user_it_is(org, shelf, monkeypatch, is_bulk):
    org.create("Contact", 1)
    monkeypatch.setattr(full, "BULK_FROM", 0 if is_bulk else 10)
    want = Want("Contact", ("CreatedBy.UserType", "CreatedBy.Profile.Name"))

    (record,) = [one for page in org.connect().pull(want, None, shelf) for one in page.records]

    assert record.values["CreatedBy.UserType"] == "Standard"
    assert record.values["CreatedBy.Profile.Name"]


def test_what_may_not_be_read_of_other_objects_is_not_fetched_and_the_rest_is(org, shelf):
    org.create("Contact", 1)
    want = Want("Contact", ("Email", "CreatedBy.NoSuchField__c"))

    (record,) = [one for page in org.connect().pull(want, None, shelf) for one in page.records]

    assert record.values.keys() == {"Email"}


def test_countries_are_read_and_written_as_codes_where_the_org_has_lists_of_them(org, shelf):
    from mappings import bind, shipped_mapping, to_canonical, to_source

    (person,) = org.create("Contact", 1)
    org.edit("Contact", [person], MailingCountry="Germany", MailingState="")
    org.settle(state_country_picklists=True)
    connector = org.connect()
    shipped = shipped_mapping("salesforce", "Contact")
    assert shipped is not None
    mapping, sentences = bind(shipped, connector.describe("Contact"))
    (record,) = connector.read(Want("Contact", mapping.properties), [person]).records

    field, value = to_source(mapping, "country", "US")
    (outcome,) = connector.update("Contact", [write(person, **{field: value})])

    assert sentences == ()
    assert to_canonical(mapping, record).values["country"] == "DE"
    assert outcome.state is FixState.APPLIED
    assert org.value("Contact", person, "MailingCountry") == "United States"
