"""The search endpoint: what it finds, in what order, how far, and how late."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.sandbox.effects import SYSTEM, Cause
from connectors.sandbox.hubspot import Account, writes
from connectors.sandbox.hubspot.readings import Readings
from connectors.sandbox.hubspot.search import SearchCache, parse, search
from connectors.sandbox.world import World

SEARCH = "/crm/v3/objects/contacts/search"


def _where(name: str, operator: str, value: object = None, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"propertyName": name, "operator": operator, **more}
    return row if value is None else {**row, "value": value}


@pytest.fixture
def cities(make):
    """Three contacts, by city."""
    return {
        "Bern": make(email="ada@example.com", city="Bern", firstname="Ada Maria", hs_lead_status="NEW"),
        "basel": make(email="bob@hubspot.com", city="basel", firstname="Bob", hs_lead_status="OPEN"),
        "": make(email="eve@other.example", firstname="Eve"),
    }


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ([_where("city", "EQ", "BERN")], ["Bern"]),
        ([_where("city", "NEQ", "bern")], ["basel"]),  # not set is not unequal
        ([_where("city", "IN", values=["bern", "basel"])], ["Bern", "basel"]),
        ([_where("city", "IN", values=["Bern"])], []),  # asked for in lower case only
        ([_where("city", "NOT_IN", values=["bern"])], ["basel"]),
        ([_where("city", "HAS_PROPERTY")], ["Bern", "basel"]),
        ([_where("city", "NOT_HAS_PROPERTY")], [""]),
        ([_where("hs_lead_status", "EQ", "NEW")], ["Bern"]),
        ([_where("hs_lead_status", "EQ", "new")], []),  # options are case-sensitive
        ([_where("email", "CONTAINS_TOKEN", "*@hubspot.com")], ["basel"]),
        ([_where("firstname", "CONTAINS_TOKEN", "maria")], ["Bern"]),
        ([_where("firstname", "NOT_CONTAINS_TOKEN", "mar*")], ["basel", ""]),
        ([_where("city", "HAS_PROPERTY"), _where("firstname", "EQ", "bob")], ["basel"]),
        ([_where("hs_lastmodifieddate", "GTE", "1000")], []),  # contacts have another one
        ([_where("lastmodifieddate", "GTE", "1000")], ["Bern", "basel", ""]),
        ([_where("lastmodifieddate", "LT", "2020-01-01")], []),
        ([_where("no_such_property", "EQ", "x")], []),
    ],
)
def test_each_operator_finds_what_it_says(cities, searched, filters, found):
    body = searched(*filters)

    assert [row["id"] for row in body["results"]] == [cities[city] for city in found]
    assert body["total"] == len(found)


def test_groups_are_alternatives_and_top_level_filters_are_a_group(cities, http):
    bern, basel = [_where("city", "EQ", "bern")], [_where("city", "EQ", "basel")]

    either = http.post(SEARCH, {"filterGroups": [{"filters": bern}, {"filters": basel}]})
    implicit = http.post(SEARCH, {"filters": basel})

    assert either["total"] == 2
    assert [row["id"] for row in implicit["results"]] == [cities["basel"]]


def test_free_text_looks_into_several_properties(cities, http):
    assert http.post(SEARCH, {"query": "maria ada@"})["results"][0]["id"] == cities["Bern"]


@pytest.mark.parametrize(
    ("sorts", "order"),
    [
        ([], ["Bern", "basel", ""]),
        (["-createdate"], ["Bern", "basel", ""]),
        ([{"propertyName": "firstname", "direction": "DESCENDING"}], ["", "basel", "Bern"]),
        (["city"], ["basel", "Bern", ""]),
        (["-hs_object_id"], ["", "basel", "Bern"]),
    ],
)
def test_sorts_come_as_text_or_object(cities, http, sorts, order, sandbox):
    table = sandbox.account.tables["contacts"]
    for one in cities.values():  # made in one millisecond
        table.records[int(one)].created_ms = 1_700_000_000_000

    rows = http.post(SEARCH, {"sorts": sorts})["results"]

    assert [row["id"] for row in rows] == [cities[city] for city in order]


def test_pages_go_by_offset_and_total_is_true(make, http):
    made = [make(firstname=f"n{number}") for number in range(5)]

    first = http.post(SEARCH, {"limit": 2})
    last = http.post(SEARCH, {"limit": 2, "after": "4"})

    assert (first["total"], first["paging"]["next"]["after"]) == (5, "2")
    assert [row["id"] for row in last["results"]] == made[4:]
    assert "paging" not in last


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"limit": -1},
        {"after": "x"},
        {"after": "10000"},
        {"after": "9900", "limit": 200},
        {"sorts": ["city", "email"]},
        {"query": "x" * 3_001},
        {"filterGroups": [{"filters": [_where("city", "HAS_PROPERTY")]}] * 6},
        {"filterGroups": [{"filters": [_where("city", "HAS_PROPERTY")] * 7}]},
        {"filterGroups": [{"filters": [_where("city", "HAS_PROPERTY")] * 5}] * 4},
        {"filterGroups": [{"filters": [_where("city", "LIKE", "x")]}]},
        {"filterGroups": [{"filters": [_where("city", "EQ")]}]},
        {"filterGroups": [{"filters": [_where("city", "IN")]}]},
        {"filterGroups": [{"filters": [_where("createdate", "BETWEEN", "5")]}]},
        {"filterGroups": [{"filters": [_where("createdate", "GT", "soon")]}]},
        {"filterGroups": [{"filters": [{"operator": "EQ"}]}]},
        {"filterGroups": "x"},
    ],
)
def test_a_wrong_search_is_refused(http, body):
    status, answer = http.refused("POST", SEARCH, body)

    assert (status, answer["category"]) == (400, "VALIDATION_ERROR")


def test_a_body_that_is_not_json_is_refused(http):
    answer = http._pool.request("POST", http.url + SEARCH, body=b"{", headers={"Authorization": f"Bearer {http.token}"})

    assert (answer.status, answer.json()["category"]) == (400, "VALIDATION_ERROR")


def test_a_window_from_epoch_zero_fails(http):
    assert http.ask("POST", SEARCH, {"filters": [_where("lastmodifieddate", "GTE", "0")]}).status == 500


def test_archived_records_are_never_found(make, http):
    one = make()
    http.ask("DELETE", f"/crm/v3/objects/contacts/{one}")

    assert http.post(SEARCH, {})["total"] == 0


def test_more_than_ten_thousand_are_counted_and_reached_by_their_ids(sandbox, http):
    http.control("settings", {"tier": "off"})
    cause = Cause(SYSTEM)
    kind = sandbox.account.types["contacts"]
    sandbox.call(lambda: [writes.create(sandbox.account, kind, {"firstname": "x"}, cause) for _ in range(10_050)])

    last_page = http.post(SEARCH, {"limit": 200, "after": "9800"})
    seen: list[str] = []
    while rows := http.post(
        SEARCH,
        {"filters": [_where("lastmodifieddate", "GTE", "1000"), _where("hs_object_id", "GT", [*"0", *seen][-1])],
         "sorts": ["hs_object_id"], "limit": 200},
    )["results"]:  # fmt: skip
        seen += [row["id"] for row in rows]

    assert last_page["total"] == 10_050
    assert last_page["paging"]["next"]["after"] == "10000"
    assert len(seen) == len(set(seen)) == 10_050


def test_records_are_found_by_what_they_are_linked_to(make, http):
    contact, company = make(), make("companies", name="Acme")
    make(email="other@example.com")
    http.ask("PUT", f"/crm/v4/objects/contacts/{contact}/associations/default/companies/{company}")

    found = http.post(SEARCH, {"filters": [_where("associations.company", "EQ", company)]})

    assert [row["id"] for row in found["results"]] == [contact]


def test_the_index_lags_and_rows_show_what_they_are_now(make, http, sandbox, searched):
    sandbox.call(sandbox.world.clock.freeze)
    old = make(email="old@example.com", city="Bern")
    http.control("clock", {"shift_s": 10})
    http.control("knobs", {"index_lag_s": 60})
    new = make(email="new@example.com", city="Bern")
    http.patch(f"/crm/v3/objects/contacts/{old}", {"properties": {"city": "Basel"}})

    behind = searched(_where("city", "EQ", "bern"), properties=["city"])
    http.control("clock", {"shift_s": 61})
    caught_up = searched(_where("city", "EQ", "bern"))

    assert [(row["id"], row["properties"]["city"]) for row in behind["results"]] == [(old, "Basel")]
    assert [row["id"] for row in caught_up["results"]] == [new]


def test_rows_come_out_of_order_when_told_to(make, http):
    made = [make(firstname=f"n{number}") for number in range(20)]
    http.control("knobs", {"sort_disorder": 0.5, "seed": 3})

    rows = [row["id"] for row in http.post(SEARCH, {"limit": 200, "sorts": ["hs_object_id"]})["results"]]

    assert rows != made
    assert sorted(rows) == made


# --- a law: search finds what a plain reading of its filters finds ---

_CITIES = st.sampled_from(["Bern", "bern", "Basel", "", "New York"])
_VALUES = st.fixed_dictionaries(
    {},
    optional={
        "city": _CITIES,
        "closedate": st.sampled_from(["2026-01-01", "2026-01-02T00:00:00Z", "1767312000000"]),
        "hs_lead_status": st.sampled_from(["NEW", "OPEN"]),
    },
)
_COMPARE = st.sampled_from(["EQ", "NEQ", "LT", "LTE", "GT", "GTE"])
_ON_CITY = st.builds(lambda operator, value: _where("city", operator, value), _COMPARE, _CITIES.filter(bool))
_ON_DATE = st.builds(
    lambda operator, value: _where("closedate", operator, value),
    _COMPARE,
    st.sampled_from(["1767225600000", "2026-01-02"]),
)
_ON_ID = st.builds(
    lambda operator, value: _where("hs_object_id", operator, value),
    st.sampled_from(["GT", "GTE", "LT", "LTE", "EQ"]),
    st.integers(20_000_000_100, 20_000_000_160).map(str),
)
_ON_STATUS = st.builds(lambda values: _where("hs_lead_status", "IN", values=values), st.lists(
    st.sampled_from(["NEW", "OPEN", "new"]), min_size=1, max_size=2))  # fmt: skip
_FILTERS = st.lists(st.one_of(_ON_CITY, _ON_DATE, _ON_ID, _ON_STATUS), min_size=1, max_size=4)

_ORDER = {
    "EQ": lambda a, b: a == b,
    "NEQ": lambda a, b: a != b,
    "LT": lambda a, b: a < b,
    "LTE": lambda a, b: a <= b,
    "GT": lambda a, b: a > b,
    "GTE": lambda a, b: a >= b,
}
_DAYS = {"1767225600000": 1, "2026-01-01": 1, "2026-01-01T00:00:00.000Z": 1}


def _holds(row: dict[str, Any], values: dict[str, str], record_id: int) -> bool:
    name, operator = row["propertyName"], row["operator"]
    if name == "hs_object_id":
        return bool(_ORDER[operator](record_id, int(row["value"])))
    value = values.get(name)
    if not value:
        return False
    if operator == "IN":
        return value in row["values"]
    if name == "city":
        return bool(_ORDER[operator](value.lower(), row["value"].lower()))
    return bool(_ORDER[operator](_DAYS.get(value, 2), _DAYS.get(row["value"], 2)))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(people=st.lists(_VALUES, max_size=8), groups=st.lists(_FILTERS, min_size=1, max_size=3))
def test_search_finds_what_a_plain_reading_of_the_filters_finds(people, groups):
    account = Account(World())
    kind = account.types["contacts"]
    made = [
        writes.create(account, kind, writes.checked(account, kind, values, None), Cause(SYSTEM)) for values in people
    ]

    query = parse({"filterGroups": [{"filters": group} for group in groups], "limit": 200}, Readings())
    found = search(account, kind, query, SearchCache())

    expected = [it.id for it in made if any(all(_holds(row, it.values, it.id) for row in group) for group in groups)]
    assert sorted(found.ids) == expected
    assert found.total == len(expected)
