"""What a record lacks and a provider outside knows is taken over."""

from __future__ import annotations

from datetime import UTC, datetime

from quality.fields import is_empty
from quality.rule import (
    FINE,
    PROVIDED,
    Case,
    Example,
    Offer,
    Phase,
    Rule,
    Surroundings,
    Verdict,
    propose,
    suggest,
    together,
)
from syncd.model import Mode, Ref, Severity, Value


def check(case: Case) -> Verdict:
    """Fill empty fields with what a provider knows of them. What a person wrote, or anybody but it, is never touched.

    Where the settings say so, a value that came from a provider before is replaced by what is known now.
    """
    offers = case.surroundings.provided.get(case.record.ref)
    if not offers:
        return FINE
    said = []
    for name, offer in sorted(offers.items()):
        if not case.is_fetched(name):
            continue
        held, say = case.get(name), propose if offer.is_sure else suggest
        if is_empty(held):
            said.append(say(offer.value, f"empty, and {offer.provider} knows it", field=name))
        elif offer.replaces is not None and held == offer.replaces and held != offer.value:
            said.append(say(offer.value, f"came from outside, and {offer.provider} says otherwise now", field=name))
    return together(said)


_REF = Ref("crm", "company", "1")
_NOW = datetime(2025, 1, 1, tzinfo=UTC)
_KNOWS = "empty, and firmo knows it"
_OTHERWISE = "came from outside, and firmo says otherwise now"


def _around(*, is_sure: bool = True, replaces: Value = None, **values: Value) -> Surroundings:
    offers = {
        name: Offer(value, "firmo", 0.95, _NOW, is_sure=is_sure, replaces=replaces) for name, value in values.items()
    }
    return Surroundings(_NOW, provided={_REF: offers})


def _example(verdict: Verdict, around: Surroundings, **values: Value) -> Example:
    return Example(None, verdict, values, kind="company", surroundings=around)


_STEEL = _around(industry="STEEL")

RULE = Rule(
    check,
    fields={"person": (), "company": (), "deal": (), "ticket": (), "custom": ()},
    phase=Phase.ENRICH,
    severity=Severity.INFO,
    mode=Mode.SUGGEST,
    is_on=False,  # the settings turn it on for the streams that are enriched
    asks=(PROVIDED,),
    examples=(
        _example(propose("STEEL", _KNOWS, field="industry"), _STEEL, industry=None),
        _example(propose("STEEL", _KNOWS, field="industry"), _STEEL, industry=" "),
        _example(suggest("STEEL", _KNOWS, field="industry"), _around(is_sure=False, industry="STEEL"), industry=None),
        _example(propose("鉄鋼", _KNOWS, field="industry"), _around(industry="鉄鋼"), industry=None),
        _example(
            together([propose("Oslo", _KNOWS, field="city"), propose(250, _KNOWS, field="employee_count")]),
            _around(employee_count=250, city="Oslo"),
            employee_count=None,
            city="",
        ),
        _example(FINE, _STEEL, industry="CHEMICALS"),  # whoever wrote it
        _example(FINE, _STEEL),  # it was not fetched
        _example(FINE, Surroundings(_NOW), industry=None),  # nobody knows
        _example(
            propose("STEEL", _OTHERWISE, field="industry"), _around(replaces="IRON", industry="STEEL"), industry="IRON"
        ),
        _example(FINE, _around(replaces="IRON", industry="STEEL"), industry="COAL"),  # somebody changed it since
        _example(FINE, _around(replaces="STEEL", industry="STEEL"), industry="STEEL"),
    ),
)
