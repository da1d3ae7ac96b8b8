"""One authorised API call, as the endpoints see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from connectors.sandbox.effects import Actor, Cause
from connectors.sandbox.exchange import Answer, Request
from connectors.sandbox.faults import Fault
from connectors.sandbox.salesforce.callers import WriteOptions
from connectors.sandbox.salesforce.cursors import QueryCursors
from connectors.sandbox.salesforce.errors import SalesforceError, bad_json, not_found
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema import ObjectSchema
from connectors.sandbox.salesforce.sessions import Session
from connectors.sandbox.salesforce.values import to_json

CONTENT_TYPE = "application/json;charset=UTF-8"


@dataclass
class Call:
    """What an endpoint works with."""

    org: Org
    request: Request
    #: What counters and the effect log call it.
    endpoint: str
    #: `66.0`; empty outside `/services/data/vNN.0`.
    version: str
    #: The named parts of the path.
    parts: Mapping[str, str]
    #: None where no token is needed.
    session: Session | None
    cursors: QueryCursors
    #: Serves a subrequest of a composite as the same caller.
    serve: Callable[[Request], Answer]
    #: Faults that hit single rows of this call.
    row_faults: list[Fault] = field(default_factory=list)
    #: A subrequest of a composite.
    is_nested: bool = False

    @cached_property
    def kind(self) -> ObjectSchema:
        """The object the path names; 404 where there is none, or the user may not see it."""
        found = self.org.object_named(self.parts["object"])
        if found is None:
            raise not_found()
        return found

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers, names in lower case."""
        return {name.lower(): value for name, value in self.request.headers.items()}

    @cached_property
    def client(self) -> str:
        """What `Sforce-Call-Options: client=` says."""
        return pairs(self.headers.get("sforce-call-options", "")).get("client", "")

    @cached_property
    def cause(self) -> Cause:
        """The caller, as the effect log and the audit fields know it."""
        app = self.session.app if self.session else ""
        user = self.session.user_id if self.session else ""
        return Cause(Actor("app", app, self.client, user), self.request.id, self.endpoint)

    @cached_property
    def options(self) -> WriteOptions:
        """What the headers say of writes."""
        duplicates = pairs(self.headers.get("sforce-duplicate-rule-header", ""))
        return WriteOptions(
            auto_assign=assignment(self.headers.get("sforce-auto-assign", "TRUE")),
            allow_save=duplicates.get("allowsave", "").lower() == "true",
        )

    def json(self) -> dict[str, Any]:
        """Return the body, which has to be a JSON object."""
        kind = self.headers.get("content-type", "")
        if kind and self.request.body and "json" not in kind.lower():
            raise SalesforceError("UNSUPPORTED_MEDIA_TYPE", f"Content type of the request is not supported: {kind}")
        try:
            body = orjson.loads(self.request.body or b"{}")
        except orjson.JSONDecodeError as problem:
            raise bad_json(f"{problem.msg} at [line:{problem.lineno}, column:{problem.colno}]") from None
        if not isinstance(body, dict):
            raise bad_json("Cannot deserialize instance of object from START_ARRAY at [line:1, column:1]")
        return body

    def answer(self, content: Any, status: int = 200) -> Answer:
        """Answer with JSON; rows may stand in it as they are held."""
        is_pretty = self.headers.get("x-prettyprint") == "1" and not self.is_nested
        return Answer(status, to_json(content, is_pretty=is_pretty), CONTENT_TYPE)

    def require(self, name: str) -> str:
        """Return a parameter that has to be there."""
        value = self.request.parameter(name)
        if not value:
            raise SalesforceError("MALFORMED_QUERY", f"A query string has to be specified: {name}")
        return value


Endpoint = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path below `/services/data/vNN.0`, or (with a leading `/services`) a whole one."""

    method: str
    #: `/sobjects/{object}/{id}`.
    path: str
    endpoint: Endpoint
    #: What counters and faults call it.
    name: str
    needs_session: bool = True
    #: Whether it counts against the requests of the day.
    is_counted: bool = True


def pairs(text: str) -> dict[str, str]:
    """Read a header of the form `a=b; c=d` (commas do too), names in lower case."""
    found = (part.partition("=") for part in text.replace(",", ";").split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in found if name.strip()}


def assignment(text: str) -> bool | str:
    """Read `Sforce-Auto-Assign`: true, false, or the id of a rule."""
    return {"true": True, "false": False}.get(text.strip().lower(), text.strip())
