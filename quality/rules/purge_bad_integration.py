"""What a misguided integration, import or form left behind is let go."""

from __future__ import annotations

from pydantic import Field

from quality.rule import FINE, Case, Example, Verdict
from quality.subjects.purge import PurgeOptions, examples_of, let_go, purging

_MESSAGE = "made by a source that is known for bad records, and flagged"


class SourceOptions(PurgeOptions):
    """Which sources are known for bad records."""

    days: int = Field(default=30, ge=1, le=36500)
    #: Sources, or their ids, as `created_source` and `created_source_id` have them.
    sources: frozenset[str] = frozenset()


def check(case: Case) -> Verdict:
    """Let go of flagged records of these sources: what they left behind unharmed may stay."""
    is_theirs = {case.text("created_source"), case.text("created_source_id")} & case.options.sources
    return let_go(case, _MESSAGE) if is_theirs and case.raised_flags else FINE


RULE = purging(
    check,
    flag="purge_bad_integration",
    options=SourceOptions,
    examples=(
        *examples_of(
            _MESSAGE,
            {"created_source": "INTEGRATION", "created_source_id": "4711"},
            days=30,
            options={"sources": ["4711"]},
            raised_flags=frozenset({"role_email"}),
        ),
        Example(None, FINE, {"created_source_id": "4711"}, options={"sources": ["4711"]}),
        Example(None, FINE, {"created_source_id": "4711"}, raised_flags=frozenset({"role_email"})),
        Example(None, FINE, {"created_source_id": ""}, options={"sources": ["4711"]}),
    ),
)
