"""Lists: kept by hand or by a rule, in folders, and what the official library makes of them."""

from __future__ import annotations

from typing import Any

import pytest

LISTS = "/crm/v3/lists"
DAY_S = 86_400
_YESTERDAY = {"timeType": "INDEXED", "indexReference": {"referenceType": "NOW"}, "offset": {"days": -1}}


def _prop(name: str, kind: str, operator: str, **more: Any) -> dict[str, Any]:
    operation = {"operationType": kind, "operator": operator, **more}
    return {"filterType": "PROPERTY", "property": name, "operation": operation}


def _rule(*filters: dict[str, Any], branches: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """Write a rule of one alternative."""
    inner = {"filterBranchType": "AND", "filters": list(filters), "filterBranches": list(branches)}
    return {"filterBranchType": "OR", "filterBranches": [inner], "filters": []}


@pytest.fixture
def listed(http):
    """Make a list; return its number."""

    def make_list(name: str = "Ours", kind: str = "0-1", processing: str = "MANUAL", **more: Any) -> str:
        body = {"name": name, "objectTypeId": kind, "processingType": processing, **more}
        return str(http.post(LISTS, body)["list"]["listId"])

    return make_list


@pytest.fixture
def members(http):
    """Return who is on a list, in order of id."""
    return lambda number: [row["recordId"] for row in http.get(f"{LISTS}/{number}/memberships")["results"]]


@pytest.fixture
def people(make):
    """Three contacts: Ada in Bern, Bo in New York, and one without a name."""
    return {
        "ada": make(email="ada@example.com", firstname="Ada", city="Bern", hs_buying_role="CHAMPION;BLOCKER"),
        "bo": make(email="bo@example.org", firstname="Bo", city="New York", lifecyclestage="lead"),
        "who": make(email="who@example.com", lifecyclestage="customer"),
    }


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (_prop("city", "MULTISTRING", "IS_EQUAL_TO", values=["bern", "oslo"]), "ada"),
        (_prop("city", "MULTISTRING", "IS_NOT_EQUAL_TO", values=["Bern"]), "bo"),
        (_prop("city", "STRING", "DOES_NOT_CONTAIN", value="york", includeObjectsWithNoValueSet=True), "ada who"),
        (_prop("email", "STRING", "ENDS_WITH", value=".org"), "bo"),
        (_prop("firstname", "ALL_PROPERTY", "IS_UNKNOWN"), "who"),
        (_prop("firstname", "ALL_PROPERTY", "IS_KNOWN"), "ada bo"),
        (_prop("lifecyclestage", "ENUMERATION", "IS_ANY_OF", values=["lead", "customer"]), "bo who"),
        (_prop("lifecyclestage", "ENUMERATION", "IS_ANY_OF", values=["LEAD"]), ""),
        (_prop("hs_buying_role", "ENUMERATION", "CONTAINS_ALL", values=["CHAMPION"]), "ada"),
        (_prop("hs_buying_role", "ENUMERATION", "IS_EXACTLY", values=["CHAMPION"]), ""),
        (_prop("num_associated_deals", "NUMBER", "IS_LESS_THAN", value=1), "ada bo who"),
        (_prop("num_associated_deals", "NUMBER_RANGED", "IS_NOT_BETWEEN", lowerBound=0, upperBound=2), ""),
        (_prop("hs_is_unworked", "BOOL", "IS_EQUAL_TO", value=True), "ada bo who"),
        (_prop("createdate", "ROLLING_DATE_RANGE", "IS_LESS_THAN_X_DAYS_AGO", numberOfDays=2), "ada bo who"),
        (_prop("createdate", "DATETIME", "IS_BEFORE", timestamp=1_600_000_000_000), ""),
        (_prop("createdate", "DATE", "IS_AFTER", year=2020, month="MARCH", day=1), "ada bo who"),
        (_prop("createdate", "RANGED_DATE", "IS_BETWEEN", lowerBound=0, upperBound=4_000_000_000_000), "ada bo who"),
        (
            _prop("createdate", "TIME_POINT", "IS_AFTER", timePoint=_YESTERDAY),
            "ada bo who",
        ),
        (_prop("city", "ROLLING_PROPERTY_UPDATED", "NOT_UPDATED_IN_LAST_X_DAYS", numberOfDays=1), "who"),
    ],
)  # fmt: skip
def test_a_dynamic_list_holds_whom_its_rule_finds(people, listed, members, asked, found):
    number = listed(processing="DYNAMIC", filterBranch=_rule(asked))

    assert members(number) == sorted(people[one] for one in found.split())


