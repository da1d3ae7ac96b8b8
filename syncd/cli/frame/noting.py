"""The access log: who looked at records, took them out or changed something by a command.

A note is committed before the command shows or does anything, and completed with how much it was when it ends well.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from syncd.store import Store

#: The command line of this process, without the program.
_line: ContextVar[tuple[str, ...]] = ContextVar("line", default=())
#: How much the command under way has looked at, taken out or changed.
_counts: ContextVar[dict[str, int] | None] = ContextVar("counts", default=None)

#: Commands of two words.
_GROUPS = frozenset({"review", "users", "inbound"})
#: Options that are of no interest, or hold words of a person, with their values; and those that have none.
_LEFT_OUT = frozenset({"--config", "-c", "--why"})
_SWITCHES = frozenset({"--json", "--yes", "-y", "--no-sync", "--password-stdin"})
#: A note is a line, whatever somebody types.
_LONGEST = 300


def remember_line(arguments: Sequence[str]) -> None:
    """Remember what was typed, for the note."""
    _line.set(tuple(arguments))


def counted(**counts: int) -> None:
    """Say how much the command under way has looked at, taken out or changed."""
    held = _counts.get()
    if held is not None:
        for name, count in counts.items():
            held[name] = held.get(name, 0) + count


@contextmanager
def noted(store: Store) -> Iterator[None]:
    """Note the command under way in the access log of a store."""
    command, target = _described(_line.get())
    with store.transaction() as tx:
        number = tx.accesses.begin(who(), command, target)
    held: dict[str, int] = {}
    before = _counts.set(held)
    try:
        yield
    finally:
        _counts.reset(before)
    if held:
        with store.transaction() as tx:
            tx.accesses.complete(number, held)


def who() -> str:
    """Return the user of the operating system, whatever the environment says."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"


def _described(line: Sequence[str]) -> tuple[str, str]:
    """Return the command, and what it was asked for, without secrets and addresses."""
    from syncd.telemetry import Redaction

    words = 2 if line[:1] and line[0] in _GROUPS else 1
    target: list[str] = []
    rest = iter(line[words:])
    for word in rest:
        name, is_joined, _ = word.partition("=")
        if name in _LEFT_OUT:
            if not is_joined:
                next(rest, None)
        elif word not in _SWITCHES:
            target.append(word)
    return " ".join(line[:words]), Redaction().text(" ".join(target))[:_LONGEST]
