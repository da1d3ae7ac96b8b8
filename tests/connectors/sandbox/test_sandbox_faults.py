"""Each kind of fault does what it says, and strikes when it says."""

from __future__ import annotations

import time

import pytest
import urllib3

CONTACTS = "/crm/v3/objects/contacts"


def _city(http, one: str) -> str | None:
    city: str | None = http.get(f"{CONTACTS}/{one}?properties=city")["properties"]["city"]
    return city


@pytest.mark.parametrize(
    ("status", "is_page"),
    [(414, True), (423, False), (477, False), (429, False), (500, False), (502, True), (503, True), (504, True),
     (520, True), (521, True), (522, True), (523, True), (524, True), (530, True)],
)  # fmt: skip
def test_any_status_is_answered_as_json_or_as_a_page(http, fault, status, is_page):
    fault("status", status=status)

    answer = http.ask("GET", CONTACTS)

    assert answer.status == status
    assert answer.headers["content-type"].startswith("text/html" if is_page else "application/json")
    assert is_page or answer.json()["status"] == "error"
    assert ("Retry-After" in answer.headers) is (status == 477)


def test_a_status_may_bring_its_own_body_and_headers(http, fault):
    fault("status", status=477, retry_after=7, body={"own": True}, headers={"X-Own": "1"})

    answer = http._pool.request("GET", http.url + CONTACTS)

    assert (answer.json(), answer.headers["Retry-After"], answer.headers["X-Own"]) == ({"own": True}, "7", "1")


@pytest.mark.parametrize("policy", ["TEN_SECONDLY_ROLLING", "SECONDLY", "DAILY"])
@pytest.mark.parametrize("retry_after", [None, 3])
def test_throttling_names_its_policy(http, fault, policy, retry_after):
    fault("throttle", policy=policy, retry_after=retry_after)

    answer = http.ask("GET", CONTACTS)

    assert (answer.status, answer.json()["policyName"]) == (429, policy)
    assert answer.headers.get("Retry-After") == (None if retry_after is None else "3")


def test_a_token_expires_in_the_middle(http, fault):
    fault("expired_token", nth=2, count=1)

    statuses = [http.ask("GET", CONTACTS).status for _ in range(3)]

    assert statuses == [200, 401, 200]


@pytest.mark.parametrize(("kind", "is_written"), [("reset", False), ("lost_answer", True)])
def test_a_connection_is_cut_before_or_after_the_write(http, fault, make, kind, is_written):
    one = make()
    fault(kind, endpoint="update", count=1)

    with pytest.raises(urllib3.exceptions.ProtocolError):
        http.patch(f"{CONTACTS}/{one}", {"properties": {"city": "Bern"}})

    assert _city(http, one) == ("Bern" if is_written else None)
    rows = http.control("requests")["requests"]
    assert {"crm": "hubspot", "endpoint": "update", "object": "contacts", "status": 0, "count": 1} in rows


def test_a_gateway_gives_up_on_a_write_that_was_made(http, fault, make):
    one = make()
    fault("late_status", endpoint="update", status=504, count=1)

    answer = http.ask("PATCH", f"{CONTACTS}/{one}", {"properties": {"city": "Bern"}})

    assert answer.status == 504
    assert _city(http, one) == "Bern"


def test_a_body_ends_early(http, fault, make):
    make()
    fault("truncate", count=1)

    with pytest.raises(urllib3.exceptions.ProtocolError):
        http.ask("GET", CONTACTS)


def test_an_answer_never_comes(http, fault):
    fault("hang", count=1)

    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        http.ask("GET", CONTACTS, timeout=0.1)
    assert http.ask("GET", CONTACTS).status == 200


def test_answers_come_late_and_bodies_drop_by_drop(http, fault):
    fault("latency", seconds=0.05, count=1)
    fault("dribble", pieces=5, seconds=0.01, nth=2, count=1)

    began = time.monotonic()
    http.ask("GET", CONTACTS)
    late = time.monotonic() - began
    dribbled = http.ask("GET", CONTACTS)

    assert late >= 0.05
    assert dribbled.json() == {"results": []}


