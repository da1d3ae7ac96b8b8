"""A few people of whom something is surely wrong, and what is to become of them."""

from __future__ import annotations

from collections.abc import Sequence

from syncd.model import FixState
from tests.journeys.journey import Journey


def dirty(journey: Journey, count: int = 3) -> list[str]:
    return [
        journey.create(email=f"p{number}@example-works.com", first_name="Ada", last_name="King", country="Germany")
        for number in range(count)
    ]


def put_right(ids: Sequence[str]) -> list[tuple[str, str, str]]:
    return [(one, "country", "DE") for one in sorted(ids)]


def states(journey: Journey) -> list[FixState]:
    return [fix.state for fix in journey.fixes()]
