"""How flags are spelt in the field `quality_flags`: sorted names joined by semicolons."""

from __future__ import annotations

from collections.abc import Iterable

from syncd.model import Value


def join_flags(flags: Iterable[str]) -> str | None:
    """Return the text the field `quality_flags` should hold for these flags; None when there are none."""
    return ";".join(sorted(set(flags))) or None


def split_flags(value: Value) -> frozenset[str]:
    """Return the flags a value of the field `quality_flags` names."""
    if isinstance(value, tuple):
        return frozenset(value)
    if isinstance(value, str):
        return frozenset(part.strip() for part in value.split(";")) - {""}
    return frozenset()
