"""Pulls and reads in front of a scripted server: what is asked, and what is made of odd answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors import Want
from connectors.salesforce import query
from syncd.errors import BrokenPromiseError, MissingScopeError, RefusedError, RetryableError
from syncd.model import Cursor, Gone, Ref
from tests.connectors.doubles import answer, text
from tests.connectors.salesforce.conftest import NOW, STAMP, contact_id, refused, row, rows

PEOPLE = Want("Contact", ("Email", "MailingCity"), ("Account",))
SINCE = datetime(2026, 3, 1, 11, 50, tzinfo=UTC)
WALKED = datetime(2026, 3, 1, 10, tzinfo=UTC)
ME = "005000000000009AAA"
LATER = Cursor(SINCE - timedelta(hours=1), walked_at=WALKED)


def pull(desk, cursor, shelf, want=PEOPLE):
    return list(desk.connector.pull(want, cursor, shelf))


def login(user=ME):
    whom = f"https://login.salesforce.com/id/00D000000000001AAA/{user}"
    return answer(200, {"access_token": "t", "id": whom})


def described(*names):
    fields = [{"name": name, "type": "string", "updateable": True} for name in names]
    return answer(200, {"fields": fields})


# Everything


def test_a_full_pull_asks_for_one_row_more_than_a_page_holds(desk, shelf):
    there = desk(rows(total=2), rows(row(1), row(2)))

    (page,) = pull(there, None, shelf)

    assert there.queries[1].endswith(f"FROM Contact ORDER BY Id LIMIT {query.PAGE + 1}")
    assert (page.total, page.cursor.since) == (2, SINCE)


def test_pages_of_wide_rows_are_cut_by_salesforce_and_each_begins_behind_the_last_row(desk, shelf):
    there = desk(rows(total=3), rows(row(1), row(2), more="/services/data/v64.0/query/0r8-2"), rows(row(3)))

    pages = pull(there, None, shelf)

    assert [len(page.records) for page in pages] == [2, 1]
    assert f"WHERE Id > '{contact_id(2)}' ORDER BY Id" in there.queries[2]
    assert [page.cursor.after for page in pages] == [contact_id(2), None]


def test_a_list_of_fields_that_no_url_holds_travels_in_a_body(desk, shelf):
    wide = Want("Contact", tuple(f"A_Rather_Long_Name_Of_A_Custom_Field_{number:03}__c" for number in range(300)))
    inner = {"totalSize": 1, "done": True, "records": [row(1)]}
    composite = answer(200, {"compositeResponse": [{"body": inner, "httpStatusCode": 200, "referenceId": "rows"}]}, NOW)
    there = desk(rows(total=1), composite)

    (page,) = pull(there, None, shelf, wide)

    asked = there.json[1]["compositeRequest"][0]["url"]
    assert there.paths[1] == "/services/data/v64.0/composite/"
    assert "SELECT Id,SystemModstamp" in parse_qs(urlsplit(asked).query)["q"][0]
    assert len(page.records) == 1


def test_a_refusal_inside_of_a_composite_is_a_refusal(desk, shelf):
    wide = Want("Contact", tuple(f"A_Rather_Long_Name_Of_A_Custom_Field_{number:03}__c" for number in range(300)))
    inner = [{"errorCode": "INVALID_TYPE", "message": "sObject type 'Contact' is not supported"}]
    composite = answer(200, {"compositeResponse": [{"body": inner, "httpStatusCode": 400, "referenceId": "rows"}]})
    there = desk(rows(total=1), composite)

    with pytest.raises(MissingScopeError):
        pull(there, None, shelf, wide)


@pytest.mark.parametrize("again", [row(1), row(2)], ids=["the first row", "the last row"])
def test_an_answer_that_does_not_move_forward_ends_the_pull(desk, shelf, again):
    there = desk(rows(total=3), rows(row(1), row(2), more="/services/more"), rows(again))

    with pytest.raises(BrokenPromiseError):
        pull(there, None, shelf)


@pytest.mark.parametrize("body", [{}, {"records": None}, [], {"records": [{"Id": "3"}]}, {"records": [{}]}], ids=str)
def test_an_answer_that_is_no_page_of_rows_ends_the_pull(desk, shelf, body):
    there = desk(rows(total=3), answer(200, body))

    with pytest.raises(BrokenPromiseError):
        pull(there, None, shelf)


def test_a_page_where_json_was_meant_is_asked_for_again(desk, shelf):
    there = desk(text(200, "<html>Maintenance</html>"), rows(total=1), rows(row(1)))

    (page,) = pull(there, None, shelf)

    assert len(page.records) == 1


def test_a_field_that_was_taken_from_us_is_not_fetched_and_the_others_are(desk, shelf):
    gone = refused(400, "INVALID_FIELD", "No such column 'MailingCity' on entity 'Contact'")
    there = desk(
        rows(total=1),
        gone,
        described(*query.system_fields("Contact"), "Email", "AccountId"),
        rows(row(1, Email="a@b.c")),
    )

    (page,) = pull(there, None, shelf)

    assert page.records[0].values == {"Email": "a@b.c"}
    assert "MailingCity" not in there.queries[-1]


def test_a_field_that_is_refused_and_yet_described_stops_the_pull(desk, shelf):
    fields = (*query.system_fields("Contact"), "Email", "MailingCity", "AccountId")
    there = desk(rows(total=1), refused(400, "INVALID_FIELD"), described(*fields))

    with pytest.raises(RefusedError):
        pull(there, None, shelf)


def test_a_query_that_takes_too_long_is_asked_again_for_fewer_rows(desk, shelf):
    there = desk(rows(total=2), refused(400, "QUERY_TIMEOUT"), refused(400, "QUERY_TIMEOUT"), rows(row(1), row(2)))

    (page,) = pull(there, None, shelf)

    assert [soql.rpartition(" ")[2] for soql in there.queries[1:]] == ["2001", "1000", "500"]
    assert len(page.records) == 2


def test_a_query_that_takes_too_long_however_small_is_left_for_later(desk, shelf):
    there = desk(rows(total=2), refused(400, "QUERY_TIMEOUT"))

    with pytest.raises(RetryableError):
        pull(there, None, shelf)


def test_short_ids_become_long_ones(desk, shelf):
    there = desk(rows(total=1), rows(row(1, Id="0035500001H9kZu", AccountId="0015500001H9kZu")))

    (page,) = pull(there, None, shelf)

    assert page.records[0].ref.id == "0035500001H9kZuAAJ"
    assert page.records[0].links == {"Account": ("0015500001H9kZuAAJ",)}


def test_an_object_without_merges_is_not_asked_for_them(desk, shelf):
    there = desk(rows(total=0), rows())

    pull(there, None, shelf, Want("Opportunity", ("Name",), ("Account",)))

    assert "MasterRecordId" not in there.queries[1]


def test_a_link_of_a_custom_object_is_found_by_its_description(desk, shelf):
    field = {"name": "Client__c", "type": "reference", "referenceTo": ["Account"]}
    there = desk(answer(200, {"fields": [field]}), rows(total=0), rows())

    pull(there, None, shelf, Want("Project__c", ("Name",), ("Account",)))

    assert "Client__c" in there.queries[1]


@pytest.mark.parametrize("count", [0, 2])
def test_a_link_that_nobody_can_tell_is_refused(desk, shelf, count):
    fields = [{"name": f"F{number}__c", "type": "reference", "referenceTo": ["Account"]} for number in range(count)]
    there = desk(answer(200, {"fields": fields}))

    with pytest.raises(RefusedError):
        pull(there, None, shelf, Want("Project__c", ("Name",), ("Account",)))


@pytest.mark.parametrize("name", ["Email FROM Contact--", "Name'", "a b", "1a", ""])
def test_a_name_that_is_none_never_gets_into_a_query(desk, shelf, name):
    there = desk(rows(total=1), rows())

    with pytest.raises(RefusedError):
        pull(there, None, shelf, Want("Contact", (name,)))


# What changed


def test_changes_are_asked_for_with_what_was_deleted_in_the_order_of_stamps(desk, shelf):
    there = desk(rows(row(1), headers=NOW))

    (page,) = pull(there, LATER, shelf)

    assert there.paths == ["/services/data/v64.0/queryAll/"]
    assert there.queries[0].endswith(
        "WHERE SystemModstamp >= 2026-03-01T10:50:00Z ORDER BY SystemModstamp DESC, Id DESC"
    )
    assert page.cursor == Cursor(SINCE, walked_at=datetime(2026, 3, 1, 12, tzinfo=UTC))


def test_more_rows_of_one_second_than_a_page_holds_are_walked_by_id(desk, shelf):
    there = desk(rows(row(3), row(2), more="/services/x"), rows(row(1), more="/services/x"), rows())

    pages = pull(there, LATER, shelf)

    at = "2026-03-01T11:00:00Z"
    behind = f"((SystemModstamp = {at} AND Id < '{contact_id(2)}') OR SystemModstamp < {at})"
    assert f"WHERE SystemModstamp >= 2026-03-01T10:50:00Z AND {behind} ORDER BY" in there.queries[1]
    assert [record.ref.id for page in pages for record in page.records] == [contact_id(number) for number in (3, 2, 1)]
    assert [page.cursor for page in pages[:-1]] == [LATER, LATER]


def test_a_window_too_large_for_a_page_of_which_all_is_held_is_one_call(desk, shelf):
    moment = datetime(2026, 3, 1, 11, tzinfo=UTC)
    shelf.held = {contact_id(number): moment for number in range(5000)}
    fresh = Cursor(SINCE - timedelta(hours=1), walked_at=SINCE)
    there = desk(rows(row(3), row(2), total=5000, more="/services/x"))

    (page,) = pull(there, fresh, shelf)

    assert (page.records, page.cursor, page.repeated_count) == ((), fresh, 2)


def test_a_window_with_more_rows_than_are_held_is_walked(desk, shelf):
    shelf.held = {contact_id(number): datetime(2026, 3, 1, 11, tzinfo=UTC) for number in (2, 3)}
    there = desk(rows(row(3), row(2), total=3, more="/services/x"), rows(row(1)))

    pages = pull(there, Cursor(SINCE - timedelta(hours=1), walked_at=SINCE), shelf)

    assert [record.ref.id for page in pages for record in page.records] == [contact_id(1)]


def test_a_window_that_takes_too_long_to_be_counted_is_walked_without(desk, shelf):
    there = desk(refused(400, "QUERY_TIMEOUT"), rows(row(1)))

    (page,) = pull(there, LATER, shelf)

    assert there.queries[1].endswith("LIMIT 2001")
    assert len(page.records) == 1


def test_changes_that_turn_in_circles_end(desk, shelf):
    there = desk(rows(row(2), row(1), more="/services/x"), rows(row(1)))

    with pytest.raises(BrokenPromiseError):
        pull(there, LATER, shelf)


def test_what_is_held_in_that_version_is_left_out(desk, shelf):
    settled = row(1, stamp="2026-03-01T09:00:00.000+0000")
    shelf.held[contact_id(1)] = datetime(2026, 3, 1, 9, tzinfo=UTC)
    there = desk(rows(settled))

    (page,) = pull(there, LATER, shelf)

    assert (page.records, page.repeated_count) == ((), 1)


NOON = "2026-03-01T12:00:00.000+0000"


def test_a_row_read_within_the_second_of_its_stamp_is_looked_at_again(desk, shelf):
    there = desk(rows(row(1, stamp=NOON)), rows(row(1, stamp=NOON, MailingCity="Kiel")), rows())
    shelf.keep(*pull(there, LATER, shelf))

    (page,) = pull(there, LATER, shelf)

    assert [record.values["MailingCity"] for record in page.records] == ["Kiel"]


def test_a_row_read_by_id_within_the_second_of_its_stamp_is_looked_at_again(desk, shelf):
    there = desk(rows(row(1, stamp=NOON)), rows(row(1, stamp=NOON, MailingCity="Kiel")))
    (read,) = there.connector.read(PEOPLE, [contact_id(1)]).records
    shelf.held[contact_id(1)] = read.modified_at

    (page,) = pull(there, LATER, shelf)

    assert [record.values["MailingCity"] for record in page.records] == ["Kiel"]


@pytest.mark.parametrize(("writer", "count"), [(ME, 0), ("005000000000001AAA", 1)])
def test_a_row_that_we_were_the_last_to_write_is_known_in_its_own_second(desk, shelf, writer, count):
    mine = row(1, stamp=NOON, LastModifiedById=writer)
    there = desk(login(), rows(mine), rows(mine), credentials={"client_id": "app", "client_secret": "hush"})
    shelf.keep(*pull(there, LATER, shelf))

    (page,) = pull(there, LATER, shelf)

    assert len(page.records) == count


def test_a_long_answer_tells_less_of_what_it_read(desk, shelf, clock):
    def slow(request, connection):
        clock.wait(60.0)
        rows(row(1, stamp="2026-03-01T11:59:30.000+0000"))(request, connection)

    there = desk(slow)

    (page,) = pull(there, LATER, shelf)

    assert page.records[0].modified_at < datetime(2026, 3, 1, 11, 59, 30, tzinfo=UTC)


def test_deleted_rows_are_gone_and_merged_ones_lead_to_the_end_of_their_chain(desk, shelf):
    a, b, c, d = (contact_id(number) for number in (1, 2, 3, 4))
    shelf.held = dict.fromkeys((a, b, d), WALKED)
    there = desk(
        rows(
            row(4, IsDeleted=True),
            row(3),
            row(2, IsDeleted=True, MasterRecordId=c[:15]),
            row(1, IsDeleted=True, MasterRecordId=b),
        )
    )

    (page,) = pull(there, LATER, shelf)

    assert [record.ref.id for record in page.records] == [c]
    assert {gone.ref.id: gone.merged_into for gone in page.gone} == {a: c, b: c, d: None}
    assert len(there.server.requests) == 1


def test_a_master_that_the_window_does_not_show_is_asked_for(desk, shelf):
    shelf.held[contact_id(1)] = WALKED
    there = desk(
        rows(row(1, IsDeleted=True, MasterRecordId=contact_id(2))),
        rows(row(2, IsDeleted=True, MasterRecordId=contact_id(3))),
        rows(row(3)),
    )

    (page,) = pull(there, LATER, shelf)

    assert page.gone == (Gone(Ref("main", "Contact", contact_id(1)), contact_id(3)),)


def test_masters_in_a_circle_end(desk, shelf):
    a, b = contact_id(1), contact_id(2)
    shelf.held = dict.fromkeys((a, b), WALKED)
    there = desk(rows(row(2, IsDeleted=True, MasterRecordId=a), row(1, IsDeleted=True, MasterRecordId=b)))

    (page,) = pull(there, LATER, shelf)

    assert len(page.gone) == 2


def test_what_was_deleted_and_never_held_is_no_news(desk, shelf):
    there = desk(rows(row(1, IsDeleted=True)))

    (page,) = pull(there, LATER, shelf)

    assert page.gone == ()


def test_without_a_clock_in_the_answer_the_newest_change_stands_for_it(desk, shelf):
    there = desk(answer(200, {"totalSize": 1, "done": True, "records": [row(1)]}))

    (page,) = pull(there, LATER, shelf)

    assert page.cursor.since == datetime(2026, 3, 1, 10, 50, tzinfo=UTC)


# By id


def test_ids_are_read_with_what_is_in_the_recycle_bin_and_each_has_its_fate(desk):
    there = desk(rows(row(1), row(2, IsDeleted=True)))

    reading = there.connector.read(Want("Contact", ("Email",)), [contact_id(number) for number in (1, 2, 3)])

    assert there.paths == ["/services/data/v64.0/queryAll/"]
    assert [record.ref.id for record in reading.records] == [contact_id(1)]
    assert {gone.ref.id for gone in reading.gone} == {contact_id(2), contact_id(3)}


def test_what_is_no_id_is_gone_and_fails_no_query(desk):
    there = desk(rows(row(1)))

    reading = there.connector.read(Want("Contact", ("Email",)), [contact_id(1), "x' OR Id != '", "\\"])

    assert "x'" not in there.queries[0]
    assert len(reading.gone) == 2


def test_an_answer_to_many_ids_that_is_cut_is_followed(desk):
    there = desk(rows(row(1), more="/services/data/v64.0/query/0r8-1"), rows(row(2)))

    reading = there.connector.read(Want("Contact", ("Email",)), [contact_id(1), contact_id(2)])

    assert there.paths[1] == "/services/data/v64.0/query/0r8-1"
    assert len(reading.records) == 2


def test_thousands_of_ids_are_a_call_each_thousand(desk):
    inner = {"totalSize": 0, "done": True, "records": []}
    there = desk(answer(200, {"compositeResponse": [{"body": inner, "httpStatusCode": 200, "referenceId": "rows"}]}))

    reading = there.connector.read(Want("Contact", ("Email",)), [contact_id(number) for number in range(2500)])

    assert len(there.server.requests) == 3
    assert len(reading.gone) == 2500


def test_the_log_of_deletions_tells_what_left_the_recycle_bin(desk):
    log = {"deletedRecords": [{"id": contact_id(number), "deletedDate": STAMP} for number in (1, 2, 3)]}
    there = desk(rows(row(1, IsDeleted=True)), answer(200, log), rows(row(3)))

    removed = [gone.ref.id for page in there.connector.removed("Contact") for gone in page]

    assert removed == [contact_id(1), contact_id(2)]
    asked = parse_qs(urlsplit(there.lines[1].split(" ")[1]).query)
    assert asked == {"start": ["2026-02-14T13:00:00+00:00"], "end": ["2026-03-01T12:00:00+00:00"]}


def test_an_object_without_a_log_of_deletions_still_has_its_recycle_bin(desk):
    there = desk(rows(row(1, IsDeleted=True)), refused(400, "INVALID_TYPE", "Contact is not replicable"))

    assert [len(page) for page in there.connector.removed("Contact")] == [1]


def test_the_org_tells_who_it_is_and_what_is_left_of_the_day(desk):
    there = desk(rows({"Id": "00D000000000001"}, headers={"Sforce-Limit-Info": "api-usage=18/5000"}))

    identity = there.connector.identify()

    assert (identity.id, identity.daily_remaining, identity.daily_limit) == ("00D000000000001EAA", 4982, 5000)