def test_a_dynamic_list_follows_the_records(http, people, listed, members, sandbox):
    number = listed(processing="DYNAMIC", filterBranch=_rule(_prop("city", "STRING", "IS_EQUAL_TO", value="Bern")))

    http.patch(f"/crm/v3/objects/contacts/{people['who']}", {"properties": {"city": "Bern"}})
    http.ask("DELETE", f"/crm/v3/objects/contacts/{people['ada']}")

    assert members(number) == [people["who"]]
    row = http.get(f"{LISTS}/{number}/memberships/join-order")["results"][0]
    changed = http.get(f"/crm/v3/objects/contacts/{people['who']}")["updatedAt"]
    assert row["membershipTimestamp"] == changed


def test_rules_that_count_days_see_the_days_go_by(http, people, listed, members):
    recent = _prop("createdate", "ROLLING_DATE_RANGE", "IS_LESS_THAN_X_DAYS_AGO", numberOfDays=2)
    number = listed(processing="DYNAMIC", filterBranch=_rule(recent))
    before = members(number)

    http.control("clock", {"shift_s": 3 * DAY_S})

    assert (len(before), members(number)) == (3, [])


def test_rules_look_at_lists_at_linked_records_and_at_what_was(http, people, make, listed, members):
    friends = listed("Friends")
    http.ask("PUT", f"{LISTS}/{friends}/memberships/add", [people["bo"]])
    company = make("companies", name="Acme", city="Bern")
    http.ask("PUT", f"/crm/v4/objects/contacts/{people['ada']}/associations/default/companies/{company}")
    http.patch(f"/crm/v3/objects/contacts/{people['bo']}", {"properties": {"city": "Oslo"}})
    in_bern = _prop("city", "STRING", "IS_EQUAL_TO", value="Bern")
    linked = {"filterBranchType": "ASSOCIATION", "objectTypeId": "0-2", "operator": "IN_LIST", "associationTypeId": 279,
              "associationCategory": "HUBSPOT_DEFINED", "filters": [in_bern], "filterBranches": []}  # fmt: skip
    was = _prop("city", "STRING", "HAS_EVER_BEEN_EQUAL_TO", value="New York")
    rules = {
        "friends": _rule({"filterType": "IN_LIST", "listId": friends, "operator": "IN_LIST"}),
        "of Bern": _rule(branches=(linked,)),
        "were in New York": _rule(was),
        "neither": _rule(branches=({"filterBranchType": "NOT_ANY", "filters": [in_bern, was]},)),
    }

    found = {name: members(listed(name, processing="DYNAMIC", filterBranch=branch)) for name, branch in rules.items()}

    assert found == {
        "friends": [people["bo"]],
        "of Bern": [people["ada"]],
        "were in New York": [people["bo"]],
        "neither": [people["who"]],
    }


def test_lists_about_each_other_come_to_an_end(http, people, listed, members):
    one = listed("One", processing="DYNAMIC", filterBranch=_rule(_prop("city", "ALL_PROPERTY", "IS_KNOWN")))
    two = listed("Two", processing="DYNAMIC", filterBranch=_rule({"filterType": "IN_LIST", "listId": one}))
    about_two = {"filterBranch": _rule({"filterType": "IN_LIST", "listId": two})}

    assert http.ask("PUT", f"{LISTS}/{one}/update-list-filters", about_two).status == 200

    assert members(one) == members(two) == sorted([people["ada"], people["bo"]])


def test_a_snapshot_begins_with_its_rule_and_is_kept_by_hand_from_then_on(http, people, listed, members):
    rule = _rule(_prop("city", "STRING", "IS_EQUAL_TO", value="Bern"))
    number = listed(processing="SNAPSHOT", filterBranch=rule)
    http.patch(f"/crm/v3/objects/contacts/{people['bo']}", {"properties": {"city": "Bern"}})

    told = http.ask("PUT", f"{LISTS}/{number}/memberships/add", [people["who"]]).json()

    assert told["recordsIdsAdded"] == [people["who"]]
    assert members(number) == sorted([people["ada"], people["who"]])


def test_records_are_put_on_and_taken_off_and_what_is_nowhere_is_told(http, people, listed):
    number = listed()
    http.ask("PUT", f"{LISTS}/{number}/memberships/add", [people["ada"], people["ada"]])
    body = {"recordIdsToAdd": [people["bo"], "999"], "recordIdsToRemove": [people["ada"], people["who"]]}

    told = http.ask("PUT", f"/crm/lists/2026-09/{number}/memberships/add-and-remove", body).json()
    on = http.get(f"/crm/lists/2026-09/records/0-1/{people['bo']}/memberships")["results"]

    assert told == {
        "recordsIdsAdded": [people["bo"]],
        "recordIdsRemoved": [people["ada"]],
        "recordIdsMissing": ["999"],
    }
    assert [row["listId"] for row in on] == [number]


