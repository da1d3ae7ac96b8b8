"""Companies are parts of the company that their counterpart in another account is a part of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from quality.elsewhere import ASKS, LOOK_AGAIN, part_of_elsewhere
from quality.fields import is_empty
from quality.rule import FINE, Case, Counterpart, Example, Phase, Rule, Surroundings, Verdict, fine_until, flag, link
from syncd.model import PARENT, Record, Ref, Severity, Value

_MISSING = "a part of no company, and a counterpart in another account is"
_OTHER = "a counterpart in another account is a part of another company"
_CIRCLE = "a counterpart in another account is a part of a company that is a part of this one here"


def check(case: Case) -> Verdict:
    """Propose the counterpart's parent where none is known; flag where two accounts say different things."""
    if "parent" not in case.record.values:
        return FINE
    there = part_of_elsewhere(case)
    if not there.known:
        return there.none_yet(case.surroundings.now)
    held = case.record.values["parent"]
    if not is_empty(held):
        return FINE if held in {one.id for one in there.known} else flag(_OTHER)
    parent = there.known[0]
    if len(there.known) > 1 or parent == case.record.ref:
        return flag(_OTHER)
    if _is_part_of(case, parent.id, case.record.ref.id):
        return flag(_CIRCLE)
    return link(parent, _MISSING, label=PARENT)


def _is_part_of(case: Case, company: str, whole: str) -> bool:
    """Tell whether a company is a part of another one, at whatever remove is known."""
    known = case.surroundings.linked.get("company", {})
    seen = set()
    while company and company not in seen:
        if company == whole:
            return True
        seen.add(company)
        record = known.get(company)
        company = str(record.values.get("parent") or "") if record is not None else ""
    return False


_NOW = datetime(2025, 1, 1, tzinfo=UTC)
_ME, _HEAD, _PART = (Ref("crm", "company", key) for key in "178")


def _known(*parents: Value, is_sure: bool = True) -> Surroundings:
    found = tuple(
        Counterpart(
            Record(Ref("other", "companies", str(place)), "company", {"parent": parent}),
            is_sure=is_sure, probability=1.0,
        )
        for place, parent in enumerate(parents)
    )  # fmt: skip
    ours = {("other", "company", key): ref for key, ref in (("head", _HEAD), ("part", _PART), ("我", _ME))}
    linked: Mapping[str, Mapping[str, Record]] = {"company": {"8": Record(_PART, "company", {"parent": "1"})}}
    return Surroundings(_NOW, linked=linked, counterparts={_ME: found}, ours=ours)


def _example(verdict: Verdict, around: Surroundings, parent: Value = None) -> Example:
    return Example(None, verdict, {"parent": parent}, kind="company", surroundings=around)


RULE = Rule(
    check,
    fields={"company": ()},
    phase=Phase.RELATE,
    severity=Severity.INFO,
    asks=ASKS,
    examples=(
        _example(link(_HEAD, _MISSING, label=PARENT), _known("head")),
        _example(link(_HEAD, _MISSING, label=PARENT), _known(None, "head")),
        _example(FINE, _known("head"), "7"),
        _example(flag(_OTHER), _known("head"), "9"),
        _example(flag(_OTHER), _known("head", "part")),
        _example(flag(_OTHER), _known("我")),  # two of them are one here
        _example(flag(_CIRCLE), _known("part")),
        _example(fine_until(_NOW + LOOK_AGAIN), _known("nobody knows which")),
        _example(FINE, _known("head", is_sure=False)),
        _example(FINE, _known(None)),
        Example(None, FINE, {}, kind="company", surroundings=_known("head")),  # not fetched
        _example(FINE, Surroundings(_NOW)),
    ),
)
