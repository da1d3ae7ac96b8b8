"""How many requests each endpoint has had, by status."""

from __future__ import annotations

from collections import Counter
from typing import Any


class RequestCounters:
    """Counts of exchanges; status 0 is a connection that ended without an answer."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str, int]] = Counter()

    def add(self, crm: str, endpoint: str, object_name: str, status: int) -> None:
        """Count one exchange."""
        self._counts[crm, endpoint, object_name, status] += 1

    def rows(self) -> list[dict[str, Any]]:
        """Return one row per endpoint, object and status."""
        return [
            {"crm": crm, "endpoint": endpoint, "object": object_name, "status": status, "count": count}
            for (crm, endpoint, object_name, status), count in sorted(self._counts.items())
        ]

    @property
    def total(self) -> int:
        """All exchanges together."""
        return sum(self._counts.values())

    def clear(self) -> None:
        """Start from nothing."""
        self._counts.clear()
