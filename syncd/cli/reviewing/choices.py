"""The values a person chose for a merge in a review file, put into the fix before it is approved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from syncd.cli.output.fix_lines import shown
from syncd.cli.output.spreadsheet import harmless, one_line_end
from syncd.cli.reviewing.file import GOES, Choice, ReviewDecisions
from syncd.errors import ConfigError, Mistake
from syncd.model import FixState, Raw
from syncd.review import MergeView, SideBySide, keep_by_hand, preview_by_hand, views_of

if TYPE_CHECKING:
    from syncd.settings import Settings
    from syncd.store import Transaction


def take_choices(tx: Transaction, settings: Settings, file: Path, decisions: ReviewDecisions) -> dict[str, str]:
    """Let the approved merges of a file be as it says: who stays, and the values chosen.

    Returns the fixes to approve in their place, which are others where the other record stays. Raises ConfigError, and
    changes nothing, where a value is no longer the one the person saw. One that was decided meanwhile is left alone.
    """
    named = {*decisions.choices, *decisions.turned}
    waiting = [fix for fix in tx.journal.merges(named) if fix.state is FixState.PROPOSED]
    views = views_of(tx, settings, [fix for fix in waiting if fix.id in decisions.approve])
    _must_be_as_seen(file, decisions, views)
    taken = {}
    for fix_id, view in views.items():
        fix = view.fix
        shown_as = preview_by_hand(tx, settings, fix, fix.ref.id if fix_id in decisions.turned else "")
        chosen = dict(_chosen(view, decisions.choices.get(fix_id, ())))
        taken[fix_id] = keep_by_hand(tx, settings, fix, shown_as, chosen)
    return taken


def _must_be_as_seen(file: Path, decisions: ReviewDecisions, views: Mapping[str, MergeView]) -> None:
    column = decisions.columns.get("keep", 1)
    mistakes = [
        Mistake(str(file), choice.line, column, wrong)
        for fix_id, view in views.items()
        for choice, wrong in _wrong(view, decisions.choices.get(fix_id, ()))
    ]
    if mistakes:
        raise ConfigError(sorted(mistakes), hint="Nothing was taken from the file; `syncd review export` it anew.")


def _wrong(view: MergeView, choices: Sequence[Choice]) -> Iterator[tuple[Choice, str]]:
    rows = {row.name: row for row in view.rows}
    for choice in choices:
        row = rows.get(choice.property)
        if row is None or not row.is_open:
            yield choice, f"'{choice.property}' is no property to choose a value for"
        elif _as_exported(row) != (choice.goes, choice.stays):
            yield choice, f"'{choice.property}' has changed since the file was written"


def _as_exported(row: SideBySide) -> tuple[str, str]:
    return one_line_end(harmless(shown(row.goes))), one_line_end(harmless(shown(row.stays)))


def _chosen(view: MergeView, choices: Sequence[Choice]) -> Iterator[tuple[str, Raw]]:
    rows = {row.name: row for row in view.rows}
    for one in choices:
        row = rows[one.property]
        yield one.property, one.value or (row.goes if one.keep == GOES else row.stays)
