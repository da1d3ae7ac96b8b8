"""What an operator can turn while the sandbox runs, beside faults and limits."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Knobs:
    """How late and how untidy the search index is."""

    #: A change is seen by search only after this long.
    index_lag_s: float = 0.0
    #: Plus anything up to this, drawn anew for each change.
    index_lag_jitter_s: float = 0.0
    #: Share of search rows that come out of their order.
    sort_disorder: float = 0.0
    #: Send `Retry-After` with the sandbox's own 429 answers.
    retry_after: bool = False
    #: Longest URL; beyond it a proxy answers 414 with a page.
    max_url_length: int = 16_000
    seed: int = 1


class KnobPanel:
    """The knobs, and the dice that go with them."""

    def __init__(self) -> None:
        self.now = Knobs()
        self.dice = random.Random(self.now.seed)

    def turn(self, changes: dict[str, Any]) -> None:
        """Change some knobs; ValueError names one that does not exist."""
        unknown = set(changes) - {knob.name for knob in fields(Knobs)}
        if unknown:
            message = f"no such knob: {', '.join(sorted(unknown))}"
            raise ValueError(message)
        self.now = replace(self.now, **changes)
        self.dice.seed(self.now.seed)

    def reset(self) -> None:
        """Put every knob back."""
        self.now = Knobs()
        self.dice.seed(self.now.seed)

    def lag_ms(self) -> int:
        """Draw how long the change made now stays unseen by search."""
        lag = self.now.index_lag_s
        if self.now.index_lag_jitter_s:
            lag += self.dice.random() * self.now.index_lag_jitter_s
        return round(lag * 1000)

    def state(self) -> dict[str, Any]:
        """Return every knob's position."""
        return asdict(self.now)
