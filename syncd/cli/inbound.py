"""`syncd inbound`: what came in by forms and files, what became of it, and what waits for a word."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.noting import counted
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath, Yes

if TYPE_CHECKING:
    from syncd.cli.output.screen import Screen
    from syncd.settings import Settings
    from syncd.store import Arrival, ArrivalFile, Transaction

inbound = typer.Typer(help="List and show what came in by forms and files; decide, try again or let go what waits.")

Id = Annotated[str, typer.Argument(metavar="ID", help="The id of something that came in.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID", help="Ids of what came in.")]
_COLUMNS = ("id", "door", "came in", "state", "record", "why")
_FILES = ("folder", "file", "state", "rows", "what became of them")


@inbound.command("list")
def list_arrivals(
    *,
    door: Annotated[str, typer.Option("--door", help="Only by this form or folder.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="What does not wait any more, too.")] = False,
    first: Annotated[int, typer.Option("--first", min=1, max=1000, help="Only so many, the latest first.")] = 50,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> ExitCode:
    """List what waits, by how it came in; and the files of the folders. Makes no call."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.store import WAITING

    screen = Screen()
    with open_store(config) as (settings, store):
        _must_be_door(settings, door)
        with store.reading() as tx:
            found = tx.arrivals.select(door=door, states=() if everything else WAITING, limit=first)
            files = [one for one in tx.arrival_files.recent() if door in {"", one.door}]
            counts = tx.arrivals.counts()
        counted(arrivals=len(found))
    if as_json:
        waiting = {name: {state.value: n for state, n in states.items()} for name, states in counts.items()}
        screen.json(
            {"arrivals": [_data(one) for one in found], "files": [_file(one) for one in files], "counts": waiting}
        )
        return ExitCode.OK
    _show(screen, found, files)
    return ExitCode.OK


@inbound.command("show")
def show(one: Id, *, config: ConfigPath = DEFAULT_CONFIG, as_json: AsJson = False) -> ExitCode:
    """Show what something says, who it may be and why, and what becomes of it."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen

    screen = Screen()
    with open_store(config) as (_, store):
        with store.reading() as tx:
            found = _found(tx, one)
        counted(arrivals=1)
    if as_json:
        screen.json(_whole(found))
        return ExitCode.OK
    screen.table(_COLUMNS, [_row(found)], whole=("id",))
    screen.table(("field", "says"), [(name, str(value)) for name, value in found.said.values.items()])
    if found.told.candidates:
        rows = [(str(it.ref), f"{it.probability:.3f}", it.reasons) for it in found.told.candidates]
        screen.table(("may be", "how probable", "why"), rows, whole=("may be",))
        screen.line("Say which it is: `syncd inbound decide ID --is RECORD`, or --new for nobody who is known.")
    return ExitCode.OK


@inbound.command("decide")
def decide(
    one: Id,
    *,
    record: Annotated[str, typer.Option("--is", metavar="RECORD", help="It is this record, account/object/id.")] = "",
    new: Annotated[bool, typer.Option("--new", help="It is nobody who is known: make a record.")] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> ExitCode:
    """Say who something is that waits for a word: a record there is, or nobody who is known."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.engine.arriving.arrivals import answer
    from syncd.errors import UnknownNameError
    from syncd.model import Ref, Stream
    from syncd.store import ArrivalState

    if bool(record) is new:
        raise typer.BadParameter("say either --is RECORD or --new")
    with open_store(config) as (_, store), store.transaction() as tx:
        found = _found(tx, one)
        if found.state not in {ArrivalState.ASKED, ArrivalState.REFUSED, ArrivalState.NOTED}:
            raise UnknownNameError(f"{one} does not wait for a word: it is {found.state.value}.")
        ref = None
        if record:
            parts = record.split("/", 2)
            ref = Ref(*parts) if len(parts) == len(Ref.__slots__) else None
            if ref is None or not tx.records.read(Stream(ref.account, ref.object, found.stream.kind), [ref.id]):
                raise UnknownNameError(f"There is no record {record!r}.", hint="Write it as account/object/id.")
        answer(tx, found, ref)
        counted(arrivals=1)
    Screen().line("said; the next pass goes by that")
    return ExitCode.OK


