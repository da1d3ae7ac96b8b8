"""The books of calls in the store: what was counted is kept every now and then, and found again after a restart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from connectors.book import CallBook, Told
from connectors.purpose import Purpose
from syncd.engine.setup import Tools
from syncd.errors import StoreError

#: Days begin at most so long ago.
_LONG_ENOUGH = timedelta(hours=25)


def restore_calls(tools: Tools, account: str) -> None:
    """Let an account's book go on where this or another process has left it."""
    book = tools.books.get(account)
    if book is None:
        return
    with tools.store.reading() as tx:
        counts = tx.calling.since(account, tools.clock.now() - _LONG_ENOUGH)
        outlook = tx.calling.outlook(account)
    known = {purpose.value for purpose in Purpose}
    kept = [(quarter, Purpose(purpose), count) for quarter, purpose, count in counts if purpose in known]
    book.restore(kept, None if outlook is None else told_of(outlook.told.get("day")))


def keep_calls(tools: Tools, accounts: Iterable[str]) -> None:
    """Keep what was counted since the last time, and count it in the metrics; StoreError when it cannot be kept."""
    unkept = {name: tools.books[name].take_unkept() for name in accounts if name in tools.books}
    unkept = {name: counts for name, counts in unkept.items() if counts}
    if not unkept:
        return
    try:
        with tools.store.transaction() as tx:
            for name, counts in unkept.items():
                tx.calling.add(name, {(at, purpose.value): count for (at, purpose), count in counts.items()})
    except StoreError:
        for name, counts in unkept.items():
            tools.books[name].put_back(counts)
        raise
    for name, counts in unkept.items():
        made: Counter[str] = Counter()
        for (_, purpose), count in counts.items():
            made[purpose.value] += count
        tools.telemetry.workload.called(name, made)


def day_of(book: CallBook) -> dict[str, object]:
    """Return what is known of the day, in words JSON knows."""
    day, told = book.day(), book.told()
    return {
        "limit": day.limit,
        "remaining": None if told is None else told.remaining,
        "resets_at": None if told is None else told.resets_at.isoformat(),
        "is_rolling": told is not None and told.is_rolling,
        "share": day.share,
        "reserve": day.reserve,
        "ours": day.ours,
        "used": {purpose.value: count for purpose, count in day.used.items() if count},
        "planned": {purpose.value: round(calls) for purpose, calls in day.planned.items()},
    }


def told_of(kept: object) -> Told | None:
    """Return the CRM's last word on the day as it was kept; None when there was none."""
    if not isinstance(kept, dict) or not kept.get("resets_at"):
        return None
    resets_at = datetime.fromisoformat(kept["resets_at"])
    return Told(kept.get("limit"), kept.get("remaining"), resets_at, bool(kept.get("is_rolling")))