def test_members_are_paged_in_the_order_they_joined_and_by_id_forth_and_back(http, make, listed):
    number = listed()
    ids = [make(firstname=f"n{place}") for place in range(5)]
    for one in reversed(ids):
        http.ask("PUT", f"{LISTS}/{number}/memberships/add", [one])
        http.control("clock", {"shift_s": 1})

    def walk(path: str, way: str = "after", start: str = "") -> list[str]:
        found, cursor = [], start
        while True:
            page = http.get(f"{LISTS}/{number}/{path}?limit=2" + (f"&{way}={cursor}" if cursor else ""))
            found += [row["recordId"] for row in page["results"]]
            assert page["total"] == 5
            if "paging" not in page:
                return found
            cursor = page["paging"]["next" if way == "after" else "prev"][way]

    last = http.get(f"{LISTS}/{number}/memberships?limit=4")["paging"]["next"]["after"]

    assert walk("memberships/join-order") == ids[::-1]
    assert walk("memberships") == ids
    assert walk("memberships", "before", last) == ids[2::-1]
    assert http.refused("GET", f"{LISTS}/{number}/memberships?after=x%21")[0] == 400
    assert http.refused("GET", f"{LISTS}/{number}/memberships?limit=251")[0] == 400


def test_a_list_stays_deleted_until_it_is_brought_back_and_for_good_after_ninety_days(http, listed):
    number = listed()
    gone = http.ask("DELETE", f"{LISTS}/{number}").status
    unseen = http.refused("GET", f"{LISTS}/{number}")[0], http.post(f"{LISTS}/search", {})["total"]

    back = http.ask("PUT", f"{LISTS}/{number}/restore").status
    there = http.get(f"{LISTS}/{number}")["list"]["name"]
    http.ask("DELETE", f"{LISTS}/{number}")
    http.control("clock", {"shift_s": 91 * DAY_S})

    assert (gone, unseen, back, there) == (204, (404, 0), 204, "Ours")
    assert http.refused("PUT", f"{LISTS}/{number}/restore")[0] == 404


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "objectTypeId": "0-1"},
        {"name": "x", "objectTypeId": "0-1", "processingType": "SOMETIMES"},
        {"name": "x", "objectTypeId": "9-9", "processingType": "MANUAL"},
        {"name": "Taken", "objectTypeId": "0-1", "processingType": "MANUAL"},
        {"name": "x", "objectTypeId": "0-1", "processingType": "DYNAMIC"},
        {"processingType": "DYNAMIC", "filterBranch": {"filterBranchType": "AND", "filters": []}},
        {"processingType": "DYNAMIC", "filterBranch": {"filterBranchType": "OR", "filterBranches": []}},
        {"processingType": "DYNAMIC", "filterBranch": _rule(_prop("nope", "STRING", "IS_EQUAL_TO", value="x"))},
        {"processingType": "DYNAMIC", "filterBranch": _rule(_prop("city", "STRING", "IS_LIKE", value="x"))},
        {"processingType": "DYNAMIC", "filterBranch": _rule(_prop("city", "MOOD", "IS_EQUAL_TO", value="x"))},
        {"processingType": "DYNAMIC", "filterBranch": _rule({"filterType": "FORM_SUBMISSION", "formId": "1"})},
        {"processingType": "DYNAMIC", "filterBranch": _rule(branches=({"filterBranchType": "UNIFIED_EVENTS"},))},
    ],
)
def test_a_list_that_cannot_be_is_refused(http, listed, body):
    listed("Taken")

    status, told = http.refused("POST", LISTS, {"name": "x", "objectTypeId": "0-1"} | body)

    assert (status, told["category"]) == (400, "VALIDATION_ERROR")
    if body.get("name") == "Taken":
        assert told["subCategory"] == "ILS.DUPLICATE_LIST_NAMES"


