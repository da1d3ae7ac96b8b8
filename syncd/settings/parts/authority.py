"""Which of several accounts' values wins, field by field: as it comes with syncd, and as an admin chose."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from mappings import RecordMapping, canonical_fields
from quality.golden import FieldAuthority, Wins, block_of
from syncd.errors import Mistake
from syncd.located import Document, did_you_mean

#: What the name of a field begins with that an admin's own mapping adds.
_OWN = "x_"
#: Policies that only choose among values of some types, and what those are.
_FITTING: Mapping[Wins, tuple[frozenset[str], str]] = {
    Wins.STRICTEST: (frozenset({"bool"}), "a yes or a no"),
    Wins.LATEST: (frozenset({"number", "date", "datetime"}), "a moment or a number"),
}


def authority_over(
    mapping: RecordMapping, accounts: Sequence[str], chosen: Mapping[str, FieldAuthority]
) -> dict[str, Any]:
    """Return the options of the rules that hold records against their counterparts, for the fields a stream has."""
    shipped = {
        name: FieldAuthority(policy=Wins(spec.policy), alert=spec.alert)
        for name, spec in canonical_fields(mapping.kind).items()
        if spec.policy != Wins.NEVER.value
    }
    fields = {name: one for name, one in {**shipped, **chosen}.items() if name in mapping.fields}
    return {"accounts": accounts, "fields": {name: one.model_dump() for name, one in fields.items()}}


def wrong_fields(
    name: str,
    kinds: Collection[str],
    accounts: Collection[str],
    chosen: Mapping[str, FieldAuthority],
    document: Document,
) -> Iterator[Mistake]:
    """Yield what is wrong with the fields that are chosen for in linked accounts."""
    known = {field: spec.type.value for kind in kinds for field, spec in canonical_fields(kind).items()}
    for field, one in chosen.items():
        path = ("linked_accounts", name, "fields", field)
        head = block_of(field)[0]
        if field not in known and not field.startswith(_OWN):
            guess = did_you_mean(field, known) or f"; a field of your own begins with '{_OWN}'"
            yield document.mistake(path, f"there is no field '{field}'{guess}", of_key=True)
        elif field != head:
            told = f"goes with '{head}', and by what is chosen for that"
            yield document.mistake(path, told, of_key=True)
        fitting, what = _FITTING.get(one.policy, (frozenset(), ""))
        if fitting and known.get(field, next(iter(fitting))) not in fitting:
            yield document.mistake(path, f"`{one.policy.value}` is for fields that hold {what}", of_key=True)
        for account in sorted(one.accounts - {*accounts}):
            guess = did_you_mean(account, accounts)
            yield document.mistake(path, f"'{account}' is none of these linked accounts{guess}", of_key=True)
