"""Records that are to be let go are set aside: a field of their own says why, for lists and workflows to see."""

from __future__ import annotations

from quality.flag_text import join_flags, split_flags
from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, propose
from syncd.model import Severity

_SET_ASIDE = "the record is to be let go, and not set aside yet"
_TAKE_BACK = "nothing speaks for setting the record aside any more"


class QuarantineOptions(Options):
    """What sets a record aside."""

    #: Flags, whole or by their first letters before a `*`.
    flags: frozenset[str] = frozenset({"purge_*", "fake"})


def check(case: Case) -> Verdict:
    """Write the flags that set the record aside; a flag whose rule could not speak stays as it is."""
    present = split_flags(case.value)
    wanted = {flag for flag in case.raised_flags if _sets_aside(flag, case.options.flags)}
    wanted |= case.silent_flags & present
    if wanted == present:
        return FINE
    return propose(join_flags(wanted), _SET_ASIDE if wanted else _TAKE_BACK)


def _sets_aside(flag: str, patterns: frozenset[str]) -> bool:
    return any(flag == one or (one.endswith("*") and flag.startswith(one[:-1])) for one in patterns)


RULE = Rule(
    check,
    fields={"person": ("quarantine",), "company": ("quarantine",)},
    phase=Phase.MARK,
    severity=Severity.INFO,
    options=QuarantineOptions,
    is_on=False,
    examples=(
        Example(None, FINE),
        Example(None, FINE, raised_flags=frozenset({"free_email"})),
        Example(None, propose("purge_outdated", _SET_ASIDE), raised_flags=frozenset({"purge_outdated", "inactive"})),
        Example("fake;purge_fake", FINE, raised_flags=frozenset({"purge_fake", "fake"})),
        Example("purge_fake", propose(None, _TAKE_BACK)),
        Example("purge_fake", FINE, silent_flags=frozenset({"purge_fake"})),
        Example(
            None,
            propose("bounced", _SET_ASIDE),
            raised_flags=frozenset({"bounced", "fake"}),
            options={"flags": ["bounced"]},
        ),
    ),
)
