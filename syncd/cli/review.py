"""`syncd review`: look at proposed fixes, approve or dismiss them, here or in a spreadsheet."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.noting import counted
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath, Yes
from syncd.model import Action, FixState

if TYPE_CHECKING:
    from syncd.model import Stream
    from syncd.settings import Settings

review = typer.Typer(help="List, show, approve or dismiss proposed fixes, also by a CSV that goes out and comes back.")

OnStream = Annotated[str | None, typer.Option("--stream", help="Only this stream, `hubspot-main/contacts`.")]
OfOwner = Annotated[str | None, typer.Option("--owner", help="Only fixes of rules that this owner is responsible for.")]
OfRule = Annotated[str | None, typer.Option("--rule", help="Only fixes this rule has a part in.")]
OfField = Annotated[str | None, typer.Option("--field", help="Only fixes that change this field, or property.")]
Doing = Annotated[Action | None, typer.Option("--action", help="Only fixes that do this.")]
Above = Annotated[
    float | None, typer.Option("--above", min=0, max=1, help="Only merges that are at least so sure: 0.97.")
]
Below = Annotated[float | None, typer.Option("--below", min=0, max=1, help="Only merges that are at most so sure.")]
InState = Annotated[FixState, typer.Option("--state", help="Fixes in this state of their life.")]
First = Annotated[int | None, typer.Option("--first", min=1, help="Only so many, the most worth deciding first.")]
FixIds = Annotated[list[str] | None, typer.Argument(metavar="FIX", help="Ids of fixes.")]
Keep = Annotated[str | None, typer.Option("--keep", metavar="ID", help="Of one merge: let this record stay.")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PROPERTY=VALUE", help="Of one merge: what a property shall hold; an id takes its."),
]
Group = Annotated[bool, typer.Option("--group", help="All merges into the same record, too.")]
All = Annotated[bool, typer.Option("--all", help="Every proposed fix; the other options narrow it down.")]


@review.command("list")
def list_fixes(  # noqa: PLR0913 - one option a way to narrow the list down
    *,
    stream: OnStream = None,
    rule: OfRule = None,
    owner: OfOwner = None,
    field: OfField = None,
    action: Doing = None,
    above: Above = None,
    below: Below = None,
    state: InState = FixState.PROPOSED,
    first: First = None,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> ExitCode:
    """List what waits for a decision, merges first and those most worth deciding before the others."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.cli.reviewing.lines import data_of_queued, show_queue
    from syncd.review import Wanted, queue

    wanted = Wanted(stream, rule, owner, field, action, above, below, state)
    with open_store(config) as (settings, store), store.reading() as tx:
        found = queue(tx, settings, wanted, is_whole=as_json)
        counted(fixes=len(found))
    screen = Screen()
    if as_json:
        screen.json([data_of_queued(one) for one in found[:first]])
    else:
        title = "Waiting for a decision" if state is FixState.PROPOSED else state.value.capitalize().replace("_", " ")
        show_queue(screen, title, found, first)
    return ExitCode.OK


