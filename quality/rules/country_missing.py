"""A missing country is the one that phones, web domain, state, postal code and the company all point to."""

from __future__ import annotations

from datetime import UTC, datetime

from quality.fields import is_empty
from quality.rule import FINE, Case, Example, Options, Phase, Rule, Surroundings, Verdict, suggest
from quality.subjects import places
from quality.subjects.evidence import countries_of
from syncd.model import Record, Ref, Severity, Value

_FROM_FIELDS = "no country, and what other fields say of it agrees"
_FROM_COMPANY = "no country, and the company's is known"


class CountryOptions(Options):
    """None; the linked company's country is asked for."""

    def lacking_fields(self, kind: str) -> tuple[str, ...]:
        """Return the country of people."""
        return ("country",) if kind == "person" else ()


def check(case: Case) -> Verdict:
    """Suggest the one country everything speaks for. People work abroad and keep their numbers: never sure."""
    if not is_empty(case.record.values.get("country", "not fetched")):
        return FINE
    said = set(countries_of(case).values())
    company = case.linked("company")
    theirs = company.values.get("country") if company else None
    home = places.country_code(theirs) if isinstance(theirs, str) else ""
    if len(said | ({home} - {""})) != 1:
        return FINE
    if said:
        return suggest(said.pop(), _FROM_FIELDS, field="country")
    return suggest(home, _FROM_COMPANY, field="country")


def _around(country: Value) -> Surroundings:
    company = Record(Ref("crm", "companies", "7"), "company", {"country": country})
    return Surroundings(datetime(2025, 1, 1, tzinfo=UTC), linked={"company": {"7": company}})


def _example(verdict: Verdict, *, company: Value = None, **values: Value) -> Example:
    return Example(None, verdict, values, surroundings=_around(company), links={"company": ("7",)})


RULE = Rule(
    check,
    fields={"person": (), "company": ()},
    phase=Phase.DERIVE,
    severity=Severity.INFO,
    options=CountryOptions,
    examples=(
        _example(suggest("DE", _FROM_FIELDS, field="country"), country=None, phone="+49891234567"),
        _example(suggest("DE", _FROM_FIELDS, field="country"), country="", email="ada@acme.de", company="DE"),
        _example(suggest("FR", _FROM_COMPANY, field="country"), country=None, company="FR"),
        _example(suggest("JP", _FROM_COMPANY, field="country"), country=None, company="日本"),
        _example(FINE, country=None, phone="+49891234567", company="FR"),  # they do not agree
        _example(FINE, country=None, phone="+49891234567", email="ada@acme.at"),
        _example(FINE, country=None, email="ada@acme.com"),
        _example(FINE, country="US", phone="+49891234567"),
        _example(FINE, phone="+49891234567"),  # the country was not fetched
    ),
)
