"""What providers of values from outside said, by what they were asked; what they are to be asked, and what that cost.

An answer belongs to a question and to nobody: whoever's record leads to the same question has the same answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from syncd.model import Deed, Offered, Stream, Value
from syncd.store import schema
from syncd.store.columns.packing import pack, pack_proposal, unpack, unpack_proposal
from syncd.store.records.keeping import short
from syncd.store.rows.room import Room
from syncd.store.rows.statements import add_up, chunks, insert, upsert

_PROVIDED = schema.provided
_DAYS = schema.provider_days
_STATES = schema.provider_states
_KEYS = schema.lookup_keys
#: How long it is kept what a day cost.
_DAYS_KEPT = timedelta(days=400)
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one question."""

    #: What the provider offers, by field; empty: it knows nothing. None: it has not answered yet.
    offers: Mapping[str, Offered] | None
    answered_at: datetime | None
    #: How often in a row it could not be answered since.
    failures: int = 0


@dataclass(frozen=True, slots=True)
class ProviderDay:
    """What a provider was asked in a day."""

    calls: int = 0
    cost: float = 0.0
    hits: int = 0
    misses: int = 0
    failures: int = 0


class Provided(Room):
    """Questions and answers, and the books of who is asked."""

    # Questions

    def read(self, provider: str, keys: Collection[str]) -> dict[str, Answer]:
        """Return what is known of questions; of those never asked for there is nothing."""
        columns = (_PROVIDED.c.key, _PROVIDED.c.answer, _PROVIDED.c.answered_at, _PROVIDED.c.failures)
        query = select(*columns).where(_PROVIDED.c.provider == provider)
        return {
            row.key: Answer(_unpacked(row.answer), row.answered_at, row.failures)
            for chunk in chunks(keys)
            for row in self.connection.execute(query.where(_PROVIDED.c.key.in_(chunk)))
        }

    def want(self, provider: str, keys: Collection[str]) -> None:
        """Have questions asked that never were."""
        held = self.read(provider, keys)
        new = sorted({*keys} - held.keys())
        blank = {"answer": None, "answered_at": None, "due_at": self.now, "failures": 0}
        insert(self.connection, _PROVIDED, [{"provider": provider, "key": key, **blank} for key in new])

    def is_due(self, provider: str) -> bool:
        """Return whether there is anything to ask now; costs next to nothing."""
        query = select(_PROVIDED.c.due_at).where(_PROVIDED.c.provider == provider, _PROVIDED.c.due_at <= self.now)
        return self.connection.execute(query.limit(1)).first() is not None

    def claim(self, provider: str, name: str, limit: int, until: datetime) -> list[str]:
        """Return at most `limit` questions to be asked now; nobody else is given them before `until`.

        Those that no live record holds any more under the lookup key `name` are forgotten instead.
        """
        mine = _PROVIDED.c.provider == provider
        query = select(_PROVIDED.c.key).where(mine, _PROVIDED.c.due_at <= self.now)
        query = query.order_by(_PROVIDED.c.due_at, _PROVIDED.c.key).limit(limit)
        due = list(self.connection.execute(query).scalars())
        held = self._held(name, due)
        self._drop(provider, [one for one in due if one not in held])
        taken = update(_PROVIDED).where(mine, _PROVIDED.c.key.in_(sorted(held)), _PROVIDED.c.due_at <= self.now)
        found = self.connection.execute(taken.values(due_at=until).returning(_PROVIDED.c.key)) if held else None
        ours = set() if found is None else set(found.scalars())
        return [one for one in due if one in ours]

    def keep(self, provider: str, answers: Mapping[str, tuple[Mapping[str, Offered], datetime]]) -> frozenset[str]:
        """Keep answers, each with the moment to ask again; return the questions that are answered otherwise now."""
        before = self.read(provider, answers)
        rows: list[dict[str, Any]] = [
            {
                "provider": provider,
                "key": key,
                "answer": _packed(offers),
                "answered_at": self.now,
                "due_at": due_at,
                "failures": 0,
            }
            for key, (offers, due_at) in sorted(answers.items())
            # Who was forgotten meanwhile stays so.
            if key in before
        ]
        upsert(self.connection, _PROVIDED, rows)
        return frozenset(row["key"] for row in rows if not _is_same(before[row["key"]].offers, answers[row["key"]][0]))

    def postpone(self, provider: str, keys: Collection[str], due_at: datetime, *, has_failed: bool) -> None:
        """Ask questions later, because they could not be answered or were not asked."""
        by = 1 if has_failed else 0
        for chunk in chunks(sorted(keys)):
            query = update(_PROVIDED).where(_PROVIDED.c.provider == provider, _PROVIDED.c.key.in_(chunk))
            self.connection.execute(query.values(due_at=due_at, failures=_PROVIDED.c.failures + by))

    def make_due(self, provider: str) -> None:
        """Have everything asked again that was answered."""
        query = update(_PROVIDED).where(_PROVIDED.c.provider == provider, _PROVIDED.c.due_at > self.now)
        self.connection.execute(query, {"due_at": self.now})

    def holders(self, name: str, keys: Collection[str]) -> dict[Stream, list[str]]:
        """Return the live records that hold one of `keys` under the lookup key `name`, by stream."""
        query = select(_KEYS.c.record_id).distinct().where(_KEYS.c.name == name)
        found: dict[Stream, list[str]] = {}
        for number, stream in self.streams.all().items() if keys else ():
            for chunk in chunks({short(one) for one in keys}):
                rows = query.where(_KEYS.c.stream_id == number, _KEYS.c.value.in_(chunk))
                found.setdefault(stream, []).extend(self.connection.execute(rows).scalars())
        return {stream: ids for stream, ids in found.items() if ids}

    def let_go(self, provider: str, name: str, keys: Collection[str]) -> int:
        """Forget questions, with what was answered, that no live record holds any more; return how many."""
        held = self._held(name, keys)
        return self._drop(provider, [one for one in keys if one not in held])

    def keep_only(self, providers: Collection[str]) -> None:
        """Forget what providers said that nobody names any more, once it would have to be asked again.

        Not at once: answers cost something, and a provider may be back in the settings a minute later.
        """
        others = set(self.connection.execute(select(_PROVIDED.c.provider).distinct()).scalars()) - {*providers}
        for one in sorted(others):
            mine = (_PROVIDED.c.provider == one, _PROVIDED.c.due_at <= self.now)
            self.connection.execute(delete(_PROVIDED).where(*mine))

    # Books

    def spend(self, provider: str, cost: float, budget: int | None) -> bool:
        """Count one call that is about to be made; False, and nothing is counted, when the day has none left."""
        self._count(provider, {})
        day = (_DAYS.c.provider == provider, _DAYS.c.day == self._today())
        enough = () if budget is None else (_DAYS.c.calls < budget,)
        query = update(_DAYS).where(*day, *enough)
        values = {"calls": _DAYS.c.calls + 1, "cost": _DAYS.c.cost + round(cost * _MILLION)}
        return bool(self.connection.execute(query.values(values)).rowcount)

    def count(self, provider: str, *, hits: int = 0, misses: int = 0, failures: int = 0) -> None:
        """Count what came of questions."""
        self._count(provider, {"hits": hits, "misses": misses, "failures": failures})

    def today(self, provider: str) -> ProviderDay:
        """Return what a provider was asked today (UTC)."""
        query = select(_DAYS).where(_DAYS.c.provider == provider, _DAYS.c.day == self._today())
        row = self.connection.execute(query).one_or_none()
        return ProviderDay() if row is None else _day(row)

    def totals(self) -> dict[str, ProviderDay]:
        """Return what every provider was asked in all."""
        names = ("calls", "cost", "hits", "misses", "failures")
        sums = (func.sum(_DAYS.c[name]).label(name) for name in names)
        rows = self.connection.execute(select(_DAYS.c.provider, *sums).group_by(_DAYS.c.provider))
        return {row.provider: _day(row) for row in rows}

    def waiting(self, provider: str) -> int:
        """Return how many questions were never answered."""
        query = select(func.count()).where(_PROVIDED.c.provider == provider, _PROVIDED.c.answer.is_(None))
        return int(self.connection.execute(query).scalar_one())

    def oldest(self, provider: str) -> datetime | None:
        """Return when the oldest answer was given that is held."""
        query = select(func.min(_PROVIDED.c.answered_at)).where(_PROVIDED.c.provider == provider)
        found: datetime | None = self.connection.execute(query).scalar()
        return found

    def trouble(self, provider: str) -> tuple[str, datetime | None]:
        """Return what keeps a provider from answering, and since when; an empty text: nothing."""
        query = select(_STATES.c.trouble, _STATES.c.since).where(_STATES.c.provider == provider)
        row = self.connection.execute(query).one_or_none()
        return ("", None) if row is None else (row.trouble, row.since)

    def edition(self, provider: str) -> str | None:
        """Return the edition a provider was last asked in; None when it never was."""
        found: str | None = self.connection.execute(
            select(_STATES.c.edition).where(_STATES.c.provider == provider)
        ).scalar()
        return found

    def note(self, provider: str, edition: str, trouble: str) -> None:
        """Keep how a provider is; the moment a trouble began stays as long as there is one."""
        was, since = self.trouble(provider)
        began = (since if was else self.now) if trouble else None
        upsert(
            self.connection,
            _STATES,
            [{"provider": provider, "edition": edition, "trouble": trouble, "since": began}],
        )

    def _count(self, provider: str, counts: Mapping[str, int]) -> None:
        nothing = {"calls": 0, "cost": 0, "hits": 0, "misses": 0, "failures": 0}
        add_up(self.connection, _DAYS, [{"provider": provider, "day": self._today(), **nothing, **counts}])
        old = (self.now - _DAYS_KEPT).date().isoformat()
        self.connection.execute(delete(_DAYS).where(_DAYS.c.provider == provider, _DAYS.c.day < old))

    def _today(self) -> str:
        return self.now.date().isoformat()

    def _drop(self, provider: str, keys: Collection[str]) -> int:
        query = delete(_PROVIDED).where(_PROVIDED.c.provider == provider)
        return sum(self.connection.execute(query.where(_PROVIDED.c.key.in_(chunk))).rowcount for chunk in chunks(keys))

    def _held(self, name: str, keys: Collection[str]) -> set[str]:
        """Return those of `keys` that any live record holds under the lookup key `name`."""
        by_value = {short(one): one for one in keys}
        query = (
            select(_KEYS.c.value)
            .distinct()
            .where(_KEYS.c.name == name, or_(*(_KEYS.c.stream_id == one for one in self.streams.all())))
        )
        return {
            by_value[value]
            for chunk in chunks(by_value)
            for value in self.connection.execute(query.where(_KEYS.c.value.in_(chunk))).scalars()
        }


