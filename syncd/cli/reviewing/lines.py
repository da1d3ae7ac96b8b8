"""How the review queue and a single fix of it look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from syncd.cli.output.fix_lines import data_of, show_fixes
from syncd.cli.output.linked import data_of_plan, show_plan
from syncd.cli.output.merges import (
    data_of_fidelity,
    data_of_merge,
    data_of_pair,
    show_merge,
    show_merges,
)
from syncd.model import Action
from syncd.review import Queued, Shown

if TYPE_CHECKING:
    from syncd.cli.output.screen import Screen


#: Fixes listed on a terminal unless another number is asked for.
SHOWN = 50


def show_queue(screen: Screen, title: str, found: Sequence[Queued], first: int | None) -> None:
    """Show the queue: to a person merges in a table of their own, to a script one line for each change."""
    screen.heading(f"{title}: {len(found)}")
    queued = found[: first or (SHOWN if screen.is_terminal else None)]
    merges = [one for one in queued if one.fix.action is Action.MERGE] if screen.is_terminal else []
    for stream, its_own in _by_stream(merges).items():
        show_merges(screen, stream, its_own)
    if merges:
        screen.line("`syncd review show FIX` shows a merge with both records side by side.")
    show_fixes(screen, [one.fix for one in queued if one not in merges])
    if len(found) > len(queued):
        screen.line(
            f"and {len(found) - len(queued)} more: --first {len(found)} or --json lists them, `export` writes them"
        )
    shares = Counter(name for one in found for name in one.owners)
    if shares:
        screen.table(("owner", "fixes"), sorted(shares.items()), numbers=("fixes",))


def _by_stream(queued: Sequence[Queued]) -> dict[str, list[Queued]]:
    found: dict[str, list[Queued]] = {}
    for one in queued:
        found.setdefault(f"{one.fix.ref.account}/{one.fix.ref.object}", []).append(one)
    return found


def data_of_queued(one: Queued) -> dict[str, Any]:
    """Return a fix of the queue as JSON data."""
    merge = data_of_merge(one.view) if one.view is not None else None
    return {**data_of(one.fix), "owners": list(one.owners), "merge": merge}


def show_one(screen: Screen, told: Shown) -> None:
    """Show one fix: what it does and why, then what became of it."""
    screen.heading(f"{told.fix.id}: {told.fix.state.value}")
    if told.view is not None and told.fidelity is not None:
        show_merge(screen, told.view, told.pair, told.fidelity)
        if told.plan is not None:
            show_plan(screen, told.plan)
    else:
        show_fixes(screen, [told.fix])
    rows = [(one.at, one.became.value, one.by or "syncd", one.detail) for one in told.events]
    screen.table(("at", "became", "by", "detail"), rows)


def data_of_shown(told: Shown) -> dict[str, Any]:
    """Return one fix as JSON data."""
    return {
        **data_of(told.fix),
        "history": [
            {"at": one.at, "became": one.became.value, "by": one.by or "syncd", "detail": one.detail}
            for one in told.events
        ],
        "merge": data_of_merge(told.view) if told.view is not None else None,
        "pair": data_of_pair(told.pair),
        "undo": data_of_fidelity(told.fidelity) if told.fidelity is not None else None,
        "plan": data_of_plan(told.plan),
    }