def test_a_dynamic_list_is_not_kept_by_hand_and_a_manual_one_has_no_rule(http, make, listed):
    rule = _rule(_prop("city", "ALL_PROPERTY", "IS_KNOWN"))
    dynamic, manual = listed("D", processing="DYNAMIC", filterBranch=rule), listed("M")
    companies = listed("C", "0-2")

    assert http.refused("PUT", f"{LISTS}/{dynamic}/memberships/add", [make()])[0] == 400
    assert http.refused("DELETE", f"{LISTS}/{dynamic}/memberships")[0] == 400
    assert http.refused("PUT", f"{LISTS}/{manual}/update-list-filters", {"filterBranch": rule})[0] == 400
    assert http.refused("PUT", f"{LISTS}/{manual}/memberships/add", ["one"])[0] == 400
    assert http.refused("PUT", f"{LISTS}/{manual}/memberships/add-from/{companies}")[0] == 400


def test_a_property_a_rule_looks_at_stays(http, listed):
    shoe = {"name": "shoe", "label": "Shoe", "type": "string", "fieldType": "text", "groupName": "contactinformation"}
    http.post("/crm/v3/properties/contacts", shoe)
    number = listed(processing="DYNAMIC", filterBranch=_rule(_prop("shoe", "ALL_PROPERTY", "IS_KNOWN")))

    status, told = http.refused("DELETE", "/crm/v3/properties/contacts/shoe")
    http.ask("DELETE", f"{LISTS}/{number}")

    assert (status, told["subCategory"]) == (400, "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE")
    assert http.ask("DELETE", "/crm/v3/properties/contacts/shoe").status == 204


def test_lists_and_rules_survive_a_restart(http, people, listed, members):
    number = listed(processing="DYNAMIC", filterBranch=_rule(_prop("city", "ALL_PROPERTY", "IS_KNOWN")))
    folder = http.post(f"{LISTS}/folders", {"name": "Ours"})["folder"]["id"]

    http.control("load", http.control("save", {}))

    assert members(number) == sorted([people["ada"], people["bo"]])
    assert http.get(f"{LISTS}/folders?folderId={folder}")["folder"]["name"] == "Ours"


def test_official_sdk_keeps_lists_and_folders(client, people):
    lists, folders, on = client.crm.lists.lists_api, client.crm.lists.folders_api, client.crm.lists.memberships_api
    rule = _rule(_prop("city", "MULTISTRING", "IS_EQUAL_TO", values=["Bern"]))
    folder = folders.create({"name": "Ours"}).folder
    inner = folders.create({"name": "Inner", "parentFolderId": str(folder.id)}).folder

    made = lists.create({"name": "Bern", "objectTypeId": "0-1", "processingType": "DYNAMIC", "filterBranch": rule}).list
    folders.move_list({"listId": made.list_id, "newFolderId": str(inner.id)})
    read = lists.get_by_id(made.list_id, include_filters=True).list
    plain = lists.get_all(list_ids=[made.list_id]).lists[0]
    lists.update_name(made.list_id, list_name="People of Bern")
    found = lists.do_search({"query": "of bern", "processingTypes": ["DYNAMIC"]}).lists[0]
    by_name = lists.get_by_name("People of Bern", "0-1").list

    assert [row.record_id for row in on.get_page_ordered_by_added_to_list_date(made.list_id).results] == [people["ada"]]
    assert read.filter_branch.filter_branches[0].filters[0].operation.values == ["Bern"]
    assert plain.filter_branch is None
    assert found.additional_properties["hs_folder_name"] == "Inner"
    assert found.additional_properties["hs_list_size"] == "1"
    assert by_name.list_id == made.list_id
    assert folders.get_all(folder_id=str(inner.id)).folder.child_lists == [int(made.list_id)]
    assert folders.rename(str(inner.id), new_folder_name="Within").folder.name == "Within"
    assert folders.move(new_parent_folder_id="0", folder_id=str(inner.id)).folder.parent_folder_id == 0
    folders.remove(str(folder.id))
    lists.remove(made.list_id)
    lists.restore(made.list_id)
    assert [node.name for node in folders.get_all().folder.child_nodes] == ["Within"]


def test_folders_that_hold_something_or_would_hold_themselves_are_refused(http, listed):
    outer = http.post(f"{LISTS}/folders", {"name": "Outer"})["folder"]["id"]
    inner = http.post(f"{LISTS}/folders", {"name": "Inner", "parentFolderId": str(outer)})["folder"]["id"]
    listed(listFolderId=inner)

    assert http.refused("DELETE", f"{LISTS}/folders/{inner}")[0] == 400
    assert http.refused("PUT", f"{LISTS}/folders/{outer}/move/{inner}")[0] == 400
    assert http.refused("PUT", f"{LISTS}/folders/0/rename?newFolderName=x")[0] == 404
    assert http.refused("POST", f"{LISTS}/folders", {"name": "x", "parentFolderId": "77"})[0] == 404
