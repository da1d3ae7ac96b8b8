"""A record holds what its counterparts in other accounts know better: the value that wins by the field's policy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from quality.facts import Fact, Member, Setter
from quality.fields import FIELDS
from quality.golden import Authority, carried_to, golden_record, is_settled
from quality.rule import (
    COUNTERPARTS,
    FINE,
    TWINS,
    Case,
    Example,
    Phase,
    Rule,
    Surroundings,
    Verdict,
    propose,
    suggest,
    together,
)
from syncd.model import Record, Ref, Severity, Value

_ELSEWHERE = "a counterpart in another account has the value that wins: "


def check(case: Case) -> Verdict:
    """Propose the golden value of the field, and of those it belongs together with, where it may go to this record."""
    members = case.surroundings.same.get(case.record.ref)
    if not members or is_settled(members, case.field):
        return FINE
    golden = golden_record(members, case.options, only=case.field)
    return together(
        [
            (propose if one.is_sure else suggest)(one.after, _ELSEWHERE + one.value.reason, field=one.value.field)
            for one in carried_to(case.record.ref, golden, case.options)
        ]
    )


_NOW = datetime(2026, 3, 1, tzinfo=UTC)
_EARLY, _LATE = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
_ME, _OTHER = Ref("crm", "person", "1"), Ref("other", "contacts", "7")


def _example(
    verdict: Verdict,
    field: str,
    mine: Mapping[str, Value],
    theirs: Mapping[str, Value],
    how: Mapping[str, object],
    facts: tuple[Fact | None, Fact | None] = (None, None),
) -> Example:
    known = [{} if fact is None else dict.fromkeys({*mine, *theirs}, fact) for fact in facts]
    same = (Member(Record(_ME, "person", mine), known[0]), Member(Record(_OTHER, "person", theirs), known[1]))
    return Example(
        mine[field],
        verdict,
        {name: value for name, value in mine.items() if name != field},
        kind="person",
        field=field,
        options={"accounts": ["crm", "other"], "fields": {field: how}},
        surroundings=Surroundings(_NOW, same={_ME: same}),
    )


_FILL = {"policy": "fill"}
_NEWEST = {"policy": "newest"}
_THEIRS = {"policy": "source", "source": ["other"]}
_OLD, _NEW = Fact(_EARLY, by=Setter.PERSON), Fact(_LATE, by=Setter.PERSON)
_LAST = _ELSEWHERE + "it was set last"
_BERLIN: Mapping[str, Value] = {"street": "Hauptstr. 5", "city": "Berlin", "country": "DE"}
_BOSTON: Mapping[str, Value] = {"street": "1 Main Street", "city": "Boston", "country": None}

RULE = Rule(
    check,
    fields=FIELDS,
    phase=Phase.AGREE,
    severity=Severity.INFO,
    options=Authority,
    asks=(COUNTERPARTS, TWINS),
    examples=(
        Example("Buyer", FINE, kind="person", field="job_title", options={"fields": {"job_title": _NEWEST}}),
        _example(
            propose("ada@acme.com", _ELSEWHERE + "nobody else holds one", field="email"),
            "email",
            {"email": None},
            {"email": "ada@acme.com"},
            _FILL,
        ),
        _example(FINE, "email", {"email": "ada@newtel.com"}, {"email": "ada@acme.com"}, _FILL),
        _example(FINE, "phone", {"phone": "(415) 555-0100"}, {"phone": "+14155550100"}, _THEIRS),
        _example(
            propose("Инженер", _ELSEWHERE + "its account is the named source", field="job_title"),
            "job_title",
            {"job_title": "Закупщик"},
            {"job_title": "Инженер"},
            _THEIRS,
        ),
        _example(FINE, "job_title", {"job_title": "Buyer"}, {"job_title": None}, _THEIRS),
        _example(
            propose("CEO", _LAST, field="job_title"),
            "job_title",
            {"job_title": "Buyer"},
            {"job_title": "CEO"},
            _NEWEST,
            (_OLD, _NEW),
        ),
        _example(FINE, "job_title", {"job_title": "Buyer"}, {"job_title": "CEO"}, _NEWEST, (_NEW, _OLD)),
        # Where nobody has told when it was set, nothing is said; where that leaves a doubt, a person is asked.
        _example(FINE, "job_title", {"job_title": "Buyer"}, {"job_title": "CEO"}, _NEWEST, (_OLD, None)),
        _example(
            suggest("CEO", _LAST, field="job_title"),
            "job_title",
            {"job_title": "Buyer"},
            {"job_title": "CEO"},
            _NEWEST,
            (_NEW, Fact(_NOW, since=_EARLY)),
        ),
        # An address is taken whole.
        _example(
            together(
                [
                    propose("1 Main Street", _LAST, field="street"),
                    propose("Boston", _LAST, field="city"),
                    propose(None, _LAST, field="country"),
                ]
            ),
            "street",
            _BERLIN,
            _BOSTON,
            _NEWEST,
            (_OLD, _NEW),
        ),
        _example(
            propose(True, _ELSEWHERE + "what forbids more is kept", field="has_opted_out"),
            "has_opted_out",
            {"has_opted_out": False},
            {"has_opted_out": True},
            {"policy": "strictest"},
        ),
        _example(FINE, "has_opted_out", {"has_opted_out": True}, {"has_opted_out": False}, {"policy": "strictest"}),
    ),
)
