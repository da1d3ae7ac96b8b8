"""`syncd undo`: put back what a run, a fix or a rule has written, and list what cannot be."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath, Yes
from syncd.model import Action, FixState

if TYPE_CHECKING:
    from datetime import datetime

    from connectors import Fidelity
    from syncd.cli.output.screen import Screen
    from syncd.engine import Choice, StreamSetup, UndoPlan
    from syncd.model import Fix
    from syncd.wiring import Parts

#: Fixes shown before they are put back.
SHOWN = 20
#: What a fix in such a state wrote needs no putting back: a run names it only because it was decided in it.
_NEVER_WRITTEN = frozenset(
    {FixState.PROPOSED, FixState.APPROVED, FixState.DISMISSED, FixState.ALREADY_TRUE, FixState.STALE, FixState.REJECTED}
)


def undo(  # noqa: PLR0913 - one option a way to choose
    target: Annotated[
        str | None,
        typer.Argument(metavar="RUN|FIX", help="The id of a run, or of one fix; none with the options below."),
    ] = None,
    *,
    rule: Annotated[str | None, typer.Option("--rule", help="What this rule has written.")] = None,
    stream: Annotated[str | None, typer.Option("--stream", help="Only in this stream.")] = None,
    record: Annotated[
        str | None, typer.Option("--record", metavar="ID", help="Only this record of the stream.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="WHEN", help="Only what was written since: 2026-03-01, 12h or 7d ago."),
    ] = None,
    over_guards: Annotated[bool, typer.Option("--over-guards", help="More at once than a run may write.")] = False,
    config: ConfigPath = DEFAULT_CONFIG,
    yes: Yes = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Put back what was written. A field that somebody has changed since is left alone and listed."""
    from syncd.cli.frame.noting import counted
    from syncd.cli.frame.opening import opened
    from syncd.cli.output.fix_lines import show_refused
    from syncd.cli.output.screen import Screen
    from syncd.engine import plan_undo, put_back

    screen = Screen()
    with opened(config) as parts:
        wanted = target if target is not None else _choice(parts, rule, stream, record, since)
        if target is not None and (rule or stream or record or since):
            raise typer.BadParameter("name a run or a fix, or choose by --rule, --stream, --record and --since")
        show_refused(parts.refused)
        planned = plan_undo(parts.tools, parts.setups, wanted)
        if not as_json:
            _show(screen, planned, parts.setups)
        if planned.undoing and not yes and not as_json:
            what = "this fix" if len(planned.undoing) == 1 else f"these {len(planned.undoing)} fixes"
            typer.confirm(f"Put back {what}?", abort=True)
        ends = put_back(parts.tools, parts.setups, planned, by=getpass.getuser(), over_guards=over_guards)
        counted(undone=len(ends))
    return _tell(screen, planned, ends, as_json=as_json)


def _choice(parts: Parts, rule: str | None, stream: str | None, record: str | None, since: str | None) -> Choice:
    """Return what options choose; there has to be a rule or a record, and a record is one of a stream."""
    from syncd.engine import Choice
    from syncd.model import Ref
    from syncd.settings.reading.names import must_be_rule, stream_named

    if rule is None and record is None:
        raise typer.BadParameter("name a run, a fix, a --rule, or a --record of a --stream")
    if record is not None and stream is None:
        raise typer.BadParameter("ids are those of a stream: --stream says of which")
    if rule is not None:
        must_be_rule(parts.settings, rule)
    of = stream_named(parts.settings, stream) if stream is not None else None
    ref = Ref(of.account, of.object, record) if of is not None and record is not None else None
    moment = _moment(since, parts.tools.clock.now()) if since else None
    return Choice(rule or "", moment, () if of is None else (of,), ref)


def _moment(given: str, now: datetime) -> datetime:
    """Return a moment told by its date and time (in UTC unless it says otherwise), or by how long ago it was."""
    from datetime import UTC, datetime

    from syncd.settings import parse_duration

    try:
        told = datetime.fromisoformat(given)
    except ValueError:
        try:
            return now - parse_duration(given)
        except ValueError:
            raise typer.BadParameter(f"{given!r} is neither a date, 2026-03-01, nor a time, 12h or 7d") from None
    return told if told.tzinfo is not None else told.replace(tzinfo=UTC)


def _show(screen: Screen, planned: UndoPlan, setups: Sequence[StreamSetup]) -> None:
    """Say what is about to come back, and what cannot."""
    from syncd.cli.output.fix_lines import show_fixes
    from syncd.cli.output.merges import show_fidelity

    screen.heading(f"To be put back: {len(planned.undoing)}")
    show_fixes(screen, planned.undoing[:SHOWN])
    if len(planned.undoing) > SHOWN:
        screen.line(f"and {len(planned.undoing) - SHOWN} more")
    merges = [fix for fix in planned.undoing if fix.action is Action.MERGE]
    merged = dict.fromkeys((fix.ref.account, fix.ref.object, fix.ending) for fix in merges)
    alike: dict[Fidelity, list[str]] = {}
    for setup in setups:
        for account, name, ending in merged:
            if (account, name) == (setup.stream.account, setup.stream.object):
                fidelity = setup.connector.merge_fidelity(name, ending)
                alike.setdefault(fidelity, []).append(setup.stream.name)
    for fidelity, names in alike.items():
        show_fidelity(screen, fidelity, f"Merges of {', '.join(names)}: ")
    written = [(fix, reason) for fix, reason in planned.refused if fix.state not in _NEVER_WRITTEN]
    told = written if planned.undoing else written or planned.refused
    for fix, reason in told[:SHOWN]:
        screen.line(f"not put back: {fix.id} {fix.ref}: {reason}")
    if len(told) > SHOWN:
        screen.line(f"and {len(told) - SHOWN} more that are not put back: --json lists them")


def _tell(screen: Screen, planned: UndoPlan, ends: Sequence[Fix], *, as_json: bool) -> ExitCode:
    from syncd.cli.output.fix_lines import data_of

    done = [fix for fix in ends if fix.state in {FixState.APPLIED, FixState.ALREADY_TRUE}]
    kept = [fix for fix in ends if fix not in done]
    parted = [fix for fix in done if fix.action is Action.MERGE and fix.detail]
    if as_json:
        refused = [{**data_of(fix), "reason": reason} for fix, reason in planned.refused]
        screen.json(
            {
                "undone": [data_of(fix) for fix in done],
                "kept": [data_of(fix) for fix in kept],
                "refused": refused,
                "cannot": list(planned.cannot),
            }
        )
    else:
        screen.line(f"put back: {len(done)}")
        waiting = [fix for fix in kept if fix.state is FixState.APPROVED]
        for fix in kept:
            if fix not in waiting:
                screen.line(f"left alone: {fix.ref}: {fix.detail or fix.state.value}")
        if waiting:
            screen.line(f"{len(waiting)} more wait for their turn: the next passes put them back, unless a guard holds")
        for fix in parted:
            screen.line(f"not as it was: {fix.ref}: {fix.detail}")
    return ExitCode.LEFT_TO_DO if kept or parted or planned.leaves_something else ExitCode.OK
