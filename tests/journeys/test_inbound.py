"""Data that comes in: checked by the same rules, matched first, and written as everything else is."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
import urllib3

from connectors.sandbox import Sandbox
from syncd.clock import SystemClock
from syncd.inbound import SIGNATURE, STAMP, UNIQUE, signature
from syncd.inbound.doors import doors_of
from syncd.inbound.inbox import Inbox
from syncd.inbound.reception import Reception
from syncd.store import ArrivalState
from syncd.web.forms import Forms
from syncd.wiring import Parts
from tests.journeys.both import BothJourney
from tests.journeys.crms import HUBSPOT, SALESFORCE
from tests.journeys.journey import Journey
from tests.journeys.running import Running

SECRET = "a-secret-of-the-web-site-0123456789"
MAIL = "ada.king@example-works.com"
ADA = {"email": MAIL, "first_name": "Ada", "last_name": "King"}

#: Through one CRM in the suite, through the other when there is time.
HUBSPOT_FIRST = pytest.mark.parametrize(
    ("crm", "backend"),
    [
        pytest.param(HUBSPOT, "sqlite", id="hubspot-sqlite"),
        pytest.param(SALESFORCE, "sqlite", id="salesforce-sqlite", marks=pytest.mark.soak),
    ],
)


@pytest.fixture
def door(journey: Journey) -> Journey:
    """A journey with a form and a folder."""
    stream = f"main/{journey.crm.people}"
    journey.secrets = {"FORM": SECRET}
    journey.sections = (
        "inbound:\n"
        f"  forms: {{site: {{stream: {stream}, secret: '${{FORM}}', mode: apply, required: [email], "
        "fields: {Vorname: first_name}, evidence: proof}}\n"
        f"  folders: {{fair: {{stream: {stream}, path: inbox, mode: apply, settle: 0s}}}}\n"
    )
    return journey


def signed(body: bytes, now: datetime, key: str = "") -> dict[str, str]:
    """Return the headers of a genuine request."""
    stamp = str(int(now.timestamp()))
    sign = signature(SECRET, "POST", "/inbound/site", stamp, key, body)
    return {"content-type": "application/json", STAMP: stamp, SIGNATURE: sign, **({UNIQUE: key} if key else {})}


class Site:
    """The server of a web site, and what it was answered."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        reception = Reception(parts.tools, lambda: parts.settings, lambda: None)
        self._door = Forms(_nowhere, reception)

    def post(self, fields: Mapping[str, Any], key: str = "") -> tuple[int, Any]:
        """Post what somebody filled in; return the answer."""
        body = orjson.dumps(fields)
        headers = signed(body, self._parts.tools.clock.now(), key)
        scope = {"type": "http", "method": "POST", "path": "/inbound/site", "query_string": b"",
                 "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}  # fmt: skip
        told: dict[str, Any] = {"body": b""}

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            told["status"] = message.get("status", told.get("status"))
            told["body"] += message.get("body", b"")

        asyncio.run(self._door(scope, receive, send))
        return told["status"], orjson.loads(told["body"])


async def _nowhere(*_given: Any) -> None:
    raise AssertionError("the door hands on what is its own")


@contextmanager
def opened(journey: Journey) -> Iterator[tuple[Parts, Site]]:
    """A life of syncd with a base that was read and matched, and the site beside it."""
    with journey.life() as parts:
        journey.live(parts)
        yield parts, Site(parts)


def people(journey: Journey) -> list[str]:
    """Return the ids of all people that syncd made."""
    return [one["id"] for one in journey.written(kind="create", object=journey.crm.people)]


def states(journey: Journey) -> list[ArrivalState]:
    found = journey.with_store(lambda tx: tx.arrivals.select())
    return [one.state for one in reversed(found)]


@HUBSPOT_FIRST
def test_nobody_known_becomes_one_record_however_often_the_same_is_sent(door: Journey) -> None:
    with opened(door) as (parts, site):
        first = site.post({"email": "ADA.KING@Example-Works.com ", "Vorname": "ada", "last_name": "KING"}, "k1")
        again = site.post({"email": "ADA.KING@Example-Works.com ", "Vorname": "ada", "last_name": "KING"}, "k1")
        twin = site.post({**ADA, "phone": "+49 30 901820"}, "k2")
        door.live(parts)
        door.live(parts)
        door.live(parts)
        later = site.post(ADA, "k3")

    assert (first[0], first[1]["outcome"]) == (202, "will_be_created")
    assert (again[0], again[1]["repeated"], again[1]["id"]) == (200, True, first[1]["id"])
    assert twin[0] == 202
    assert later[1]["outcome"] == "updates_a_record"
    [made] = people(door)
    assert [door.value(made, name) for name in ("email", "first_name", "last_name")] == [MAIL, "Ada", "King"]
    assert door.value(made, "phone") == "+4930901820"
    assert states(door) == [ArrivalState.CREATED, ArrivalState.KNOWN, ArrivalState.RECEIVED]


@HUBSPOT_FIRST
def test_record_there_is_gets_what_it_lacks_and_a_person_is_asked_about_the_rest(door: Journey) -> None:
    known = door.create(**ADA, city="Berlin", job_title="Buyer")
    with opened(door) as (parts, site):
        told = site.post({**ADA, "city": "Hamburg", "phone": "+49 30 901820"})
        door.live(parts)
        door.live(parts)
        door.edit(known, city="Bremen")
        door.live(parts)

    assert (told[0], told[1]["outcome"]) == (202, "updates_a_record")
    # Nothing of what the record holds is told to whoever sends a form.
    assert not {"Berlin", "Buyer", known} & {str(value) for value in told[1].values()}
    assert people(door) == []
    assert door.value(known, "phone") == "+4930901820"
    asked = [change for fix in door.fixes() for change in fix.changes if change.field == "city"]
    assert [(one.before, one.after, one.rules) for one in asked] == [("Berlin", "Hamburg", ("arrived",))]
    # Somebody who changes it meanwhile knows better.
    assert [fix.state.value for fix in door.fixes() if any(one.field == "city" for one in fix.changes)] == ["stale"]
    assert door.value(known, "city") == "Bremen"
    undone = next(fix.id for fix in door.fixes() if any(one.field == "phone" for one in fix.changes))
    door.command("undo", undone, "--yes")
    door.pass_once()
    assert not door.value(known, "phone")


@HUBSPOT_FIRST
def test_somebody_who_may_be_known_waits_for_a_person_whose_word_holds(door: Journey) -> None:
    known = door.create(**ADA)
    with opened(door) as (parts, site):
        told = [site.post({"email": MAIL, "Vorname": name, "last_name": "Miller"}) for name in ("Bob", "Carl")]
        door.live(parts)

    assert [one[1]["outcome"] for one in told] == ["waits_for_a_person"] * 2
    assert people(door) == []
    listed = door.command("inbound", "list", "--json").data["arrivals"]
    assert [one["state"] for one in listed] == ["asked", "asked"]
    [carl, bob] = [one["id"] for one in listed]
    shown = door.command("inbound", "show", bob, "--json").data
    assert [one["record"] for one in shown["candidates"]] == [f"main/{door.crm.people}/{known}"]
    door.command("inbound", "decide", bob, "--new")
    door.command("inbound", "drop", carl, "--yes")
    door.pass_once()
    door.pass_once()
    # HubSpot has but one contact an address: whoever said that it is somebody else is asked again.
    is_one_an_address = door.crm.name == "hubspot"
    assert len(people(door)) == (0 if is_one_an_address else 1)
    made = ArrivalState.ASKED if is_one_an_address else ArrivalState.CREATED
    assert states(door) == [made, ArrivalState.DROPPED]


@HUBSPOT_FIRST
def test_opt_out_is_taken_and_no_opt_in_sets_one_aside(door: Journey) -> None:
    out = {"hubspot": "hs_email_optout", "salesforce": "HasOptedOutOfEmail"}[door.crm.name]
    known = door.create(**ADA)
    door.act("update", object=door.crm.people, id=known, properties={out: "true"}, **{"as": "system", "raw": True})
    other = door.create(email="bo@example-works.com", first_name="Bo", last_name="Berg")
    with opened(door) as (parts, site):
        site.post({**ADA, "has_opted_out": "no"})
        site.post({"email": "bo@example-works.com", "Vorname": "Bo", "last_name": "Berg", "has_opted_out": "yes"})
        door.live(parts)
        door.live(parts)

    said = [one.finding.message for one in door.with_store(lambda tx: tx.findings.of(door.ref(known)))]
    assert any("evidence of that is wanting" in one for one in said)
    assert not [one for one in door.written(kind="update", property=out) if one["id"] == known]
    # Where the CRM lets nobody write an opt-out, a person is told instead.
    told = [one.finding.message for one in door.with_store(lambda tx: tx.findings.of(door.ref(other)))]
    assert str(door.value(other, out)).lower() == "true" or any("wants no more mail" in one for one in told)


@HUBSPOT_FIRST
def test_person_who_is_forgotten_is_forgotten_in_what_came_in_too_and_is_not_taken_again(door: Journey) -> None:
    with opened(door) as (parts, site):
        site.post(ADA)
        door.live(parts)
    [made] = people(door)

    door.command("forget", f"main/{door.crm.people}", made, "--yes")

    assert states(door) == []
    with opened(door) as (_, site):
        told = site.post(ADA)
    assert (told[0], told[1]["errors"][0]["message"]) == (422, "cannot be taken here; please write to us")


@pytest.mark.soak
@HUBSPOT_FIRST
def test_door_that_only_observes_tells_what_it_would_do_and_writes_nothing(door: Journey) -> None:
    door.create(**ADA)
    door.sections = door.sections.replace("mode: apply, required", "mode: observe, required")
    with opened(door) as (parts, site):
        told = [site.post(ADA), site.post({"email": "new@example-works.com", "last_name": "Neumann"})]
        door.live(parts)

    assert [one[1]["outcome"] for one in told] == ["noted", "noted"]
    assert door.written() == []
    details = door.with_store(lambda tx: [one.told.detail for one in tx.arrivals.select()])
    assert details == ["nobody is known who it could be", "it is a record there is"]


def put(journey: Journey, name: str, *rows: str, encoding: str = "utf-8") -> Path:
    """Put a file into the folder, as somebody who copies it there."""
    folder = journey.folder / "inbox"
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("\r\n".join(rows) + "\r\n", encoding)
    return path


def inbox_of(parts: Parts) -> Inbox:
    _, [folder] = doors_of(parts.settings)
    return Inbox(folder, parts.tools)


def result(journey: Journey) -> list[dict[str, str]]:
    [path] = (journey.folder / "inbox" / "done").glob("*.result.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


ROWS = (
    "E-Mail;Vorname;Nachname;Telefon",
    "ADA.KING@example-works.com ;ADA;KING;",
    "bo@example-works.com;bo;BERG;+49 30 901821",
    "not-an-address;Carl;Dahl;",
    "ada.king@example-works.com;Ada;King;+49 30 901820",
    ";;;",
)


@HUBSPOT_FIRST
def test_rows_of_a_file_are_checked_matched_and_written_and_the_result_lies_beside_it(door: Journey) -> None:
    known = door.create(email="bo@example-works.com", first_name="Bo", last_name="Berg", country="DE")
    put(door, "messe.csv", *ROWS, encoding="cp1252")
    with opened(door) as (parts, _):
        box = inbox_of(parts)
        box.look()
        door.live(parts)
        door.live(parts)
        box.look()

    told = {row["row"]: row for row in result(door)}
    [made] = people(door)
    prefix = f"main/{door.crm.people}/"
    assert {number: row["outcome"] for number, row in told.items()} == {
        "2": "created", "3": "known", "4": "refused", "5": "known", "6": "refused"
    }  # fmt: skip
    assert (told["2"]["record"], told["3"]["record"], told["5"]["record"]) == (
        prefix + made,
        prefix + known,
        prefix + made,
    )
    assert "E-Mail: not an e-mail address" in told["4"]["what was wrong"]
    assert door.value(made, "phone") == "+4930901820"
    assert not [path for path in (door.folder / "inbox").iterdir() if path.is_file()]


@pytest.mark.soak
@pytest.mark.parametrize(("crm", "backend"), [pytest.param(HUBSPOT, "sqlite", id="hubspot-sqlite")])
def test_daemon_that_is_killed_in_the_middle_makes_one_record_of_each_and_takes_no_repeat(door: Journey) -> None:
    door.extra = "every: 1h"
    daemon = Running(door)
    daemon.until(daemon.is_ready)
    clock, http = SystemClock(), urllib3.PoolManager(retries=False)

    def post(fields: Mapping[str, Any], key: str) -> tuple[int, Any]:
        body = orjson.dumps(fields)
        url = f"{daemon.url}/inbound/site"
        answer = http.request("POST", url, body=body, headers=signed(body, clock.now(), key))
        return answer.status, orjson.loads(answer.data)

    try:
        door.fault("latency", endpoint="*create*", seconds=60)
        first = post(ADA, "k1")
        put(door, "messe.csv", *ROWS)
        daemon.until(lambda: door.with_store(lambda tx: len(tx.arrivals.select())) == 4)
        daemon.until(lambda: ArrivalState.PENDING in states(door))
        daemon.close()
        door.no_faults()

        daemon = Running(door)
        daemon.until(daemon.is_ready)
        again = post(ADA, "k1")
        daemon.until(lambda: not {ArrivalState.RECEIVED, ArrivalState.PENDING} & {*states(door)})
        daemon.until(lambda: door.value(people(door)[0], "phone") == "+4930901820")
    finally:
        daemon.close()

    assert (first[0], again[0], again[1]["repeated"]) == (202, 200, True)
    assert sorted(door.value(one, "email") or "" for one in people(door)) == [MAIL, "bo@example-works.com"]
    assert states(door).count(ArrivalState.CREATED) == 2


@pytest.mark.parametrize("backend", ["sqlite"])
def test_somebody_known_in_a_linked_account_is_that_record_and_no_new_one(store_url: str, tmp_path: Path) -> None:
    with Sandbox.start(tier="off") as sandbox:
        both = BothJourney(sandbox.url, store_url, tmp_path)
        both.secrets = {**both.secrets, "FORM": SECRET}
        both.sections += "inbound: {forms: {site: {stream: hubspot-main/contacts, secret: '${FORM}', mode: apply}}}\n"
        there = both.create("Contact", first_name="Eve", last_name="Lovell", email="eve@example-works.com")
        twice = {"first_name": "Ada", "last_name": "King", "email": MAIL}
        here, _ = both.create(**twice), both.create("Contact", **twice)
        with both.life() as parts:
            both.live(parts)
            both.live(parts)
            site = Site(parts)
            told = [
                site.post({"email": "eve@example-works.com", "first_name": "Eve", "phone": "+49 30 901820"}),
                site.post({**twice, "city": "Berlin"}),
            ]
            both.live(parts)
            both.live(parts)
        try:
            assert [one[1]["outcome"] for one in told] == ["updates_a_record"] * 2
            refs = both.with_store(lambda tx: [str(one.ref) for one in tx.arrivals.select()])
            assert refs == [f"hubspot-main/contacts/{here}", f"salesforce-main/Contact/{there}"]
            assert both.value(there, "phone", "Contact") == "+4930901820"
            assert [one for one in both.written(kind="create") if one["object"] == "contacts"] == []
        finally:
            both.close()
