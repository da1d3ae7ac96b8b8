"""Prospects whom sales found unfit are let go in time."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Verdict
from quality.subjects.purge import PurgeOptions, examples_of, let_go, purging

_MESSAGE = "sales found the prospect unfit"


class UnqualifiedOptions(PurgeOptions):
    """How sales says that somebody is no prospect."""

    #: Lead statuses, in small letters.
    statuses: frozenset[str] = frozenset(
        {
            "unqualified",
            "disqualified",
            "not interested",
            "not_interested",
            "bad_fit",
            "bad fit",
            "closed - not converted",
        }
    )


def check(case: Case) -> Verdict:
    """Let go of persons with such a lead status."""
    is_unfit = case.text("lead_status").casefold() in case.options.statuses
    return let_go(case, _MESSAGE) if is_unfit else FINE


RULE = purging(
    check,
    flag="purge_unqualified_prospect",
    options=UnqualifiedOptions,
    examples=(
        *examples_of(_MESSAGE, {"lead_status": "UNQUALIFIED"}),
        *examples_of(_MESSAGE, {"lead_status": "Nicht geeignet"}, options={"statuses": ["nicht geeignet"]}),
        Example(None, FINE, {"lead_status": "OPEN"}),
        Example(None, FINE, {"lead_status": None}),
    ),
)
