"""What Salesforce would refuse to merge, as far as reading can tell it before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.salesforce import query
from connectors.salesforce.client import Client
from connectors.salesforce.ids import is_id, long_id
from connectors.salesforce.objects import Objects
from connectors.salesforce.rows import Rows
from connectors.salesforce.schema import Described
from connectors.salesforce.wire import id_of
from syncd.errors import RefusedError
from syncd.model import MergeWrite

#: The field by which records stand above one another; who is merged into somebody above would stand above themselves.
_ABOVE: Mapping[str, str] = {"Account": "ParentId", "Contact": "ReportsToId"}
#: Nobody has more above them than this; a circle ends here, too.
_HIGHEST = 20
_OF_OBJECTS = ("IsConverted", "IsPersonAccount")

Row = Mapping[str, Any]


class Blockers:
    """Looks for what stands against merges in one org."""

    def __init__(self, client: Client, objects: Objects) -> None:
        self._client = client
        self._objects = objects

    def against(self, object_name: str, merges: Sequence[MergeWrite]) -> dict[str, str]:
        """Return by fix why a merge would be refused."""
        described = self._objects.ask(object_name)
        if not described.is_mergeable:
            reason = f"Salesforce does not merge records of {described.object}, or does not let us"
            return {one.fix: reason for one in merges}
        return self._against(described, merges)

    def against_preserving(self, object_name: str, merges: Sequence[MergeWrite], *, is_kept: bool) -> dict[str, str]:
        """Return by fix why neither could be done to the two what a merge does; `is_kept`: the one that goes stays."""
        return self._against(self._objects.ask(object_name), merges, is_kept=is_kept)

    def _against(self, described: Described, merges: Sequence[MergeWrite], *, is_kept: bool = False) -> dict[str, str]:
        """Return by fix what stands against it in the rights we have, and in the two records."""
        object_name = described.object
        if reason := _against_all(described, is_kept=is_kept):
            return {one.fix: reason for one in merges}
        ids = list(dict.fromkeys(long_id(id_) for one in merges for id_ in (one.ref.id, one.into.id)))
        rows = self._rows(described, ids)
        users = self._of("User", "ContactId", ids, "IsActive = true") if object_name == "Contact" else frozenset()
        locked = self._of("ProcessInstance", "TargetObjectId", ids, "Status = 'Pending'")
        found = {}
        for one in merges:
            pair = [long_id(one.ref.id), long_id(one.into.id)]
            told = _against_pair([rows[id_] for id_ in pair if id_ in rows], locked.intersection(pair))
            if not told and not is_kept:
                is_user = pair[0] in users
                told = (
                    "the record that would go is a user of a portal" if is_user else self._circle(described, one, rows)
                )
            if told:
                found[one.fix] = told
        return found

    def _rows(self, described: Described, ids: Sequence[str]) -> dict[str, Row]:
        names = (*_OF_OBJECTS, _ABOVE.get(described.object, ""))
        fields = (query.ID, *(name for name in names if name in described.types))
        rows = Rows(self._client, self._objects, described.object, fields)
        return {id_of(row): row for found in rows.of(ids) for row in found.rows}

    def _of(self, object_name: str, field: str, ids: Sequence[str], condition: str) -> frozenset[str]:
        """Return those of `ids` that records of another object refer to; none where that may not be seen."""
        rows = Rows(self._client, self._objects, object_name, (query.ID, field))
        try:
            found = [row for page in rows.matching(f"{query.among(ids, field)} AND {condition}") for row in page.rows]
        except RefusedError:
            return frozenset()
        return frozenset(long_id(str(row[field])) for row in found if is_id(str(row.get(field) or "")))

    def _circle(self, described: Described, one: MergeWrite, rows: Mapping[str, Row]) -> str:
        """Tell whether the record that stays would come to stand above itself."""
        field = _ABOVE.get(described.object, "")
        if field not in described.types:
            return ""
        family = {long_id(one.ref.id), long_id(one.into.id)}
        above = self._above(described, one.into.id, rows)
        for _ in range(_HIGHEST):
            if not is_id(above):
                return ""
            if long_id(above) in family:
                return f"the record that stays would stand above itself, by its {field}"
            above = self._above(described, above, rows)
        return ""

    def _above(self, described: Described, id_: str, rows: Mapping[str, Row]) -> str:
        row = rows.get(long_id(id_)) or self._rows(described, [id_]).get(long_id(id_)) or {}
        return str(row.get(_ABOVE[described.object]) or "")


def _against_all(described: Described, *, is_kept: bool) -> str:
    if not described.is_updateable:
        return f"the integration user may not edit {described.object}"
    if not described.is_deletable and not is_kept:
        return f"the integration user may not delete {described.object}"
    return ""


def _against_pair(pair: Sequence[Row], locked: frozenset[str]) -> str:
    if any(row.get("IsConverted") is True for row in pair):
        return "a lead that was converted is no lead any more"
    kinds = {row.get("IsPersonAccount") for row in pair}
    if len(kinds) > 1:
        return "one is a person, the other a business"
    if locked:
        return "a record is locked: its approval is pending"
    return ""