@review.command("show")
def show(
    fix_id: Annotated[str, typer.Argument(metavar="FIX", help="The id of a fix.")],
    *,
    keep: Keep = None,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> ExitCode:
    """Show one fix with its reasons and its history; a merge with both records side by side.

    With --keep it shows the merge as it would be if that record stayed. Nothing is decided by it.
    """
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.cli.reviewing.lines import data_of_shown, show_one
    from syncd.errors import UnknownNameError
    from syncd.review import Shown, preview_by_hand, waiting_merge

    with open_store(config) as (settings, store), store.reading() as tx:
        fix = tx.journal.find(fix_id)
        if fix is None:
            raise UnknownNameError(f"There is no fix {fix_id!r}.", hint="`syncd review list` shows those that wait.")
        if keep is not None:
            fix = preview_by_hand(tx, settings, waiting_merge(tx, fix_id), keep)
        told = Shown.of(tx, settings, fix)
        counted(fixes=1)
    if as_json:
        Screen().json(data_of_shown(told))
    else:
        show_one(Screen(), told)
    return ExitCode.OK


@review.command("approve")
def approve(  # noqa: PLR0913 - one option a way to name fixes
    fix_ids: FixIds = None,
    *,
    stream: OnStream = None,
    rule: OfRule = None,
    field: OfField = None,
    action: Doing = None,
    above: Above = None,
    below: Below = None,
    keep: Keep = None,
    sets: Sets = None,
    group: Group = False,
    every: All = False,
    yes: Yes = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> ExitCode:
    """Approve fixes: the next pass, or `syncd apply`, writes them. Those not named one by one are counted first.

    Of one merge, --keep lets the other record stay, and --set says what a property holds afterwards: `city=Lyon`, or
    `city=ID` for what the record of that id has. --group approves the merges of a whole group at once.
    """
    from syncd import engine
    from syncd.cli.frame.opening import open_store
    from syncd.cli.reviewing.meant import Asking, as_wanted, meant
    from syncd.review import Wanted

    with open_store(config) as (settings, store):
        wanted = Wanted(stream, rule, None, field, action, above, below)
        ids = meant(store, settings, fix_ids, wanted, Asking("Approve", every=every, is_sure=yes))
        with store.transaction() as tx:
            if keep is not None or sets or group:
                ids = as_wanted(tx, settings, ids, keep or "", sets or (), is_group=group)
            count = engine.approve(tx, _streams(settings), ids, getpass.getuser())
        counted(approved=count)
    return _said("approved", count, len(ids))


@review.command("dismiss")
def dismiss(  # noqa: PLR0913 - one option a way to name fixes
    fix_ids: FixIds = None,
    *,
    why: Annotated[str, typer.Option("--why", help="Kept in the journal.")] = "",
    stream: OnStream = None,
    rule: OfRule = None,
    field: OfField = None,
    action: Doing = None,
    above: Above = None,
    below: Below = None,
    every: All = False,
    yes: Yes = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> ExitCode:
    """Dismiss fixes: the same change is not proposed again as long as the value stays as it is.

    The two records of a dismissed merge are kept apart for ever.
    """
    from syncd import engine
    from syncd.cli.frame.opening import open_store
    from syncd.cli.reviewing.meant import Asking, meant
    from syncd.review import Wanted

    with open_store(config) as (settings, store):
        wanted = Wanted(stream, rule, None, field, action, above, below)
        ids = meant(store, settings, fix_ids, wanted, Asking("Dismiss", every=every, is_sure=yes))
        with store.transaction() as tx:
            count = engine.dismiss(tx, _streams(settings), ids, getpass.getuser(), why)
        counted(dismissed=count)
    return _said("dismissed", count, len(ids))


@review.command("export")
def export(  # noqa: PLR0913 - one option a way to narrow the list down
    file: Annotated[Path, typer.Argument(metavar="OUT.csv", help="The file to write.")],
    *,
    stream: OnStream = None,
    rule: OfRule = None,
    field: OfField = None,
    action: Doing = None,
    above: Above = None,
    below: Below = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> ExitCode:
    """Write what waits into a CSV; put `approve` or `dismiss` into its column `decision` and import it.

    Of a merge it has a row for each property in which the two records differ; `goes` or `stays` in the column `keep`
    says whose value shall stand, and one in the column `value` stands instead of both. In the merge's own row, `goes`
    lets the other record stay.
    """
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.cli.reviewing.file import write_review
    from syncd.review import Wanted, queue

    with open_store(config) as (settings, store), store.reading() as tx:
        found = queue(tx, settings, Wanted(stream, rule, None, field, action, above, below), is_whole=True)
        counted(exported=len(found))
    write_review(file, found)
    Screen().line(f"{len(found)} fixes written to {file}")
    return ExitCode.OK


@review.command("import")
def import_decisions(
    file: Annotated[Path, typer.Argument(metavar="IN.csv", help="A file that `export` wrote.")],
    *,
    config: ConfigPath = DEFAULT_CONFIG,
) -> ExitCode:
    """Take the decisions from a CSV that `export` wrote. Nothing is taken when a line is wrong."""
    from syncd import engine
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.cli.reviewing.choices import take_choices
    from syncd.cli.reviewing.file import read_decisions

    with open_store(config) as (settings, store), store.transaction() as tx:
        decisions = read_decisions(file, tx.journal.known)
        by, streams = getpass.getuser(), _streams(settings)
        chosen = take_choices(tx, settings, file, decisions)
        approved = engine.approve(tx, streams, [chosen.get(one, one) for one in decisions.approve], by)
        dismissed = engine.dismiss(tx, streams, decisions.dismiss, by, f"from {file.name}")
        counted(approved=approved, dismissed=dismissed)
    moved_on = len(decisions.approve) + len(decisions.dismiss) - approved - dismissed
    choices = f", {len(chosen)} of them with values chosen by hand" if chosen else ""
    Screen().line(f"{approved} approved{choices}, {dismissed} dismissed, {moved_on} had moved on and were left alone")
    return ExitCode.OK


@review.command("apart")
def apart(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID OTHER", help="Keep these two apart for ever.")] = None,
    *,
    stream: OnStream = None,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> ExitCode:
    """List the pairs that are kept apart since somebody said that they are not one; with two ids, say so of these."""
    from syncd.cli.reviewing.apart import keep_apart, list_apart

    if ids:
        return keep_apart(config, _one_stream(stream), *_two(ids))
    return list_apart(config, stream, as_json=as_json)


@review.command("join")
def join(
    ids: Annotated[list[str], typer.Argument(metavar="ID OTHER", help="Two records that are kept apart.")],
    *,
    stream: OnStream = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> ExitCode:
    """Take back that two records are kept apart: the next pass compares them again, and knows that they may be one."""
    from syncd.cli.reviewing.apart import let_join

    return let_join(config, _one_stream(stream), *_two(ids))


def _two(ids: Sequence[str]) -> tuple[str, str]:
    if len(set(ids)) != 2:
        raise typer.BadParameter("name two records")
    return ids[0], ids[1]


def _one_stream(stream: str | None) -> str:
    if stream is None:
        raise typer.BadParameter("ids are those of a stream: --stream says of which")
    return stream


def _streams(settings: Settings) -> list[Stream]:
    return [one.stream for one in settings.streams]


def _said(verb: str, count: int, asked: int) -> ExitCode:
    from syncd.cli.output.screen import Screen

    late = asked - count
    rest = f"; {late} {'was' if late == 1 else 'were'} not waiting any more" if late > 0 else ""
    Screen().line(f"{count} {verb}{rest}")
    return ExitCode.OK
