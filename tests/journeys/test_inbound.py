"""Data that comes in: checked by the same rules, matched first, and written as everything else is."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from syncd.inbound import SIGNATURE, STAMP, UNIQUE, signature
from syncd.inbound.doors import doors_of
from syncd.inbound.inbox import Inbox
from syncd.inbound.reception import Reception
from syncd.store import ArrivalState
from syncd.web.forms import Forms
from syncd.wiring import Parts
from tests.journeys.crms import EACH_CRM_ONCE
from tests.journeys.journey import Journey

SECRET = "a-secret-of-the-web-site-0123456789"
MAIL = "ada.king@example-works.com"
ADA = {"email": MAIL, "first_name": "Ada", "last_name": "King"}

pytestmark = EACH_CRM_ONCE


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


class Site:
    """The server of a web site, and what it was answered."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        reception = Reception(parts.tools, lambda: parts.settings, lambda: None)
        self._door = Forms(_nowhere, reception)

    def post(self, fields: Mapping[str, Any], key: str = "") -> tuple[int, Any]:
        """Post what somebody filled in; return the answer."""
        body, stamp = orjson.dumps(fields), str(int(self._parts.tools.clock.now().timestamp()))
        headers = {
            "content-type": "application/json",
            STAMP: stamp,
            SIGNATURE: signature(SECRET, "POST", "/inbound/site", stamp, key, body),
            **({UNIQUE: key} if key else {}),
        }
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
