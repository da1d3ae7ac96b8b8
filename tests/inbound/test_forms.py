"""The door for forms: what is not signed costs nothing, what is genuine is kept before it is answered, once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from syncd.engine import Tools
from syncd.inbound import SIGNATURE, STAMP, UNIQUE, signature
from syncd.inbound.reception import Reception
from syncd.settings import parse_settings
from syncd.store import ArrivalState
from syncd.telemetry import Telemetry
from syncd.web.forms import Forms

#: What the store makes of it is asked on both kinds elsewhere.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"])
SECRET = "a-secret-of-the-web-site-0123456789"
ORIGIN = "https://www.example.com"
ADA = {"email": "ada.king@example-works.com", "last_name": "King"}
TEXT = f"""
accounts: {{main: {{crm: hubspot, token: "${{TOKEN}}"}}}}
streams: {{main/contacts: {{mode: apply}}}}
inbound:
  forms:
    site:
      {{stream: main/contacts, secret: "${{FORM}}", mode: apply, rate: 6, origins: ["{ORIGIN}"], honeypot: website2}}
    other: {{stream: main/contacts, secret: "${{OTHER}}", path: /inbound/partners/other}}
"""


class Wire:
    """One request over ASGI, and its answer."""

    def __init__(self, body: bytes) -> None:
        self.parts = [body[:7], body[7:]]
        self.was_read = 0
        self.status = 0
        self.headers: dict[str, str] = {}
        self.answer = b""

    async def receive(self) -> Any:
        self.was_read += 1
        part = self.parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(self.parts)}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        self.answer += message.get("body", b"")

    @property
    def said(self) -> Any:
        """Return what was answered."""
        return orjson.loads(self.answer)


async def elsewhere(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b""})


class Site:
    """The server of a web site."""

    def __init__(self, store: Any, clock: Any, folder: Any) -> None:
        settings = parse_settings(
            TEXT, file="syncd.yaml", folder=folder, env={"TOKEN": "pat", "FORM": SECRET, "OTHER": SECRET[::-1]}
        )
        self.clock, self.store = clock, store
        self.telemetry = Telemetry(clock)
        self.woken = 0
        tools = Tools(store=store, telemetry=self.telemetry, clock=clock)
        self.door = Forms(elsewhere, Reception(tools, lambda: settings, self._wake))

    def _wake(self) -> None:
        self.woken += 1

    def signed(self, body: bytes, key: str = "", path: str = "/inbound/site", **other: Any) -> dict[str, str]:
        """Return the headers of a genuine request; `other` says what is signed or told in another way."""
        stamp = str(int(self.clock.now().timestamp()) + other.get("late_s", 0))
        sign = signature(other.get("secret", SECRET), other.get("method", "POST"), path, stamp, key, body)
        named = {UNIQUE: key} if key else {}
        return {"content-type": "application/json", STAMP: stamp, SIGNATURE: sign, **named}

    def ask(
        self, headers: Mapping[str, str], body: bytes = b"{}", path: str = "/inbound/site", method: str = "POST"
    ) -> Wire:
        """Send a request."""
        wire = Wire(body)
        scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
                 "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}  # fmt: skip
        asyncio.run(self.door(scope, wire.receive, wire.send))
        return wire

    def post(self, fields: Mapping[str, Any], key: str = "", **more: str) -> Wire:
        """Send what somebody filled in, as it should be."""
        body = orjson.dumps(fields)
        return self.ask({**self.signed(body, key), **more}, body)

    def kept(self) -> list[str]:
        """Return what was kept, by who says it."""
        with self.store.reading() as tx:
            found = tx.arrivals.select()
        assert all(one.state is ArrivalState.RECEIVED for one in found)
        return [str(one.said.values["email"]) for one in found]


@pytest.fixture
def site(store, clock, tmp_path) -> Site:
    return Site(store, clock, tmp_path)


def test_genuine_request_is_kept_before_it_is_answered_and_one_that_comes_again_has_one_effect(site):
    first, again = site.post(ADA, "k1"), site.post(ADA, "k1")
    site.clock.advance(1)
    other = site.post({**ADA, "email": "bo@example-works.com"}, "k1")
    unkeyed = [site.post(ADA).status for _ in range(2)]

    assert (first.status, first.said["outcome"], first.said["repeated"]) == (202, "will_be_matched", False)
    assert (again.status, again.said["repeated"], again.said["id"]) == (200, True, first.said["id"])
    assert other.status == 409
    # Without a key of its own, only the very same request is a repeat.
    assert unkeyed == [202, 200]
    assert site.kept() == [ADA["email"]] * 2
    assert site.woken == 2
    with site.store.reading() as tx:
        assert [one.name for one in tx.announced.heaps()] == ["main/contacts"]


def test_body_of_a_request_that_cannot_be_genuine_is_never_read(site):
    told = {
        "unsigned": site.ask({}),
        "of another form": site.ask({**site.signed(b"{}"), SIGNATURE: "v2=" + "a" * 64}),
        "without a moment": site.ask({**site.signed(b"{}"), STAMP: "now"}),
        "too old": site.ask(site.signed(b"{}", late_s=-301)),
        "of the future": site.ask(site.signed(b"{}", late_s=301)),
        "said to be too long": site.ask({**site.signed(b"{}"), "content-length": "99999999"}),
        "with a strange key": site.ask(site.signed(b"{}", "ä" * 3)),
        "from a page of somebody else": site.ask({**site.signed(b"{}"), "origin": "https://evil.example"}),
        "of no form": site.ask(site.signed(b"{}"), path="/inbound/nothing"),
        "no post": site.ask(site.signed(b"{}"), method="GET"),
    }

    assert {name: (one.status, one.was_read) for name, one in told.items()} == {
        "unsigned": (401, 0), "of another form": (401, 0), "without a moment": (401, 0), "too old": (401, 0),
        "of the future": (401, 0), "said to be too long": (413, 0), "with a strange key": (401, 0),
        "from a page of somebody else": (403, 0), "of no form": (404, 0), "no post": (404, 0),
    }  # fmt: skip
    assert site.kept() == []


def test_forged_and_oversized_requests_do_nothing(site, monkeypatch):
    body = orjson.dumps(ADA)
    changed = orjson.dumps({**ADA, "email": "eve@example-works.com"})
    monkeypatch.setattr(site.door.intake, "most_bytes", len(body) + 30)
    long = body + b" " * 31

    told = {
        "another secret": site.ask(site.signed(body, secret=SECRET[::-1]), body).status,
        "another body": site.ask(site.signed(body), changed).status,
        "another path": site.ask(site.signed(body, path="/inbound/partners/other"), body).status,
        "another method": site.ask(site.signed(body, method="PUT"), body).status,
        "another key": site.ask({**site.signed(body, "k1"), UNIQUE: "k2"}, body).status,
        "another moment": site.ask(
            {**site.signed(body), STAMP: str(int(site.clock.now().timestamp()) - 1)}, body
        ).status,
        "too long": site.ask(site.signed(long), long).status,
        "elsewhere": site.ask({}, body, path="/other").status,
    }

    assert told == {
        "another secret": 401, "another body": 401, "another path": 401, "another method": 401, "another key": 401,
        "another moment": 401, "too long": 413, "elsewhere": 418,
    }  # fmt: skip
    assert site.kept() == []
    metrics, _ = site.telemetry.exposition("")
    assert 'syncd_inbound_received_total{door="site",outcome="forged"} 6.0' in metrics.decode()


def test_who_sends_too_much_is_to_come_again_and_who_forges_uses_up_nothing(site, monkeypatch):
    for _ in range(20):
        site.ask(site.signed(b"{}", secret=SECRET[::-1]))
    statuses = [site.post(ADA, f"k{number}").status for number in range(7)]
    limited = site.post(ADA, "k8")
    site.clock.advance(11)
    later = site.post(ADA, "k9").status
    monkeypatch.setattr(site.door.intake, "most_at_once", 0)
    crowded = site.post(ADA, "k10")

    assert statuses == [202] * 6 + [429]
    assert limited.headers["retry-after"] == "10"
    assert later == 202
    assert (crowded.status, crowded.headers["retry-after"], crowded.was_read) == (503, "5", 0)


def test_only_pages_of_the_sites_that_are_named_may_post_and_read_the_answer(site):
    asked = site.ask({"origin": ORIGIN, "access-control-request-method": "POST"}, method="OPTIONS")
    refused = site.ask({"origin": "https://evil.example"}, method="OPTIONS")
    from_page = site.post(ADA, origin=ORIGIN)
    other = site.ask({"origin": ORIGIN}, path="/inbound/partners/other", method="OPTIONS")

    assert (asked.status, asked.headers["access-control-allow-origin"]) == (204, ORIGIN)
    assert "x-syncd-signature" in asked.headers["access-control-allow-headers"]
    assert (refused.status, "access-control-allow-origin" in refused.headers) == (403, False)
    assert (from_page.status, from_page.headers["access-control-allow-origin"]) == (202, ORIGIN)
    assert (other.status, "access-control-allow-origin" in other.headers) == (403, False)


def test_form_is_answered_in_words_it_can_show(site):
    wrong = site.post({"email": "ada@", "last_name": "King"})
    body = urlencode({**ADA, "website2": "http://spam.example"}).encode()
    trapped = site.ask({**site.signed(body), "content-type": "application/x-www-form-urlencoded"}, body)
    no_json = site.ask(site.signed(b"{"), b"{")
    strange = site.ask({**site.signed(b"{}"), "content-type": "text/plain"})

    assert (wrong.status, wrong.said["errors"]) == (
        422,
        [{"field": "email", "rule": "email_valid", "message": "not an e-mail address", "suggestion": ""}],
    )
    assert (trapped.status, trapped.said["outcome"]) == (202, "noted")
    assert (no_json.status, no_json.said["message"]) == (400, "The body is no JSON.")
    assert strange.status == 400
    assert wrong.headers["cache-control"] == "no-store"
    assert site.kept() == []
