"""Flags: what is known of a record that no value can put right, as short names that may be written on it."""

from __future__ import annotations

from collections.abc import Iterable

from quality.catalog import catalog
from syncd.model import Finding


def flags_of(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return the flags the findings stand for, sorted, each once."""
    rules = catalog()
    return tuple(sorted({rules[found.rule].flag for found in findings if found.rule in rules} - {""}))
