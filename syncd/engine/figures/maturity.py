"""How far the upkeep of an account has come, from facts: chaos, visibility, standards, optimisation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from syncd.engine.setup import Tools
from syncd.model import Stream
from syncd.settings import UpkeepSettings
from syncd.store import Transaction

#: What the stages are called, from the first.
STAGES = ("undefined", "visibility", "standardisation", "optimisation")
#: The part of what was written that has to have been written without a person, in the last stage.
AUTOMATIC = 0.8
#: How long ago the last audit may be.
AUDIT_EVERY = timedelta(days=92)
_LATELY = timedelta(days=30)
_FRESH = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that a stage takes."""

    stage: int
    #: What is so, or is not yet.
    says: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class Maturity:
    """How far the upkeep of an account has come."""

    account: str
    criteria: tuple[Criterion, ...]
    audited_at: datetime | None

    @property
    def stage(self) -> int:
        """Return the stage whose criteria are all met, with those of all stages before it."""
        missed = [one.stage for one in self.criteria if not one.is_met]
        return min(missed, default=len(STAGES) + 1) - 1

    @property
    def name(self) -> str:
        """Return what the stage is called."""
        return STAGES[self.stage - 1]

    @property
    def missing(self) -> tuple[Criterion, ...]:
        """Return what the next stage still takes."""
        return tuple(one for one in self.criteria if one.stage == self.stage + 1 and not one.is_met)


def maturity_of(tx: Transaction, account: str, upkeep: UpkeepSettings) -> Maturity:
    """Return how far the upkeep of an account has come."""
    now = tx.runs.now
    read = [tx.cursors.last_success(stream) for stream in upkeep.streams]
    by_itself, by_people = _written(tx, upkeep.streams, now - _LATELY)
    written = by_itself + by_people
    audited_at = tx.audits.last_of(account)
    facts = (
        (2, "rules judge the records", upkeep.rules > 0),
        (2, "every object was read within two days", all(at is not None and now - at < _FRESH for at in read)),
        (3, "an object has fixes written without a person asking each time", upkeep.is_applying),
        (3, "such fixes were written within a month", by_itself > 0),
        (4, "four in five fixes of the month were written without a person", by_itself >= AUTOMATIC * max(1, written)),
        (4, "somebody is told when something is odd", upkeep.is_somebody_told),
        (4, "there are targets with dates", upkeep.has_targets),
        (4, "an audit was made within a quarter", audited_at is not None and now - audited_at < AUDIT_EVERY),
    )
    return Maturity(account, tuple(Criterion(*fact) for fact in facts), audited_at)


def tell_upkeep(tools: Tools, upkeeps: Iterable[tuple[str, UpkeepSettings]]) -> None:
    """Tell how far the upkeep of accounts has come."""
    for account, upkeep in dict(upkeeps).items():
        with tools.store.reading() as tx:
            found = maturity_of(tx, account, upkeep)
        tools.telemetry.upkeep_measured(account, stage=found.stage, audited_at=found.audited_at)


def _written(tx: Transaction, streams: Iterable[Stream], since: datetime) -> tuple[int, int]:
    counts = [tx.journal.count_written_by_whom(stream, since) for stream in streams]
    return sum(one[0] for one in counts), sum(one[1] for one in counts)
