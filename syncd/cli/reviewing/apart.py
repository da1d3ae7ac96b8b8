"""`syncd review apart` and `join`: which records are kept apart, and a person's word on two of them."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.noting import counted
from syncd.errors import UnknownNameError
from syncd.review import who

if TYPE_CHECKING:
    from syncd.model import Ref, Stream
    from syncd.settings import Settings
    from syncd.store import Transaction

COLUMNS = ("stream", "record", "who", "other", "who is that", "since", "by")


def list_apart(config: Path, stream: str | None, *, as_json: bool) -> ExitCode:
    """List pairs that are kept apart, the latest first. Makes no call."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.settings.reading.names import stream_named

    screen = Screen()
    with open_store(config) as (settings, store), store.reading() as tx:
        streams = [stream_named(settings, stream)] if stream else [one.stream for one in settings.streams]
        found = [(each, pair) for each in streams for pair in tx.twins.apart(each)]
        names = {ref: _name(tx, settings, ref) for _, pair in found for ref in (pair.one, pair.other)}
    if as_json:
        rows = [
            {"stream": each.name, "one": str(it.one), "other": str(it.other), "at": it.at, "by": it.by or "syncd"}
            for each, it in found
        ]
        screen.json(rows)
        return ExitCode.OK
    screen.heading(f"Kept apart: {len(found)}")
    rows_shown = [
        (each.name, it.one.id, names[it.one], it.other.id, names[it.other], it.at, it.by or "syncd")
        for each, it in found
    ]
    if rows_shown:
        screen.table(COLUMNS, rows_shown)
        screen.line("`syncd review join ID OTHER --stream STREAM` lets two of them be taken for one again.")
    return ExitCode.OK


def keep_apart(config: Path, stream: str, one: str, other: str) -> ExitCode:
    """Keep two records apart for ever, on the word of whoever says so."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen

    with open_store(config) as (settings, store), store.transaction() as tx:
        wanted = _known(tx, settings, stream, one, other)
        tx.twins.keep_apart(wanted, one, other, by=getpass.getuser())
        counted(kept_apart=1)
    Screen().line(f"{one} and {other} are kept apart for ever; `syncd review join` takes it back")
    return ExitCode.OK


def let_join(config: Path, stream: str, one: str, other: str) -> ExitCode:
    """Let two records be taken for one again."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen

    with open_store(config) as (settings, store), store.transaction() as tx:
        wanted = _known(tx, settings, stream, one, other)
        was_apart = tx.twins.join(wanted, one, other, by=getpass.getuser())
        counted(joined=int(was_apart))
    said = "may be one again: the next pass compares them" if was_apart else "were not kept apart"
    Screen().line(f"{one} and {other} {said}")
    return ExitCode.OK


def _known(tx: Transaction, settings: Settings, stream: str, one: str, other: str) -> Stream:
    """Return the stream of two records; UnknownNameError where one of them is not in the store."""
    from syncd.settings.reading.names import stream_named

    wanted = stream_named(settings, stream)
    missing = sorted({one, other} - tx.records.read(wanted, [one, other]).keys())
    if missing:
        raise UnknownNameError(f"{stream} has no record {missing[0]!r} in the store.", hint="Nothing was changed.")
    return wanted


def _name(tx: Transaction, settings: Settings, ref: Ref) -> str:
    from syncd.engine import as_ours

    wanted = settings.stream(f"{ref.account}/{ref.object}")
    held = tx.records.read(wanted.stream, [ref.id]).get(ref.id) if wanted is not None else None
    return who(as_ours(wanted, held)) if wanted is not None and held is not None else ""
