"""The door for machines: what is not signed costs nothing, what is genuine is kept before it is answered."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest

from connectors.sandbox.hubspot.webhooks.sender import signature
from syncd.daemon.hearing import FEW, Hearing
from syncd.engine import Tools
from syncd.model import Announcement, Cursor, Stream
from syncd.settings import parse_settings
from syncd.telemetry import Telemetry
from syncd.web import hooks
from syncd.web.hooks import Hooks

SECRET = "an-apps-client-secret"
PUBLIC = "https://syncd.example.com/behind"
CONTACTS = Stream("main", "contacts", "person")
TEXT = f"""
accounts:
  main: {{crm: hubspot, token: "${{TOKEN}}", webhooks: {{secret: "${{HOOK}}", public_url: "{PUBLIC}"}}}}
  other: {{crm: hubspot, token: "${{TOKEN}}"}}
streams: {{main/contacts: {{}}}}
"""


@pytest.fixture
def hearing(store, clock, tmp_path):
    """Who hears what is posted to `main`."""
    settings = parse_settings(
        TEXT, file="syncd.yaml", folder=tmp_path, env={"TOKEN": "pat-na1-for-a-test", "HOOK": SECRET}
    )
    return Hearing(Tools(store=store, telemetry=Telemetry(clock), clock=clock), lambda: settings)


class _Wire:
    """One request over ASGI; `parts` are its body."""

    def __init__(self, *parts: bytes) -> None:
        self.parts = list(parts)
        self.was_read = 0
        self.status = 0

    async def receive(self) -> Any:
        self.was_read += 1
        part = self.parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(self.parts)}

    async def send(self, message: Any) -> None:
        self.status = message.get("status", self.status)


async def _elsewhere(scope: Any, _receive: Any, send: Any) -> None:
    del scope
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def ask(hearing, headers: dict[str, str], *parts: bytes, path: str = "/hooks/hubspot/main", method: str = "POST"):
    wire = _Wire(*parts)
    scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
             "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}  # fmt: skip
    asyncio.run(Hooks(_elsewhere, hearing)(scope, wire.receive, wire.send))
    return wire


def signed(clock, body: bytes, *, url: str = f"{PUBLIC}/hooks/hubspot/main", secret: str = SECRET) -> dict[str, str]:
    stamp = int(clock.now().timestamp() * 1000)
    return {
        "x-hubspot-signature-v3": signature(secret, "POST", url, body, stamp),
        "x-hubspot-request-timestamp": str(stamp),
    }


def body_of(*ids: int) -> bytes:
    return orjson.dumps([{"subscriptionType": "contact.creation", "portalId": 1, "objectId": one} for one in ids])


def kept(store) -> list[str]:
    with store.reading() as tx:
        return [one.id for one in tx.announced.waiting(CONTACTS)]


def test_genuine_request_is_kept_before_it_is_answered_and_a_replay_of_it_says_nothing_new(hearing, store, clock):
    body = body_of(1, 2)

    first = ask(hearing, signed(clock, body), body[:10], body[10:])
    held = kept(store)
    with store.transaction() as tx:
        tx.announced.done(CONTACTS, tx.announced.waiting(CONTACTS))
    replayed = ask(hearing, signed(clock, body), body)

    assert (first.status, held) == (200, ["1", "2"])
    assert (replayed.status, kept(store)) == (200, [])
    assert hearing.bell.is_set()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"x-hubspot-signature-v3": "A" * 44, "x-hubspot-request-timestamp": "1"}, 401),
        ({"x-hubspot-signature-v3": "A" * 44, "x-hubspot-request-timestamp": "1700000000000"}, 401),
    ],
)
def test_body_of_a_request_that_cannot_be_genuine_is_never_read(hearing, store, headers, status):
    wire = ask(hearing, headers, body_of(1))

    assert (wire.status, wire.was_read, kept(store)) == (status, 0, [])


def test_forged_oversized_and_unexpected_requests_do_nothing(hearing, store, clock, monkeypatch):
    body = body_of(1)
    monkeypatch.setattr(hooks, "MOST_BYTES", len(body) + 1)
    long = b" " * (len(body) + 2)

    told = {
        "forged": ask(hearing, signed(clock, body, secret="another"), body).status,
        "for another address": ask(hearing, signed(clock, body, url=f"{PUBLIC}/hooks/hubspot/other"), body).status,
        "said to be too long": ask(hearing, {**signed(clock, body), "content-length": "9999999999"}, body).status,
        "said to be of no length": ask(hearing, {**signed(clock, body), "content-length": "x"}, body).status,
        "too long": ask(hearing, signed(clock, long), long).status,
        "no json": ask(hearing, signed(clock, b"{"), b"{").status,
        "of no account": ask(hearing, signed(clock, body), body, path="/hooks/hubspot/nobody").status,
        "of an account that expects none": ask(hearing, signed(clock, body), body, path="/hooks/hubspot/other").status,
        "of another crm": ask(hearing, signed(clock, body), body, path="/hooks/salesforce/main").status,
        "no post": ask(hearing, signed(clock, body), body, method="GET").status,
        "elsewhere": ask(hearing, {}, body, path="/").status,
    }

    assert told == {
        "forged": 401, "for another address": 401, "said to be too long": 413, "said to be of no length": 413,
        "too long": 413, "no json": 400, "of no account": 404, "of an account that expects none": 404,
        "of another crm": 404, "no post": 404, "elsewhere": 418,
    }  # fmt: skip
    assert kept(store) == []


def test_who_comes_when_too_many_are_under_way_is_asked_to_come_again(hearing, store, clock, monkeypatch):
    monkeypatch.setattr(hooks, "MOST_AT_ONCE", 0)
    body = body_of(1)

    wire = ask(hearing, signed(clock, body), body)

    assert (wire.status, wire.was_read, kept(store)) == (503, 0, [])


def test_few_records_are_read_at_once_a_mass_change_in_one_piece_and_nothing_before_the_first_pull(
    hearing, store, clock
):
    class Setup:
        stream = CONTACTS

    def announce(first: int, count: int) -> None:
        with store.transaction() as tx:
            tx.announced.keep(CONTACTS, [Announcement("contacts", str(first + place)) for place in range(count)])

    announce(0, 1)
    clock.advance(9)
    unread = hearing.ready([Setup])
    with store.transaction() as tx:
        tx.cursors.keep(CONTACTS, Cursor(clock.now()))
        tx.announced.done(CONTACTS, tx.announced.waiting(CONTACTS))
    announce(0, 1)
    at_first = hearing.ready([Setup])
    clock.advance(0.5)
    few = hearing.ready([Setup])
    announce(0, FEW + 1)
    clock.advance(0.5)
    many = hearing.ready([Setup])
    clock.advance(5)

    assert (unread, at_first, few, many, hearing.ready([Setup])) == ([], [], [Setup], [], [Setup])
