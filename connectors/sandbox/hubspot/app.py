"""The simulated HubSpot: takes a request, answers it. Who may, how often, and what, in that order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import orjson

from connectors.sandbox.exchange import Answer, Request
from connectors.sandbox.faults import Fault
from connectors.sandbox.hubspot import acts, fault_answers, routes, snapshot
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.errors import (
    EdgeRefusal,
    NoRoute,
    Refusal,
    expired,
    missing_scopes,
    throttled,
    unauthenticated,
    unreadable,
)
from connectors.sandbox.hubspot.living import Living
from connectors.sandbox.hubspot.routes import Match
from connectors.sandbox.hubspot.scopes import needed
from connectors.sandbox.hubspot.search import SearchCache
from connectors.sandbox.hubspot.webhooks import Journal, Sender
from connectors.sandbox.hubspot.write_rules import WriteRule
from connectors.sandbox.limits import TIERS
from connectors.sandbox.population.events import Event
from connectors.sandbox.tokens import DEFAULT_APP, DEFAULT_TOKEN, Token

#: Shorter ones, and those of private apps, are not even tried to be decoded.
_SHORTEST_OAUTH_TOKEN = 40
_RETRY_AFTER = {"SECONDLY": "1", "TEN_SECONDLY_ROLLING": "10"}


class HubSpot:
    """One account behind HTTP."""

    name = "hubspot"
    title = "HubSpot"
    credentials: Mapping[str, str] = MappingProxyType({"token": DEFAULT_TOKEN})

    def __init__(self, account: Account) -> None:
        self.account = account
        self._cache = SearchCache()
        account.sender = Sender(account)
        account.journal = Journal(account)

    def endpoint_of(self, request: Request) -> tuple[str, str]:
        """Return what counters and faults call a request: endpoint and object."""
        match = routes.find(request.method, request.path)
        if match is None:
            return "unknown", ""
        spelled = match.parts.get("type") or match.parts.get("from") or ""
        try:
            return match.route.name, self.account.type_of(spelled).name if spelled else ""
        except Refusal:
            return match.route.name, ""

    def answer(self, request: Request, row_faults: list[Fault]) -> Answer:
        """Answer a request."""
        try:
            answer = self._answer(request, row_faults)
        except Refusal as refusal:
            answer = refusal.answer(request.id)
        answer.headers.setdefault("X-HubSpot-Correlation-Id", request.id)
        if not self.account.readings.whole_seconds_have_a_fraction:
            answer.body = answer.body.replace(b'.000Z"', b'Z"')
        return answer

    def serves(self, path: str) -> bool:
        """HubSpot answers everything: what it does not know is its own 404."""
        return bool(path)

    def fault_answer(self, fault: Fault, request: Request) -> Answer:
        """Return what is answered instead of doing anything."""
        value = request.headers.get("authorization", "").rpartition(" ")[2]
        token = self.account.tokens.find(value)
        app = token.app if token else DEFAULT_APP
        return fault_answers.instead(fault, request, app, self.account.portal, self.account.now_ms())

    def bend(self, fault: Fault, request: Request, answer: Answer) -> None:
        """Spoil a good answer as the fault says."""
        fault_answers.bend(fault, request, answer)

    def edit(self, fault: Fault, request: Request, answer: Answer | None) -> None:
        """Let somebody edit the records a request is about, just before or just after it."""
        beside = fault.with_
        wanted = beside.get("id", "first")
        ids = [str(wanted)]
        if wanted in {"first", "all"}:
            ids = _ids_in(request, answer)
            ids = ids[:1] if wanted == "first" else ids
        object_name = beside.get("object") or self.endpoint_of(request)[1]
        wish = {"do": beside.get("do", "update"), "as": beside.get("actor", "person"), "object": object_name,
                "properties": beside.get("properties", {}), "raw": beside.get("raw", False)}  # fmt: skip
        for record_id in ids:
            acts.perform(self.account, {**wish, "id": record_id})

    def act(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Do something as somebody in the CRM."""
        return acts.perform(self.account, wish)

    def living(self, events: Iterator[Event]) -> Callable[[], bool]:
        """Return what lets the next of these events happen; it tells whether it could."""
        return Living(self.account, events).step

    def truth(self, object_name: str, record_id: str) -> Iterator[bytes]:
        """Yield what is true of records; a merged-away id still has its own line."""
        names = [self.account.type_of(object_name).name] if object_name else list(self.account.truth)
        for name in names:
            rows = self.account.truth.get(name, {})
            if not record_id:
                yield from rows.values()
            elif record_id.isdecimal() and int(record_id) in rows:
                yield rows[int(record_id)]

    def status(self) -> dict[str, Any]:
        """Tell how many records there are, the tier, and what of the budget is used."""
        account = self.account
        now_ms = account.now_ms()
        return {
            "portal": account.portal,
            "tier": account.limiter.tier_name,
            "daily": {"limit": account.limiter.daily_limit(), "used": account.limiter.daily_used(now_ms)},
            "records": {
                name: {"live": len(table.live), "archived": len(table.archived), "merged_away": len(table.aliases)}
                for name, table in account.tables.items()
            },
            "owners": len(account.owners),
            "readings": account.readings.state(),
        }

    def settings(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Change the tier, the calls left today, careful readings, or the rules an admin has made about writes."""
        tier = changes.get("tier")
        if tier is not None:
            if tier not in TIERS:
                raise ValueError(f"tier must be one of {', '.join(TIERS)}")
            self.account.limiter.set_tier(tier)
        if changes.get("spend"):
            self.account.limiter.spend(int(changes["spend"]), self.account.now_ms())
        if changes.get("clear"):
            self.account.limiter.clear()
        self.account.readings = self.account.readings.turned(changes.get("readings") or {})
        if changes.get("write_rules") is not None:
            self.account.write_rules = tuple(map(WriteRule.read, changes["write_rules"]))
        return {
            "tier": self.account.limiter.tier_name,
            "readings": self.account.readings.state(),
            "write_rules": [rule.state() for rule in self.account.write_rules],
        }

    def tokens(self) -> list[dict[str, Any]]:
        """Return every access token."""
        return list(self.account.tokens.state()["tokens"])

    def add_token(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Make an access token, or change one."""
        lives_s = wish.get("expires_in_s")
        expires_ms = None if lives_s is None else self.account.now_ms() + round(float(lives_s) * 1000)
        scopes = wish.get("scopes")
        value = str(wish.get("value") or f"pat-na1-{len(self.account.tokens.all())}")
        made = Token(
            value, str(wish.get("app") or DEFAULT_APP), None if scopes is None else frozenset(scopes), expires_ms
        )  # fmt: skip
        self.account.tokens.add(made)
        return {"value": value, "app": made.app, "scopes": scopes, "expires_ms": expires_ms}

    def expire_token(self, value: str) -> bool:
        """Let a token be past its time."""
        token = self.account.tokens.find(value)
        if token is not None:
            token.expires_ms = self.account.now_ms() - 1000
        return token is not None

    def announce(self) -> None:
        """Post what happened since, and write it into the journal."""
        self.account.journal.step()
        self.account.sender.step()

    def announcing(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Say where events go and what goes wrong on their way; `expire_journal` forgets its files."""
        if wish.pop("expire_journal", False):
            self.account.journal.expire()
        return self.account.sender.set_up(wish)

    def close(self) -> None:
        """Post nothing more."""
        self.account.sender.close()

    def state(self) -> dict[str, Any]:
        """Return the account as plain data."""
        return snapshot.take(self.account)

    def restore(self, state: dict[str, Any]) -> None:
        """Make the account what the data says."""
        snapshot.put_back(self.account, state)

    def reset(self) -> None:
        """Go back to an empty account."""
        self.account.clear()
        self.account.tokens.clear()
        self.account.limiter.clear()
        self.account.sender.reset()
        self.account.journal.reset()

    def _answer(self, request: Request, row_faults: list[Fault]) -> Answer:
        if request.url_length > self.account.world.knobs.now.max_url_length:
            raise EdgeRefusal(414)
        match = routes.find(request.method, request.path)
        if match is None:
            raise NoRoute(405 if routes.has_path(request.path) else 404)
        token = self._token(request) if match.route.needs_token else None
        if (answer := self._throttled(request, match, token)) is not None:
            return answer
        call = Call(
            self.account, request, match.route.name, match.parts, match.is_dated, token, self._cache, row_faults
        )  # fmt: skip
        try:
            if token is not None:
                self._check_scopes(call, match, token)
            answer = match.route.endpoint(call)
        except Refusal as refusal:
            answer = refusal.answer(request.id)
        except (AttributeError, TypeError, ValueError) as problem:
            if not request.body:
                raise
            # HubSpot reads a body into typed objects before it does anything; here an endpoint trips over what is of
            # another type than it must be.
            answer = unreadable(f"Cannot deserialize value: {problem}").answer(request.id)
        if match.route.bucket in {"standard", "associations"} and token is not None:
            now_ms = self.account.now_ms()
            # The daily pair is not sent to OAuth apps.
            told = self.account.limiter.headers(
                token.app, match.route.bucket, now_ms, with_daily=token.expires_ms is None
            )
            answer.headers.update(told)
        return answer

    def _token(self, request: Request) -> Token:
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not value.strip():
            raise unauthenticated()
        token = self.account.tokens.find(value.strip())
        now_ms = self.account.now_ms()
        if token is None and _looks_like_oauth(value.strip()):
            # What cannot be decoded has expired at the beginning of time.
            raise expired(0, now_ms)
        if token is None:
            raise unauthenticated()
        if token.expires_ms is not None and token.expires_ms <= now_ms:
            raise expired(token.expires_ms, now_ms)
        return token

    def _throttled(self, request: Request, match: Match, token: Token | None) -> Answer | None:
        if token is None or not match.route.bucket:
            return None
        refused = self.account.limiter.admit(token.app, match.route.bucket, self.account.now_ms())
        if refused is None:
            return None
        answer = throttled(refused.policy, token.app, self.account.portal, request.id).answer(request.id)
        if self.account.world.knobs.now.retry_after and refused.policy in _RETRY_AFTER:
            answer.headers["Retry-After"] = _RETRY_AFTER[refused.policy]
        return answer

    def _check_scopes(self, call: Call, match: Match, token: Token) -> None:
        if token.scopes is None or not match.route.scope:
            return
        scopes = needed(call.account, match)
        if not token.allows(scopes):
            raise missing_scopes(scopes)


def _looks_like_oauth(value: str) -> bool:
    return len(value) >= _SHORTEST_OAUTH_TOKEN and not value.startswith("pat-")


def _ids_in(request: Request, answer: Answer | None) -> list[str]:
    """Return the record ids a request names, or else those its answer holds."""
    last = request.path.rstrip("/").rpartition("/")[2]
    if last.isdecimal():
        return [last]
    if request.body.startswith(b"{"):
        body = orjson.loads(request.body)
        named = [str(row.get("id")) for row in body.get("inputs") or () if isinstance(row, dict) and row.get("id")]
        if named:
            return named
    if answer is not None and answer.status in {200, 201, 207} and answer.body:
        body = orjson.loads(answer.body)
        rows = body.get("results") or [body]
        return [str(row["id"]) for row in rows if "id" in row]
    return []