def test_a_body_is_not_json(http, fault):
    fault("invalid_json")

    with pytest.raises(ValueError, match=r"."):
        http.ask("GET", CONTACTS)


def test_a_page_is_empty_and_a_cursor_leads_nowhere(http, fault, make):
    made = [make(firstname=f"n{number}") for number in range(3)]
    fault("empty_page", endpoint="list", count=1)
    fault("repeat_cursor", endpoint="list", nth=2)

    empty = http.get(f"{CONTACTS}?limit=1")
    stuck = http.get(f"{CONTACTS}?limit=1&after={made[1]}")

    assert empty == {"results": []}
    assert stuck["paging"]["next"]["after"] == made[1]


def test_single_rows_of_a_batch_fail(http, fault, make):
    good, bad = make(email="a@example.com"), make(email="b@example.com")
    fault("rows", endpoint="batch_update", ids=[bad], code="CONFLICT", message="no")

    answer = http.ask(
        "POST", f"{CONTACTS}/batch/update",
        {"inputs": [{"id": one, "properties": {"city": "Bern"}} for one in (good, bad)]},
    )  # fmt: skip
    body = answer.json()

    assert answer.status == 207
    assert [row["id"] for row in body["results"]] == [good]
    assert [(row["category"], row["message"], row["context"]["ids"]) for row in body["errors"]] == [
        ("CONFLICT", "no", [bad])
    ]
    assert _city(http, bad) is None


@pytest.mark.parametrize(
    ("when", "endpoint", "city"), [("after", "batch_read", "Basel"), ("before", "batch_update", "Bern")]
)
def test_a_person_edits_between_the_read_and_the_write(http, fault, make, when, endpoint, city):
    one = make(city="Geneva", firstname="a")
    fault("edit", endpoint=endpoint, when=when, properties={"city": "Basel"}, count=1)

    read = http.post(f"{CONTACTS}/batch/read", {"properties": ["city"], "inputs": [{"id": one}]})
    between = _city(http, one)
    http.post(f"{CONTACTS}/batch/update", {"inputs": [{"id": one, "properties": {"city": "Bern"}}]})

    assert read["results"][0]["properties"]["city"] == "Geneva"
    assert between == ("Basel" if when == "after" else "Geneva")
    effects = http.control(f"effects?object=contacts&id={one}&property=city")["effects"]
    assert [(it["actor_kind"], it["after"]) for it in effects][-2:] == [("person", "Basel"), ("app", "Bern")]
    assert effects[-1]["before"] == "Basel"


def test_faults_strike_by_endpoint_object_path_body_nth_every_and_count(http, fault):
    fault(
        "status",
        status=500,
        endpoint="list",
        object="contacts",
        path="/crm/v3/*",
        method="get",
        nth=2,
        every=2,
        count=2,
    )

    statuses = [http.ask("GET", CONTACTS).status for _ in range(7)]

    assert statuses == [200, 500, 200, 500, 200, 200, 200]
    assert http.ask("GET", "/crm/v3/objects/companies").status == 200


def test_chance_is_seeded(http, fault):
    def statuses() -> list[int]:
        http.control("faults", method="DELETE")
        fault("status", status=500, probability=0.5, seed=4)
        return [http.ask("GET", CONTACTS).status for _ in range(12)]

    first, second = statuses(), statuses()

    assert first == second
    assert set(first) == {200, 500}


def test_a_rule_that_makes_no_sense_is_refused_and_one_can_be_taken_away(http, fault):
    answer = http._pool.request("POST", f"{http.url}/_sandbox/faults", json={"kind": "earthquake"})
    made = fault("status", status=500)

    http.control(f"faults/{made['id']}", method="DELETE")

    assert (answer.status, "kind must be one of" in answer.json()["error"]) == (400, True)
    assert http.control("faults")["faults"] == []
    assert http.ask("GET", CONTACTS).status == 200
