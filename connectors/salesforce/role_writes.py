"""Makes and takes away roles: whoever gets one through us has a part in the deal, and which is left to people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from connectors.salesforce import query
from connectors.salesforce.client import Client
from connectors.salesforce.creating import Creator
from connectors.salesforce.ids import in_batches, long_id
from connectors.salesforce.objects import Objects
from connectors.salesforce.roles import Between, Roles
from connectors.salesforce.rows import Rows
from connectors.salesforce.wire import id_of, is_deleted
from connectors.salesforce.writes import Writer
from syncd.model import CreateWrite, FixState, LinkWrite, Outcome

_SO_ALREADY = "so already"
_NAMED = "somebody has said which role it is by now"
_ROLE = "Role"

#: The ends of a role: the record it is a part in, and whose part it is.
Ends = tuple[str, str]


class RoleWriter:
    """Writes the links of one org that lie in an object of their own."""

    def __init__(self, client: Client, objects: Objects, creator: Creator, writer: Writer) -> None:
        self._client = client
        self._objects = objects
        self._creator = creator
        self._writer = writer

    def link(self, lies: Between, links: Sequence[LinkWrite]) -> list[Outcome]:
        """Make links, or take away those that nobody has given a meaning; outcomes come in no order."""
        held = Roles(self._client, self._objects, lies).of([one.ref.id for one in links])
        here = [one for one in links if one.link.to.id in held.get(long_id(one.ref.id), ())]
        due = [one for one in links if (one in here) is one.remove]
        settled = [Outcome(one.fix, FixState.APPLIED, _SO_ALREADY) for one in links if one not in due]
        made = self._make(lies, [one for one in due if not one.remove])
        return [*settled, *made, *self._take(lies, [one for one in due if one.remove])]

    def _make(self, lies: Between, links: Sequence[LinkWrite]) -> Iterator[Outcome]:
        creates = [CreateWrite(one.fix, {lies.of: one.ref.id, lies.to: one.link.to.id}) for one in links]
        for outcome in self._creator.create(lies.object, creates) if creates else ():
            # What was made is a role, not the record that is linked by it.
            yield Outcome(outcome.fix, outcome.state, outcome.detail)

    def _take(self, lies: Between, links: Sequence[LinkWrite]) -> Iterator[Outcome]:
        roles = self._unnamed(lies, [one.ref.id for one in links]) if links else {}
        by_role = {role: one for one in links if (role := roles.get((long_id(one.ref.id), long_id(one.link.to.id))))}
        gone = self._writer.archive(lies.object, list(by_role)) if by_role else []
        for outcome in gone:
            yield Outcome(by_role[outcome.fix].fix, outcome.state, outcome.detail)
        told = {one.fix for one in by_role.values()}
        yield from (Outcome(one.fix, FixState.REJECTED, _NAMED) for one in links if one.fix not in told)

    def _unnamed(self, lies: Between, ids: Sequence[str]) -> Mapping[Ends, str]:
        """Return the roles of some records that say nothing, by their ends."""
        found: dict[Ends, str] = {}
        rows = Rows(self._client, self._objects, lies.object, (query.ID, lies.of, lies.to, _ROLE))
        for batch in in_batches(dict.fromkeys(ids), query.READ):
            for page in rows.matching(query.among(batch, lies.of)):
                for row in page.rows:
                    if not is_deleted(row) and not row.get(_ROLE):
                        found[long_id(str(row[lies.of])), long_id(str(row[lies.to]))] = id_of(row)
        return found
