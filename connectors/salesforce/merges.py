"""Where merged records went: A into B, and B into C later on, means that C answers for A."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectors.salesforce import query
from connectors.salesforce.client import Client
from connectors.salesforce.objects import Objects
from connectors.salesforce.rows import Rows
from connectors.salesforce.wire import id_of, is_deleted, merged_into
from syncd.model import Gone, Ref

#: Nobody merges in longer chains than this; a circle ends here, too.
_LONGEST_CHAIN = 20


class Merges:
    """Follows merges of one org."""

    def __init__(self, account: str, client: Client, objects: Objects) -> None:
        self._account = account
        self._client = client
        self._objects = objects

    def gone(
        self, object_name: str, rows: Iterable[Mapping[str, Any]], seen: Iterable[Mapping[str, Any]] = ()
    ) -> Iterator[Gone]:
        """Yield what became of the deleted rows among these; other rows that were seen save questions."""
        deleted = [row for row in rows if is_deleted(row)]
        if not deleted:
            return
        into = {id_of(row): merged_into(row) for row in (*seen, *deleted)}
        self._follow(object_name, into)
        for row in deleted:
            id_ = id_of(row)
            yield Gone(Ref(self._account, object_name, id_), self._end(into, id_))

    def _follow(self, object_name: str, into: dict[str, str | None]) -> None:
        """Ask for the masters that are not known, until all of them are."""
        fields = query.system_fields(object_name)
        for _ in range(_LONGEST_CHAIN):
            unknown = sorted({master for master in into.values() if master is not None and master not in into})
            if not unknown:
                return
            into.update(dict.fromkeys(unknown))
            for found in Rows(self._client, self._objects, object_name, fields).of(unknown):
                into.update({id_of(row): merged_into(row) for row in found.rows})

    @staticmethod
    def _end(into: Mapping[str, str | None], id_: str) -> str | None:
        seen = {id_}
        master = into.get(id_)
        while master is not None and (following := into.get(master)) is not None and following not in seen:
            seen.add(master)
            master = following
        return master
