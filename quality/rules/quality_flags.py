"""The flags written on a record are those its findings stand for."""

from __future__ import annotations

import functools

from quality.flag_text import join_flags, split_flags
from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose
from syncd.model import Severity

_MESSAGE = "the flags on the record are not those of its findings"


def check(case: Case) -> Verdict:
    """Compare the flags on the record with those raised; a flag whose rule could not speak stays as it is."""
    if case.value is None:
        return _missing(case.raised_flags)
    present = split_flags(case.value)
    wanted = case.raised_flags | (case.silent_flags & present)
    if wanted == present:
        return FINE
    return propose(join_flags(wanted), _MESSAGE)


@functools.lru_cache(maxsize=1024)
def _missing(wanted: frozenset[str]) -> Verdict:
    """Return the verdict on a record without flags."""
    return propose(join_flags(wanted), _MESSAGE) if wanted else FINE


RULE = Rule(
    check,
    fields={"person": ("quality_flags",), "company": ("quality_flags",)},
    phase=Phase.MARK,
    severity=Severity.INFO,
    examples=(
        Example(None, FINE),
        Example(None, propose("bounced;fake", _MESSAGE), raised_flags=frozenset({"fake", "bounced"})),
        Example("fake;bounced", FINE, raised_flags=frozenset({"fake", "bounced"})),
        Example("bounced", propose(None, _MESSAGE)),
        Example("bounced", FINE, silent_flags=frozenset({"bounced"})),
        Example(
            "bounced;fake",
            propose("bounced", _MESSAGE),
            silent_flags=frozenset({"bounced"}),
        ),
        Example(("fake",), FINE, raised_flags=frozenset({"fake"})),
    ),
)
