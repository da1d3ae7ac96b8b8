"""Parts of a JSON body, which may be anything until they have been looked at."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.salesforce.errors import SalesforceError, bad_json

Wire = dict[str, Any]


def an_object(given: Any, name: str) -> Wire:
    """Return what has to be an object; nothing is an empty one."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise _wrong(name, "an object", given)
    return given


def objects(given: Any, name: str) -> list[Wire]:
    """Return what has to be a list of objects; nothing is an empty one."""
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(it, dict) for it in given):
        raise _wrong(name, "a list of objects", given)
    return given


def texts(given: Any, name: str) -> list[str]:
    """Return what has to be a list of strings; nothing is an empty one."""
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(it, str) for it in given):
        raise _wrong(name, "a list of strings", given)
    return given


def a_number(given: Any, name: str, usual: int) -> int:
    """Return what has to be a whole number; nothing is the usual one."""
    if given is None:
        return usual
    if isinstance(given, bool) or not isinstance(given, int):
        raise _wrong(name, "a whole number", given)
    return given


def _wrong(name: str, wanted: str, given: Any) -> SalesforceError:
    return bad_json(f"{name} has to be {wanted}, was {type(given).__name__} at [line:1, column:1]")
