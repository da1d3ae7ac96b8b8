"""SOQL beyond the everyday: TYPEOF, subtotals, functions that show values another way, scopes, many children."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.sandbox.salesforce.ids import make_id
from connectors.sandbox.salesforce.soql import SoqlError
from tests.connectors.sandbox_soql.soql_rows import Values, account_id, ask, contact_id, small_base


@pytest.fixture
def base():
    made = small_base()
    tasks = [
        {"Id": make_id("00T", 1), "WhatId": account_id(1), "WhoId": contact_id(1), "OwnerId": make_id("005", 1)},
        {"Id": make_id("00T", 2), "WhoId": make_id("00Q", 1), "OwnerId": make_id("005", 2)},
    ]
    made.tables["Task"] = [Values(row) for row in tasks]
    made.tables["Lead"] = [Values({"Id": make_id("00Q", 1), "Name": "Lea Lead", "Company": "Leads Inc"})]
    return made


def shown(text, base):
    return [{key: value for key, value in row.items() if key != "attributes"} for row in ask(text, base).records]


def test_typeof_shows_of_each_kind_its_own_fields(base):
    text = (
        "SELECT TYPEOF Who WHEN Lead THEN Company, Name ELSE Name END, TYPEOF What WHEN Account THEN Name END FROM Task"
    )

    first, second = ask(text, base).records

    assert first["Who"]["attributes"]["type"] == "Contact"
    assert "Company" not in first["Who"]
    assert first["What"]["Name"] == "Acme"
    assert (second["Who"]["Company"], second["Who"]["Name"]) == ("Leads Inc", "Lea Lead")
    assert second["What"] is None


@pytest.mark.parametrize(
    "text",
    [
        "SELECT TYPEOF Account WHEN Account THEN Name END FROM Contact",
        "SELECT TYPEOF Who WHEN Opportunity THEN Name END FROM Task",
        "SELECT TYPEOF Who WHEN Lead THEN Nope END FROM Task",
        "SELECT TYPEOF Who WHEN Lead THEN Name ELSE Nope END FROM Task",
        "SELECT LeadSource, GROUPING(LeadSource) FROM Contact GROUP BY LeadSource",
        "SELECT COUNT(Id) FROM Contact GROUP BY ROLLUP(LeadSource), AccountId",
        "SELECT COUNT(Id) FROM Contact GROUP BY CUBE(LeadSource, AccountId, OwnerId, Title)",
        "SELECT convertCurrency(NumberOfEmployees) FROM Account",
        "SELECT Id FROM Contact USING SCOPE team",
    ],
)
def test_what_makes_no_sense_is_refused(base, text):
    with pytest.raises(SoqlError):
        ask(text, base)


def test_rollup_adds_sums_below_what_they_add_up(base):
    text = (
        "SELECT AccountId a, LeadSource s, GROUPING(LeadSource) g, COUNT(Id) n FROM Contact "
        "GROUP BY ROLLUP(AccountId, LeadSource)"
    )

    rows = [(row["a"], row["s"], row["g"], row["n"]) for row in ask(text, base).records]

    acme, bolt = account_id(1), account_id(2)
    assert rows == [
        (acme, "Web", 0, 1), (acme, "Other", 0, 1), (acme, None, 1, 2), (bolt, None, 0, 1), (bolt, None, 1, 1),
        (None, None, 1, 3),
    ]  # fmt: skip


def test_cube_adds_up_every_way_and_having_picks_sums(base):
    every = "SELECT AccountId, LeadSource, COUNT(Id) n FROM Contact GROUP BY CUBE(AccountId, LeadSource)"
    picked = (
        "SELECT COUNT(Id) n FROM Contact GROUP BY CUBE(AccountId, LeadSource) "
        "HAVING GROUPING(AccountId) = 1 AND COUNT(Id) > 1"
    )

    assert sorted(row["n"] for row in ask(every, base).records) == [1, 1, 1, 1, 1, 1, 1, 2, 3]
    assert [row["n"] for row in ask(picked, base).records] == [3]


def test_functions_of_the_select_list_show_under_their_alias(base):
    text = "SELECT AnnualRevenue, FORMAT(AnnualRevenue) shown, convertCurrency(AnnualRevenue) own FROM Account LIMIT 1"
    moment = "SELECT FORMAT(CreatedDate), toLabel(LeadSource) label FROM Contact LIMIT 1"
    base.tables["Contact"][0]["CreatedDate"] = datetime(2026, 3, 4, 16, 5, tzinfo=UTC)

    assert shown(text, base) == [{"AnnualRevenue": 5000.0, "shown": "$5,000.00", "own": 5000.0}]
    assert shown(moment, base) == [{"CreatedDate": "3/4/2026, 4:05 PM", "label": "Web"}]


def test_scope_mine_shows_the_callers_own_records(base):
    assert [row["Id"] for row in shown("SELECT Id FROM Task USING SCOPE mine", base)] == [make_id("00T", 1)]
    assert len(shown("SELECT Id FROM Task USING SCOPE everything UPDATE TRACKING", base)) == 2


def test_children_beyond_200_wait_behind_a_locator(base):
    for number in range(10, 260):
        row = {"Id": contact_id(number), "LastName": str(number), "AccountId": account_id(2), "IsDeleted": False}
        base.tables["Contact"].append(Values(row))

    few, many = (row["Contacts"] for row in ask("SELECT (SELECT Id FROM Contacts) FROM Account", base).records)

    assert (few["totalSize"], few["done"], "nextRecordsUrl" in few) == (2, True, False)
    assert (many["totalSize"], many["done"], len(many["records"])) == (251, False, 200)
    assert many["nextRecordsUrl"] == "kept-Contact-200"
