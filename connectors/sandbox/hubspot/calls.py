"""One authorised API call, as the endpoints see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from connectors.sandbox.effects import Actor, Cause
from connectors.sandbox.exchange import Answer, Request
from connectors.sandbox.faults import Fault
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.errors import validation
from connectors.sandbox.hubspot.properties import ObjectType
from connectors.sandbox.hubspot.search import SearchCache
from connectors.sandbox.tokens import Token

#: The first date version that holds writes to the rules of the account's admin.
FIRST_RULED = "2026-09"


@dataclass(slots=True)
class Call:
    """What an endpoint works with."""

    account: Account
    request: Request
    endpoint: str
    #: The named parts of the path.
    parts: Mapping[str, str]
    #: Whether the date-versioned family was called.
    is_dated: bool
    token: Token | None
    cache: SearchCache
    #: Faults that hit single rows of this call.
    row_faults: list[Fault] = field(default_factory=list)
    _kind: ObjectType | None = None

    @property
    def kind(self) -> ObjectType:
        """The object type the path names."""
        if self._kind is None:
            self._kind = self.account.type_of(self.parts["type"])
        return self._kind

    @property
    def is_ruled(self) -> bool:
        """Whether the version called is one that holds writes to the admin's rules for certain."""
        return self.is_dated and any(part >= FIRST_RULED for part in self.request.path.split("/") if part[:2] == "20")

    @property
    def cause(self) -> Cause:
        """The caller, as the effect log and the history know it."""
        app = self.token.app if self.token else ""
        user = self.token.user_id if self.token else ""
        return Cause(Actor("app", app, f"App {app}", user), self.request.id, self.endpoint)

    def json(self) -> dict[str, Any]:
        """Return the body, which has to be a JSON object."""
        body = self.json_value()
        if not isinstance(body, dict):
            raise validation("Invalid input JSON on line 1, column 1: Cannot deserialize value of type `object`")
        return body

    def json_value(self) -> Any:
        """Return the body, whatever JSON it is."""
        try:
            return orjson.loads(self.request.body or b"{}")
        except orjson.JSONDecodeError as problem:
            message = f"Invalid input JSON on line {problem.lineno}, column {problem.colno}: {problem.msg}"
            raise validation(message) from None

    def whole(self, name: str, default: int, most: int, *, is_refused: bool = True) -> int:
        """Return a number parameter between 1 and `most`."""
        text = self.request.parameter(name, str(default)) or str(default)
        if not text.isdecimal() or int(text) < 1:
            raise validation(f"{name} must be a positive integer, was {text}")
        value = int(text)
        if value > most:
            if is_refused:
                raise validation(
                    f"The {name} of {value} is above the maximum of {most}",
                    errors=[{"message": f"{name} must be at most {most}", "in": "query"}],
                )
            return most
        return value

    def cursor(self) -> int:
        """Return the `after` parameter as an id; any number is a place in the walk."""
        after = self.request.parameter("after") or "0"
        if not after.isdecimal():
            raise validation(f"after must be an integer, was {after}")
        return int(after)


Endpoint = Callable[[Call], Answer]
