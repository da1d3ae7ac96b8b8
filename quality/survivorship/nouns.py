"""What survivorship talks about: what is known beside the records, and the choice made for one field."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from syncd.model import KeptValue, Record, Ref, Value


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beyond the records themselves. It has to be the same whichever record is judged."""

    #: Whether owners are active, by id; None: nobody has told.
    active_owners: Mapping[str, bool] | None = None
    #: When single fields were last set, by record and field.
    field_times: Mapping[Ref, Mapping[str, datetime]] = dataclasses.field(default_factory=lambda: MappingProxyType({}))


NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class Choice:
    """What one field of the record that stays holds after a merge, and why."""

    field: str
    #: What the record that stays holds, and the one that goes.
    ours: Value
    theirs: Value
    result: Value
    #: A sentence without any value.
    reason: str
    #: Whether a value of one of the two is in no field afterwards.
    is_lost: bool = False

    @property
    def is_new(self) -> bool:
        """Return whether the record that stays has to be written for it."""
        return type(self.result) is not type(self.ours) or self.result != self.ours

    @property
    def kept(self) -> KeptValue:
        """Return what the record that stays shall hold."""
        return KeptValue(self.field, self.result, self.reason)


@dataclass(frozen=True, slots=True)
class Pair:
    """A record that stays, one that goes into it, and what is known of both."""

    ours: Record
    theirs: Record
    known: Known

    def both(self, field: str) -> tuple[Value, Value]:
        """Return what a field holds in each; None when it is empty or was not fetched."""
        return self.ours.values.get(field), self.theirs.values.get(field)
