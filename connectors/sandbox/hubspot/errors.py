"""HubSpot's error bodies. Handlers raise a `Refusal`; the app turns it into an answer with the correlation id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from connectors.sandbox.clock import iso
from connectors.sandbox.exchange import HTML, Answer, html_answer, json_answer

_DAY_S = 86_400
_AUTH_DOCS = "https://developers.hubspot.com/docs/methods/auth/oauth-overview"
_SCOPE_DOCS = "https://developers.hubspot.com/scopes"

#: What each policy calls itself in its message.
POLICY_WORDS = {"TEN_SECONDLY_ROLLING": "ten_secondly_rolling", "SECONDLY": "secondly", "DAILY": "daily"}
#: Pages the edge makes by itself.
EDGE_TITLES = {
    404: "Not Found",
    405: "Method Not Allowed",
    414: "Request-URI Too Large",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
    520: "Web server is returning an unknown error",
    521: "Web server is down",
    522: "Connection timed out",
    523: "Origin is unreachable",
    524: "A timeout occurred",
    525: "SSL handshake failed",
    526: "Invalid SSL certificate",
    530: "Origin DNS error",
}


class Refusal(Exception):  # noqa: N818 - HubSpot refuses; that is an answer, not a fault of ours
    """An answer that is not a success. `parts` are merged into the envelope."""

    def __init__(self, status: int, message: str, category: str = "", **parts: Any) -> None:
        super().__init__(message)
        self.status, self.message, self.category, self.parts = status, message, category, parts

    def answer(self, request_id: str) -> Answer:
        """Return the whole envelope."""
        body: dict[str, Any] = {"status": "error", "message": self.message, "correlationId": request_id}
        body.update(self.parts)
        if self.category:
            body["category"] = self.category
        return json_answer(body, self.status)

    def row(self, **context: list[str]) -> dict[str, Any]:
        """Return the same as one entry of a 207 answer."""
        entry: dict[str, Any] = {"status": "error", "category": self.category, "message": self.message}
        if "errors" in self.parts:
            entry["errors"] = self.parts["errors"]
        merged = {**self.parts.get("context", {}), **context}
        if merged:
            entry["context"] = merged
        return entry


class NoRoute(Refusal):
    """No endpoint answers this path (404), or none with this method (405): the application server's own page."""

    def __init__(self, status: int) -> None:
        super().__init__(status, EDGE_TITLES[status])

    def answer(self, request_id: str) -> Answer:  # noqa: ARG002 - a page carries no id
        """Return the page."""
        page = (
            '<html>\n<head>\n<meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>\n'
            f"<title>Error {self.status} {self.message}</title>\n</head>\n"
            f"<body><h2>HTTP ERROR {self.status} {self.message}</h2>\n</body>\n</html>\n"
        )
        return Answer(self.status, page.encode(), HTML)


class EdgeRefusal(Refusal):
    """An answer as a page, made before any application was reached."""

    def __init__(self, status: int) -> None:
        super().__init__(status, EDGE_TITLES.get(status, "Error"))

    def answer(self, request_id: str) -> Answer:  # noqa: ARG002 - a page carries no id
        """Return the page."""
        return html_answer(self.status, self.message)


@dataclass(frozen=True, slots=True)
class BadValue:
    """One property value that was refused."""

    property: str
    code: str
    message: str


def validation(message: str, **parts: Any) -> Refusal:
    """400: the request itself is wrong."""
    return Refusal(400, message, "VALIDATION_ERROR", **parts)


def bad_values(problems: Sequence[BadValue], portal: int) -> Refusal:
    """400: values that do not fit their properties; the list stands as text inside the message."""
    listed = [
        {"isValid": False, "message": bad.message, "error": bad.code, "name": bad.property,
         "localizedErrorMessage": bad.message, "portalId": portal}
        for bad in problems
    ]  # fmt: skip
    details = [
        {"message": bad.message, "code": bad.code, "context": {"propertyName": [bad.property]}} for bad in problems
    ]
    return validation(f"Property values were not valid: {orjson.dumps(listed).decode()}", errors=details)


def not_found(message: str = "resource not found", **parts: Any) -> Refusal:
    """404: nothing there."""
    return Refusal(404, message, "OBJECT_NOT_FOUND", **parts)


def no_record(record_id: str) -> Refusal:
    """404: no record has this id. What cannot be an id is told so, with the id; seen in captures, not documented."""
    if record_id.isdecimal():
        return not_found()
    return not_found("Object not found.  objectId are usually numeric.", context={"id": [record_id]})


def unreadable(detail: str) -> Refusal:
    """400: the body is JSON, but not of the shape that is read here (the text behind the colon is not verified)."""
    return validation(f"Invalid input JSON on line 1, column 1: {detail}")


def unset(*names: str) -> Refusal:
    """400: the body lacks what it must have."""
    return unreadable(f"Some required fields were not set: [{', '.join(names)}]")


def conflict(message: str, **parts: Any) -> Refusal:
    """409: it is there already."""
    return Refusal(409, message, "CONFLICT", **parts)


def missing_rows(object_name: str, ids: Iterable[str], **context: list[str]) -> dict[str, Any]:
    """All missing ids of a batch, in one entry."""
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": f"Could not get some {object_name.upper()} objects, they may be deleted or not exist. "
        "Check that ids are valid.",
        "context": {"ids": list(ids), **context},
    }


def unauthenticated() -> Refusal:
    """401: no token, or one nobody knows."""
    return Refusal(
        401,
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more "
        f"details at {_AUTH_DOCS}",
        "INVALID_AUTHENTICATION",
    )


def expired(expired_ms: int, now_ms: int) -> Refusal:
    """401: a token past its time."""
    seconds = max(0, now_ms - expired_ms) // 1000
    ago = f"{seconds} second(s)" if seconds < _DAY_S else f"{seconds // _DAY_S} day(s)"
    return Refusal(
        401,
        f"The OAuth token used to make this call expired {ago} ago.",
        "EXPIRED_AUTHENTICATION",
        # Said as the server's language spells moments: without a fraction where there is none.
        context={"expire time": [iso(expired_ms).replace(".000Z", "Z")]},
    )


def missing_scopes(scopes: Sequence[str]) -> Refusal:
    """403: the token lacks every one of these scopes."""
    return Refusal(
        403,
        "This app hasn't been granted all required scopes to make this call. "
        f"Read more about required scopes here: {_SCOPE_DOCS}.",
        "MISSING_SCOPES",
        errors=[
            {
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": list(scopes)},
            }
        ],
        links={"scopes": _SCOPE_DOCS},
    )


def throttled(policy: str, app: str, portal: int, request_id: str) -> Refusal:
    """429: a policy has had enough. No category, and no `Retry-After` unless a knob says so."""
    group = "secondly" if policy == "SECONDLY" else "ten-secondly"
    parts: dict[str, Any] = {"errorType": "RATE_LIMIT", "policyName": policy}
    if policy != "TEN_SECONDLY_ROLLING":
        parts["requestId"] = request_id
    if policy != "DAILY":
        parts["groupName"] = f"publicapi:private_app-api-calls-{group}:{app}:{portal}"
    return Refusal(429, f"You have reached your {POLICY_WORDS[policy]} limit.", "", **parts)
