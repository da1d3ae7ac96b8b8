"""What queries answer: shapes, comparisons, and the parts SQLite knows nothing of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from connectors.sandbox.salesforce.schema import make_field
from tests.connectors.sandbox_soql.soql_rows import Rows, Values, account_id, ask, contact_id, last_names, small_base


def test_record_has_its_attributes_and_the_fields_in_the_order_asked_for():
    result = ask("select lastname, ID, systemmodstamp, birthdate from contact limit 1", version="59.0")

    assert result.total_size == 1
    assert list(result.records[0].items()) == [
        ("attributes", {"type": "Contact", "url": f"/services/data/v59.0/sobjects/Contact/{contact_id(1)}"}),
        ("LastName", "Lovelace"),
        ("Id", contact_id(1)),
        ("SystemModstamp", "2026-11-19T23:00:00.000+0000"),
        ("Birthdate", "1990-12-10"),
    ]


def test_parents_are_objects_or_null():
    result = ask("SELECT Name, Parent.Name, Parent.Owner.Email FROM Account")

    parents = [record["Parent"] for record in result.records]
    assert parents[0] is None
    assert parents[1]["attributes"]["type"] == "Account"
    assert parents[1]["Owner"]["Email"] == "ann@example.com"


def test_children_are_a_result_of_their_own_or_null():
    result = ask(
        "SELECT Name, (SELECT LastName, Account.Name FROM Contacts ORDER BY LastName) FROM Account WHERE Name = 'ACME'"
    )

    family = result.records[0]["Contacts"]
    assert (family["totalSize"], family["done"]) == (2, True)
    assert [child["LastName"] for child in family["records"]] == ["Lovelace", "O'Neil"]
    assert ask("SELECT (SELECT Id FROM Cases) FROM Account").records[0]["Cases"] is None


def test_parent_that_may_be_of_several_kinds_is_shown_as_a_name():
    base = small_base()
    base.tables["Lead"] = [Values({"Id": "00Q5g0000000001AAA", "OwnerId": base.tables["User"][0]["Id"]})]

    owner = ask("SELECT Owner.Name FROM Lead", base).records[0]["Owner"]

    assert owner["attributes"]["type"] == "Name"
    assert owner["Name"] == "Ann Owner"


def test_type_of_a_parent_tells_which_kind_it_is():
    base = small_base()
    base.tables["Lead"] = [Values({"Id": "00Q5g0000000001AAA", "OwnerId": base.tables["User"][0]["Id"]})]

    result = ask("SELECT Owner.Type FROM Lead WHERE Owner.Type = 'user' ORDER BY Owner.Type", base)

    assert result.records[0]["Owner"]["Type"] == "User"


def test_count_has_a_size_and_no_records():
    result = ask("SELECT COUNT() FROM Contact WHERE AccountId != null")

    assert (result.total_size, result.records) == (3, [])


def test_aggregate_row_names_what_has_no_alias_by_number():
    result = ask(
        "SELECT Account.Name, COUNT(Id), MAX(Birthdate) newest, AVG(Account.NumberOfEmployees) FROM Contact "
        "GROUP BY Account.Name ORDER BY COUNT(Id) DESC"
    )

    assert result.records == [
        {"attributes": {"type": "AggregateResult"}, "Name": "Acme", "expr0": 2, "newest": "1990-12-10", "expr1": 20.0},
        {
            "attributes": {"type": "AggregateResult"},
            "Name": "Bolt & Co",
            "expr0": 1,
            "newest": "2001-01-31",
            "expr1": None,
        },
    ]


def test_aggregate_without_rows_is_one_row():
    assert ask("SELECT COUNT(Id) n, MAX(LastName) m FROM Contact WHERE Id = null").records == [
        {"attributes": {"type": "AggregateResult"}, "n": 0, "m": None}
    ]


def test_groups_may_be_years():
    result = ask(
        "SELECT CALENDAR_YEAR(Birthdate) y, COUNT(Id) n FROM Contact WHERE Birthdate != null "
        "GROUP BY CALENDAR_YEAR(Birthdate) ORDER BY CALENDAR_YEAR(Birthdate)"
    )

    assert [(record["y"], record["n"]) for record in result.records] == [(1990, 1), (2001, 1)]


# condition, last names found
CONDITIONS = [
    ("WHERE Email = 'ADA@EXAMPLE.COM'", ["Lovelace"]),
    ("WHERE Email != 'ada@example.com'", ["O'Neil", "100% sure"]),  # nulls too
    ("WHERE Email = ''", ["100% sure"]),  # there is no empty text
    ("WHERE LastName = 'O\\'Neil'", ["O'Neil"]),
    ("WHERE LastName LIKE '100\\%%'", ["100% sure"]),
    ("WHERE Email LIKE 'bob\\_b@%'", ["O'Neil"]),
    ("WHERE Email LIKE '___@example.com'", ["Lovelace"]),
    ("WHERE NOT LastName LIKE '%o%'", ["100% sure"]),
    (f"WHERE AccountId = '{account_id(1)[:15]}'", ["Lovelace", "O'Neil"]),
    (f"WHERE Id > '{contact_id(2)}'", ["100% sure"]),
    ("WHERE Account.Name = 'acme' AND Account.AnnualRevenue = 5e3", ["Lovelace", "O'Neil"]),
    ("WHERE Contact.LastName = 'lovelace'", ["Lovelace"]),
    ("WHERE LastName IN ('lovelace', null)", ["Lovelace"]),
    ("WHERE IsDeleted = true", []),
    ("WHERE CreatedDate = LAST_N_DAYS:0", []),
    ("USING SCOPE everything WHERE Birthdate > 2000-01-01 WITH SECURITY_ENFORCED FOR VIEW", ["100% sure"]),
    ("ORDER BY FirstName DESC NULLS LAST LIMIT 2", ["O'Neil", "Lovelace"]),
    ("ORDER BY FirstName", ["100% sure", "Lovelace", "O'Neil"]),  # nulls first
    ("ORDER BY FirstName DESC", ["100% sure", "O'Neil", "Lovelace"]),  # either way round
]


@pytest.mark.parametrize(("rest", "found"), CONDITIONS, ids=[row[0] for row in CONDITIONS])
def test_condition_finds(rest, found):
    assert last_names(rest) == found


def test_alias_of_the_object_leads_paths():
    assert ask("SELECT c.LastName, c.Account.Name FROM Contact c WHERE c.LastName = 'lovelace'").total_size == 1


def test_deleted_rows_are_found_when_asked_for():
    assert last_names("WHERE IsDeleted = true", include_deleted=True) == ["Away"]


def test_days_begin_at_midnight_where_the_user_is():
    # Rows are stamped at 23:00 UTC: in Tokyo it is the day after.
    now = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)

    assert last_names("WHERE SystemModstamp = TODAY", now=now) == ["O'Neil"]
    assert last_names("WHERE SystemModstamp = TODAY", now=now, zone=ZoneInfo("Asia/Tokyo")) == ["O'Neil"]
    assert last_names("WHERE SystemModstamp = YESTERDAY", now=now + timedelta(hours=1)) == ["O'Neil"]
    assert last_names("WHERE SystemModstamp = TODAY", now=now, zone=ZoneInfo("America/Los_Angeles")) == ["O'Neil"]
    early = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
    assert last_names("WHERE SystemModstamp = TODAY", now=early) == ["O'Neil"]
    assert last_names("WHERE SystemModstamp = TODAY", now=early, zone=ZoneInfo("Asia/Tokyo")) == ["Lovelace"]


def test_multi_select_picklist_includes_one_group_of_values_or_another():
    base = small_base()
    kind = base.objects["Contact"]
    topics = make_field({"name": "Topics__c", "type": "multipicklist", "label": "Topics", "custom": True})
    base.objects["Contact"] = type(kind)(
        kind.name,
        kind.label,
        kind.label_plural,
        kind.key_prefix,
        {**kind.fields, "Topics__c": topics},
        flags=kind.flags,
    )
    for row, value in zip(base.tables["Contact"], ["Red;Blue", "Blue", None], strict=False):
        row["Topics__c"] = value

    assert last_names("WHERE Topics__c INCLUDES ('red;blue', 'green')", base) == ["Lovelace"]
    assert last_names("WHERE Topics__c INCLUDES ('Blue')", base) == ["Lovelace", "O'Neil"]
    assert last_names("WHERE Topics__c EXCLUDES ('Red')", base) == ["O'Neil", "100% sure"]


def test_fields_of_a_kind_stand_for_all_their_names():
    record = ask("SELECT FIELDS(STANDARD) FROM Contact LIMIT 1").records[0]

    assert {"Id", "LastName", "MailingAddress", "SystemModstamp"} <= set(record)
    assert ask("SELECT FIELDS(ALL) FROM Contact LIMIT 200").total_size == 3


def test_incremental_query_looks_at_no_row_before_its_window():
    base = small_base()

    found = last_names(
        "WHERE (SystemModstamp = 2026-11-20T23:00:00Z AND Id > '003000000000000AAA') "
        "OR SystemModstamp > 2026-11-20T23:00:00Z ORDER BY SystemModstamp, Id",
        base,
    )

    assert found == ["O'Neil", "100% sure"]
    assert base.scans == 0


def test_query_for_ids_looks_only_at_those():
    base = small_base()

    found = last_names(f"WHERE Id IN ('{contact_id(2)}', '{contact_id(1)[:15]}') AND FirstName != 'Bob'", base)

    assert found == ["Lovelace"]
    assert base.scans == 0


def test_word_of_the_language_may_be_the_name_of_an_object():
    assert ask("SELECT Id FROM Group", Rows({"Group": []})).total_size == 0
