"""Asks one provider what records wait for: outside any transaction, a few questions at a time, within its budget.

Whoever an answer concerns is judged again in the next pass, from the copy. A provider that fails keeps nobody waiting:
its questions wait, those of others are asked, and after a few failures the next one in the order has its turn.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.providers import Provider
from quality.providing import asks_key, read_question
from syncd.clock import Clock
from syncd.engine.outside.answers import Reading
from syncd.errors import (
    BrokenPromiseError,
    ConnectorError,
    QuotaExhaustedError,
    RecordRejectedError,
    RefusedError,
    RetryableError,
    ThrottledError,
)
from syncd.model import Offered
from syncd.store import Store, Transaction
from syncd.telemetry import Telemetry

#: Questions taken at once: few of those that cost something, so that a process that dies loses few answers.
FEW, MANY = 20, 500
#: How long questions are ours, and for how many seconds another of them is begun: long before others may ask them.
OURS_FOR = timedelta(minutes=30)
_BEGUN_FOR_S = 300.0
#: Seconds until it is looked again whether there is anything to ask.
IDLE_S = 2.0
#: Seconds between two looks at how much waits and what was spent.
TOLD_EVERY_S = 15.0
#: How long a question that could not be answered waits, by how often in a row; as long as the last one after that.
_WAITS = (timedelta(minutes=5), timedelta(hours=1), timedelta(days=1))
#: So many failures in a row, and the provider is left alone for a while.
_ENOUGH = 3
_FIRST_PAUSE_S, _LONGEST_PAUSE_S, _DAY_S = 30.0, 900.0, 86_400.0


@dataclass(frozen=True, slots=True)
class Source:
    """One provider with all that is said of it."""

    name: str
    provider: Provider
    by: tuple[str, ...]
    reading: Reading
    keep: timedelta
    keep_misses: timedelta
    #: Calls a day; None: as many as there are.
    per_day: int | None
    cost: float
    #: Where what it is asked goes to; empty: it stays here.
    goes_to: str = ""


@dataclass(slots=True)
class _Batch:
    """What became of some questions."""

    answers: dict[str, Mapping[str, Offered]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    #: Not asked after all.
    left: Sequence[str] = ()
    error: ConnectorError | None = None
    seconds: float = 0.0

    @property
    def trouble(self) -> ConnectorError | None:
        """Return what keeps the provider from answering: what keeps it from answering one question is none."""
        return None if self.answers and not self.left else self.error


@dataclass(slots=True)
class Asking:
    """The work on one provider, for one thread."""

    source: Source
    store: Store
    telemetry: Telemetry
    clock: Clock
    stop: threading.Event
    _not_before: float = float("-inf")
    _failures: int = 0
    #: Whether it could not even be opened when it was last looked at.
    _is_shut: bool = False
    _told_at: float = float("-inf")

    def turn(self) -> float:
        """Ask what is due; return how many seconds there is nothing to do. StoreError when nothing can be kept."""
        left = self._not_before - self.clock.monotonic()
        if left > 0:
            return left
        try:
            edition = self.source.provider.edition
        except ConnectorError as error:
            self._is_shut = True
            with self.store.transaction() as tx:
                tx.provided.note(self.source.name, tx.provided.edition(self.source.name) or "", error.message)
            return self._failed(error)
        return self._ask_due(edition)

    def _ask_due(self, edition: str) -> float:
        name = self.source.name
        with self.store.reading() as tx:
            is_due, held = tx.provided.is_due(name), tx.provided.edition(name)
            calls = tx.provided.today(name).calls
            self._tell(tx)
        if held != edition or self._is_shut:
            is_due = self._renew(edition, is_other=bool(held) and held != edition) or is_due
        if not is_due:
            return IDLE_S
        if self.source.per_day is not None and calls >= self.source.per_day:
            return self._spent()
        with self.store.transaction() as tx:
            taken = self.clock.now() + OURS_FOR
            keys = tx.provided.claim(name, asks_key(name), FEW if self.source.goes_to else MANY, taken)
        if not keys:
            return 0.0
        batch = self._ask(keys)
        with self.store.transaction() as tx:
            self._keep(tx, batch, edition)
        return self._after(batch)

    def _renew(self, edition: str, *, is_other: bool) -> bool:
        """Have everything asked again in another edition; return whether that may be anything."""
        with self.store.transaction() as tx:
            if is_other:
                tx.provided.make_due(self.source.name)
            tx.provided.note(self.source.name, edition, "")
        self._is_shut = False
        return is_other

    def _ask(self, keys: Sequence[str]) -> _Batch:
        batch, in_a_row, began = _Batch(), 0, self.clock.monotonic()
        for place, key in enumerate(keys):
            if self.stop.is_set() or self.clock.monotonic() - began >= _BEGUN_FOR_S:
                batch.left = keys[place:]
                break
            try:
                batch.answers[key] = self._answer(key)
                batch.error, in_a_row = None, 0
            except RecordRejectedError:
                batch.answers[key] = {}
            except (QuotaExhaustedError, ThrottledError, RefusedError) as error:
                batch.error, batch.left = error, keys[place:]
                break
            except (RetryableError, BrokenPromiseError) as error:
                batch.error, in_a_row = error, in_a_row + 1
                if isinstance(error, RetryableError) and error.retry_after is not None:
                    batch.left = keys[place:]
                    break
                batch.failed.append(key)
                if in_a_row >= _ENOUGH:
                    batch.left = keys[place + 1 :]
                    break
        batch.seconds = self.clock.monotonic() - began
        return batch

    def _answer(self, key: str) -> Mapping[str, Offered]:
        try:
            found = self.source.provider.ask(read_question(key, self.source.by))
        except ConnectorError:
            raise
        except Exception as error:
            raise BrokenPromiseError(f"broke ({type(error).__name__})") from error
        return self.source.reading.understood(found, self.clock.now())

    def _keep(self, tx: Transaction, batch: _Batch, edition: str) -> None:
        """Keep what was answered, and have those judged again whom it concerns."""
        name, now = self.source.name, self.clock.now()
        before = tx.provided.read(name, batch.failed)
        changed = {
            *tx.provided.keep(name, {key: (said, self._again_at(said, now)) for key, said in batch.answers.items()})
        }
        for key in batch.failed:
            failures = before[key].failures if key in before else 0
            wait = _WAITS[min(failures, len(_WAITS) - 1)]
            tx.provided.postpone(name, [key], now + wait, has_failed=True)
            # The next one in the order may be asked by now.
            changed |= {key} if failures + 1 == _ENOUGH else set()
        tx.provided.postpone(name, batch.left, now, has_failed=False)
        hits = sum(bool(said) for said in batch.answers.values())
        tx.provided.count(name, hits=hits, misses=len(batch.answers) - hits, failures=len(batch.failed))
        tx.provided.note(name, edition, "" if batch.trouble is None else batch.trouble.message)
        for stream, ids in tx.provided.holders(asks_key(name), changed).items():
            tx.twins.wake(stream, ids)
        self.telemetry.provided.asked(name, hits, len(batch.answers) - hits, len(batch.failed), batch.seconds)
        self._tell(tx)

    def _again_at(self, said: Mapping[str, Offered], now: datetime) -> datetime:
        return now + (self.source.keep if said else self.source.keep_misses)

    def _after(self, batch: _Batch) -> float:
        trouble = batch.trouble
        if trouble is None:
            self._failures = 0
            self.telemetry.provided.works(self.source.name)
            return 0.0
        if isinstance(trouble, QuotaExhaustedError) and trouble.retry_after is None:
            return self._spent()
        if batch.left:
            return self._failed(trouble)
        self.telemetry.provided.fails(self.source.name, trouble)
        return 0.0

    def _failed(self, error: ConnectorError) -> float:
        """Leave the provider alone: as long as it says, or longer each time."""
        self._failures += 1
        told = error.retry_after if isinstance(error, RetryableError) else None
        if isinstance(error, RefusedError):
            told = _LONGEST_PAUSE_S
        pause_s = min(_FIRST_PAUSE_S * 2.0 ** (self._failures - 1), _LONGEST_PAUSE_S) if told is None else told
        self.telemetry.provided.fails(self.source.name, error)
        return self._pause(min(pause_s, _DAY_S))

    def _spent(self) -> float:
        """Wait for the next day (UTC); looked at once in a while, in case the clock is set."""
        now, self._told_at = self.clock.now(), float("-inf")
        self.telemetry.provided.spent(self.source.name, now.date())
        with self.store.reading() as tx:
            self._tell(tx)
        midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
        return self._pause(min((midnight - now).total_seconds(), _LONGEST_PAUSE_S))

    def _pause(self, seconds: float) -> float:
        self._not_before = self.clock.monotonic() + seconds
        return seconds

    def _tell(self, tx: Transaction) -> None:
        """Show how things stand, once in a while: what waits has to be counted."""
        now_s = self.clock.monotonic()
        if now_s - self._told_at < TOLD_EVERY_S:
            return
        self._told_at = now_s
        name, budget = self.source.name, self.source.per_day
        today, total = tx.provided.today(name), tx.provided.totals().get(name)
        self.telemetry.provided.standing(
            name,
            calls=0 if total is None else total.calls,
            cost=0.0 if total is None else total.cost,
            left=None if budget is None else max(0, budget - today.calls),
            waiting=tx.provided.waiting(name),
            oldest=tx.provided.oldest(name),
        )
