"""Records that stand for nobody are let go."""

from __future__ import annotations

from pydantic import Field

from quality.rule import FINE, Case, Example, Verdict
from quality.subjects.purge import PurgeOptions, examples_of, let_go, purging

_MESSAGE = "a made-up entry"


class FakeOptions(PurgeOptions):
    """Made-up entries need not grow old."""

    days: int = Field(default=7, ge=1, le=36500)


def check(case: Case) -> Verdict:
    """Let go of what `fake_entry` flagged; that rule has to be allowed more than to observe."""
    return let_go(case, _MESSAGE) if "fake" in case.raised_flags else FINE


RULE = purging(
    check,
    flag="purge_fake",
    options=FakeOptions,
    examples=(
        *examples_of(_MESSAGE, {}, days=7, options={"days": 7}, raised_flags=frozenset({"fake"})),
        Example(None, FINE, raised_flags=frozenset({"bounced"})),
    ),
)
