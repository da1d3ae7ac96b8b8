"""What the record that stays holds after a merge: one choice for each field that either record fills."""

from __future__ import annotations

from collections.abc import Collection

from quality.fields import is_empty
from quality.subjects.purge import SIGNS
from quality.survivorship.blocks import choose_address_fields, choose_field, choose_names, choose_work_fields
from quality.survivorship.mailboxes import choose_address
from quality.survivorship.nouns import NOTHING_KNOWN, Choice, Known, Pair
from quality.survivorship.numbers import choose_numbers
from quality.survivorship.wholes import ADDRESS, NAMES, WORK
from quality.survivorship.wishes import Wishes
from syncd.model import Record

#: What the CRM itself says of a record; a merge gathers it by itself or keeps that of the record that stays.
_CRM_SAYS = frozenset(
    {
        *SIGNS,
        "last_sent",
        "has_bounced",
        "has_opted_out",
        "deals_count",
        "people_count",
        "created_source",
        "created_source_id",
        "created_source_name",
        "created_source_user",
    }
)


def combine(ours: Record, theirs: Record, wishes: Wishes, known: Known = NOTHING_KNOWN) -> tuple[Choice, ...]:
    """Return what each field of `ours`, the record that stays, holds once `theirs` has gone into it.

    A field that was not fetched of `ours` is never chosen for, nor one that is empty in both. Equal records, and one
    that brings nothing new, change nothing.
    """
    pair = Pair(ours, theirs, known)
    choices = [
        *choose_names(pair, wishes),
        *choose_address(pair, wishes),
        *choose_numbers(pair, wishes),
        *choose_work_fields(pair, wishes),
        *choose_address_fields(pair, wishes),
    ]
    chosen = {choice.field for choice in choices}
    choices += [choose_field(name, pair, wishes) for name in _others(pair, chosen)]
    places = {name: place for place, name in enumerate(ours.values)}
    told = [one for one in choices if not (is_empty(one.ours) and is_empty(one.theirs) and is_empty(one.result))]
    return tuple(sorted((one for one in told if not _is_about_itself(one, pair)), key=lambda one: places[one.field]))


def _others(pair: Pair, chosen: Collection[str]) -> list[str]:
    together = {*NAMES, *ADDRESS, *WORK}
    return [name for name in pair.ours.values if name not in chosen and name not in together and name not in _CRM_SAYS]


def _is_about_itself(choice: Choice, pair: Pair) -> bool:
    """Return whether a record would name itself, as a company its parent."""
    return choice.is_new and choice.field == "parent" and choice.result in {pair.ours.ref.id, pair.theirs.ref.id}
