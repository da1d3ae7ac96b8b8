"""Which column of a file is which field to match by: those of `syncd clean`, and some that only matching reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from mappings import canonical_fields
from syncd.clean import Columns, Sureness, guess_columns
from syncd.errors import ConfigError
from syncd.located import did_you_mean

#: Fields that matching reads and no CRM's object has under one name, with headings they are known by.
_MORE: Mapping[str, Mapping[str, str]] = {
    "person": {
        "full_name": "name fullname contactname nom nomcomplet nombrecompleto",
        "identifier": "identifier ssn socialsecuritynumber passport passportnumber nationalid",
    },
    "company": {
        "email": "email emailaddress mail companyemail",
        "tax_id": "taxid vat vatid vatnumber taxnumber ustid ustidnr siren nif ein",
    },
}


def match_columns(
    headings: Sequence[str],
    *,
    kind: str = "",
    given: Mapping[str, str] | None = None,
    rows: Sequence[Sequence[str]] = (),
) -> Columns:
    """Return the columns; `given` says for some headings which field they are. ConfigError when that is unclear."""
    chosen = dict(given or {})
    more = {name for fields in ([_MORE[kind]] if kind in _MORE else _MORE.values()) for name in fields}
    own = {heading: field for heading, field in chosen.items() if field in more}
    columns = guess_columns(headings, kind=kind, given={**chosen, **dict.fromkeys(own, "")}, rows=rows)
    wanted = _MORE[columns.kind]
    for field in own.values():
        if field not in wanted and field not in canonical_fields(columns.kind):
            known = sorted({*wanted, *canonical_fields(columns.kind)})
            raise ConfigError(f"A {columns.kind} has no field '{field}'{did_you_mean(field, known)}")
    taken = {*columns.by_field, *own.values()}
    found = list(columns.all)
    for place, column in enumerate(found):
        if column.heading in own:
            found[place] = replace(column, field=own[column.heading], note="")
        elif not column.field and column.sureness is Sureness.LEFT and column.heading not in chosen:
            field = next((name for name, known in wanted.items() if _folded(column.heading) in known.split()), "")
            if field and field not in taken:
                taken.add(field)
                found[place] = replace(column, field=field, sureness=Sureness.SURE, note="")
    return Columns(columns.kind, tuple(found))


def _folded(heading: str) -> str:
    return "".join(sign for sign in heading.casefold() if sign.isalnum())