def _day(row: Any) -> ProviderDay:
    return ProviderDay(int(row.calls), int(row.cost) / _MILLION, int(row.hits), int(row.misses), int(row.failures))


def _is_same(held: Mapping[str, Offered] | None, told: Mapping[str, Offered]) -> bool:
    """Return whether two answers say the same, whenever that was found out."""
    if held is None:
        return False
    return {name: (one.value, one.confidence) for name, one in held.items()} == {
        name: (one.value, one.confidence) for name, one in told.items()
    }


def _packed(offers: Mapping[str, Offered]) -> bytes:
    return pack(
        {
            name: [
                pack_proposal(one.value).decode(errors="surrogatepass"),
                one.confidence,
                None if one.as_of is None else one.as_of.isoformat(),
            ]
            for name, one in sorted(offers.items())
        }
    )


def _unpacked(data: bytes | None) -> dict[str, Offered] | None:
    if data is None:
        return None
    return {
        name: Offered(_value_of(value), float(confidence), None if as_of is None else datetime.fromisoformat(as_of))
        for name, (value, confidence, as_of) in unpack(data).items()
    }


def _value_of(packed: str) -> Value:
    value = unpack_proposal(packed.encode(errors="surrogatepass"))
    if isinstance(value, Deed):
        raise TypeError("A provider offers values.")
    return value
