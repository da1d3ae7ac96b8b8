"""`syncd status`: how things stand, at one look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath

if TYPE_CHECKING:
    from datetime import datetime

    from syncd.cli.output.screen import Screen
    from syncd.engine.arriving.door_standing import DoorStanding
    from syncd.engine.figures.standing import AccountStanding, Standing, StreamStanding
    from syncd.engine.outside.provider_standing import ProviderStanding

_STREAMS = ("stream", "mode", "records", "last read", "state", "to review", "to write")
_ACCOUNTS = ("account", "worked on by", "calls today", "left of ours", "the CRM says", "resets", "calls for")
_NUMBERS = ("records", "to review", "to write", "calls today", "left of ours")
_DOORS = {
    "received": "to be matched",
    "asked": "for a person to say who it is",
    "pending": "to be made",
    "refused": "refused by the CRM",
}
_WAITS = {
    "quiet_hours": "waits for quiet hours",
    "daily_budget": "waits for calls",
    "failure": "failed, is tried again",
}


def status(config: ConfigPath = DEFAULT_CONFIG, *, as_json: AsJson = False) -> ExitCode:
    """Show how each stream stands, what waits and why, and what calls are left. Reads the store; makes no call."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.clock import SystemClock
    from syncd.engine.figures.standing import standing_of
    from syncd.switch import why_off

    screen = Screen()
    with open_store(config) as (settings, store):
        stopped = why_off(settings, store)
        with store.reading() as tx:
            standing = standing_of(tx, settings, SystemClock().now(), stopped=stopped)
    if as_json:
        screen.json(_data(standing))
    else:
        _show(screen, standing)
    return ExitCode.OK


def _show(screen: Screen, standing: Standing) -> None:
    now = standing.at
    screen.table(
        _STREAMS,
        [_stream_row(one, now) for one in standing.streams],
        numbers=_NUMBERS,
        styles=[_style(one) for one in standing.streams],
        whole=("stream",),
    )
    screen.table(
        _ACCOUNTS,
        [_account_row(one, now) for one in standing.accounts],
        numbers=_NUMBERS,
        styles=["" if one.is_at_work else "yellow" for one in standing.accounts],
        whole=("account",),
    )
    for provider in standing.providers:
        screen.line(_provider_line(provider, now), "yellow" if provider.trouble or provider.is_spent else "")
    for door in standing.inbound:
        for line in _door_lines(door, now):
            screen.line(line, "yellow" if door.waiting else "")
    if standing.stopped:
        screen.line(f"Nothing is written: {standing.stopped}", "yellow")
    for account in standing.accounts:
        if account.planned:
            plan = ", ".join(f"{name} {calls:,}" for name, calls in account.planned.items())
            screen.line(
                f"{account.account}: planned {'until the reset' if account.resets_at else 'beyond that'}: {plan}"
            )
        if account.stretched > 1:
            screen.line(f"{account.account}: asked {account.stretched:.1f} times less often, so that its calls last.")


def _door_lines(one: DoorStanding, now: datetime) -> list[str]:
    """Return how a way in stands: what waits, and each file that is not done."""
    waits = ", ".join(f"{count:,} {_DOORS[state]}" for state, count in one.waiting.items())
    since = "" if one.since is None else f", the oldest since {_time(one.since, now)}"
    lines = [f"{one.kind} {one.door}: {waits}{since}" if waits else f"{one.kind} {one.door}: nothing waits"]
    for file in one.files:
        rows = f"{file.taken:,} rows taken" if file.count is None else f"{file.count:,} rows, some wait"
        lines.append(f"{one.kind} {one.door}: {file.name}: {rows}")
    return lines


def _provider_line(one: ProviderStanding, now: datetime) -> str:
    """Return how a provider stands, in a line."""
    parts = [f"{one.provider}: knew {one.hits:,} of {one.hits + one.misses:,} asked today, {one.waiting:,} wait"]
    if one.budget is not None:
        cost = f", {one.cost:,.2f} spent" if one.cost else ""
        parts.append(f"{one.calls:,} of {one.budget:,} calls made{cost}")
    if one.is_spent:
        parts.append("more is asked after midnight (UTC)")
    elif one.trouble:
        since = "" if one.since is None else f" since {_time(one.since, now)}"
        parts.append(f"cannot be asked{since}: {one.trouble}")
    return "; ".join(parts)


def _stream_row(one: StreamStanding, now: datetime) -> tuple[object, ...]:
    from connectors.forecast import in_words

    read = "never" if one.lag_s is None else f"{in_words(one.lag_s)} ago"
    return (one.stream.name, one.mode.value, one.records, read, _state(one, now), one.to_review, one.to_write)


def _state(one: StreamStanding, now: datetime) -> tuple[str, ...]:
    """Return what there is to say of a stream, a line each."""
    from connectors.forecast import in_words

    lines = []
    if one.waits_for:
        until = f" until {_time(one.waits_until, now)}" if one.waits_until is not None else ""
        lines.append(f"{_WAITS.get(one.waits_for, one.waits_for)}{until}")
    if one.loading is not None:
        told = f"first load {one.loading.done:,} of {one.loading.total:,}"
        if one.loading.seconds_left is not None and one.loading.done_at is not None:
            told += f", {in_words(one.loading.seconds_left)} left, done about {_time(one.loading.done_at, now)}"
        lines.append(told)
    if one.error:
        lines.append(one.error)
    lines += [f"held: {', '.join(one.holds)}"] if one.holds else []
    lines += [f"{one.missing} records missing"] if one.missing else []
    if not lines:
        lines.append("late" if one.is_late else "not read yet" if one.last_success is None else "on time")
    return tuple(lines)


def _account_row(one: AccountStanding, now: datetime) -> tuple[object, ...]:
    from connectors.forecast import in_words

    holder = one.held_by if one.is_at_work else "nobody, as far as is known"
    if one.told_at is not None and not one.is_at_work:
        holder = f"nobody for {in_words((now - one.told_at).total_seconds())}"
    left = None if one.ours is None else one.left.get("person")
    says = "" if one.remaining is None else f"{one.remaining:,} of {one.limit:,} left"
    used = ", ".join(f"{name} {count:,}" for name, count in sorted(one.used.items(), key=lambda pair: -pair[1]))
    doing = f"{holder}: {one.doing}" if one.doing and one.is_at_work else holder
    return (one.account, doing, sum(one.used.values()), left, says, _time(one.resets_at, now), used)


def _style(one: StreamStanding) -> str:
    if one.error or one.holds or one.missing:
        return "red"
    return "yellow" if one.is_late or one.waits_for else ""


def _time(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return ""
    return f"{moment:%H:%M} UTC" if (moment - now).total_seconds() < 86_400 else f"{moment:%Y-%m-%d %H:%M} UTC"


def _data(standing: Standing) -> dict[str, Any]:
    from dataclasses import asdict

    streams = [
        {"name": one.stream.name, **{key: value for key, value in asdict(one).items() if key != "stream"}}
        for one in standing.streams
    ]
    return {
        "at": standing.at,
        "stopped": standing.stopped,
        "accounts": [asdict(one) for one in standing.accounts],
        "streams": streams,
        "providers": [asdict(one) for one in standing.providers],
        "inbound": [asdict(one) for one in standing.inbound],
    }
