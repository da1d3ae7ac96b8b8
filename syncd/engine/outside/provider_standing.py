"""How the providers stand, from the store alone: what they were asked today, what is left, what waits and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.providers import provider_types
from syncd.settings import Settings
from syncd.store import Transaction


@dataclass(frozen=True, slots=True)
class ProviderStanding:
    """One provider."""

    provider: str
    type: str
    #: Calls of the day (UTC), and how many there may be; None: any number.
    calls: int
    budget: int | None
    cost: float
    #: Questions of the day that it knew something of, and nothing.
    hits: int
    misses: int
    failures: int
    #: Questions it has not answered yet.
    waiting: int
    #: What keeps it from answering, and since when; empty: nothing does.
    trouble: str
    since: datetime | None

    @property
    def is_spent(self) -> bool:
        """Return whether the day has no call left."""
        return self.budget is not None and self.calls >= self.budget


def provider_standings(tx: Transaction, settings: Settings) -> tuple[ProviderStanding, ...]:
    """Return how each provider of the settings stands."""
    found = []
    for name, one in sorted(settings.enrichment.providers.items()):
        today, (trouble, since) = tx.provided.today(name), tx.provided.trouble(name)
        budget = provider_types()[one.type].per_day if one.calls_per_day is None else one.calls_per_day
        found.append(
            ProviderStanding(
                provider=name,
                type=one.type,
                calls=today.calls,
                budget=budget,
                cost=today.cost,
                hits=today.hits,
                misses=today.misses,
                failures=today.failures,
                waiting=tx.provided.waiting(name),
                trouble=trouble,
                since=since,
            )
        )
    return tuple(found)
