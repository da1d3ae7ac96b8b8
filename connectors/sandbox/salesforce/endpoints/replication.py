"""`/updated` and `/deleted`: what changed in a window of time, by id."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce import recycle_bin
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.values import parse_moment, spell_moment

_UPDATED_DAYS = 30
_MOST_IDS = 600_000
_SHORTEST = timedelta(seconds=60)


def updated(call: Call) -> Answer:
    """Answer which records changed."""
    start, end = _window(call, _UPDATED_DAYS)
    rows = call.org.tables[call.kind.name].stamped(start, end, call.org.now_ms())
    ids = sorted({row.id for row in rows if not row.is_deleted})
    if len(ids) > _MOST_IDS:
        raise SalesforceError("EXCEEDED_ID_LIMIT", f"The number of ids exceeds the limit of {_MOST_IDS}")
    return call.answer({"ids": ids, "latestDateCovered": spell_moment(_covered(call, end))})


def deleted(call: Call) -> Answer:
    """Answer which records were deleted, merged ones too."""
    start, end = _window(call, call.org.readings.bin_days)
    recycle_bin.sweep(call.org, call.kind.name)
    log = call.org.deletions.get(call.kind.name, [])
    hidden = call.org.tables[call.kind.name].unseen
    found = [
        (datetime.fromtimestamp(it.at_ms // 1000, UTC), it.id)
        for it in log
        if it.id not in hidden
    ]  # fmt: skip
    earliest = min((at for at, _ in found), default=call.org.bin_since())
    if call.org.readings.gap_fails_get_deleted and start < call.org.bin_since():
        raise SalesforceError("INVALID_REPLICATION_DATE", "startDate before org's replication date")
    within = [(at, one) for at, one in found if start <= at < end]
    if len(within) > _MOST_IDS:
        raise SalesforceError("EXCEEDED_ID_LIMIT", f"The number of ids exceeds the limit of {_MOST_IDS}")
    return call.answer({
        "deletedRecords": [{"deletedDate": spell_moment(at), "id": one} for at, one in within],
        "earliestDateAvailable": spell_moment(min(earliest, call.org.bin_since())),
        "latestDateCovered": spell_moment(_covered(call, end)),
    })  # fmt: skip


def _window(call: Call, days: int) -> tuple[datetime, datetime]:
    kind = call.kind
    if not kind.may("replicateable"):
        raise SalesforceError("INVALID_TYPE_FOR_OPERATION", f"object type {kind.name} is not replicable")
    start, end = (_moment(call, name) for name in ("start", "end"))
    if end - start < _SHORTEST:
        raise SalesforceError("INVALID_REPLICATION_DATE", "endDate must be at least one minute greater than startDate")
    if start < call.org.now() - timedelta(days=days):
        raise SalesforceError("INVALID_REPLICATION_DATE", f"startDate cannot be more than {days} days ago")
    return start, end


def _moment(call: Call, name: str) -> datetime:
    text = call.request.parameter(name).replace(" ", "+")
    try:
        # Seconds are cut off.
        return parse_moment(text).replace(second=0, microsecond=0)
    except ValueError:
        raise SalesforceError("INVALID_REPLICATION_DATE", f"{name} is no date: {text}") from None


def _covered(call: Call, end: datetime) -> datetime:
    """Return up to when the answer is whole: a transaction that is still open holds it back to its start."""
    covered = min(end, call.org.stamp())
    open_since = call.org.open_since()
    return covered if open_since is None else min(covered, open_since)
