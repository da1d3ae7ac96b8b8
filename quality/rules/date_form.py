"""Dates in text fields are written as ISO 8601 has them: `1985-03-01`."""

from __future__ import annotations

from quality.fields import FieldName, is_of_kind
from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag, propose, suggest
from quality.subjects import places
from quality.subjects.dates import Order, read_day

_FORM = "a date in another form"
_ORDER = "a date whose day and month, or whose century, nobody can tell for sure"
_COUNT = "a number in place of a date: a spreadsheet's or a program's count"
_NONE = "no date, or one of which nobody can tell day and month"


class DateOptions(Options):
    """Which text fields hold dates, and how they were typed."""

    fields: tuple[FieldName, ...] = ("birth_date",)
    #: What comes first in `03/04/1985`. `day_first` or `month_first` make it sure; `by_country` only suggests.
    order: Order = Order.BY_COUNTRY

    def judged_fields(self, fields: tuple[str, ...], kind: str) -> tuple[str, ...]:  # noqa: ARG002 - also an admin's own
        """Return the fields of the kind that hold dates."""
        return tuple(name for name in self.fields if is_of_kind(name, kind))


def check(case: Case) -> Verdict:
    """Propose the date that is surely meant, suggest one that is likely, flag what is none."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    country = places.country_code(case.text("country")) if case.text("country") else ""
    day = read_day(value, case.options.order, country)
    if day.form == value:
        return FINE
    if day.is_count:
        return suggest(day.form, _COUNT)
    if not day.form:
        return flag(_NONE)
    return propose(day.form, _FORM) if day.is_sure else suggest(day.form, _ORDER)


_BORN = "1985-03-01"

RULE = Rule(
    check,
    fields={"person": ("birth_date",)},
    phase=Phase.FORM,
    options=DateOptions,
    depends_on=("country",),
    examples=(
        Example("1985-03-01", FINE),
        Example("1985/3/1", propose(_BORN, _FORM)),
        Example("19850301", propose(_BORN, _FORM)),
        Example("1.3.1985", propose(_BORN, _FORM)),
        Example("1985-03-01T00:00:00Z", propose(_BORN, _FORM)),
        Example("1985-03-01 23:00:00", suggest(_BORN, _ORDER)),
        Example("31/12/1985", propose("1985-12-31", _FORM)),
        Example("12/31/1985", propose("1985-12-31", _FORM)),
        Example("01/03/1985", flag(_NONE)),
        Example("01/03/1985", suggest(_BORN, _ORDER), {"country": "GB"}),
        Example("03/01/1985", suggest(_BORN, _ORDER), {"country": "US"}),
        Example("03/01/1985", propose(_BORN, _FORM), options={"order": "month_first"}),
        Example("31/12/85", suggest("1985-12-31", _ORDER)),
        Example("31/12/15", flag(_NONE)),
        Example("March 1, 1985", propose(_BORN, _FORM)),
        Example("1. März 1985", propose(_BORN, _FORM)),
        Example("1er mars 1985", propose(_BORN, _FORM)),
        Example("1 de marzo de 1985", propose(_BORN, _FORM)),
        Example("1 марта 1985 г.", propose(_BORN, _FORM)),
        Example("1985年3月1日", propose(_BORN, _FORM)),
        Example("31107", suggest(_BORN, _COUNT)),
        Example("478483200000", suggest(_BORN, _COUNT)),
        Example("30.02.1985", flag(_NONE)),
        Example("1364-12-10", flag(_NONE)),  # another calendar
        Example("unknown", flag(_NONE)),
        Example("", FINE),
        Example(None, FINE),
    ),
)
