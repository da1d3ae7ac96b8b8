"""What a property filter of a list asks of a value that is set: texts, options, numbers, and moments."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from connectors.sandbox.clock import from_iso, to_ms
from connectors.sandbox.hubspot.errors import Refusal, validation

Test = Callable[[str], bool]
Operation = dict[str, Any]
Now = Callable[[], int]
Holds = TypeVar("Holds")

_DAY_MS = 86_400_000
_MONTHS = ("JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER",
           "DECEMBER")  # fmt: skip
#: Operators about all values a property has had: the one about a value of now, and whether it has to have held.
HISTORIC = {
    f"{ever}_{word}": (now, ever == "HAS_EVER")
    for ever in ("HAS_EVER", "HAS_NEVER")
    for word, now in (("BEEN_EQUAL_TO", "IS_EQUAL_TO"), ("BEEN_ANY_OF", "IS_ANY_OF"), ("BEEN_EXACTLY", "IS_EXACTLY"),
                      ("CONTAINED", "CONTAINS"), ("CONTAINED_ALL", "CONTAINS_ALL"))
}  # fmt: skip
#: Operators about when a value was last written.
UPDATED = ("UPDATED_IN_LAST_X_DAYS", "NOT_UPDATED_IN_LAST_X_DAYS")

_TEXTS: dict[str, Callable[[str, str], bool]] = {
    "IS_EQUAL_TO": lambda value, wanted: value == wanted,
    "CONTAINS": lambda value, wanted: wanted in value,
    "STARTS_WITH": lambda value, wanted: value.startswith(wanted),
    "ENDS_WITH": lambda value, wanted: value.endswith(wanted),
}
_OPTIONS: dict[str, Callable[[set[str], set[str]], bool]] = {
    "IS_ANY_OF": lambda chosen, wanted: not chosen.isdisjoint(wanted),
    "CONTAINS_ALL": lambda chosen, wanted: wanted <= chosen,
    "IS_EXACTLY": lambda chosen, wanted: chosen == wanted,
}
_NUMBERS: dict[str, Callable[[float, float], bool]] = {
    "IS_EQUAL_TO": lambda value, wanted: value == wanted,
    "IS_GREATER_THAN": lambda value, wanted: value > wanted,
    "IS_GREATER_THAN_OR_EQUAL_TO": lambda value, wanted: value >= wanted,
    "IS_LESS_THAN": lambda value, wanted: value < wanted,
    "IS_LESS_THAN_OR_EQUAL_TO": lambda value, wanted: value <= wanted,
}
#: An operator that says no, and what it says no to.
_OPPOSITES = {
    "IS_NOT_EQUAL_TO": "IS_EQUAL_TO", "DOES_NOT_CONTAIN": "CONTAINS", "DOES_NOT_START_WITH": "STARTS_WITH",
    "DOES_NOT_END_WITH": "ENDS_WITH", "IS_NONE_OF": "IS_ANY_OF", "DOES_NOT_CONTAIN_ALL": "CONTAINS_ALL",
    "IS_NOT_EXACTLY": "IS_EXACTLY", "IS_NOT_BETWEEN": "IS_BETWEEN",
}  # fmt: skip


def operation_test(operation: Operation, now: Now) -> Test:
    """Return what an operation asks of a value; 400 where there is no such operation."""
    opposite = _OPPOSITES.get(str(operation.get("operator")))
    if opposite is not None:
        positive = operation_test({**operation, "operator": opposite}, now)
        return lambda value: not positive(value)
    make = _BY_TYPE.get(str(operation.get("operationType")))
    if make is None:
        raise validation(f"Operations of type {operation.get('operationType')} are not simulated")
    return make(operation, now)


def _text(operation: Operation, _: Now) -> Test:
    holds = _of(_TEXTS, operation)
    values = operation.get("values") or [operation.get("value")]
    wanted = [str(value).lower() for value in values if value is not None]
    return lambda value: any(holds(value.lower(), one) for one in wanted)


def _options(operation: Operation, _: Now) -> Test:
    holds = _of(_OPTIONS, operation)
    wanted = {str(value) for value in operation.get("values") or ()}
    return lambda value: holds({part for part in value.split(";") if part}, wanted)


def _bool(operation: Operation, _: Now) -> Test:
    _of({"IS_EQUAL_TO": True}, operation)
    wanted = str(operation.get("value")).lower()
    return lambda value: value.lower() == wanted


def _number(operation: Operation, _: Now) -> Test:
    holds, wanted = _of(_NUMBERS, operation), _as_number(operation.get("value"))
    return lambda value: (number := _float(value)) is not None and holds(number, wanted)


def _number_range(operation: Operation, _: Now) -> Test:
    _of({"IS_BETWEEN": True}, operation)
    low, high = (_as_number(operation.get(bound)) for bound in ("lowerBound", "upperBound"))
    return lambda value: (number := _float(value)) is not None and low <= number <= high


def _date(operation: Operation, _: Now) -> Test:
    """A whole day, in UTC."""
    month = str(operation.get("month")).upper()
    number = _MONTHS.index(month) + 1 if month in _MONTHS else operation.get("month")
    start = _moment(operation.get("year"), number, operation.get("day"))
    return _at(operation, lambda: start, _DAY_MS)


def _moment_of(operation: Operation, _: Now) -> Test:
    wanted = round(_as_number(operation.get("timestamp")))
    return _at(operation, lambda: wanted, 1)


def _date_range(operation: Operation, _: Now) -> Test:
    _of({"IS_BETWEEN": True}, operation)
    low, high = (_as_number(operation.get(bound)) for bound in ("lowerBound", "upperBound"))
    return lambda value: (at := from_iso(value)) is not None and low <= at <= high


def _rolling(operation: Operation, now: Now) -> Test:
    """So many days before now or after it."""
    span = int(_as_number(operation.get("numberOfDays"))) * _DAY_MS
    ages: dict[str, Callable[[int], bool]] = {
        "IS_LESS_THAN_X_DAYS_AGO": lambda age: 0 <= age <= span,
        "IS_MORE_THAN_X_DAYS_AGO": lambda age: age > span,
        "IS_LESS_THAN_X_DAYS_FROM_NOW": lambda age: 0 <= -age <= span,
        "IS_MORE_THAN_X_DAYS_FROM_NOW": lambda age: -age > span,
    }
    holds = _of(ages, operation)
    return lambda value: (at := from_iso(value)) is not None and holds(now() - at)


def _time_point(operation: Operation, now: Now) -> Test:
    point = operation.get("timePoint")
    return _at(operation, lambda: _point(point, now), 1)


def _time_range(operation: Operation, now: Now) -> Test:
    _of({"IS_BETWEEN": True}, operation)
    low, high = operation.get("lowerBoundTimePoint"), operation.get("upperBoundTimePoint")
    _point(low, now), _point(high, now)
    return lambda value: (at := from_iso(value)) is not None and _point(low, now) <= at <= _point(high, now)


_BY_TYPE: dict[str, Callable[[Operation, Now], Test]] = {
    "MULTISTRING": _text,
    "STRING": _text,
    "ENUMERATION": _options,
    "BOOL": _bool,
    "NUMBER": _number,
    "NUMBER_RANGED": _number_range,
    "DATE": _date,
    "DATETIME": _moment_of,
    "RANGED_DATE": _date_range,
    "ROLLING_DATE_RANGE": _rolling,
    "TIME_POINT": _time_point,
    "TIME_RANGED": _time_range,
}


def _at(operation: Operation, start: Callable[[], int], length_ms: int) -> Test:
    """Compare with a moment, or with a day that begins there."""
    moments: dict[str, Callable[[int, int], bool]] = {
        "IS_EQUAL_TO": lambda at, begin: begin <= at < begin + length_ms,
        "IS_BEFORE": lambda at, begin: at < begin,
        "IS_AFTER": lambda at, begin: at >= begin + length_ms,
    }
    holds = _of(moments, {"operator": str(operation.get("operator")).removesuffix("_DATE")})
    start()
    return lambda value: (at := from_iso(value)) is not None and holds(at, start())


def _point(point: Any, now: Now) -> int:
    """Read a point in time: a date of its own, or one counted from now or today."""
    if not isinstance(point, dict) or point.get("timeType") not in {"DATE", "INDEXED"}:
        raise validation("Only points in time of type DATE and INDEXED are simulated")
    zone = ZoneInfo(str(point.get("zoneId") or "UTC"))
    if point["timeType"] == "DATE":
        return _moment(point.get("year"), point.get("month"), point.get("day"), zone)
    moment = datetime.fromtimestamp(now() / 1000, UTC).astimezone(zone)
    if (point.get("indexReference") or {}).get("referenceType") == "TODAY":
        moment = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    offset = point.get("offset") or {}
    days = int(offset.get("days") or 0) + 7 * int(offset.get("weeks") or 0)
    return to_ms(moment + timedelta(days=days, hours=int(offset.get("hours") or 0)))


def _moment(year: Any, month: Any, day: Any, zone: ZoneInfo | None = None) -> int:
    try:
        return to_ms(datetime(int(year), int(month), int(day), tzinfo=zone or UTC))
    except (TypeError, ValueError):
        raise validation(f"{year}-{month}-{day} is not a date") from None


def _of(known: dict[str, Holds], operation: Operation) -> Holds:
    operator = str(operation.get("operator"))
    if operator not in known:
        raise _no_operator(operator, known)
    return known[operator]


def _no_operator(operator: str, known: Iterable[str]) -> Refusal:
    return validation(f"Operator {operator} is not one of {', '.join(known)}")


def _as_number(value: Any) -> float:
    number = _float(str(value))
    if number is None:
        raise validation(f"{value} is not a number")
    return number


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
