"""`syncd counterparts`: which records of linked accounts are one; a person's word where that is in question."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.noting import counted
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath

if TYPE_CHECKING:
    from syncd.review import Saying
    from syncd.settings import Settings
    from syncd.store import Transaction

#: Pairs and records shown; a script gets all.
SHOWN = 200
#: What becomes of two records by each saying.
_DONE = {
    "join": "are one from now on: the next pass takes them so",
    "apart": "are kept apart for ever; --take-back takes that back",
    "take-back": "are compared again by the next pass, as if nobody had said anything",
}


def counterparts(  # noqa: PLR0913 - one option a way to look at pairs, or to decide about one
    records: Annotated[
        list[str] | None, typer.Argument(metavar="RECORD OTHER", help="Two records, account/object/id each.")
    ] = None,
    *,
    stream: Annotated[str | None, typer.Option("--stream", help="Only pairs with a record of this stream.")] = None,
    above: Annotated[float | None, typer.Option("--above", min=0, max=1, help="At least so sure: 0.8.")] = None,
    below: Annotated[float | None, typer.Option("--below", min=0, max=1, help="At most so sure.")] = None,
    join: Annotated[bool, typer.Option("--join", help="The two are one, whatever they say.")] = False,
    apart: Annotated[bool, typer.Option("--apart", help="The two are not one, for ever.")] = False,
    take_back: Annotated[bool, typer.Option("--take-back", help="Forget what was said of the two.")] = False,
    said: Annotated[bool, typer.Option("--said", help="What people said of pairs, the latest first.")] = False,
    without: Annotated[bool, typer.Option("--without", help="Records of the stream without a counterpart.")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="OUT.csv", help="Write the pairs into a CSV.")] = None,
    back: Annotated[Path | None, typer.Option("--in", metavar="IN.csv", help="Take decisions from such a CSV.")] = None,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> ExitCode:
    """List pairs of linked accounts that may be one, show two side by side, or say whether they are. Makes no call.

    A CSV comes back with `join` or `apart` in its column `decision`; nothing is taken when a line is wrong.
    """
    from syncd.review import Saying

    sayings = [one for one, is_said in zip(Saying, (join, apart, take_back), strict=True) if is_said]
    named = records or []
    _must_make_sense(len(named), sayings, is_other=bool(said or without or out or back))
    if without and stream is None:
        raise typer.BadParameter("--without is about the records of one stream: name it with --stream")
    if back is not None:
        return _take_in(config, back)
    if sayings:
        return _say(config, (named[0], named[1]), sayings[0])
    return _look(config, named, _Look(stream, above, below, said, without, out), as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Look:
    """What is to be looked at."""

    stream: str | None
    above: float | None
    below: float | None
    said: bool
    without: bool
    out: Path | None


def _must_make_sense(named: int, sayings: list[Saying], *, is_other: bool) -> None:
    if named not in {0, 2}:
        raise typer.BadParameter("name two records, or none")
    if len(sayings) > 1:
        raise typer.BadParameter("of --join, --apart and --take-back only one can be meant")
    if sayings and not named:
        raise typer.BadParameter(f"--{sayings[0]} is about two records: name them")
    if is_other and named:
        raise typer.BadParameter("two records are shown, or decided about, by themselves")


def _say(config: Path, pair: tuple[str, str], saying: Saying) -> ExitCode:
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.review import say

    with open_store(config) as (settings, store), store.transaction() as tx:
        is_new = say(tx, settings, pair, saying, getpass.getuser())
        counted(decided=int(is_new))
    told = _DONE[saying.value] if is_new else "had nothing said of them"
    Screen().line(f"{pair[0]} and {pair[1]} {told}")
    return ExitCode.OK


def _take_in(config: Path, file: Path) -> ExitCode:
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.counterparts_file import read_sayings
    from syncd.cli.output.screen import Screen
    from syncd.review import Saying, say

    with open_store(config) as (settings, store), store.transaction() as tx:
        decided = read_sayings(tx, settings, file)
        for pair, saying in decided.items():
            say(tx, settings, pair, saying, getpass.getuser())
        counted(decided=len(decided))
    joined = sum(saying is Saying.JOIN for saying in decided.values())
    Screen().line(f"{joined} are one, {len(decided) - joined} are kept apart")
    return ExitCode.OK


def _look(config: Path, named: list[str], look: _Look, *, as_json: bool) -> ExitCode:
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.counterparts import data_of_pair_shown, show_pair
    from syncd.cli.output.screen import Screen
    from syncd.review import shown_pair

    screen = Screen()
    with open_store(config) as (settings, store), store.reading() as tx:
        if named:
            shown = shown_pair(tx, settings, named[0], named[1])
            screen.json(data_of_pair_shown(shown)) if as_json else show_pair(screen, shown)
        elif look.said:
            _list_said(tx, settings, look, as_json=as_json)
        elif look.without:
            _list_without(tx, settings, look, as_json=as_json)
        else:
            _list_pairs(tx, settings, look, as_json=as_json)
    return ExitCode.OK


def _list_pairs(tx: Transaction, settings: Settings, look: _Look, *, as_json: bool) -> None:
    from syncd.cli.output.counterparts import show_counts, show_pairs
    from syncd.cli.output.counterparts_file import write_pairs
    from syncd.cli.output.screen import Screen
    from syncd.review import WantedPairs, ends_of, linked_streams, names_of, pairs_in_question
    from syncd.settings.reading.names import stream_named

    screen = Screen()
    wanted = WantedPairs(stream_named(settings, look.stream) if look.stream else None, look.above, look.below)
    pairs = pairs_in_question(tx, settings, wanted)
    names = names_of(tx, settings, ends_of(pairs if look.out or as_json else pairs[:SHOWN]))
    counts = {one.name: tx.counterparts.counts(one) for one in linked_streams(settings)}
    records = {one.name: tx.records.count(one) for one in linked_streams(settings)}
    counted(pairs=len(pairs))
    if look.out is not None:
        write_pairs(look.out, pairs, names)
        screen.line(f"{len(pairs)} pairs written to {look.out}")
    elif as_json:
        screen.json(
            {
                "streams": {
                    name: {"records": records[name], "sure": found.sure, "in_question": found.asked}
                    for name, found in counts.items()
                },
                "pairs": [
                    {
                        "one": str(pair.one),
                        "other": str(pair.other),
                        "probability": pair.probability,
                        "doubt": pair.doubt,
                    }
                    for pair in pairs
                ],
            }
        )
    else:
        show_counts(screen, counts, records)
        show_pairs(screen, pairs[:SHOWN], names, len(pairs))


def _list_said(tx: Transaction, settings: Settings, look: _Look, *, as_json: bool) -> None:
    from syncd.cli.output.screen import Screen
    from syncd.review import linked_streams
    from syncd.settings.reading.names import stream_named

    screen = Screen()
    streams = [stream_named(settings, look.stream)] if look.stream else linked_streams(settings)
    words = tx.counterparts.words(streams, limit=1_000_000)
    if as_json:
        screen.json(
            [
                {"one": str(it.one), "other": str(it.other), "is_one": it.is_one, "at": it.at, "by": it.by}
                for it in words
            ]
        )
    elif not words:
        screen.line("Nobody has said anything of two records of linked accounts.")
    else:
        rows = [(str(it.one), str(it.other), "one" if it.is_one else "apart", it.at, it.by) for it in words[:SHOWN]]
        screen.table(("record", "other", "said", "at", "by"), rows, title="Said of pairs", whole=("record", "other"))


def _list_without(tx: Transaction, settings: Settings, look: _Look, *, as_json: bool) -> None:
    from syncd.cli.output.screen import Screen
    from syncd.model import Ref
    from syncd.review import names_of
    from syncd.settings.reading.names import stream_named

    screen = Screen()
    stream = stream_named(settings, look.stream or "")
    ids = tx.counterparts.without(stream, limit=1_000_000 if as_json else SHOWN)
    if as_json:
        screen.json([f"{stream.name}/{one}" for one in ids])
        return
    names = names_of(tx, settings, [Ref(stream.account, stream.object, one) for one in ids])
    rows = [(one, names.get(Ref(stream.account, stream.object, one), "")) for one in ids]
    screen.table(("record", "who"), rows, title=f"{stream.name}: without a counterpart", whole=("record",))
