"""What a person's record lacks and the linked company's holds is taken over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from quality.fields import is_empty
from quality.keys import GIVEN
from quality.rule import (
    FINE,
    Case,
    Example,
    Options,
    Phase,
    Rule,
    Surroundings,
    Verdict,
    propose,
    suggest,
    together,
)
from syncd.model import Record, Ref, Severity, Value

_KNOWN = "empty, and the linked company's is known"

Given = Literal["company_name", "industry", "website", "phone", "street", "city", "state", "postal_code"]


class FillOptions(Options):
    """Which values are taken over, and which a person is asked about."""

    #: What is the company's and not the person's own is surely the same on both.
    take: tuple[Given, ...] = ("company_name",)
    ask: tuple[Given, ...] = ()

    def lacking_fields(self, kind: str) -> tuple[str, ...]:
        """Return the fields that may be filled."""
        return (*self.take, *self.ask) if kind == "person" else ()


def check(case: Case) -> Verdict:
    """Propose the company's values, as far as nothing is wrong with them; what a person typed is never touched."""
    if "fake" in case.raised_flags:
        return FINE
    company = case.linked("company")
    if company is None:
        return FINE
    said = []
    for name in (*case.options.take, *case.options.ask):
        if case.is_fetched(name) and is_empty(case.get(name)):
            value = company.values.get(GIVEN["person"][name])
            if not is_empty(value):
                say = propose if name in case.options.take else suggest
                said.append(say(value, _KNOWN, field=name))
    return together(said)


def _around(**values: Value) -> Surroundings:
    company = Record(Ref("crm", "companies", "7"), "company", values)
    return Surroundings(datetime(2025, 1, 1, tzinfo=UTC), linked={"company": {"7": company}})


def _example(verdict: Verdict, around: Surroundings, to: tuple[str, ...] | None = ("7",), **values: Value) -> Example:
    return Example(None, verdict, values, surroundings=around, links=None if to is None else {"company": to})


_ACME = _around(name="Acme GmbH", industry="CHEMICALS")
_NAME = propose("Acme GmbH", _KNOWN, field="company_name")
_INDUSTRY = propose("CHEMICALS", _KNOWN, field="industry")

RULE = Rule(
    check,
    fields={"person": ()},
    phase=Phase.DERIVE,
    severity=Severity.INFO,
    options=FillOptions,
    examples=(
        _example(_NAME, _ACME, company_name=None),
        _example(_NAME, _ACME, company_name=" ", industry=""),
        _example(FINE, _ACME, company_name="ACME"),
        _example(FINE, _ACME),  # nothing was fetched
        _example(FINE, _ACME, (), company_name=None),
        _example(FINE, _ACME, None, company_name=None),  # links were not fetched
        _example(FINE, _around(name=None), company_name=None),
        _example(FINE, _around(), company_name=None),  # something is wrong with the company's
        _example(propose("ООО Ромашка", _KNOWN, field="company_name"), _around(name="ООО Ромашка"), company_name=None),
        Example(
            None,
            suggest("Acme GmbH", _KNOWN, field="company_name"),
            {"company_name": None, "industry": None},
            surroundings=_ACME,
            links={"company": ("7",)},
            options={"take": (), "ask": ("company_name",)},
        ),
        Example(
            None,
            together([_NAME, _INDUSTRY]),
            {"company_name": "", "industry": None},
            surroundings=_ACME,
            links={"company": ("7",)},
            options={"take": ("company_name", "industry")},
        ),
    ),
)
