"""The values a person chose for a merge in a review file, put into the fix before it is approved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from syncd.cli.fix_lines import shown
from syncd.cli.merge_view import MergeView, SideBySide, views_of
from syncd.cli.review_file import GOES, Choice, ReviewDecisions, harmless
from syncd.errors import ConfigError, Mistake
from syncd.model import Change, FixState

if TYPE_CHECKING:
    from syncd.settings import Settings, StreamSettings
    from syncd.store import Transaction

#: What stands in the journal as the reason of such a value.
CHOSEN = "chosen by a person"


def take_choices(tx: Transaction, settings: Settings, file: Path, decisions: ReviewDecisions) -> int:
    """Let the approved merges of a file write the values chosen in it; return how many merges that concerns.

    Raises ConfigError, and changes nothing, where a value is no longer the one the person saw. A merge that was decided
    meanwhile is left alone.
    """
    waiting = [fix for fix in tx.journal.merges(decisions.choices) if fix.state is FixState.PROPOSED]
    views = views_of(tx, settings, [fix for fix in waiting if fix.id in decisions.approve])
    _must_be_as_seen(file, decisions, views)
    for fix_id, view in views.items():
        stream = settings.stream(f"{view.fix.ref.account}/{view.fix.ref.object}")
        if stream is not None:
            changes = _chosen(stream, view, {one.property: one.keep for one in decisions.choices[fix_id]})
            tx.journal.amend(replace(view.fix, changes=tuple(changes)))
    return len(views)


def _must_be_as_seen(file: Path, decisions: ReviewDecisions, views: Mapping[str, MergeView]) -> None:
    column = decisions.columns.get("keep", 1)
    mistakes = [
        Mistake(str(file), choice.line, column, wrong)
        for fix_id, view in views.items()
        for choice, wrong in _wrong(view, decisions.choices[fix_id])
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
    return harmless(shown(row.goes)), harmless(shown(row.stays))


def _chosen(stream: StreamSettings, view: MergeView, keeps: Mapping[str, str]) -> Iterator[Change]:
    """Yield what is left of the merge's own changes, then what was chosen in their place."""
    yield from (change for change in view.fix.changes if change.property not in keeps)
    fields = {name: field.name for field in stream.mapping.fields.values() for name in (*field.choices, *field.sources)}
    for row in view.rows:
        if keeps.get(row.name) == GOES and (row.goes or "") != (row.stays or ""):
            name = fields.get(row.name, row.name)
            yield Change(name, row.name, row.stays, row.goes, view.fix.rules, (CHOSEN,) * len(view.fix.rules))
