"""The control API: effects, counters, acts, settings, snapshots, state that survives a restart."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime

import orjson
import pytest
import urllib3

from connectors.sandbox import Sandbox
from connectors.sandbox.population import generate
from tests.connectors.sandbox.conftest import Http

CONTACTS = "/crm/v3/objects/contacts"
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def population():
    return generate(people=120, companies=40, seed=5, now=NOW)


def test_the_effect_log_tells_who_wrote_what_over_what(http, make):
    one = make(city="Bern", firstname="a")
    mark = http.control("effects")["last_seq"]

    answer = http.ask("PATCH", f"{CONTACTS}/{one}", {"properties": {"city": "Basel"}})
    effects = http.control(f"effects?since={mark}")["effects"]

    assert len(effects) == 1
    effect = effects[0]
    assert (effect["object"], effect["id"], effect["property"]) == ("contacts", one, "city")
    assert (effect["before"], effect["after"]) == ("Bern", "Basel")
    assert (effect["actor_kind"], effect["actor_id"], effect["endpoint"]) == ("app", "5670736", "update")
    assert effect["request_id"] == answer.headers["X-HubSpot-Correlation-Id"]


def test_writing_what_is_there_already_is_in_the_log_too(http, make):
    one = make(city="Bern", firstname="a")

    http.patch(f"{CONTACTS}/{one}", {"properties": {"city": "Bern"}})

    effects = http.control(f"effects?id={one}&property=city")["effects"]
    assert [(it["before"], it["after"]) for it in effects] == [(None, "Bern"), ("Bern", "Bern")]


def test_people_forms_and_imports_act(http, make):
    one, two, company = make(email="a@example.com"), make(email="b@example.com"), make("companies", name="Acme")

    made = http.control("act", {"do": "create", "as": {"kind": "form", "id": "f1"}, "object": "contacts",
                                "properties": {"email": "c@example.com"}})["results"][0]["id"]  # fmt: skip
    http.control("act", {"do": "update", "as": "system", "raw": True, "object": "contacts", "id": one,
                         "properties": {"hs_email_optout": "true"}})  # fmt: skip
    http.control(
        "act", {"do": "link", "object": "contacts", "id": one, "to": "companies", "to_id": company, "types": [1]}
    )
    merged = http.control("act", {"do": "merge", "object": "contacts", "id": one, "other": two})["results"][0]["id"]
    http.control("act", {"do": "archive", "object": "contacts", "id": made})
    gone = http.refused("GET", f"{CONTACTS}/{made}")[0]
    http.control("act", {"do": "restore", "object": "contacts", "id": made})
    http.control("act", {"do": "unlink", "object": "contacts", "id": merged, "to": "companies", "to_id": company})

    assert gone == 404
    assert http.get(f"{CONTACTS}/{made}?properties=hs_object_source")["properties"]["hs_object_source"] == "FORMS"
    assert http.get(f"{CONTACTS}/{one}?properties=hs_email_optout")["properties"]["hs_email_optout"] == "true"
    kinds = [it["kind"] for it in http.control("effects")["effects"] if it["kind"] != "update"]
    assert kinds[-6:] == ["create", "link", "merge", "archive", "restore", "unlink"]


def test_a_bulk_job_stamps_many_records_with_one_millisecond(http, make):
    for number in range(5):
        make(firstname=f"n{number}")

    http.control("act", {"do": "touch", "as": "system", "object": "contacts", "count": 4})

    moments = [row["updatedAt"] for row in http.get(CONTACTS)["results"]]
    assert len(set(moments[:4])) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [("act", {"do": "dance"}), ("act", {"do": "update", "object": "contacts", "id": "5", "properties": {}}),
     ("act", {"do": "update", "as": "ghost", "object": "contacts", "id": "5"}), ("knobs", {"volume": 11}),
     ("settings", {"tier": "gold"}), ("settings", {"readings": {"x": 1}}), ("tokens/expire", {"value": "nobody"}),
     ("faults", [1])],
)  # fmt: skip
def test_a_wish_that_makes_no_sense_is_refused_with_a_reason(http, path, body):
    answer = http._pool.request("POST", f"{http.url}/_sandbox/{path}", json=body)

    assert answer.status == 400
    assert answer.json()["error"]


def test_requests_are_counted_by_endpoint_and_can_be_reset(http):
    http.get(CONTACTS)
    http.refused("GET", f"{CONTACTS}/5")

    before = http.control("requests")
    http.control("requests", method="DELETE")

    assert before == {
        "total": 2,
        "requests": [
            {"crm": "hubspot", "endpoint": "list", "object": "contacts", "status": 200, "count": 1},
            {"crm": "hubspot", "endpoint": "read", "object": "contacts", "status": 404, "count": 1},
        ],
    }
    assert http.control("requests")["total"] == 0


def test_a_token_can_be_let_expire(http):
    http.control("tokens/expire", {"value": http.token})

    assert http.refused("GET", CONTACTS)[1]["category"] == "EXPIRED_AUTHENTICATION"
    assert http.control("tokens")["tokens"][0]["value"] == http.token


def test_a_person_sees_a_page(http):
    for path in ("/", "/_sandbox/", "/_sandbox"):
        page = http._pool.request("GET", http.url + path)
        assert (page.status, b"pat-na1-sandbox" in page.data) == (200, True)
    assert http._pool.request("GET", f"{http.url}/_sandbox/nothing").status == 404


def test_a_snapshot_brings_back_everything(http, make, tmp_path):
    one, two, company = make(email="a@example.com"), make(email="b@example.com"), make("companies", name="Acme")
    http.ask("PUT", f"/crm/v4/objects/contacts/{one}/associations/default/companies/{company}")
    http.post(f"{CONTACTS}/merge", {"primaryObjectId": one, "objectIdToMerge": two})
    http.post("/crm/v4/associations/contacts/companies/labels", {"label": "Boss", "name": "boss"})
    http.post("/crm/v3/properties/contacts", {"name": "own", "label": "Own", "type": "string", "fieldType": "text",
                                              "groupName": "contactinformation"})  # fmt: skip
    path = f"{CONTACTS}/{two}?associations=companies&propertiesWithHistory=email,hs_additional_emails"
    before = http.get(path)

    kept = http._pool.request("POST", f"{http.url}/_sandbox/save").data
    http.control("reset", {})
    emptied = http.get(CONTACTS)["results"]
    http.control("load", orjson.loads(kept))

    assert emptied == []
    assert http.get(path) == before
    assert http._pool.request("POST", f"{http.url}/_sandbox/save").data == kept
    assert http.refused("POST", CONTACTS, {"properties": {"email": "b@example.com"}})[0] == 409


def test_state_in_a_file_survives_a_restart(tmp_path, contracts, population):
    file = tmp_path / "state.json"
    with Sandbox.start(population=population, state=file) as first:
        http = Http(first.url, contracts)
        one = http.get(CONTACTS)["results"][0]["id"]
        http.patch(f"{CONTACTS}/{one}", {"properties": {"city": "Bern"}})
        before = http.get(f"{CONTACTS}?limit=100&properties=city,email&associations=companies")
        effects = http.control("effects")
        truth = http._pool.request("GET", f"{http.url}/_sandbox/truth").data

    with Sandbox.start(population=population, state=file) as second:
        http = Http(second.url, contracts)
        assert http.get(f"{CONTACTS}?limit=100&properties=city,email&associations=companies") == before
        assert http.control("effects") == effects
        assert http._pool.request("GET", f"{http.url}/_sandbox/truth").data == truth


def test_a_file_that_is_not_ours_is_refused(tmp_path):
    file = tmp_path / "state.json"
    file.write_text("[]")

    with pytest.raises(ValueError, match="not a state file of the sandbox"):
        Sandbox(state=file)


def test_a_taken_port_is_an_os_error():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(OSError, match="in use"):
            Sandbox.start(port=taken.getsockname()[1])


def test_a_population_is_loaded_with_its_truth(contracts, population):
    with Sandbox.start(population=population, tier="off") as sandbox:
        http = Http(sandbox.url, contracts)
        names = "email,firstname,hs_email_last_open_date,hs_object_source,hs_email_optout,hubspot_owner_id"
        rows = []
        page = http.get(f"{CONTACTS}?limit=100&associations=companies&properties={names}")
        while True:
            rows += page["results"]
            if "paging" not in page:
                break
            after = page["paging"]["next"]["after"]
            page = http.get(f"{CONTACTS}?limit=100&associations=companies&properties={names}&after={after}")
        lines = http._pool.request("GET", f"{http.url}/_sandbox/truth?object=contacts").data.splitlines()
        truth = {row["id"]: row for row in map(orjson.loads, lines)}
        one = http.control(f"truth?object=contacts&id={rows[0]['id']}&format=json")
        owners = http.get("/crm/v3/owners/")["results"] + http.get("/crm/v3/owners/?archived=true")["results"]

    assert len(rows) == len(truth) == 120
    assert [one[0]["id"]] == [rows[0]["id"]]
    people = {person.key: person for person in population.people}
    owner_ids = {owner["id"] for owner in owners} | {None}
    for row in rows:
        person = people[truth[row["id"]]["key"]]
        assert (row["properties"]["email"] or "") == person.values.get("email", "")
        assert row["properties"]["hs_object_source"] == person.source.type
        assert (row["properties"]["hs_email_optout"] == "true") is person.has_opted_out
        assert ("associations" in row) is (person.company is not None)
        assert row["properties"]["hubspot_owner_id"] in owner_ids
    created = [row["createdAt"] for row in rows]
    assert created == sorted(created)


def test_reset_brings_the_population_back(contracts, population):
    with Sandbox.start(population=population) as sandbox:
        http = Http(sandbox.url, contracts)
        http.post(CONTACTS, {"properties": {"email": "new@example.com"}})
        http.control("reset", {"load": True})

        assert http.control("status")["crms"]["hubspot"]["records"]["contacts"]["live"] == 120


def test_it_serves_in_a_process_of_its_own_until_told_to_end():
    code = "from connectors.sandbox import serve; serve()"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip().removeprefix("sandbox ready ")
        answer = urllib3.request("GET", f"{url}/_sandbox/status")
        process.terminate()
        process.wait(10)

    assert answer.json()["crms"]["hubspot"]["tier"] == "pro"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_its_state_written(tmp_path, number):
    file = tmp_path / "state.json"
    code = f"from connectors.sandbox import serve; serve(state={str(file)!r})"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip().removeprefix("sandbox ready ")
        urllib3.request("POST", f"{url}/_sandbox/act", json={"do": "create", "object": "companies",
                                                             "properties": {"name": "Acme"}})  # fmt: skip
        process.send_signal(number)
        ended_with = process.wait(10)

    assert ended_with == 0
    assert Sandbox(state=file).account.tables["companies"].live


def test_the_face_is_light():
    code = "import sys; import connectors.sandbox; print('uvicorn' in sys.modules)"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "False"
