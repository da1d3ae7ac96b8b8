"""What Salesforce answers when it says no: an array of errors, with a code each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.sandbox.exchange import Answer, json_answer

Wire = dict[str, Any]
#: HTTP statuses of codes; everything else is 400.
_STATUSES = {
    "INVALID_SESSION_ID": 401,
    "INVALID_AUTH_HEADER": 401,
    "REQUEST_LIMIT_EXCEEDED": 403,
    "INSUFFICIENT_ACCESS_OR_READONLY": 403,
    "INSUFFICIENT_ACCESS": 403,
    "API_DISABLED_FOR_ORG": 403,
    "NOT_FOUND": 404,
    "ENTITY_IS_DELETED": 404,
    "INVALID_CROSS_REFERENCE_KEY": 404,
    "METHOD_NOT_ALLOWED": 405,
    "CONFLICT": 409,
    "GONE": 410,
    "PRECONDITION_FAILED": 412,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "UNKNOWN_EXCEPTION": 500,
    "SERVER_UNAVAILABLE": 503,
}


class SalesforceError(Exception):
    """A refusal: of a whole call, or of one row. `more` is merged into the error object (`duplicateResult`)."""

    def __init__(
        self,
        status_code: str,
        message: str,
        fields: Sequence[str] | None = None,
        *,
        http: int | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{status_code}: {message}")
        self.status_code, self.message = status_code, message
        #: None: the answer has no such key.
        self.fields = None if fields is None else list(fields)
        self.http = http or _STATUSES.get(status_code, 400)
        self.more = dict(more or {})

    def wire(self) -> Wire:
        """Return the error as an entry of a REST answer."""
        body: Wire = {**self.more, "message": self.message, "errorCode": self.status_code}
        if self.fields is not None:
            body["fields"] = self.fields
        return body

    def row(self) -> Wire:
        """Return the error as an entry of a row result of collections (and SOAP)."""
        return {"statusCode": self.status_code, "message": self.message, "fields": self.fields or []}

    def answer(self) -> Answer:
        """Return the answer of a call that is refused whole."""
        return json_answer([self.wire()], self.http)


class PlainRefusal(SalesforceError):  # noqa: N818 - the edge refuses; that is no fault of ours
    """An answer from the edge: a page, or nothing at all."""

    def __init__(self, http: int, body: bytes = b"", content_type: str = "text/html;charset=UTF-8") -> None:
        super().__init__("", "", http=http)
        self._answer = Answer(http, body, content_type)

    def answer(self) -> Answer:
        """Return the page."""
        return self._answer


def not_found(message: str = "The requested resource does not exist") -> SalesforceError:
    """404: no such path, object or record."""
    return SalesforceError("NOT_FOUND", message)


def entity_is_deleted() -> SalesforceError:
    """404: the record lies in the recycle bin."""
    return SalesforceError("ENTITY_IS_DELETED", "entity is deleted", [])


def malformed_id(value: str, field: str = "Id", kind: str = "") -> SalesforceError:
    """400: no id at all, or one of another object."""
    label = f"{kind} ID" if kind else field
    return SalesforceError("MALFORMED_ID", f"{label}: id value of incorrect type: {value}", [field])


def bad_reference(field: str, value: str) -> SalesforceError:
    """400: an id that points at nothing."""
    del value
    return SalesforceError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [field], http=400)


def no_such_field(name: str, kind: str) -> SalesforceError:
    """400: a column that does not exist, or that the user may not see (in a write)."""
    return SalesforceError("INVALID_FIELD", f"No such column '{name}' on sobject of type {kind}")


def read_only(names: Sequence[str]) -> SalesforceError:
    """400: fields nobody, or not this user, may write."""
    message = (
        f"Unable to create/update fields: {', '.join(names)}. Please check the security settings of this field and "
        "verify that it is read/write for your profile or permission set."
    )
    return SalesforceError("INVALID_FIELD_FOR_INSERT_UPDATE", message, list(names))


def unsupported_type(name: str) -> SalesforceError:
    """400: a write to an object that does not exist."""
    return SalesforceError("INVALID_TYPE", f"sObject type '{name}' is not supported.")


def lock_failed(record_id: str) -> SalesforceError:
    """400: somebody else holds the record (or its parent)."""
    message = f"unable to obtain exclusive access to this record or 1 records: {record_id}"
    return SalesforceError("UNABLE_TO_LOCK_ROW", message, [])


def bad_json(message: str) -> SalesforceError:
    """400: a body that cannot be read."""
    return SalesforceError("JSON_PARSER_ERROR", message)
