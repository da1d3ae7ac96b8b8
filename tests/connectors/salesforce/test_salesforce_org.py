"""A Salesforce connector in front of a simulated org: what only Salesforce does, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from connectors import Want, open_connector
from connectors.options import Options
from connectors.salesforce import bulk, full
from connectors.token_file import TokenFile
from syncd.errors import CredentialsError, QuotaExhaustedError
from syncd.model import Cursor, FixState, Link, LinkWrite, MergeWrite, Ref, Update
from tests.connectors.rigs import RigClock, SalesforceRig, Shelf, want_people

CITY = "MailingCity"


class Org(SalesforceRig):
    """An org with pages of two thousand rows."""

    _PAGE_CELLS: ClassVar = 0

    def knock(self, **credentials: str) -> Any:
        """Open a connector with other credentials."""
        clock = RigClock(self)
        return open_connector("salesforce", "main", self._sandbox.url, credentials, Options(share=1.0), self.ear, clock)

    def settle(self, **changes: Any) -> None:
        """Change settings of the org."""
        self._ask("POST", "/_sandbox/settings", changes)

    def end_sessions(self) -> None:
        """Let every session be over."""
        for session in self._ask("GET", "/_sandbox/tokens")["tokens"]:
            self._ask("POST", "/_sandbox/tokens/expire", {"value": session["value"]})

    def act(self, **wish: Any) -> dict[str, Any]:
        """Do something as somebody in the org."""
        return self._act(**wish)

    def make(self, rows: list[dict[str, Any]]) -> list[str]:
        """Let another app make records; return their ids, in their order."""
        ids: list[str] = []
        while len(ids) < len(rows):
            body = {"allOrNone": True, "records": rows[len(ids) : len(ids) + 200]}
            made = self._ask("POST", "/services/data/v64.0/composite/sobjects", body, self._other_app())
            assert all(row["success"] for row in made), made
            ids += [row["id"] for row in made]
        return sorted(ids) if len(rows) > 200 else ids

    def stand(self) -> None:
        """Let time stand still."""
        self._ask("POST", "/_sandbox/clock", {"freeze": True})


@pytest.fixture(scope="module")
def started() -> Iterator[Org]:
    org = Org()
    yield org
    org.close()


@pytest.fixture
def org(started: Org) -> Org:
    started.reset()
    return started


@pytest.fixture
def shelf():
    return Shelf()


def pull(org, connector, shelf, cursor=None, want=None):
    for page in connector.pull(want or want_people(org), cursor, shelf):
        shelf.keep(page)
        cursor = page.cursor
    return cursor


def settled(org, connector, shelf):
    cursor = pull(org, connector, shelf)
    org.pass_time(3600)
    cursor = pull(org, connector, shelf, cursor)
    org.calls()
    shelf.seen.clear()
    return cursor


def write(id_, object_name="Contact", **values):
    return Update(f"fix-{id_}", Ref("main", object_name, id_), values)


# What it costs


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


# Ways in


def test_a_key_opens_the_org(org):
    rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")
    serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, *form).decode()
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    public = key.public_key().public_bytes(serialization.Encoding.PEM, kind).decode()
    org.settle(app={"key": "sandbox-consumer-key", "public_key": public})

    connector = org.knock(
        client_id="sandbox-consumer-key", username="integration@syncd-sandbox.example", private_key=private
    )

    assert connector.identify().id


def test_a_password_with_its_security_token_opens_an_old_org(org):
    connector = org.knock(
        client_id="sandbox-consumer-key", client_secret="sandbox-consumer-secret",
        username="integration@syncd-sandbox.example", password="sandbox-password" + "sandbox-token",
    )  # fmt: skip

    assert connector.identify().id


def test_a_refresh_token_that_can_be_used_once_is_followed_by_its_successors(org, tmp_path):
    given = {
        "client_id": "sandbox-rotating-key", "client_secret": "sandbox-consumer-secret",
        "refresh_token": "sandbox-rotating-refresh-token",
    }  # fmt: skip
    files = [TokenFile(tmp_path / "token", given["refresh_token"]) for _ in range(2)]
    first, second = (
        open_connector("salesforce", "main", org._sandbox.url, given, Options(token_file=file), org.ear, RigClock(org))
        for file in files
    )

    first.identify()
    second.identify()
    org.end_sessions()
    first.identify()

    assert files[0].read() != given["refresh_token"]
    with pytest.raises(CredentialsError):
        org.knock(**given).identify()


def test_a_session_that_ends_between_two_pages_is_renewed_and_nothing_is_lost(org, shelf):
    ids = org.create("Contact", 4500)
    connector = org.connect()
    pages = iter(connector.pull(want_people(org), None, shelf))
    shelf.keep(next(pages))
    org.end_sessions()

    for page in pages:
        shelf.keep(page)

    assert set(shelf.seen) == set(ids)
    assert set(shelf.seen.values()) == {1}


def test_a_session_that_ends_before_a_write_is_renewed_and_the_write_happens_once(org):
    (id_,) = org.create("Contact", 1)
    connector = org.connect()
    connector.identify()
    org.end_sessions()

    (outcome,) = connector.update("Contact", [write(id_, **{CITY: "Ulm"})])

    assert outcome.state is FixState.APPLIED
    assert org.our_writes() == {(id_, CITY): 1}


def test_the_last_tenth_of_the_day_is_left_to_others(org):
    org.create("Contact", 1)
    org.settle(edition="trial", clear=True)
    connector = org.connect()
    connector.identify()
    org.settle(spend=4600)
    connector.identify()

    with pytest.raises(QuotaExhaustedError):
        connector.identify()

    assert connector.budget().limit == 5000
    assert 0 < connector.budget().remaining < 500


# What people and rules do


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


# Deals, and who has a part in them


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


def test_which_role_somebody_has_is_for_people_to_say(org):
    (person,), (deal,) = org.create("Contact", 1), deals_of(org, 1)

    (outcome,) = org.connect().link(
        "Opportunity", [LinkWrite("f", Ref("main", "Opportunity", deal), Link(Ref("main", "Contact", person)))]
    )

    assert outcome.state is FixState.REJECTED
    assert outcome.detail == "which role somebody has is for people to say"


def test_an_activity_is_linked_to_the_kind_of_record_it_is_with_and_to_no_other(org, shelf):
    (person,), (deal,) = org.create("Contact", 1), deals_of(org, 1)
    (lead,) = org.make([{"attributes": {"type": "Lead"}, "LastName": "Lovelace", "Company": "Engines"}])
    task = {"attributes": {"type": "Task"}, "Subject": "Call", "Status": "Completed", "Priority": "Normal"}
    with_person, with_lead = org.make([{**task, "WhoId": person, "WhatId": deal}, {**task, "WhoId": lead}])
    want = Want("Task", ("Subject",), ("Contact", "Opportunity"))

    records = {one.ref.id: one for page in org.connect().pull(want, None, shelf) for one in page.records}

    assert records[with_person].links == {"Contact": (person,), "Opportunity": (deal,)}
    assert records[with_lead].links == {"Contact": (), "Opportunity": ()}


# Who made a record


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

    (outcome,) = connector.update("Contact", [write(person, **dict([to_source(mapping, "country", "US")]))])

    assert sentences == ()
    assert to_canonical(mapping, record).values["country"] == "DE"
    assert outcome.state is FixState.APPLIED
    assert org.value("Contact", person, "MailingCountry") == "United States"


# Large objects, and merges


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
    monkeypatch.setattr(bulk, "_FETCHED", 1200)
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
    monkeypatch.setattr(bulk, "_FETCHED", 3000)
    first = next(iter(org.connect().pull(want_people(org), None, shelf)))
    shelf.keep(first)

    cursor = pull(org, org.connect(), shelf, first.cursor)

    assert set(shelf.seen) == set(ids)
    assert set(shelf.seen.values()) == {1}
    assert cursor.after is None


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
