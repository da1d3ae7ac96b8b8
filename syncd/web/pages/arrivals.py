"""What came in by forms and files: what waits, what became of the rest, and a person's word on it."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from syncd.engine import as_ours
from syncd.engine.arriving.arrivals import answer, ask_again, drop
from syncd.model import Ref, Role, Value
from syncd.store import WAITING, Arrival, ArrivalState, Transaction
from syncd.web.ask import Ask, NotThereError
from syncd.web.page import Menu, action, page
from syncd.web.told import labels

#: Lines of a list.
SHOWN = 50
#: So many of the records it may be stand beside what it says.
_COMPARED = 3
#: What a person may have something to say of.
_OPEN = frozenset({ArrivalState.ASKED, ArrivalState.REFUSED, ArrivalState.NOTED})


@page("/arrivals", role=Role.VIEWER, shows_records=True, menu=Menu("Came in", 55, lambda told: told.inbound.doors))
def arrivals(ask: Ask) -> Response:
    """Show what waits, or all that came in, the latest first; and the files."""
    is_all, door = ask.query("all") == "yes", ask.query("door")
    states = () if is_all else WAITING
    with ask.reading() as tx:
        found = tx.arrivals.select(door=door, states=states, limit=SHOWN + 1, before=ask.query("before"))
        counts = tx.arrivals.counts()
        files = tx.arrival_files.recent()
        names = labels(tx, ask.settings, [one.ref for one in found if one.ref is not None])
    ask.counted(arrivals=len(found[:SHOWN]))
    return ask.show(
        "arrivals.html",
        found=found[:SHOWN],
        is_all=is_all,
        doors=[(name, name) for name in sorted({*ask.settings.inbound.doors, *counts})],
        files=[one for one in files if door in {"", one.door}],
        names=names,
        before=found[SHOWN - 1].id if len(found) > SHOWN else "",
    )


@page("/arrivals/{arrival}", role=Role.VIEWER, shows_records=True)
def arrival(ask: Ask) -> Response:
    """Show what something says, and who it may be."""
    with ask.reading() as tx:
        found = _found(tx, ask)
        refs = [one.ref for one in found.told.candidates] + ([found.ref] if found.ref is not None else [])
        names = labels(tx, ask.settings, refs)
        others = {one.ref: _held(tx, ask, one.ref) for one in found.told.candidates[:_COMPARED]}
    ask.counted(arrivals=1, records=len(others))
    return ask.show("arrival.html", one=found, names=names, others=others, is_open=found.state in _OPEN)


@action("/arrivals/{arrival}/decide", role=Role.REVIEWER, name="say who came in")
def decide(ask: Ask) -> Response:
    """Say that something is one of the records it may be, or nobody who is known."""
    with ask.transaction() as tx:
        found, chosen = _open(tx, ask), ask.field("record")
        refs = {str(one.ref): one.ref for one in found.told.candidates}
        if chosen and chosen not in refs:
            raise NotThereError("It is none of the records it may be.")
        wanted: Ref | None = refs.get(chosen)
        answer(tx, found, wanted)
    ask.counted(arrivals=1)
    ask.console.wake()
    return ask.go("/arrivals", "Said. The next pass goes by that.")


@action("/arrivals/{arrival}/retry", role=Role.REVIEWER, name="match again what came in")
def retry(ask: Ask) -> Response:
    """Have something matched once more."""
    with ask.transaction() as tx:
        found = _open(tx, ask)
        door = ask.settings.inbound.doors.get(found.door)
        ask_again(tx, found, None if door is None else door.mode)
    ask.counted(arrivals=1)
    ask.console.wake()
    return ask.go("/arrivals", "It is matched once more in the next pass.")


@action("/arrivals/{arrival}/drop", role=Role.REVIEWER, name="let go what came in")
def let_go(ask: Ask) -> Response:
    """Let something go, with all it says."""
    with ask.transaction() as tx:
        drop(tx, _found(tx, ask), ask.user.name)
    ask.counted(arrivals=1)
    return ask.go("/arrivals", "Let go.")


def _held(tx: Transaction, ask: Ask, ref: Ref) -> Mapping[str, Value]:
    """Return what is kept of a record, as we spell it."""
    wanted = ask.settings.stream(f"{ref.account}/{ref.object}")
    source = None if wanted is None else tx.records.read(wanted.stream, [ref.id]).get(ref.id)
    return {} if wanted is None or source is None else as_ours(wanted, source).values


def _found(tx: Transaction, ask: Ask) -> Arrival:
    found = tx.arrivals.find(ask.path("arrival"))
    if found is None:
        raise NotThereError("Nothing came in under this id, or it was let go.")
    return found


def _open(tx: Transaction, ask: Ask) -> Arrival:
    found = _found(tx, ask)
    if found.state not in _OPEN:
        raise NotThereError("It does not wait for a word any more.")
    return found
