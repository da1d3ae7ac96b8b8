"""Refusals of a query, in Salesforce's words: the text around the mistake, a caret below it, its place, and why."""

from __future__ import annotations

_BEFORE = 40
_AFTER = 40
_SUFFIX = " Please reference your WSDL or the describe call for the appropriate names."


class SoqlError(Exception):
    """A query that cannot be answered."""

    def __init__(self, error_code: str, message: str) -> None:
        super().__init__(message)
        self.error_code, self.message = error_code, message


def located(error_code: str, reason: str, text: str, at: int) -> SoqlError:
    """Return the refusal of what stands at an offset of the query's text."""
    row = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    start, end = _window(text, at)
    shown = text[start:end].replace("\n", " ").replace("\r", " ")
    caret = " " * (at - start) + "^"
    return SoqlError(error_code, f"\n{shown}\n{caret}\nERROR at Row:{row}:Column:{column}\n{reason}")


def no_such_column(name: str, entity: str, text: str, at: int) -> SoqlError:
    """The field does not exist, or the user may not see it."""
    reason = (
        f"No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, "
        f"be sure to append the '__c' after the custom field name.{_SUFFIX}"
    )
    return located("INVALID_FIELD", reason, text, at)


def no_such_object(name: str, text: str, at: int) -> SoqlError:
    """The object does not exist, or the user may not see it."""
    reason = (
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object, "
        f"be sure to append the '__c' after the entity name.{_SUFFIX}"
    )
    return located("INVALID_TYPE", reason, text, at)


def no_such_parent(name: str, text: str, at: int) -> SoqlError:
    """A path names a relationship that does not exist."""
    return located("INVALID_FIELD", _no_relationship(name, "field path"), text, at)


def no_such_children(name: str, text: str, at: int) -> SoqlError:
    """A nested query names a child relationship that does not exist."""
    return located("INVALID_TYPE", _no_relationship(name, "FROM part of query call"), text, at)


def wrong_kind(name: str, wanted: str, text: str, at: int, *, is_quoted: bool) -> SoqlError:
    """The value of a comparison is not what its field compares with."""
    quotes = "should be enclosed in quotes" if is_quoted else "should not be enclosed in quotes"
    reason = f"value of filter criterion for field '{name}' must be of type {wanted} and {quotes}"
    return located("INVALID_FIELD", reason, text, at)


def malformed(reason: str) -> SoqlError:
    """The query makes no sense as a whole."""
    return SoqlError("MALFORMED_QUERY", reason)


def _no_relationship(name: str, where: str) -> str:
    return (
        f"Didn't understand relationship '{name}' in {where}. If you are attempting to use a custom relationship, "
        f"be sure to append the '__r' after the custom relationship name.{_SUFFIX}"
    )


def _window(text: str, at: int) -> tuple[int, int]:
    """Whole words around a place: only so much of a long query is quoted."""
    start, end = 0, len(text)
    if at > _BEFORE:
        start = text.find(" ", at - _BEFORE, at) + 1 or at
    if end - at > _AFTER:
        end = text.rfind(" ", at, at + _AFTER)
        end = at + _AFTER if end <= at else end
    return start, end
