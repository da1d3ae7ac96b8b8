"""What can be wrong with a mapping although its shape is right: names that nobody knows, and parts that do not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mappings.shipped import canonical_fields, crms, kinds
from mappings.spec import CanonicalFieldSpec, FieldSpec, MappingSpec
from mappings.transforms import COMBINING, FIRST_NAMED, IS_SET, transform_names
from mappings.values import ValueType
from syncd.errors import Mistake
from syncd.located import Document, did_you_mean

#: What the name of a field begins with that is not one of ours.
OWN_PREFIX = "x_"


class Checking:
    """One check of one file."""

    def __init__(self, spec: MappingSpec, document: Document) -> None:
        self._spec = spec
        self._document = document

    def mistakes(self) -> list[Mistake]:
        """Return every mistake that can be seen without running the examples."""
        return [*self._names(), *self._fields(), *self._double_writes(), *self._left_alone()]

    def _names(self) -> Iterator[Mistake]:
        spec, known_kinds = self._spec, kinds()
        if spec.crm not in crms():
            yield self._mistake(("crm",), f"no CRM is called '{spec.crm}'{did_you_mean(spec.crm, crms())}")
        if spec.kind not in known_kinds:
            yield self._mistake(("kind",), f"no kind is called '{spec.kind}'{did_you_mean(spec.kind, known_kinds)}")
        for kind in spec.links:
            if kind not in known_kinds:
                sentence = f"no kind is called '{kind}'{did_you_mean(kind, known_kinds)}"
                yield self._mistake(("links", kind), sentence, of_key=True)

    def _fields(self) -> Iterator[Mistake]:
        if self._spec.kind not in kinds():
            return
        canonical = canonical_fields(self._spec.kind)
        for name, field in self._spec.fields.items():
            value_type = self._type_of(name, field, canonical)
            yield from self._name_and_type(name, field, canonical)
            yield from self._transforms(name, field, value_type)
            yield from self._sources(name, field)
            if field.values and value_type not in {ValueType.TEXT, ValueType.LIST, None}:
                yield self._mistake(("fields", name, "values"), f"only text has values, and this is {value_type}")

    @staticmethod
    def _type_of(name: str, field: FieldSpec, canonical: Mapping[str, CanonicalFieldSpec]) -> ValueType | None:
        return canonical[name].type if name in canonical else field.type

    def _name_and_type(
        self, name: str, field: FieldSpec, canonical: Mapping[str, CanonicalFieldSpec]
    ) -> Iterator[Mistake]:
        path = ("fields", name)
        ours = canonical.get(name)
        if ours is None and not name.startswith(OWN_PREFIX):
            guess = did_you_mean(name, canonical) or f"; a field of your own begins with '{OWN_PREFIX}'"
            yield self._mistake(path, f"a {self._spec.kind} has no such field{guess}", of_key=True)
        elif ours is None and field.type is None:
            yield self._mistake(path, "a field of your own needs a type", of_key=True)
        elif ours is not None and field.type not in {None, ours.type}:
            yield self._mistake((*path, "type"), f"is always {ours.type}; leave it out")
        if ours is not None and ours.read_only and field.write:
            yield self._mistake((*path, "write"), "the CRM alone sets this field")

    def _transforms(self, name: str, field: FieldSpec, value_type: ValueType | None) -> Iterator[Mistake]:
        known = transform_names()
        for position, transform in enumerate(field.read):
            if transform not in known:
                sentence = f"no transform is called '{transform}'{did_you_mean(transform, known)}"
                yield self._mistake(("fields", name, "read", position), sentence)
        combining = next((one for one in field.read if one in COMBINING), None)
        if combining is None:
            return
        path = ("fields", name, "read")
        if combining == IS_SET and value_type not in {ValueType.BOOL, None}:
            yield self._mistake(path, f"is_set gives true or false, and this field is {value_type}")
        if combining == FIRST_NAMED and value_type not in {ValueType.TEXT, None}:
            yield self._mistake(path, f"first_named gives text, and this field is {value_type}")
        if combining == FIRST_NAMED and not field.values:
            yield self._mistake(path, "first_named needs `values` that name something")
        if len(field.read) > 1:
            yield self._mistake(path, f"{combining} stands alone")
        if field.write:
            yield self._mistake(("fields", name, "write"), f"what {combining} says cannot be written back")

    def _sources(self, name: str, field: FieldSpec) -> Iterator[Mistake]:
        path = ("fields", name)
        if field.source is None and field.first_of is None:
            yield self._mistake(path, "needs a `source`, or properties to choose from under `first_of`", of_key=True)
        elif field.source is not None and field.first_of is not None:
            yield self._mistake((*path, "first_of"), "stands instead of `source`: one of the two")
        elif field.source is not None and len(field.source) > 1 and COMBINING.isdisjoint(field.read):
            yield self._mistake((*path, "source"), "several properties need `read: [is_set]` or `read: [first_named]`")

    def _double_writes(self) -> Iterator[Mistake]:
        """Two fields that write one property would undo each other for ever."""
        writers: dict[str, str] = {}
        for name, field in self._spec.fields.items():
            if not field.write:
                continue
            key = "source" if field.source else "first_of"
            for written in field.properties[:1] if field.source else field.properties:
                first = writers.setdefault(written, name)
                if first != name:
                    sentence = f"'{written}' is written by '{first}' already; only one field may write it"
                    yield self._mistake(("fields", name, key), sentence)

    def _left_alone(self) -> Iterator[Mistake]:
        spec = self._spec
        canonical = canonical_fields(spec.kind) if spec.kind in kinds() else {}
        for name, value in spec.leave_alone.items():
            field = spec.fields.get(name)
            if field is None:
                guess = did_you_mean(name, spec.fields)
                yield self._mistake(("leave_alone", name), f"the mapping has no such field{guess}", of_key=True)
                continue
            wanted = bool if self._type_of(name, field, canonical) is ValueType.BOOL else str
            if not isinstance(value, wanted):
                should = "true or false" if wanted is bool else "text"
                yield self._mistake(("leave_alone", name), f"should be {should}")

    def _mistake(self, path: tuple[str | int, ...], message: str, *, of_key: bool = False) -> Mistake:
        return self._document.mistake(path, message, of_key=of_key)
