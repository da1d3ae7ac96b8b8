"""Whether what a provider says may come in: judged as a record of its own, by the rules that records are judged by."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping
from datetime import datetime

from quality.catalog import catalog
from quality.fields import is_empty
from quality.plainly import evaluate_plainly
from quality.resolve import resolve
from quality.rule import Phase, Surroundings
from quality.ruleset import Ruleset, compile_ruleset
from syncd.model import Finding, Mode, Record, Ref, Severity, Value

#: Longer texts are no values, but of descriptions.
_LONGEST, _LONGEST_DESCRIPTION = 300, 4000
#: Something of a web page, or what a spreadsheet would take for a formula.
_FOREIGN = re.compile(r"<[/!?a-z]|^\s*=|javascript:", re.IGNORECASE)
_REF = Ref("provider", "answer", "1")
#: A rule that finds the whole record made up.
_MADE_UP = "fake_entry"


def proper_values(kind: str, values: Mapping[str, Value], now: datetime) -> dict[str, Value]:
    """Return the values in their normal form, without those that a rule finds something wrong with."""
    plausible = {name: value for name, value in values.items() if _is_plausible(name, value)}
    record = Record(_REF, kind, plausible)
    findings = evaluate_plainly(_ruleset(kind), record, Surroundings(now)).findings
    if any(one.rule == _MADE_UP for one in findings):
        return {}
    update = resolve(record, findings).update
    doubtful = {one.field for one in findings if _is_doubt(one)}
    tidy = {**plausible, **{name: one.after for name, one in update.items() if one.mode is Mode.APPLY}}
    return {
        name: value
        for name, value in tidy.items()
        if name in plausible and name not in doubtful and not is_empty(value)
    }


@functools.cache
def _ruleset(kind: str) -> Ruleset:
    """Return the rules on single values that are on as they come, and need nothing but the record."""
    rules = {
        name: rule
        for name, rule in catalog().items()
        if rule.is_on and not rule.asks and rule.phase <= Phase.VALIDATE and rule.phase is not Phase.ENRICH
    }
    return compile_ruleset(kind, {}, Mode.APPLY, rules=rules)


def _is_doubt(finding: Finding) -> bool:
    """Return whether something is wrong with a value that is not surely put right."""
    if finding.has_proposal:
        return finding.mode is not Mode.APPLY
    return finding.severity >= Severity.WARNING


def _is_plausible(name: str, value: Value) -> bool:
    """Return whether a value may be looked at at all, whatever the field means."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, tuple):
        return all(_is_plausible(name, one) for one in value)
    if not isinstance(value, str):
        return value is not None
    longest = _LONGEST_DESCRIPTION if name == "description" else _LONGEST
    if len(value) > longest or _FOREIGN.search(value):
        return False
    return all(sign.isprintable() or sign in "\n\t" for sign in value)
