"""What a mistyped name was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz

#: A suggestion less like the word it replaces, in per cent, would only confuse.
_MIN_LIKENESS = 68


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the one of `known` that `name` was probably meant to be; None when nothing is near."""
    ranked = [(fuzz.ratio(name.lower(), candidate.lower()), candidate) for candidate in sorted(known)]
    likeness, best = max(ranked, key=lambda pair: pair[0], default=(0.0, ""))
    return best if likeness >= _MIN_LIKENESS else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ` (did you mean 'x'?)`, or nothing when no known name is near."""
    meant = closest(name, known)
    return f" (did you mean '{meant}'?)" if meant is not None else ""
