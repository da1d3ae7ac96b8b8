"""`syncd review`: look at proposed fixes, approve or dismiss them, here or in a spreadsheet."""

from __future__ import annotations

import getpass
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.exits import ExitCode
from syncd.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath
from syncd.model import FixState

if TYPE_CHECKING:
    from syncd.model import Fix
    from syncd.settings import Settings
    from syncd.store import Transaction

review = typer.Typer(help="List, show, approve or dismiss proposed fixes, also by a CSV that goes out and comes back.")

OnStream = Annotated[str | None, typer.Option("--stream", help="Only this stream, `hubspot-main/contacts`.")]
OfOwner = Annotated[str | None, typer.Option("--owner", help="Only fixes of rules that this owner is responsible for.")]
OfRule = Annotated[str | None, typer.Option("--rule", help="Only fixes this rule has a part in.")]
InState = Annotated[FixState, typer.Option("--state", help="Fixes in this state of their life.")]
FixIds = Annotated[list[str] | None, typer.Argument(metavar="FIX", help="Ids of fixes.")]
All = Annotated[bool, typer.Option("--all", help="Every proposed fix that the options name.")]
#: The most fixes one call lists or decides on.
LIMIT = 100_000


@review.command("list")
def list_fixes(
    *,
    stream: OnStream = None,
    rule: OfRule = None,
    owner: OfOwner = None,
    state: InState = FixState.PROPOSED,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> ExitCode:
    """List what waits for a decision, or what became of fixes."""
    from syncd.cli.fix_lines import data_of, show_fixes
    from syncd.cli.opening import open_store
    from syncd.cli.screen import Screen

    with open_store(config) as (settings, store), store.reading() as tx:
        found = _proposed(tx, settings, stream, rule, state)
    owners = {fix.id: _owners(settings, fix) for fix in found}
    fixes = [fix for fix in found if owner is None or owner in owners[fix.id]]
    screen = Screen()
    if as_json:
        screen.json([{**data_of(fix), "owners": owners[fix.id]} for fix in fixes])
    else:
        title = "Waiting for a decision" if state is FixState.PROPOSED else state.value.capitalize().replace("_", " ")
        screen.heading(f"{title}: {len(fixes)}")
        show_fixes(screen, fixes)
        shares = Counter(name for fix in fixes for name in owners[fix.id])
        if shares:
            screen.table(("owner", "fixes"), sorted(shares.items()), numbers=("fixes",))
    return ExitCode.OK


@review.command("show")
def show(
    fix_id: Annotated[str, typer.Argument(metavar="FIX", help="The id of a fix.")],
    *,
    config: ConfigPath = DEFAULT_CONFIG,
) -> ExitCode:
    """Show one fix with its reasons and its history."""
    from syncd.cli.fix_lines import show_fixes
    from syncd.cli.opening import open_store
    from syncd.cli.screen import Screen
    from syncd.errors import UnknownNameError

    with open_store(config) as (_, store), store.reading() as tx:
        fix = tx.journal.find(fix_id)
        if fix is None:
            raise UnknownNameError(f"There is no fix {fix_id!r}.", hint="`syncd review list` shows those that wait.")
        events = tx.journal.events(fix_id)
    screen = Screen()
    screen.heading(f"{fix.id}: {fix.state.value}")
    show_fixes(screen, [fix])
    rows = [(one.at, one.became.value, one.by or "syncd", one.detail) for one in events]
    screen.table(("at", "became", "by", "detail"), rows)
    return ExitCode.OK


@review.command("approve")
def approve(
    fix_ids: FixIds = None,
    *,
    stream: OnStream = None,
    rule: OfRule = None,
    every: All = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> ExitCode:
    """Approve fixes: the next pass, or `syncd apply`, writes them."""
    from syncd.cli.opening import open_store

    with open_store(config) as (settings, store), store.transaction() as tx:
        ids = _ids(tx, settings, fix_ids, stream, rule, every=every)
        return _said("approved", tx.journal.approve(ids, getpass.getuser()), len(ids))


@review.command("dismiss")
def dismiss(
    fix_ids: FixIds = None,
    *,
    why: Annotated[str, typer.Option("--why", help="Kept in the journal.")] = "",
    stream: OnStream = None,
    rule: OfRule = None,
    every: All = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> ExitCode:
    """Dismiss fixes: the same change is not proposed again as long as the value stays as it is."""
    from syncd.cli.opening import open_store

    with open_store(config) as (settings, store), store.transaction() as tx:
        ids = _ids(tx, settings, fix_ids, stream, rule, every=every)
        return _said("dismissed", tx.journal.dismiss(ids, getpass.getuser(), why), len(ids))


@review.command("export")
def export(
    file: Annotated[Path, typer.Argument(metavar="OUT.csv", help="The file to write.")],
    *,
    stream: OnStream = None,
    rule: OfRule = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> ExitCode:
    """Write what waits into a CSV; put `approve` or `dismiss` into its column `decision` and import it."""
    from syncd.cli.opening import open_store
    from syncd.cli.review_file import write_review
    from syncd.cli.screen import Screen

    with open_store(config) as (settings, store), store.reading() as tx:
        fixes = _proposed(tx, settings, stream, rule)
    write_review(file, fixes)
    Screen().line(f"{len(fixes)} fixes written to {file}")
    return ExitCode.OK


@review.command("import")
def import_decisions(
    file: Annotated[Path, typer.Argument(metavar="IN.csv", help="A file that `export` wrote.")],
    *,
    config: ConfigPath = DEFAULT_CONFIG,
) -> ExitCode:
    """Take the decisions from a CSV that `export` wrote. Nothing is taken when a line is wrong."""
    from syncd.cli.opening import open_store
    from syncd.cli.review_file import read_decisions
    from syncd.cli.screen import Screen

    with open_store(config) as (_, store), store.transaction() as tx:
        decisions = read_decisions(file, tx.journal.known)
        approved = tx.journal.approve(decisions.approve, getpass.getuser())
        dismissed = tx.journal.dismiss(decisions.dismiss, getpass.getuser(), f"from {file.name}")
    moved_on = len(decisions.approve) + len(decisions.dismiss) - approved - dismissed
    Screen().line(f"{approved} approved, {dismissed} dismissed, {moved_on} had moved on and were left alone")
    return ExitCode.OK


def _proposed(
    tx: Transaction,
    settings: Settings,
    stream: str | None,
    rule: str | None,
    state: FixState = FixState.PROPOSED,
) -> list[Fix]:
    from syncd.cli.opening import must_be_rule, stream_named

    wanted = stream_named(settings, stream) if stream is not None else None
    if rule is not None:
        must_be_rule(settings, rule)
    return tx.journal.select(stream=wanted, states=(state,), rule=rule, limit=LIMIT)


def _owners(settings: Settings, fix: Fix) -> list[str]:
    """Return who is responsible for the rules behind a fix."""
    stream = settings.stream(f"{fix.ref.account}/{fix.ref.object}")
    owners = [stream.owner_of(rule) for rule in fix.rules] if stream is not None else []
    return sorted({owner for owner in owners if owner})


def _ids(
    tx: Transaction, settings: Settings, fix_ids: list[str] | None, stream: str | None, rule: str | None, *, every: bool
) -> list[str]:
    """Return the ids of the fixes that a person means; named one by one, or by what they have in common."""
    if fix_ids and (stream or rule or every):
        raise typer.BadParameter("name fixes, or say which by --rule, --stream or --all: not both")
    if fix_ids:
        _must_be_known(tx, fix_ids)
        return fix_ids
    if not (stream or rule or every):
        raise typer.BadParameter("name fixes, or a --rule, a --stream, or --all")
    return [fix.id for fix in _proposed(tx, settings, stream, rule)]


def _must_be_known(tx: Transaction, fix_ids: list[str]) -> None:
    from syncd.errors import UnknownNameError

    unknown = sorted(set(fix_ids) - tx.journal.known(fix_ids))
    if unknown:
        raise UnknownNameError(
            f"There is no fix {', '.join(map(repr, unknown))}; nothing was decided.",
            hint="`syncd review list` shows those that wait.",
        )


def _said(verb: str, count: int, asked: int) -> ExitCode:
    from syncd.cli.screen import Screen

    rest = f"; {asked - count} were not waiting any more" if asked > count else ""
    Screen().line(f"{count} {verb}{rest}")
    return ExitCode.OK
