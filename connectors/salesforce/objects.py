"""What objects are made of, asked once and remembered until it proves wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connectors.salesforce.client import Client
from connectors.salesforce.schema import Described
from syncd.errors import MissingScopeError, RefusedError


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that holds a link."""

    field: str
    #: What the ids of the object linked to begin with, where the field may also refer to others; else empty.
    prefix: str = ""


#: Links of the objects everybody has, known without asking.
_REFERENCES: Mapping[tuple[str, str], str] = {
    ("Contact", "Account"): "AccountId",
    ("Account", "Account"): "ParentId",
    ("Opportunity", "Account"): "AccountId",
    ("Case", "Account"): "AccountId",
    ("Case", "Contact"): "ContactId",
    # Beside what an activity is about, which may be an account, too: the account of whoever it was with.
    ("Task", "Account"): "AccountId",
    ("Event", "Account"): "AccountId",
}


class Objects:
    """The objects of one org. Safe to use from several threads."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._described: dict[str, Described] = {}

    def ask(self, object_name: str) -> Described:
        """Return what an object is made of now."""
        try:
            body = self._client.describe(object_name).body
        except MissingScopeError as problem:
            message = f"Salesforce has no {object_name}, or does not let us see it"
            raise MissingScopeError(message, hint=problem.hint, status=problem.status) from problem
        described = Described(object_name, body)
        with self._lock:
            self._described[object_name] = described
        return described

    def known(self, object_name: str) -> Described:
        """Return what it was made of when it was last asked."""
        with self._lock:
            described = self._described.get(object_name)
        return described or self.ask(object_name)

    def references(self, object_name: str, to_objects: Iterable[str]) -> dict[str, Reference]:
        """Return, by the object linked to, where the link is held."""
        return {to: self.held_in(object_name, to) for to in to_objects}

    def held_in(self, object_name: str, to_object: str) -> Reference:
        """Return where the link to an object is held; RefusedError as for `reference`."""
        field = self.reference(object_name, to_object)
        if (object_name, to_object) in _REFERENCES or not self.known(object_name).refers_to_several(field):
            return Reference(field)
        return Reference(field, self.known(to_object).prefix)

    def reference(self, object_name: str, to_object: str) -> str:
        """Return the field that holds the link to an object; RefusedError when there is none, or no telling which."""
        field = _REFERENCES.get((object_name, to_object))
        if field is not None:
            return field
        fields = self.known(object_name).references_to(to_object)
        if len(fields) == 1:
            return fields[0]
        what = f"{len(fields)} fields that refer" if fields else "no field that refers"
        raise RefusedError(f"{object_name} has {what} to {to_object}")
