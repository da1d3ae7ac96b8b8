"""Reading by id, by list and links: the corners HubSpot's answers have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.hubspot.client import ENDPOINTS
from connectors.protocol import Want
from syncd.errors import BrokenPromiseError, MissingScopeError, RefusedError
from syncd.model import Cursor
from tests.connectors.doubles import answer

WANT = Want("contacts", ("email",))
LINKED = Want("contacts", ("email",), ("companies",))
DATE = {"Date": "Sun, 01 Mar 2026 12:00:00 GMT"}
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FORBIDDEN = answer(403, {"category": "MISSING_SCOPES", "message": "m"})


class NothingKnown:
    def versions(self, ids):
        return {}

    def count(self):
        return 0

    def count_since(self, since):
        return 0


def row(id_, merged="", **more):
    values = {"email": f"{id_}@x.com", "lastmodifieddate": "2026-02-01T00:00:00.000Z", "hs_merged_object_ids": merged}
    return {"id": str(id_), "properties": values, **more}


def found(*rows, errors=(), status=200, after=None):
    body: dict[str, object] = {"results": list(rows), "errors": list(errors)}
    if after is not None:
        body["paging"] = {"next": {"after": str(after)}}
    return answer(status, body, DATE)


def missing(*ids):
    return {"category": "OBJECT_NOT_FOUND", "message": "m", "context": {"ids": [str(id_) for id_ in ids]}}


def count(total):
    return answer(200, {"total": total, "results": []}, DATE)


def links(*pairs, after=None):
    rows: dict[int, list[dict[str, object]]] = {}
    for from_id, to_id, label in pairs:
        kinds = [{"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None}]
        if label:
            kinds.append({"category": "HUBSPOT_DEFINED", "typeId": 1, "label": label})
        rows.setdefault(from_id, []).append({"toObjectId": to_id, "associationTypes": kinds})
    results = [{"from": {"id": str(from_id)}, "to": tos} for from_id, tos in rows.items()]
    if after:
        results[-1]["paging"] = {"next": {"after": after}}
    return answer(200, {"results": results})


def alive(reading):
    return [record.ref.id for record in reading.records]


def gone(reading):
    return {one.ref.id: one.merged_into for one in reading.gone}


def test_an_id_hubspot_does_not_know_is_gone(desk):
    there = desk(found(row(1), errors=[missing(2)], status=207))

    reading = there.connector.read(WANT, ["1", "2"])

    assert alive(reading) == ["1"]
    assert gone(reading) == {"2": None}
    assert len(there.server.requests) == 1


def test_an_id_left_out_without_a_word_is_asked_for_again(desk):
    there = desk(found(row(1)), found(row(2)))

    reading = there.connector.read(WANT, ["1", "2"])

    assert alive(reading) == ["1", "2"]
    assert there.bodies[1]["inputs"] == [{"id": "2"}]


def test_an_id_left_out_twice_is_gone(desk):
    there = desk(found(row(1)), found())

    reading = there.connector.read(WANT, ["1", "2"])

    assert gone(reading) == {"2": None}


def test_an_id_that_was_merged_away_answers_with_the_survivor(desk):
    there = desk(found(row(9, merged="1;2")))

    reading = there.connector.read(WANT, ["1"])

    assert alive(reading) == ["9"]
    assert gone(reading) == {"1": "9", "2": "9"}


def test_a_survivor_that_does_not_say_so_is_recognised_by_being_alone(desk):
    there = desk(found(row(9)), found(row(9)))

    reading = there.connector.read(WANT, ["1"])

    assert alive(reading) == ["9"]
    assert gone(reading) == {"1": "9"}


def test_rows_that_may_not_be_read_are_not_taken_for_gone(desk):
    there = desk(found(row(1), errors=[{"category": "FORBIDDEN", "message": "no", "context": {}}], status=207))

    with pytest.raises(RefusedError):
        there.connector.read(WANT, ["1", "2"])


def test_an_id_asked_for_twice_is_read_once(desk):
    there = desk(found(row(1)))

    reading = there.connector.read(WANT, ["1", "1"])

    assert alive(reading) == ["1"]
    assert there.bodies[0]["inputs"] == [{"id": "1"}]


def test_reading_nothing_is_no_call(desk):
    there = desk(found())

    reading = there.connector.read(LINKED, [])

    assert (reading.records, reading.gone) == ((), ())
    assert there.server.requests == []


def test_links_come_primary_first_and_whole(desk):
    there = desk(links((1, 5, ""), (1, 6, "Primary"), (2, 7, ""), after="x"), links((2, 8, "Primary")))

    found_links = there.connector.links_of("contacts", "companies", ["1", "2", "3"])

    assert found_links == {"1": ("6", "5"), "2": ("8", "7"), "3": ()}
    assert there.bodies[1]["inputs"] == [{"id": "2", "after": "x"}]


def test_a_listed_record_whose_links_are_cut_is_completed(desk):
    inline = {"companies": {"results": [{"id": "5", "type": "x"}], "paging": {"next": {"after": "6"}}}}
    there = desk(count(1), found(row(1, associations=inline)), links((1, 5, ""), (1, 6, "Primary")))

    pages = list(there.connector.pull(LINKED, None, NothingKnown()))

    assert pages[0].records[0].links == {"companies": ("6", "5")}


def test_the_full_pull_starts_its_changes_at_hubspots_time_less_the_overlap(desk):
    there = desk(count(2), found(row(1), after=2), found(row(2)))

    pages = list(there.connector.pull(WANT, None, NothingKnown()))

    since = NOON - timedelta(minutes=10)
    assert [page.cursor for page in pages] == [Cursor(since, "2"), Cursor(since, None, since)]
    assert [page.total for page in pages] == [2, 2]


def test_the_full_pull_goes_on_from_its_place(desk):
    there = desk(count(2), found(row(2)))
    since = NOON - timedelta(days=1)

    pages = list(there.connector.pull(WANT, Cursor(since, "2"), NothingKnown()))

    assert there.queries[1]["after"] == ["2"]
    assert pages[-1].cursor == Cursor(since, None, since)


def test_a_list_that_does_not_move_forward_ends_the_pull(desk):
    there = desk(count(9), found(row(1), after=2), found(row(2), after=2))

    with pytest.raises(BrokenPromiseError):
        list(there.connector.pull(WANT, None, NothingKnown()))


def test_more_properties_than_a_url_holds_are_asked_for_in_a_body(desk):
    want = Want("contacts", tuple(f"a_rather_long_property_{number}" for number in range(900)))
    there = desk(count(1), found(row(1)), found(row(1)))

    pages = list(there.connector.pull(want, None, NothingKnown()))

    assert [record.ref.id for page in pages for record in page.records] == ["1"]
    assert max(len(line) for line in there.lines) < 8000
    assert set(want.fields) <= set(there.bodies[2]["properties"])


def test_merges_seen_while_listing_are_told(desk):
    there = desk(count(1), found(row(9, merged="1;2")))

    (page,) = there.connector.pull(WANT, None, NothingKnown())

    assert gone(page) == {"1": "9", "2": "9"}


def test_an_object_that_cannot_be_counted_is_pulled_all_the_same(desk):
    there = desk(answer(400, {"message": "no search"}), found(row(1)))

    (page,) = there.connector.pull(WANT, None, NothingKnown())

    assert page.total is None
    assert len(page.records) == 1


def test_contacts_and_other_objects_are_searched_by_different_properties(desk):
    there = desk(count(0))
    cursor = Cursor(NOON, walked_at=NOON)

    for name in ("contacts", "companies"):
        list(there.connector.pull(Want(name, ()), cursor, NothingKnown()))

    asked = [body["filterGroups"][0]["filters"][0]["propertyName"] for body in there.bodies]
    assert asked == ["lastmodifieddate", "hs_lastmodifieddate"]


def test_no_window_starts_at_the_epoch(desk):
    there = desk(count(0))

    list(there.connector.pull(WANT, Cursor(datetime.fromtimestamp(0, UTC)), NothingKnown()))

    assert there.bodies[0]["filterGroups"][0]["filters"][0]["value"] == "1000"


def test_the_account_is_told_by_its_portal(desk):
    headers = {"X-HubSpot-RateLimit-Daily": "500000", "X-HubSpot-RateLimit-Daily-Remaining": "498677"}
    there = desk(answer(200, {"portalId": 123}, headers))

    identity = there.connector.identify()

    assert (identity.id, identity.daily_remaining, identity.daily_limit) == ("123", 498_677, 500_000)
    assert there.paths == ["/account-info/v3/details"]


def test_an_account_that_may_not_be_told_is_recognised_by_any_call(desk):
    there = desk(FORBIDDEN, found(row(1)))

    assert there.connector.identify().id == ""


def test_a_token_without_contacts_is_still_a_good_token(desk):
    there = desk(FORBIDDEN, FORBIDDEN)

    assert there.connector.identify().id == ""


def test_an_object_that_may_not_be_described_names_what_is_missing(desk):
    scopes = [{"message": "m", "context": {"requiredGranularScopes": ["crm.schemas.deals.read"]}}]
    there = desk(answer(403, {"category": "MISSING_SCOPES", "errors": scopes}))

    with pytest.raises(MissingScopeError) as caught:
        there.connector.describe("deals")

    assert caught.value.scopes == ("crm.schemas.deals.read",)


def test_what_is_archived_is_listed(desk):
    there = desk(found(row(1), after=2), found(row(2)))

    pages = list(there.connector.removed("contacts"))

    assert [one.ref.id for page in pages for one in page] == ["1", "2"]
    assert all(asked["archived"] == ["true"] for asked in there.queries)


def test_the_observer_hears_only_known_endpoints(desk, ear):
    there = desk(count(1), found(row(1)), links((1, 5, "")))

    list(there.connector.pull(LINKED, None, NothingKnown()))
    there.connector.links_of("contacts", "companies", ["1"])

    assert {endpoint for endpoint, _ in ear.answers} <= ENDPOINTS
