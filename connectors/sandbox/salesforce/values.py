"""Values on their way in and out: from JSON or CSV to what a row holds, and back to the wire."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import orjson

from connectors.sandbox.salesforce.errors import SalesforceError, malformed_id
from connectors.sandbox.salesforce.ids import to_18
from connectors.sandbox.salesforce.rows import Value
from connectors.sandbox.salesforce.schema import FieldSchema

_EMAIL = re.compile(r"[^\s@,;<>()\"\[\]:\\]+@[^\s@,;<>()\"\[\]:\\]+\.[^\s@.,;<>()\"]{2,}")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T.*)?")
_PLAIN_ZONE = re.compile(r"([+-]\d{2})(\d{2})$")
_NAMES = {"boolean": "boolean", "int": "int", "double": "double", "currency": "currency", "percent": "percent"}


def coerce(field: FieldSchema, given: Any, *, is_trimmed: bool = False) -> Value:
    """Return a given value as a row holds it; SalesforceError says why it does not fit the field."""
    if given is None or given == "":
        if field.type == "boolean":
            raise SalesforceError(
                "INVALID_TYPE_ON_FIELD_IN_RECORD", f"{field.label}: value not of required type: ", [field.name]
            )
        return None
    reader = _READERS.get(field.type)
    if reader is not None:
        return reader(field, given)
    return _text(field, given, is_trimmed=is_trimmed)


def _wrong(field: FieldSchema, given: Any, wanted: str) -> SalesforceError:
    kind = "VALUE_STRING" if isinstance(given, str) else "VALUE_NUMBER_INT"
    message = (
        f"Cannot deserialize instance of {wanted} from {kind} value {given} "
        "or request may be missing a required field at [line:1, column:2]"
    )
    return SalesforceError("JSON_PARSER_ERROR", message, [field.name])


def _boolean(field: FieldSchema, given: Any) -> Value:
    if isinstance(given, bool):
        return given
    known: dict[str, bool] = {"true": True, "false": False, "1": True, "0": False}
    found = known.get(str(given).lower())
    if found is None:
        raise _wrong(field, given, "boolean")
    return found


def _number(field: FieldSchema, given: Any) -> float:
    if isinstance(given, bool):
        raise _wrong(field, given, _NAMES[field.type])
    try:
        number = float(given)
    except (TypeError, ValueError):
        raise _wrong(field, given, _NAMES[field.type]) from None
    if not math.isfinite(number):
        raise _wrong(field, given, _NAMES[field.type])
    return number


def _whole(field: FieldSchema, given: Any) -> Value:
    number = _number(field, given)
    digits = field.wire.get("digits") or 9
    if abs(number) >= 10**digits:
        raise SalesforceError(
            "NUMBER_OUTSIDE_VALID_RANGE", f"{field.label}: value outside of valid range", [field.name]
        )
    return round(number)


def _decimal(field: FieldSchema, given: Any) -> Value:
    number = _number(field, given)
    if field.precision and abs(number) >= 10 ** (field.precision - field.scale):
        raise SalesforceError(
            "NUMBER_OUTSIDE_VALID_RANGE",
            f"{field.label}: value outside of valid range on numeric field: {given}",
            [field.name],
        )
    return round(number, field.scale) if field.precision else number


def _date(field: FieldSchema, given: Any) -> Value:
    match = _DATE.fullmatch(given) if isinstance(given, str) else None
    try:
        if match is not None:
            return date.fromisoformat(match[1])
    except ValueError:
        pass
    raise _wrong(field, given, "date")


def _datetime(field: FieldSchema, given: Any) -> Value:
    try:
        moment = parse_moment(given) if isinstance(given, str) else None
    except ValueError:
        moment = None
    if moment is None:
        raise _wrong(field, given, "datetime")
    return moment.replace(microsecond=0)


def _reference(field: FieldSchema, given: Any) -> Value:
    found = to_18(given) if isinstance(given, str) else None
    if found is None:
        raise malformed_id(str(given), field.name, field.label.removesuffix(" ID"))
    return found


def _text(field: FieldSchema, given: Any, *, is_trimmed: bool) -> Value:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise _wrong(field, given, field.type)
    text = str(given)
    if is_trimmed:
        text = text.strip()
    if not text.strip():
        # Salesforce stores no empty strings.
        return None
    if field.length and len(text) > field.length:
        raise SalesforceError(
            "STRING_TOO_LONG",
            f"{field.label}: data value too large: {text} (max length={field.length})",
            [field.name],
        )
    if field.type == "email" and not _EMAIL.fullmatch(text.strip()):
        raise SalesforceError("INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {text}", [field.name])
    if field.restricted_picklist:
        _check_choices(field, text)
    return text


def _check_choices(field: FieldSchema, text: str) -> None:
    known = {it.value for it in field.picklist_values if it.is_active}
    if any(part not in known for part in (text.split(";") if field.type == "multipicklist" else [text])):
        raise SalesforceError(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            f"{field.label}: bad value for restricted picklist field: {text}",
            [field.name],
        )


_READERS: dict[str, Callable[[FieldSchema, Any], Value]] = {
    "boolean": _boolean,
    "int": _whole,
    "double": _decimal,
    "currency": _decimal,
    "percent": _decimal,
    "date": _date,
    "datetime": _datetime,
    "reference": _reference,
    "id": _reference,
}


def parse_moment(text: str) -> datetime:
    """Read a date-time with a zone; ValueError where it is none."""
    moment = datetime.fromisoformat(_PLAIN_ZONE.sub(r"\1:\2", text.strip()))
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment.astimezone(UTC)


@lru_cache(maxsize=65_536)
def spell_moment(moment: datetime) -> str:
    """Spell a moment as every answer does: `2026-11-20T10:00:00.000+0000`."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000+0000"


def spell(value: Value) -> str | None:
    """Return a value as one text, for the effect log and the histories."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return spell_moment(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def to_json(content: Any, *, is_pretty: bool = False) -> bytes:
    """Return an answer's body; rows may stand in it with the values they hold."""
    options = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS
    if is_pretty:
        options |= orjson.OPT_INDENT_2
    return orjson.dumps(content, default=_spelled, option=options)


def _spelled(value: Any) -> Any:
    if isinstance(value, datetime):
        return spell_moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return dict(value)
    raise TypeError(type(value).__name__)
