"""Figures as a person reads them: shares, gains, counts, money, days."""

from __future__ import annotations

from datetime import datetime

#: From which amount of money on nobody counts in hundredths.
_WHOLE = 1000


def percent(share_of: float) -> str:
    """Return a share as a person reads it. What is not whole is never rounded to 100 %."""
    shown = round(share_of * 100, 1)
    return f"{min(shown, 99.9) if share_of < 1 else 100:.4g} %"


def gained(gain: float | None) -> str:
    """Return by how many points of a hundred something has grown; a dash where nobody knows."""
    if gain is None:
        return "–"
    points = round(gain * 100, 1)
    return f"{points:+.1f}" if points else "±0"


def counted(number: int) -> str:
    """Return a number with its thousands apart."""
    return f"{number:,}"


def money(amount: float, currency: str) -> str:
    """Return an amount of money, to the whole unit from a thousand on."""
    return f"{amount:,.0f} {currency}" if amount >= _WHOLE or amount == int(amount) else f"{amount:,.2f} {currency}"


def day(moment: datetime) -> str:
    """Return a day."""
    return f"{moment.day} {moment:%b %Y}"
