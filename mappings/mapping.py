"""A mapping that was checked and is ready for use: `RecordMapping`."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from mappings.spec import CrmSpec
from mappings.transforms import COMBINING
from mappings.values import ValueType
from syncd.model import Raw, Value


class UnmappedValueError(ValueError):
    """The CRM's property cannot hold this value."""


class ReadOnlyFieldError(ValueError):
    """The mapping does not let this field be written."""


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """One of our fields, and where it lives in the CRM."""

    name: str
    type: ValueType
    #: Property names as the CRM spells them; more than one only for `is_set` and `first_named`.
    sources: tuple[str, ...]
    read: tuple[str, ...] = ()
    #: The CRM's picklist values and ours.
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    is_writable: bool = False
    is_optional: bool = False
    #: Properties of which the account's first is the source (`first_of`); empty once the account is known.
    choices: tuple[str, ...] = ()
    #: Of choices, those behind the one that is written: read where that one is empty.
    fallbacks: tuple[str, ...] = ()
    #: Raw, never empty, to ours; None stands for text that stays as it is.
    to_value: Callable[[Raw], Value] | None = field(default=None, compare=False, repr=False)
    #: Ours, never empty, to raw.
    to_raw: Callable[[Value], Raw] | None = field(default=None, compare=False, repr=False)

    @property
    def property(self) -> str:
        """Return the property that is read, or the first of them."""
        return self.sources[0]

    def settled(self, there: Container[str]) -> FieldMapping:
        """Return the field with the first of its choices that is there; as it is when it has none, or none is."""
        found = tuple(name for name in self.choices if name in there)
        return replace(self, sources=found[:1], fallbacks=found[1:], choices=()) if found else self


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records anybody is to judge; the others are left alone. Two are equal when they are written alike."""

    text: str
    #: The fields it looks at. A record of which one was not fetched is left alone: what it would say is not known.
    fields: tuple[str, ...] = field(compare=False)
    holds: Callable[[Mapping[str, Value]], bool | None] = field(compare=False, repr=False)


@dataclass(frozen=True)
class RecordMapping:
    """One object of one CRM, both ways. Two mappings are equal when they do the same."""

    crm: str
    object: str
    kind: str
    #: Our fields in the order of the file.
    fields: Mapping[str, FieldMapping]
    #: The objects whose linked ids come along, by kind.
    links: Mapping[str, str]
    dialect: CrmSpec
    #: Values that tell records which are kept and counted, and neither judged nor changed.
    leave_alone: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    #: Which records are judged, where the settings say so; None: all.
    only: Filter | None = None
    #: Parameters of rules that follow from what the CRM keeps, by rule.
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))
    #: The file it was read from, for messages.
    file: str = field(default="", compare=False)
    #: What a pull has to fetch, optional properties included.
    properties: tuple[str, ...] = field(init=False, compare=False)
    #: Changes when the same record could read differently: records are then fetched and judged again.
    fingerprint: str = field(init=False, compare=False)
    #: The fields by how they are read, made once because every record asks: text that stays as it is (field,
    #: property); values that are understood (field, property, reader); answers from several properties.
    verbatim: tuple[tuple[str, str], ...] = field(init=False, compare=False, repr=False)
    typed: tuple[tuple[str, str, Callable[[Raw], Value]], ...] = field(init=False, compare=False, repr=False)
    combined: tuple[FieldMapping, ...] = field(init=False, compare=False, repr=False)
    #: Fields with another property to look at where their own is empty.
    fallen: tuple[FieldMapping, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        combined = tuple(one for one in self.fields.values() if not COMBINING.isdisjoint(one.read))
        plain = [(one.name, one.property, one.to_value) for one in self.fields.values() if one not in combined]
        verbatim = tuple((name, source) for name, source, to_value in plain if to_value is None)
        typed = tuple((name, source, to_value) for name, source, to_value in plain if to_value is not None)
        read = [source for one in self.fields.values() for source in (*(one.choices or one.sources), *one.fallbacks)]
        fallen = tuple(one for one in self.fields.values() if one.fallbacks)
        object.__setattr__(self, "combined", combined)
        object.__setattr__(self, "verbatim", verbatim)
        object.__setattr__(self, "typed", typed)
        object.__setattr__(self, "fallen", fallen)
        object.__setattr__(self, "properties", tuple(dict.fromkeys(read)))
        object.__setattr__(self, "fingerprint", self._hash())

    def _hash(self) -> str:
        facts = [
            [one.name, one.type, one.sources, one.fallbacks, one.read, sorted(one.values.items()), one.is_writable]
            for one in self.fields.values()
        ]
        alone: list[object] = [*sorted(self.leave_alone.items()), *([self.only.text] if self.only is not None else [])]
        text = json.dumps([_code_hash(), self.crm, self.object, self.kind, facts, sorted(self.links.items()), alone])
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@functools.cache
def _code_hash() -> str:
    """Return a hash of this package's code: a corrected reading changes what records read as."""
    digest = hashlib.blake2b(digest_size=16)
    for file in sorted(files("mappings").iterdir(), key=lambda found: found.name):
        if file.name.endswith(".py"):
            digest.update(file.read_bytes())
    return digest.hexdigest()
