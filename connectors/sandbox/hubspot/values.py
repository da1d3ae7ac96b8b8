"""What may be written into a property, and the form in which it is then kept: always a string."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from connectors.sandbox.clock import from_iso, iso
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.errors import BadValue
from connectors.sandbox.hubspot.portal.people import LIFECYCLE
from connectors.sandbox.hubspot.properties import ObjectType, Property

LONGEST_STRING = 65_536
_DAY_MS = 86_400_000
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
_EMAIL = re.compile(r"[^\s@,;<>()\[\]\"]+@[^\s@,;<>()\[\]\"]+\.[^\s@,;<>()\[\]\".]{2,}")
_STAGES = {(stage if isinstance(stage, str) else stage[0]): place for place, stage in enumerate(LIFECYCLE)}


class BadValueError(ValueError):
    """A value does not fit its property."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def clean(
    account: Account, kind: ObjectType, given: Mapping[str, Any], current: Mapping[str, str]
) -> tuple[dict[str, str], list[BadValue]]:
    """Return the values as they will be kept, and what is wrong with the others."""
    good: dict[str, str] = {}
    bad: list[BadValue] = []
    for name, raw in given.items():
        definition = kind.known(name)
        if definition is None:
            bad.append(BadValue(name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist'))
        elif not definition.is_writable:
            message = f'"{name}" is a read only property; its value cannot be set.'
            bad.append(BadValue(name, "READ_ONLY_VALUE", message))
        elif raw is None and not account.readings.null_clears:
            continue
        else:
            try:
                value = _kept(account, kind, definition, raw, current)
            except BadValueError as problem:
                bad.append(BadValue(name, problem.code, str(problem)))
            else:
                if value is not None:
                    good[name] = value
    return good, bad


def _kept(account: Account, kind: ObjectType, definition: Property, raw: Any, current: Mapping[str, str]) -> str | None:
    text = _text(raw)
    if not text:
        return ""
    if definition.name == "lifecyclestage":
        return _forward_only(account, definition, text, current)
    if definition.name == "email" and kind.name == "contacts":
        return _email(text, is_lowered=account.readings.email_is_lowered)
    if definition.name == "hubspot_owner_id":
        return _owner(account, text)
    if definition.has_external_options:
        return _staged(account, kind, definition, text)
    return _typed(definition, text, current.get(definition.name, ""))


def _text(raw: Any) -> str:
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return str(raw)


def _typed(definition: Property, text: str, current: str) -> str:
    if definition.is_multiple:
        return _options(definition, text, current)
    keep = _BY_TYPE.get(definition.type)
    if keep is not None:
        return keep(definition, text)
    if len(text) > LONGEST_STRING:
        message = f"Property values must be at most {LONGEST_STRING} characters long, this one has {len(text)}."
        raise BadValueError("VALUE_TOO_LONG", message)
    return text


def _number(_: Property, text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise BadValueError("INVALID_INTEGER", f"{text} was not a valid number.")
    return text


def _moment(text: str) -> int:
    at_ms = from_iso(text)
    if at_ms is None:
        raise BadValueError("INVALID_LONG", f"{text} was not a valid long.")
    return at_ms


def _date(_: Property, text: str) -> str:
    at_ms = _moment(text)
    if at_ms % _DAY_MS:
        raise BadValueError("INVALID_DATE", f"{text} is at {iso(at_ms)[11:19]} UTC, not midnight!")
    return iso(at_ms)[:10]


def _option(definition: Property, text: str) -> str:
    # Blanks around an option are let in and kept: the ban that was planned was called off.
    allowed = [option.value for option in definition.options]
    if text.strip() not in allowed:
        raise BadValueError("INVALID_OPTION", f"{text} was not one of the allowed options: [{', '.join(allowed)}]")
    return text


_BY_TYPE: dict[str, Callable[[Property, str], str]] = {
    "number": _number,
    "datetime": lambda _, text: iso(_moment(text)),
    "date": _date,
    "bool": lambda definition, text: _option(definition, text.lower()),
    "enumeration": _option,
}


def _options(definition: Property, text: str, current: str) -> str:
    is_appended = text.startswith(";")
    chosen = [part for part in text.split(";") if part]
    for part in chosen:
        _option(definition, part)
    if is_appended:
        chosen = [part for part in current.split(";") if part] + chosen
    return ";".join(dict.fromkeys(chosen))


def _email(text: str, *, is_lowered: bool) -> str:
    tidy = text.strip().lower() if is_lowered else text
    if not _EMAIL.fullmatch(tidy.strip()):
        raise BadValueError("INVALID_EMAIL", f"Email address {text} is invalid")
    return tidy


def _owner(account: Account, text: str) -> str:
    if not text.isdecimal() or int(text) not in account.owners:
        raise BadValueError("INVALID_OPTION", f"{text} was not one of the allowed options: []")
    return text


def _staged(account: Account, kind: ObjectType, definition: Property, text: str) -> str:
    pipelines = account.pipelines.get(kind.name, {})
    if definition.name in {"pipeline", "hs_pipeline"}:
        allowed = list(pipelines)
    else:
        allowed = [stage.id for pipeline in pipelines.values() for stage in pipeline.stages if not stage.is_archived]
    if text not in allowed:
        raise BadValueError("INVALID_OPTION", f"{text} was not one of the allowed options: [{', '.join(allowed)}]")
    return text


def _forward_only(account: Account, definition: Property, text: str, current: Mapping[str, str]) -> str | None:
    _option(definition, text)
    before = current.get("lifecyclestage", "").strip()
    if _STAGES.get(text.strip(), -1) >= _STAGES.get(before, -1):
        return text
    if account.readings.lifecycle_backwards_is_ignored:
        return None
    raise BadValueError("INVALID_LIFECYCLE_STAGE", f"{text} lies before {before}; clear the property first.")


def stage_rank(stage: str) -> int:
    """Return how far along the life cycle a stage is; -1 when it is none."""
    return _STAGES.get(stage.strip(), -1)
