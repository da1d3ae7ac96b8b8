"""The simulated Salesforce: takes a request, answers it. Who may, how often, and what, in that order."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from connectors.sandbox.exchange import HTML, Answer, Request
from connectors.sandbox.faults import Fault
from connectors.sandbox.population.events import Event
from connectors.sandbox.salesforce import acts, administration, bulk, bulk1, fault_answers, routes, snapshot, soap
from connectors.sandbox.salesforce.callers import Caller
from connectors.sandbox.salesforce.calls import CONTENT_TYPE, Call
from connectors.sandbox.salesforce.cursors import QueryCursors
from connectors.sandbox.salesforce.endpoints.limits import NEWEST, OLDEST
from connectors.sandbox.salesforce.errors import PlainRefusal, SalesforceError, bad_json, not_found
from connectors.sandbox.salesforce.living import Living
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.pubsub import Bus
from connectors.sandbox.salesforce.routes import Match
from connectors.sandbox.salesforce.sessions import CONSUMER_KEY, CONSUMER_SECRET, Session

#: URI with headers, and (by a knob) the URI alone.
_MOST_HEAD = 16_384
_WORTH_PACKING = 1024
#: The first version there was.
_FIRST = 7
_APEX = "/services/apexrest/"

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.pubsub.server import Server


def _serve_events(org: Org, bus: Bus, port: int) -> Server:
    """Serve an org's events by gRPC, which is loaded when somebody wants to hear them."""
    from connectors.sandbox.salesforce.pubsub.server import Server

    return Server(org, bus, port)


