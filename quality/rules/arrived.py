"""What a form or a file says of somebody is on their record: what is empty is filled, what differs is asked about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from quality.fields import is_empty
from quality.golden.sameness import says_same
from quality.rule import (
    ARRIVED,
    FINE,
    Arrived,
    Case,
    Example,
    Phase,
    Rule,
    Surroundings,
    Verdict,
    flag,
    propose,
    suggest,
    together,
)
from syncd.model import Mode, Ref, Severity, Value

_EMPTY = "empty, and a form or a file says it"
_OTHER = "a form or a file says otherwise"
_NO_MORE = "the person wants no more mail, and said so in a form or a file"
_AGAIN = "the person opted out, and a form or a file says they want mail again: evidence of that is wanting"
_AGAIN_SHOWN = "the person opted out, and shows evidence that they want mail again"
_OPTED_OUT, _OPT_IN = "has_opted_out", "opt_in"


def check(case: Case) -> Verdict:
    """Fill what is empty, and ask about what differs; the latest word on a field counts.

    Nothing is said of a field that has moved on since: whoever changed it knew better. An opt-out is always taken; an
    opt-in never sets one aside without evidence, and even then a person says so.
    """
    arrived = case.surroundings.arrived.get(case.record.ref)
    if not arrived:
        return FINE
    said: dict[str, Verdict] = {}
    for one in arrived:
        for name, value in one.values.items():
            if name in {_OPTED_OUT, _OPT_IN} or not case.is_fetched(name) or is_empty(value):
                continue
            if not _is_as_seen(name, case.get(name), one.seen.get(name)):
                continue
            verdict = _of_value(name, case.get(name), value, one.mode)
            if verdict is not FINE:
                said[name] = verdict
            else:
                said.pop(name, None)
        if (consent := _of_consent(case, one)) is not FINE:
            said[consent.field] = consent
    return together([said[name] for name in sorted(said)])


def _of_value(name: str, held: Value, value: Value, mode: Mode) -> Verdict:
    if is_empty(held):
        return (propose if mode is Mode.APPLY else suggest)(value, _EMPTY, field=name)
    return FINE if says_same(name, held, value) else suggest(value, _OTHER, field=name)


def _of_consent(case: Case, one: Arrived) -> Verdict:
    """Return what is to be said of consent: the more careful of what is known holds."""
    is_out = case.get(_OPTED_OUT) is True
    if one.values.get(_OPTED_OUT) is True:
        if is_out or not case.is_fetched(_OPTED_OUT):
            return FINE
        return (propose if one.mode is Mode.APPLY else suggest)(True, _NO_MORE, field=_OPTED_OUT)
    wants_mail = one.values.get(_OPTED_OUT) is False or not is_empty(one.values.get(_OPT_IN))
    if is_out and wants_mail:
        if one.seen.get(_OPTED_OUT) is not True:
            return FINE
        return suggest(False, _AGAIN_SHOWN, field=_OPTED_OUT) if one.has_evidence else flag(_AGAIN, field=_OPTED_OUT)
    if not is_empty(one.values.get(_OPT_IN)) and case.is_fetched(_OPT_IN):
        return _of_value(_OPT_IN, case.get(_OPT_IN), one.values[_OPT_IN], one.mode)
    return FINE


def _is_as_seen(name: str, held: Value, seen: Value) -> bool:
    """Return whether a field holds what it held when somebody said something of it."""
    if is_empty(held) or is_empty(seen):
        return is_empty(held) and is_empty(seen)
    return says_same(name, held, seen)


_REF = Ref("crm", "person", "1")
_NOW = datetime(2025, 1, 1, tzinfo=UTC)


def _around(
    values: Mapping[str, Value],
    seen: Mapping[str, Value] | None = None,
    *,
    mode: Mode = Mode.APPLY,
    has_evidence: bool = False,
) -> Surroundings:
    return Surroundings(_NOW, arrived={_REF: (Arrived(values, seen or {}, _NOW, mode, has_evidence=has_evidence),)})


def _example(verdict: Verdict, around: Surroundings, **values: Value) -> Example:
    return Example(None, verdict, values, kind="person", surroundings=around)


_CALLED = _around({"phone": "+493012345678"})
_MOVED = _around({"city": "Bonn"}, {"city": "Köln"})
_FILLED = propose("+493012345678", _EMPTY, field="phone")

RULE = Rule(
    check,
    fields={"person": (), "company": ()},
    phase=Phase.HEAR,
    severity=Severity.INFO,
    is_on=False,  # the settings turn it on for the streams that something may come in for
    asks=(ARRIVED,),
    examples=(
        _example(_FILLED, _CALLED, phone=None),
        _example(_FILLED, _CALLED, phone=" "),
        _example(FINE, _CALLED),  # not fetched is not empty
        _example(FINE, _CALLED, phone="+4930999"),  # somebody has filled it meanwhile
        _example(FINE, _CALLED, phone="+49 30 12345678"),
        _example(
            suggest("+493012345678", _EMPTY, field="phone"),
            _around({"phone": "+493012345678"}, mode=Mode.SUGGEST),
            phone=None,
        ),
        _example(suggest("Bonn", _OTHER, field="city"), _MOVED, city="Köln"),
        _example(FINE, _MOVED, city="Berlin"),  # it has moved on since
        _example(FINE, _MOVED, city=None),  # somebody has emptied it since
        _example(FINE, _around({"city": "KÖLN"}, {"city": "Köln"}), city="Köln"),
        _example(suggest("東京", _OTHER, field="city"), _around({"city": "東京"}, {"city": "大阪"}), city="大阪"),
        _example(
            together([propose("Ada", _EMPTY, field="first_name"), _FILLED]),
            _around({"phone": "+493012345678", "first_name": "Ada"}),
            phone=None,
            first_name=None,
        ),
        _example(propose(True, _NO_MORE, field="has_opted_out"), _around({"has_opted_out": True}), has_opted_out=False),
        _example(FINE, _around({"has_opted_out": True}), has_opted_out=True),
        _example(
            flag(_AGAIN, field="has_opted_out"),
            _around({"has_opted_out": False}, {"has_opted_out": True}),
            has_opted_out=True,
        ),
        _example(
            flag(_AGAIN, field="has_opted_out"),
            _around({"opt_in": "newsletter"}, {"has_opted_out": True}),
            has_opted_out=True,
            opt_in=None,
        ),
        _example(
            suggest(False, _AGAIN_SHOWN, field="has_opted_out"),
            _around({"has_opted_out": False}, {"has_opted_out": True}, has_evidence=True),
            has_opted_out=True,
        ),
        # They opted out after they had asked for mail.
        _example(FINE, _around({"has_opted_out": False}, {"has_opted_out": False}), has_opted_out=True),
        _example(
            propose("2025-01-01 double opt-in", _EMPTY, field="opt_in"),
            _around({"opt_in": "2025-01-01 double opt-in"}),
            has_opted_out=False,
            opt_in=None,
        ),
        Example(None, FINE, {"phone": None}, kind="person"),
    ),
)
