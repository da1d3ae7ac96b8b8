"""Which fixes a person means with a command, and how they want them."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from syncd.errors import UnknownNameError
from syncd.model import Action, Fix
from syncd.review import Wanted, group_of, merge_by_hand, queue
from syncd.settings import Settings
from syncd.store import Store, Transaction


def as_wanted(
    tx: Transaction, settings: Settings, ids: list[str], keep: str, sets: Sequence[str], *, is_group: bool
) -> list[str]:
    """Return the merges to approve, as a person wants them: another record stays, other values hold, a whole group."""
    if (keep or sets) and len(ids) != 1:
        raise typer.BadParameter("--keep and --set are about one merge: name one")
    if is_group and (keep or sets):
        raise typer.BadParameter("--group approves merges as they are: not together with --keep or --set")
    if is_group:
        return group_of(tx, settings, ids)
    return [merge_by_hand(tx, settings, ids[0], keep, sets)]


class Asking:
    """What a person is asked before many fixes are decided at once."""

    def __init__(self, verb: str, *, every: bool, is_sure: bool) -> None:
        self.verb = verb
        self.every = every
        self.is_sure = is_sure

    def confirm(self, fixes: Sequence[Fix]) -> None:
        """Tell how many there are, and stop unless the person agrees."""
        if fixes and not self.is_sure:
            merges = sum(fix.action is Action.MERGE for fix in fixes)
            what = f"{merges} merges" if merges == len(fixes) else f"{len(fixes)} fixes, {merges} of them merges"
            typer.confirm(f"{self.verb} {what} (--yes asks nothing)?", abort=True, err=True)


def meant(store: Store, settings: Settings, fix_ids: list[str] | None, wanted: Wanted, asking: Asking) -> list[str]:
    """Return the ids of the fixes that a person means; named one by one, or by what they have in common."""
    is_described = asking.every or not wanted.is_open
    if fix_ids and is_described:
        raise typer.BadParameter("name fixes, or say which by --rule, --stream, --above ... or --all: not both")
    if not fix_ids and not is_described:
        raise typer.BadParameter("name fixes, or a --rule, a --stream, --above ..., or --all")
    with store.reading() as tx:
        if fix_ids:
            _must_be_known(fix_ids, tx.journal.known(fix_ids))
            return fix_ids
        found = [one.fix for one in queue(tx, settings, wanted)]
    asking.confirm(found)
    return [fix.id for fix in found]


def _must_be_known(fix_ids: Sequence[str], known: frozenset[str]) -> None:
    unknown = sorted(set(fix_ids) - known)
    if unknown:
        raise UnknownNameError(
            f"There is no fix {', '.join(map(repr, unknown))}; nothing was decided.",
            hint="`syncd review list` shows those that wait.",
        )
