"""How things stand, from the store alone: each stream, each account's calls, what waits and why. Makes no call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connectors.day import Day
from connectors.purpose import Purpose
from syncd.engine.arriving.door_standing import DoorStanding, door_standings
from syncd.engine.calls_kept import told_of
from syncd.engine.outside.provider_standing import ProviderStanding, provider_standings
from syncd.model import FixState, Mode, Stream
from syncd.settings import Settings, StreamSettings
from syncd.store import Transaction

#: The daemon tells at least so often what it is doing.
TOLD_EVERY = timedelta(minutes=1)
#: A stream is late when it was read so many of its turns ago.
_LATE_AFTER = 3
_DAY = timedelta(days=1)
_RUNS = 50


@dataclass(frozen=True, slots=True)
class Loading:
    """A first load, or another reading of a whole base, as the daemon last told of it."""

    total: int
    done: int
    seconds_left: float | None
    done_at: datetime | None
    limited_by: str


@dataclass(frozen=True, slots=True)
class StreamStanding:
    """One stream."""

    stream: Stream
    mode: Mode
    records: int
    #: When it was last read to its end, and how long ago that is; None: never.
    last_success: datetime | None
    lag_s: float | None
    is_late: bool
    loading: Loading | None
    #: Why work on it waits, and until when; empty: it does not.
    waits_for: str
    waits_until: datetime | None
    #: Why its last pass failed; empty: it did not.
    error: str
    #: Fixes that wait for a person, and to be written.
    to_review: int
    to_write: int
    #: Guards that hold something.
    holds: tuple[str, ...]
    missing: int


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """One account."""

    account: str
    crm: str
    #: Who works on it, by their own word; empty: nobody is known.
    held_by: str
    #: When the daemon last told anything; None: it never has.
    told_at: datetime | None
    is_at_work: bool
    doing: str
    #: Calls of the day: what the CRM allows, says is left, what is ours of it, what we have made, by what for.
    limit: int | None
    remaining: int | None
    ours: int | None
    resets_at: datetime | None
    used: Mapping[str, int] = field(default_factory=dict)
    #: Calls left today by purpose; None: nobody counts them.
    left: Mapping[str, int | None] = field(default_factory=dict)
    planned: Mapping[str, int] = field(default_factory=dict)
    #: By how much the turns are longer so that the calls last.
    stretched: float = 1.0
    quiet_hours: str = ""
    quiet_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything at one look."""

    at: datetime
    #: Why nothing is written to any CRM; empty: it may be.
    stopped: str
    accounts: tuple[AccountStanding, ...]
    streams: tuple[StreamStanding, ...]
    #: Where values from outside come from.
    providers: tuple[ProviderStanding, ...] = ()
    #: What comes in by forms and files.
    inbound: tuple[DoorStanding, ...] = ()


def standing_of(tx: Transaction, settings: Settings, now: datetime, *, stopped: str = "") -> Standing:
    """Return how things stand."""
    told = {name: tx.calling.outlook(name) for name in settings.accounts}
    tellings = {name: {} if one is None else dict(one.told) for name, one in told.items()}
    errors = _last_errors(tx)
    return Standing(
        now,
        stopped,
        tuple(
            _account(tx, settings, name, tellings[name], None if told[name] is None else told[name].at, now)  # type: ignore[union-attr]
            for name in sorted(settings.accounts)
        ),
        tuple(_stream(tx, one, tellings[one.stream.account], errors, now) for one in settings.streams),
        provider_standings(tx, settings),
        door_standings(tx, settings),
    )


def _account(
    tx: Transaction, settings: Settings, name: str, told: Mapping[str, Any], told_at: datetime | None, now: datetime
) -> AccountStanding:
    chosen, kept = settings.accounts[name], dict(told.get("day") or {})
    word = told_of(kept)
    is_over = word is not None and not word.is_rolling and word.resets_at <= now
    began = now - _DAY if word is None or word.is_rolling else _begin(word.resets_at, now)
    used = tx.calling.by_purpose(name, began)
    remaining = None if is_over else kept.get("remaining")
    known = {purpose.value: purpose for purpose in Purpose}
    day = Day(
        kept.get("limit"),
        remaining,
        {known[one]: count for one, count in used.items() if one in known},
        chosen.share,
        chosen.daily_reserve,
        {known[one]: calls for one, calls in dict(kept.get("planned") or {}).items() if one in known},
    )
    left = {one.value: None if day.ours is None else max(0, int(day.room(one))) for one in Purpose}
    return AccountStanding(
        account=name,
        crm=chosen.crm,
        held_by=tx.accounts.holder(name),
        told_at=told_at,
        is_at_work=told_at is not None and now - told_at <= 2 * TOLD_EVERY and not told.get("is_over"),
        doing=str(told.get("doing") or ""),
        limit=day.limit,
        remaining=remaining,
        ours=day.ours,
        resets_at=None if word is None or word.is_rolling or is_over else word.resets_at,
        used=used,
        left=left,
        planned=dict(kept.get("planned") or {}),
        stretched=float(told.get("stretched") or 1.0),
        quiet_hours=chosen.quiet_hours,
        quiet_zone=chosen.quiet_zone,
    )


def _stream(
    tx: Transaction, wanted: StreamSettings, told: Mapping[str, Any], errors: Mapping[str, str], now: datetime
) -> StreamStanding:
    stream = wanted.stream
    last = tx.cursors.last_success(stream)
    waiting = dict(told.get("waiting") or {}).get(stream.name, {})
    cursor, records = tx.cursors.read(stream), tx.records.count(stream)
    is_loading = cursor is None or cursor.after is not None
    stretched = float(told.get("stretched") or 1.0)
    return StreamStanding(
        stream=stream,
        mode=wanted.mode,
        records=records,
        last_success=last,
        lag_s=None if last is None else max(0.0, (now - last).total_seconds()),
        is_late=last is not None and now - last > _LATE_AFTER * stretched * wanted.every,
        loading=_loading(dict(told.get("loads") or {}).get(stream.name), records if last is None else 0)
        if is_loading
        else None,
        waits_for=str(waiting.get("reason", "")),
        waits_until=_moment(waiting.get("until")),
        error=errors.get(stream.name, ""),
        to_review=tx.journal.count(stream, FixState.PROPOSED),
        to_write=tx.journal.count(stream, FixState.APPROVED),
        holds=tuple(sorted({one.guard for one in tx.holds.of(stream)})),
        missing=tx.cursors.missing(stream),
    )


def _loading(told: Mapping[str, Any] | None, held: int) -> Loading | None:
    """Return a load as it was told of; what is held by now is newer."""
    if told is None:
        return None
    done = max(told["done"], min(held, told["total"]))
    done_at, limited_by = _moment(told.get("done_at")), str(told.get("limited_by") or "")
    return Loading(told["total"], done, told.get("seconds_left"), done_at, limited_by)


def _last_errors(tx: Transaction) -> dict[str, str]:
    """Return by stream why its last pass failed, if it did."""
    last: dict[str, str] = {}
    for run in tx.runs.recent(_RUNS):
        for stream, summary in run.report.items():
            if isinstance(summary, dict):
                last.setdefault(stream, str(summary.get("error", "")))
    return {stream: error for stream, error in last.items() if error}


def _moment(told: object) -> datetime | None:
    return datetime.fromisoformat(told) if isinstance(told, str) else None


def _begin(resets_at: datetime, now: datetime) -> datetime:
    begin = resets_at - _DAY
    while begin + _DAY <= now:
        begin += _DAY
    return begin
