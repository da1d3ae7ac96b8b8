"""What is known of deals: how one stands, and what a CRM calls that."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

from quality.rule import Case

#: Days a deal's closing day may be off without a contradiction: time zones, and a clerk who is a day late.
SLACK = timedelta(days=2)
_WON = frozenset({"closedwon", "won"})
_LOST = frozenset({"closedlost", "lost"})


class Standing(Enum):
    """How a deal stands."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    #: Over, and nothing says how.
    CLOSED = "closed"
    UNKNOWN = "unknown"


def standing(case: Case) -> Standing:
    """Say how a deal stands: by what the CRM says of it, else by the stages both CRMs come with."""
    is_closed, is_won = case.get("is_closed"), case.get("is_won")
    if is_won is True:
        return Standing.WON
    if is_closed is False:
        return Standing.OPEN
    if is_closed is True:
        return Standing.LOST if is_won is False else _by_stage(case, Standing.CLOSED)
    return _by_stage(case, Standing.UNKNOWN)


def close_moment(case: Case) -> datetime | None:
    """Return when the deal closed or should; None when that is empty or was not fetched."""
    moment = case.get("close_date")
    return moment if isinstance(moment, datetime) and moment.tzinfo is not None else None


def _by_stage(case: Case, otherwise: Standing) -> Standing:
    stage = "".join(sign for sign in case.text("stage").casefold() if sign.isalnum())
    if stage in _WON:
        return Standing.WON
    return Standing.LOST if stage in _LOST else otherwise
