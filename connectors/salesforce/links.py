"""Makes and takes away links: in Salesforce, values of the fields that refer to other records."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.salesforce.objects import Objects
from connectors.salesforce.reading import Reader
from connectors.salesforce.role_writes import RoleWriter
from connectors.salesforce.roles import between
from connectors.salesforce.writes import Writer
from syncd.model import FixState, LinkWrite, Outcome, Raw, Update

_SO_ALREADY = "so already"


class Linker:
    """Writes links of one org."""

    def __init__(self, objects: Objects, reader: Reader, writer: Writer, roles: RoleWriter) -> None:
        self._objects = objects
        self._reader = reader
        self._writer = writer
        self._roles = roles

    def link(self, object_name: str, links: Sequence[LinkWrite]) -> list[Outcome]:
        """Write links; outcomes come in the order given. A link to another record is never written over."""
        outcomes: dict[str, Outcome] = {}
        for to_object in dict.fromkeys(link.link.to.object for link in links):
            group = [link for link in links if link.link.to.object == to_object]
            lies = between(object_name, to_object)
            made = self._roles.link(lies, group) if lies is not None else self._write(object_name, to_object, group)
            outcomes.update({outcome.fix: outcome for outcome in made})
        return [outcomes[link.fix] for link in links]

    def _write(self, object_name: str, to_object: str, links: Sequence[LinkWrite]) -> list[Outcome]:
        field = self._objects.reference(object_name, to_object)
        held = self._reader.links_of(object_name, to_object, [link.ref.id for link in links])
        settled = [outcome for link in links if (outcome := _settled(link, held.get(link.ref.id, ())))]
        done = {outcome.fix for outcome in settled}
        updates = [Update(link.fix, link.ref, _values(field, link)) for link in links if link.fix not in done]
        return settled + (self._writer.update(object_name, updates) if updates else [])


def _settled(link: LinkWrite, held: tuple[str, ...]) -> Outcome | None:
    """Return the outcome of a link that need not or must not be written."""
    is_linked = link.link.to.id in held
    if link.remove:
        return None if is_linked else Outcome(link.fix, FixState.APPLIED, _SO_ALREADY)
    if is_linked:
        return Outcome(link.fix, FixState.APPLIED, _SO_ALREADY)
    return Outcome(link.fix, FixState.REJECTED, "the record refers to another one by now") if held else None


def _values(field: str, link: LinkWrite) -> dict[str, Raw]:
    return {field: None if link.remove else link.link.to.id}
