"""What begins is told once, and what was told is told to be over: each to those channels that want to hear of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from syncd.notify import words
from syncd.settings import Event, NotificationSettings, Weight
from syncd.store import Notice, Transaction

#: What comes back sooner than this is told only once: it comes and goes.
AGAIN_AFTER = timedelta(hours=1)


def begin(
    tx: Transaction, key: str, notice: Notice, told: NotificationSettings, again_after: timedelta = AGAIN_AFTER
) -> None:
    """Let a condition begin, and tell it where it is new."""
    if tx.notices.begin(key, notice, again_after=again_after):
        tx.notices.put_out(notice, [name for name in told.channels if wants(told, name, notice)])


def end(tx: Transaction, keys: Iterable[str], told: NotificationSettings) -> None:
    """Let conditions end, and tell whoever was told of their beginning."""
    for begun in tx.notices.end(keys):
        channels = [
            name for name, one in told.channels.items() if Event.OVER in one.events and wants(told, name, begun)
        ]
        tx.notices.put_out(words.over(begun), channels)


def wants(told: NotificationSettings, name: str, notice: Notice) -> bool:
    """Return whether a channel is told of something."""
    channel = told.channels[name]
    return notice.event in channel.events and Weight(notice.severity) in channel.least.at_least