class Salesforce:
    """One org behind HTTP."""

    name = "salesforce"
    title = "Salesforce"
    credentials: Mapping[str, str] = MappingProxyType({"client_id": CONSUMER_KEY, "client_secret": CONSUMER_SECRET})

    def __init__(self, org: Org) -> None:
        self.org = org
        self.cursors = QueryCursors()
        self.bus = Bus(org, _serve_events)

    def serves(self, path: str) -> bool:
        """Whether a path is below `/services`, where nearly everything of Salesforce is."""
        return path == routes.PREFIX or path.startswith((routes.PREFIX + "/", routes.IDENTITY))

    def endpoint_of(self, request: Request) -> tuple[str, str]:
        """Return what counters and faults call a request: endpoint and object."""
        match = routes.find(routes.method_of(request), request.path)
        if match is None:
            return "unknown", ""
        name = soap.name_of(request) if soap.serves(request.path) else match.route.name
        spelled = match.parts.get("object") or acts.object_in(request, name)
        kind = self.org.object_named(spelled) if spelled else None
        return name, kind.name if kind else ""

    def answer(self, request: Request, row_faults: list[Fault]) -> Answer:
        """Answer a request."""
        is_head = request.method == "HEAD"
        try:
            answer = self._answer(_unpacked(request), row_faults)
        except SalesforceError as refusal:
            answer = self._refused(request, refusal.answer())
        answer.body = b"" if is_head else answer.body
        return self._dressed(request, answer)

    def fault_answer(self, fault: Fault, request: Request) -> Answer:
        """Return what is answered instead of doing anything."""
        answer = fault_answers.instead(fault)
        answer = soap.as_fault(answer) if soap.serves(request.path) else self._refused(request, answer)
        return self._dressed(request, answer)

    def bend(self, fault: Fault, request: Request, answer: Answer) -> None:
        """Spoil a good answer as the fault says."""
        fault_answers.bend(fault, request, answer)

    def edit(self, fault: Fault, request: Request, answer: Answer | None) -> None:
        """Let somebody edit the records a request is about, just before or just after it."""
        acts.edit(self.org, fault, request, answer)

    def act(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Do something as somebody in the org."""
        return acts.perform(self.org, wish)

    def living(self, events: Iterator[Event]) -> Callable[[], bool]:
        """Return what lets the next of these events happen; it tells whether it could."""
        return Living(self.org, events).step

    def truth(self, object_name: str, record_id: str) -> Iterator[bytes]:
        """Yield what is true of records; a merged-away id still has its own line."""
        for name, rows in self.org.truth.items():
            if object_name and name.lower() != object_name.lower():
                continue
            if not record_id:
                yield from rows.values()
            else:
                yield from (row for one, row in rows.items() if one[:15] == record_id[:15])

    def status(self) -> dict[str, Any]:
        """Tell how many records there are, the edition, and what of the budget is used."""
        return administration.status(self.org)

    def settings(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Change the edition, requests left, readings, rules, permissions."""
        return administration.change(self.org, changes)

    def tokens(self) -> list[dict[str, Any]]:
        """Return every session."""
        return list(self.org.sessions.state()["sessions"])

    def add_token(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Open a session: value, user (a username), app, expires_in_s (of idleness), refusal."""
        return administration.add_session(self.org, wish)

    def expire_token(self, value: str) -> bool:
        """Let a session be over."""
        return self.org.sessions.expire(value)

    def announce(self) -> None:
        """Turn what happened since into change events."""
        self.bus.step()

    def announcing(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Serve change events, and say what goes wrong with them."""
        return self.bus.set_up(wish)

    def close(self) -> None:
        """Serve no events any more."""
        self.bus.close()

    def state(self) -> dict[str, Any]:
        """Return the org as plain data."""
        return snapshot.take(self.org)

    def restore(self, state: dict[str, Any]) -> None:
        """Make the org what the data says."""
        snapshot.put_back(self.org, state)
        self.cursors.clear()
        bulk.forget(self.org)

    def reset(self) -> None:
        """Go back to an empty org."""
        self.org.sessions.clear()
        self.org.quota.clear()
        self.org.clear()
        self.cursors.clear()
        self.bus.clear()
        bulk.forget(self.org)

    def _answer(self, request: Request, row_faults: list[Fault]) -> Answer:
        self._check_size(request)
        request = replace(request, method=routes.method_of(request))
        match = routes.find(request.method, request.path)
        self._check_version(request.path)
        session: Session | None = None
        if match is None or match.route.needs_session:
            session = self._session(request)
        if match is None:
            if routes.has_path(request.path):
                message = f"HTTP Method '{request.method}' not allowed."
                raise SalesforceError("METHOD_NOT_ALLOWED", message)
            if request.path.startswith(_APEX):
                raise not_found("Could not find a match for URL")
            raise not_found()
        if match.route.is_counted and not self.org.quota.admit(self.org.now_ms()):
            raise SalesforceError("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
        return self._serve(request, match, session, row_faults, is_nested=False)

    def _serve(
        self, request: Request, match: Match, session: Session | None, row_faults: list[Fault], *, is_nested: bool
    ) -> Answer:
        def serve(subrequest: Request) -> Answer:
            inner = routes.find(subrequest.method, subrequest.path)
            try:
                if inner is None:
                    raise not_found()
                return self._serve(subrequest, inner, session, row_faults, is_nested=True)
            except SalesforceError as refusal:
                return refusal.answer()

        call = Call(
            self.org, request, match.route.name, match.version, match.parts, session, self.cursors, serve,
            row_faults, is_nested,
        )  # fmt: skip
        before = self.org.user
        self.org.user = self._caller(session)
        try:
            return match.route.endpoint(call)
        finally:
            self.org.user = before

    def _caller(self, session: Session | None) -> Caller | None:
        if session is None:
            return None
        user = self.org.tables["User"].rows.get(session.user_id)
        if user is None:
            return None
        return Caller(user.id, str(user["Username"]), ZoneInfo(str(user["TimeZoneSidKey"] or "UTC")))

    def _session(self, request: Request) -> Session:
        found = self.org.sessions.find(_token(request), self.org.now_ms())
        if found is None:
            raise SalesforceError("INVALID_SESSION_ID", "Session expired or invalid")
        if found.refusal:
            raise SalesforceError("INVALID_SESSION_ID", found.refusal)
        return found

    def _refused(self, request: Request, answer: Answer) -> Answer:
        """Return a refusal as the API it comes from spells it."""
        return bulk1.refused(self.org, request, answer) if bulk1.serves(request.path) else answer

    def _check_size(self, request: Request) -> None:
        if request.url_length > self.org.world.knobs.now.max_url_length:
            raise PlainRefusal(414, b"<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>", HTML)
        head = request.url_length + sum(len(name) + len(value) + 4 for name, value in request.headers.items())
        if head > _MOST_HEAD:
            raise PlainRefusal(431, b"<h1>Bad Message 431</h1><pre>reason: Request Header Fields Too Large</pre>", HTML)

    def _check_version(self, path: str) -> None:
        text = routes.version_of(path)
        if not text:
            return
        number, _, minor = text.partition(".")
        if minor == "0" and OLDEST <= int(number) <= NEWEST:
            return
        if minor == "0" and OLDEST > int(number) >= _FIRST:
            # What REST says of a retired version is not verified.
            raise SalesforceError("GONE", f"API version {text} has been retired")
        raise not_found()

    def _dressed(self, request: Request, answer: Answer) -> Answer:
        """Put on what every answer wears: the type, the budget, gzip where it is taken."""
        answer.headers.setdefault("Server", "sfdcedge")
        if answer.content_type.startswith("application/json") and not bulk1.serves(request.path):
            answer.content_type = CONTENT_TYPE
        if request.path.startswith("/services/data"):
            answer.headers.setdefault("Sforce-Limit-Info", self.org.quota.header(self.org.now_ms()))
        if len(answer.body) >= _WORTH_PACKING and "gzip" in request.headers.get("accept-encoding", ""):
            answer.body = gzip.compress(answer.body, compresslevel=1, mtime=0)
            answer.headers["Content-Encoding"] = "gzip"
        return answer


def _unpacked(request: Request) -> Request:
    """Return a request with its body as it was before it was packed."""
    if request.headers.get("content-encoding", "").lower() != "gzip":
        return request
    try:
        return replace(request, body=gzip.decompress(request.body))
    except (OSError, EOFError, zlib.error):
        raise bad_json("the body is not what its Content-Encoding says") from None


def _token(request: Request) -> str:
    """Return the session a request names; Bulk API 1.0 has a header of its own for it."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    found = value.strip() if scheme.lower() in {"bearer", "oauth"} else ""
    return request.headers.get("x-sfdc-session", found) if bulk1.serves(request.path) else found