@inbound.command("retry")
def retry(ids: Ids, *, config: ConfigPath = DEFAULT_CONFIG) -> ExitCode:
    """Have what waits, or was only noted, matched once more in the next pass, as if it had come in now."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.engine.arriving.arrivals import ask_again
    from syncd.errors import UnknownNameError
    from syncd.store import ArrivalState

    able = {ArrivalState.ASKED, ArrivalState.REFUSED, ArrivalState.NOTED}
    with open_store(config) as (settings, store), store.transaction() as tx:
        found = [_found(tx, one) for one in ids]
        for one in found:
            if one.state not in able:
                raise UnknownNameError(f"{one.id} cannot be tried again: it is {one.state.value}. Nothing was changed.")
            door = settings.inbound.doors.get(one.door)
            ask_again(tx, one, None if door is None else door.mode)
        counted(arrivals=len(found))
    Screen().line(f"to be matched once more: {len(found)}")
    return ExitCode.OK


@inbound.command("drop")
def drop(ids: Ids, *, yes: Yes = False, config: ConfigPath = DEFAULT_CONFIG) -> ExitCode:
    """Let go of what came in, with all it says. What was written to the CRM stays: `syncd undo` takes that back."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.engine.arriving.arrivals import drop as let_go

    with open_store(config) as (_, store):
        if not yes:
            typer.confirm(f"Let go of these {len(ids)}?", abort=True, err=True)
        with store.transaction() as tx:
            for one in ids:
                let_go(tx, _found(tx, one), getpass.getuser())
        counted(arrivals=len(ids))
    Screen().line(f"let go: {len(ids)}")
    return ExitCode.OK


def _found(tx: Transaction, one: str) -> Arrival:
    from syncd.errors import UnknownNameError

    found = tx.arrivals.find(one)
    if found is None:
        raise UnknownNameError(f"Nothing came in under {one!r}.", hint="`syncd inbound list` shows what did.")
    return found


def _must_be_door(settings: Settings, door: str) -> None:
    from syncd.errors import UnknownNameError
    from syncd.located import did_you_mean

    doors = settings.inbound.doors
    if door and door not in doors:
        raise UnknownNameError(f"There is no form or folder {door!r}{did_you_mean(door, doors)}")


def _show(screen: Screen, found: list[Arrival], files: list[ArrivalFile]) -> None:
    if found:
        screen.table(_COLUMNS, [_row(one) for one in found], whole=("id",))
    else:
        screen.line("Nothing waits.")
    if files:
        rows = [(one.door, one.name, one.state.value, one.count or one.taken, _told(one)) for one in files]
        screen.table(_FILES, rows, numbers=("rows",))


def _row(one: Arrival) -> tuple[object, ...]:
    record = "" if one.ref is None else str(one.ref)
    return (one.id, one.door, one.at, one.state.value, record, one.told.detail)


def _told(one: ArrivalFile) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(one.outcomes.items()))


def _data(one: Arrival) -> dict[str, Any]:
    return {
        "id": one.id,
        "door": one.door,
        "stream": one.stream.name,
        "at": one.at,
        "state": one.state.value,
        "record": None if one.ref is None else str(one.ref),
        "fix": one.fix or None,
        "why": one.told.detail,
    }


def _whole(one: Arrival) -> dict[str, Any]:
    candidates = [
        {"record": str(it.ref), "probability": it.probability, "reasons": it.reasons} for it in one.told.candidates
    ]
    return {**_data(one), "values": dict(one.said.values), "candidates": candidates}


def _file(one: ArrivalFile) -> dict[str, Any]:
    return {
        "folder": one.door,
        "name": one.name,
        "state": one.state.value,
        "taken": one.taken,
        "rows": one.count,
        "outcomes": dict(one.outcomes),
    }
