"""A person's own way for one merge, from the command line or a file: who stays, and what single properties hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from syncd.errors import UnknownNameError
from syncd.model import Action, Fix, FixState, Raw, Ref
from syncd.review.merges import wishes_of

if TYPE_CHECKING:
    from syncd.settings import Settings, StreamSettings
    from syncd.store import Transaction

_INSTEAD = "a person lets the other record stay instead: fix "
_NOTHING = "Nothing was decided."


def merge_by_hand(tx: Transaction, settings: Settings, fix_id: str, keep: str, sets: Sequence[str]) -> str:
    """Let a waiting merge be as a person says; return the id of the fix that says so, which is another one when the
    other record stays. Raises UnknownNameError, and changes nothing, for what cannot be."""
    fix = waiting_merge(tx, fix_id)
    shown = preview_by_hand(tx, settings, fix, keep)
    ids = {one.id: values for one, values in _held(tx, settings, fix).items()}
    chosen = dict(_value(one, ids) for one in sets)
    return keep_by_hand(tx, settings, fix, shown, chosen)


def waiting_merge(tx: Transaction, fix_id: str) -> Fix:
    """Return a merge that waits for a person; UnknownNameError for anything else."""
    fix = tx.journal.find(fix_id)
    if fix is None or fix.action is not Action.MERGE or fix.undoes or fix.state is not FixState.PROPOSED:
        raise UnknownNameError(f"{fix_id!r} is no merge that waits for a decision.", hint=_NOTHING)
    return fix


def preview_by_hand(tx: Transaction, settings: Settings, fix: Fix, keep: str) -> Fix:
    """Return a merge as it would be if the record `keep` stayed; empty: as it is."""
    from syncd.engine import turned

    if keep in {"", fix.changed.id}:
        return fix
    if keep != fix.ref.id:
        raise UnknownNameError(f"The two are {fix.ref.id} and {fix.changed.id}; {keep!r} is neither.", hint=_NOTHING)
    wanted = _stream(settings, fix)
    return turned(tx, wanted, fix, wishes_of(wanted))


def keep_by_hand(tx: Transaction, settings: Settings, fix: Fix, shown: Fix, chosen: Mapping[str, Raw]) -> str:
    """Let `shown`, with the values chosen, take the place of a merge that waits; return its id."""
    from syncd.engine import with_values

    wanted = _stream(settings, fix)
    meant = with_values(tx, wanted, shown, chosen) if chosen else shown
    if shown.ref == fix.ref:
        tx.journal.amend(meant)
        return fix.id
    [made] = tx.journal.add(wanted.stream, [meant], fix.run)
    tx.journal.settle([(fix.id, FixState.STALE, _INSTEAD + made)], tx.journal.now)
    return made


def group_of(tx: Transaction, settings: Settings, fix_ids: Sequence[str]) -> list[str]:
    """Return the merges that wait, into the same records as those of `fix_ids`, these first."""
    into = {(fix.ref.account, fix.changed) for fix in tx.journal.merges(fix_ids)}
    named = dict.fromkeys(fix_ids)
    for one in settings.streams:
        waiting = tx.journal.merges_of(one.stream, [ref.id for account, ref in into if account == one.stream.account])
        for fix in waiting:
            if (fix.ref.account, fix.changed) in into and fix.state is FixState.PROPOSED and not fix.undoes:
                named.setdefault(fix.id)
    return list(named)


def _stream(settings: Settings, fix: Fix) -> StreamSettings:
    wanted = settings.stream(f"{fix.ref.account}/{fix.ref.object}")
    if wanted is None:
        raise UnknownNameError(f"The stream of {fix.ref} is not configured any more.", hint=_NOTHING)
    return wanted


def _held(tx: Transaction, settings: Settings, fix: Fix) -> Mapping[Ref, Mapping[str, Raw]]:
    copies = tx.records.read(_stream(settings, fix).stream, [fix.ref.id, fix.changed.id])
    return {copy.ref: copy.values for copy in copies.values()}


def _value(said: str, ids: Mapping[str, Mapping[str, Raw]]) -> tuple[str, Raw]:
    """Return what `property=ID` or `property=value` says: the value that the record of that id holds, or the value."""
    name, sign, value = said.partition("=")
    if not sign or not name.strip():
        raise UnknownNameError(f"--set wants a property and a value, `city=Lyon`, not {said!r}.", hint=_NOTHING)
    name, value = name.strip(), value.strip()
    return (name, ids[value].get(name)) if value in ids else (name, value)
