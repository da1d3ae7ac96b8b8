"""`syncd forget`: erase what is kept of a person who asked for it, and keep nothing of them from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath, Yes

if TYPE_CHECKING:
    from syncd.cli.output.screen import Screen
    from syncd.engine import Somebody
    from syncd.model import Ref
    from syncd.settings import Settings
    from syncd.store import Forgotten, Transaction


def forget(
    stream: Annotated[str, typer.Argument(help="The stream, `hubspot-main/contacts`.")],
    record_id: Annotated[str, typer.Argument(metavar="ID", help="The record's id in the CRM.")],
    *,
    only_this: Annotated[
        bool, typer.Option("--only-this", help="This record alone, not the others of the same person.")
    ] = False,
    config: ConfigPath = DEFAULT_CONFIG,
    yes: Yes = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Erase every value of a person from the copies, the journal and the archive, for good. The CRMs are not touched.

    A person is all records that surely are the same: twins, counterparts in linked accounts, those that are gone and
    had the same address. Who only may be the same is named, and stays.
    """
    from syncd.cli.frame.noting import counted
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.engine import declared, somebody
    from syncd.engine import forget as erase
    from syncd.settings.reading.names import stream_named

    screen = Screen()
    with open_store(config) as (settings, store):
        found = stream_named(settings, stream)
        places = {(one.stream.account, one.stream.object): declared(one) for one in settings.streams}
        with store.reading() as tx:
            who = somebody(tx, places, found, record_id)
            names = {} if as_json else _names(tx, settings, who)
        refs = (who.ref,) if only_this else who.refs
        if not as_json:
            _show(screen, who, names, only_this=only_this)
        if not yes:
            typer.confirm(_question(refs), abort=True, err=True)
        forgotten = erase(store, places, found.kind, refs)
        counted(records=sum(len(one.ids) for one in forgotten))
    if as_json:
        screen.json(_data(who, refs, forgotten))
        return ExitCode.OK
    for ref, one in zip(refs, forgotten, strict=True):
        screen.line(f"forgotten: {ref.account}/{ref.object}/{', '.join(one.ids)}")
    changes, copies = sum(one.changes for one in forgotten), sum(one.copies for one in forgotten)
    screen.line(f"erased: all values, {changes} changes in the journal, {copies} copies")
    screen.line("The CRM was not touched. Should the person come back, syncd will know them and keep nothing.")
    return ExitCode.OK


def _question(refs: tuple[Ref, ...]) -> str:
    what = str(refs[0]) if len(refs) == 1 else f"these {len(refs)} records"
    return f"Erase what is kept of {what}? Their fixes can then not be undone."


def _names(tx: Transaction, settings: Settings, who: Somebody) -> dict[Ref, str]:
    from syncd.review import names_of

    return names_of(tx, settings, [*who.refs, *who.in_question])


def _show(screen: Screen, who: Somebody, names: dict[Ref, str], *, only_this: bool) -> None:
    """Say who is meant, before anything is erased."""
    rows = [(str(who.ref), names.get(who.ref, ""), "named", "erased")]
    rows += [(str(one.ref), names.get(one.ref, ""), one.by, "stays" if only_this else "erased") for one in who.others]
    rows += [(str(ref), names.get(ref, ""), "may be the same", "stays") for ref in who.in_question]
    if len(rows) > 1:
        screen.table(("record", "who", "how it is known", "here"), rows, title="One person", whole=("record",))


def _data(who: Somebody, refs: tuple[Ref, ...], forgotten: list[Forgotten]) -> dict[str, object]:
    return {
        "ids": forgotten[0].ids,
        "changes": sum(one.changes for one in forgotten),
        "copies": sum(one.copies for one in forgotten),
        "records": [
            {"record": str(ref), "ids": one.ids, "changes": one.changes, "copies": one.copies}
            for ref, one in zip(refs, forgotten, strict=True)
        ],
        "left": [str(ref) for ref in (*(one.ref for one in who.others), *who.in_question) if ref not in refs],
    }
