"""Which columns of a file tell what to match by: those of `syncd clean`, some that only matching reads, and whether
each row is a person or a company.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mappings import canonical_fields
from syncd.clean import Columns, MoreHeadings, folded, guess_columns, neutralise
from syncd.errors import ConfigError
from syncd.located import did_you_mean
from syncd.model import Value

_HOUSE_NUMBER, _FULL_ADDRESS = "house_number", "full_address"
_ADDRESS = {
    _HOUSE_NUMBER: "street number|street no|house no|hausnummer|hausnr|huisnummer|husnummer|numéro de voie",
    _FULL_ADDRESS: "addr full|full addr|address full|formatted address|complete address|adresse complète",
}
#: Fields that matching reads and no CRM's object has under one name, with headings they are known by.
_MORE: MoreHeadings = {
    "person": {
        "full_name": "name|name full|contact name|display name|nom|nom complet|nombre completo",
        "identifier": "ssn|ssn number|soc sec id|social security|social security number|passport|passport number"
        "|national id|national id number|drivers license|drivers license number|personal id|personnummer|tax id",
        **_ADDRESS,
    },
    "company": {
        "email": "e-mail|mail|email address|company email",
        "tax_id": "tax id number|vat|vat id|vat number|tax number|ust-id|ust-id-nr|siren|siret|nif|ein|cif|partita iva"
        "|registration number|company number|lei|lei number",
        **_ADDRESS,
    },
}
#: Fields of which a row may have several: all of them count. Of any other the first that is filled does.
_JOINED = {"email": "; ", "phone": "; ", "mobile": "; "}
#: Headings that may say what a row is, and what they say.
_KIND_HEADS = frozenset({
    "contacttype", "entity", "entitytype", "kind", "object", "objecttype", "partytype", "recordtype", "type",
})  # fmt: skip
_PERSON_WORDS = ("person", "people", "individual", "human", "contact", "lead", "naturalperson", "kontakt")
_COMPANY_WORDS = (
    "company", "companies", "organization", "organisation", "org", "business", "account", "firm", "corporation",
    "legalentity", "unternehmen", "firma", "entreprise", "empresa",
)  # fmt: skip
_KIND_WORDS = {**dict.fromkeys(_PERSON_WORDS, "person"), **dict.fromkeys(_COMPANY_WORDS, "company")}


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of one kind are read: the places of each field, and what joins them (None: the first filled)."""

    columns: Columns
    reads: tuple[tuple[str, tuple[int, ...], str | None], ...]

    @property
    def kind(self) -> str:
        """Return what the rows are."""
        return self.columns.kind

    def values(self, cells: Sequence[str]) -> dict[str, Value]:
        """Return what a row says."""
        width = len(cells)
        values: dict[str, Value] = {}
        for name, places, sign in self.reads:
            filled = [_bare(cells[at]) for at in places if at < width and cells[at].strip()]
            if filled:
                values[name] = filled[0] if sign is None else sign.join(filled)
        _put_address_together(values)
        return values


@dataclass(frozen=True, slots=True)
class Layouts:
    """How the rows of a file are read, by their kind."""

    by_kind: Mapping[str, Layout]
    #: The place of the column that tells the kind of each row; None: all rows are of the one kind.
    kind_at: int | None = None

    def kind_of(self, cells: Sequence[str]) -> str:
        """Return what a row is; empty when it does not say."""
        if self.kind_at is None:
            return next(iter(self.by_kind))
        return _kind_said(cells[self.kind_at]) if self.kind_at < len(cells) else ""


def match_layouts(
    headings: Sequence[str],
    *,
    kind: str = "",
    given: Mapping[str, str] | None = None,
    rows: Sequence[Sequence[str]] = (),
) -> Layouts:
    """Return how to read the rows; `given` says for some headings which field they are (empty: none).

    Rows are of several kinds where a column says so and `kind` is left out. ConfigError when something is unclear.
    """
    chosen = dict(given or {})
    at = None if kind else _kind_column(headings, chosen, rows)
    if at is None:
        layout = _layout(_columns(headings, kind, chosen, rows))
        return Layouts({layout.kind: layout})
    known = {name: {*canonical_fields(name), *_MORE[name]} for name in _MORE}
    unknown = [field for field in chosen.values() if field and not any(field in fields for fields in known.values())]
    if unknown:
        guess = did_you_mean(unknown[0], sorted(set().union(*known.values())))
        raise ConfigError(f"Neither a person nor a company has a field '{unknown[0]}'{guess}")
    found: dict[str, Layout] = {}
    for name, fields in known.items():
        own = {heading: field if field in fields else "" for heading, field in chosen.items()}
        of_kind = [row for row in rows if at < len(row) and _kind_said(row[at]) == name]
        found[name] = _layout(_columns(headings, name, {headings[at]: "", **own}, of_kind))
    return Layouts(found, at)


def _columns(headings: Sequence[str], kind: str, given: Mapping[str, str], rows: Sequence[Sequence[str]]) -> Columns:
    """Return the columns; one that has a field which another column has already counts as well."""
    columns = guess_columns(headings, kind=kind, given=given, rows=rows, more=_MORE)
    if columns.kind not in _MORE:
        known = " or ".join(_MORE)
        raise ConfigError(f"Rows of the kind '{columns.kind}' cannot be matched in a file.", hint=f"--kind {known}")
    more = [replace(one, field=one.meant, note="counts as well") if one.meant else one for one in columns.all]
    return Columns(columns.kind, tuple(more))


def _layout(columns: Columns) -> Layout:
    places: dict[str, list[int]] = {}
    for column in columns.all:
        if column.field:
            places.setdefault(column.field, []).append(column.position)
    return Layout(columns, tuple((name, tuple(at), _JOINED.get(name)) for name, at in places.items()))


def _kind_column(headings: Sequence[str], given: Mapping[str, str], rows: Sequence[Sequence[str]]) -> int | None:
    """Return the place of a column that says of every one of the first rows which kind it is."""
    for at, heading in enumerate(headings):
        if folded(heading) in _KIND_HEADS and heading not in given:
            said = [row[at] for row in rows if at < len(row) and row[at].strip()]
            if said and all(map(_kind_said, said)):
                return at
    return None


def _kind_said(cell: str) -> str:
    word = folded(cell)
    return _KIND_WORDS.get(word) or _KIND_WORDS.get(word.removesuffix("s"), "")


def _put_address_together(values: dict[str, Value]) -> None:
    """Make one street of a street and a house number, or of the first part of a whole address."""
    number, whole = (str(values.pop(name, "") or "") for name in (_HOUSE_NUMBER, _FULL_ADDRESS))
    street = str(values.get("street") or whole.partition(",")[0])
    if street:
        values["street"] = f"{number} {street}" if number else street


def _bare(cell: str) -> str:
    """Return a cell without the apostrophe that an earlier run put before what looked like a formula."""
    return cell[1:] if cell[:1] == "'" and neutralise(cell[1:]) == cell else cell
