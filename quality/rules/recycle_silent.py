"""Leads who have fallen silent go back to the beginning instead of being let go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import Field

from quality.rule import FINE, Case, Example, Options, Phase, Rule, Surroundings, Verdict, fine_until, propose
from quality.subjects.purge import last_sign
from syncd.model import Mode, Severity

_SILENT = "silent for so long that somebody should begin anew"


class RecycleOptions(Options):
    """Who goes back to which status, and when."""

    #: Days without any sign of life.
    days: int = Field(default=180, ge=1, le=36500)
    #: Lead statuses, in small letters, that a silent lead is taken out of.
    out_of: frozenset[str] = frozenset({"in_progress", "attempted_to_contact", "connected", "working - contacted"})
    #: The lead status it gets, as the CRM spells it.
    to: str = Field(default="NEW", min_length=1)


def check(case: Case) -> Verdict:
    """Propose the first status for a lead that was worked on and has been silent since."""
    since = last_sign(case)
    if since is None or case.text("lead_status").casefold() not in case.options.out_of:
        return FINE
    due = since + timedelta(days=case.options.days)
    return fine_until(due) if case.surroundings.now < due else propose(case.options.to, _SILENT)


_NOW = datetime(2025, 6, 1, tzinfo=UTC)
_NOW_IS = Surroundings(_NOW)


def _ago(days: int) -> datetime:
    return _NOW - timedelta(days=days)


RULE = Rule(
    check,
    fields={"person": ("lead_status",)},
    phase=Phase.PURGE,
    severity=Severity.INFO,
    mode=Mode.SUGGEST,
    options=RecycleOptions,
    is_on=False,
    examples=(
        Example("CONNECTED", propose("NEW", _SILENT), surroundings=_NOW_IS, created_at=_ago(180)),
        Example("CONNECTED", fine_until(_NOW + timedelta(days=1)), surroundings=_NOW_IS, created_at=_ago(179)),
        Example(
            "CONNECTED",
            fine_until(_NOW + timedelta(days=175)),
            {"last_replied": _ago(5)},
            surroundings=_NOW_IS,
            created_at=_ago(400),
        ),
        Example(
            "В работе",
            propose("Новый", _SILENT),
            surroundings=_NOW_IS,
            created_at=_ago(400),
            options={"out_of": ["в работе"], "to": "Новый"},
        ),
        Example("NEW", FINE, surroundings=_NOW_IS, created_at=_ago(400)),
        Example("CONNECTED", FINE, surroundings=_NOW_IS),
        Example(None, FINE, surroundings=_NOW_IS, created_at=_ago(400)),
    ),
)
