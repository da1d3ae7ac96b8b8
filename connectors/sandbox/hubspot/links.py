"""Associations: which types of link exist, and which records are linked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

HUBSPOT = "HUBSPOT_DEFINED"
USER = "USER_DEFINED"


@dataclass(frozen=True, slots=True)
class LinkType:
    """One type of link in one direction, by object type ids (`0-1`)."""

    id: int
    source: str
    target: str
    #: Id of the same link seen from the other end.
    inverse: int
    label: str | None = None
    category: str = HUBSPOT
    is_primary: bool = False
    name: str = ""


# source, target, id, inverse, label, is_primary; the first of a pair is its unlabelled type.
_TABLE: tuple[tuple[str, str, int, int, str | None, bool], ...] = (
    ("0-1", "0-2", 279, 280, None, False), ("0-1", "0-2", 1, 2, "Primary", True),
    ("0-2", "0-1", 280, 279, None, False), ("0-2", "0-1", 2, 1, "Primary", True),
    ("0-1", "0-3", 4, 3, None, False), ("0-3", "0-1", 3, 4, None, False),
    ("0-3", "0-2", 341, 342, None, False), ("0-3", "0-2", 5, 6, "Primary", True),
    ("0-2", "0-3", 342, 341, None, False), ("0-2", "0-3", 6, 5, "Primary", True),
    ("0-1", "0-5", 15, 16, None, False), ("0-5", "0-1", 16, 15, None, False),
    ("0-5", "0-2", 339, 340, None, False), ("0-5", "0-2", 26, 25, "Primary", True),
    ("0-2", "0-5", 340, 339, None, False), ("0-2", "0-5", 25, 26, "Primary", True),
    ("0-3", "0-5", 27, 28, None, False), ("0-5", "0-3", 28, 27, None, False),
    ("0-1", "0-1", 449, 449, None, False), ("0-2", "0-2", 450, 450, None, False),
    ("0-2", "0-2", 13, 14, "Child Company", False), ("0-2", "0-2", 14, 13, "Parent Company", False),
    ("0-46", "0-1", 202, 201, None, False), ("0-1", "0-46", 201, 202, None, False),
    ("0-27", "0-1", 204, 203, None, False), ("0-1", "0-27", 203, 204, None, False),
    ("0-49", "0-1", 198, 197, None, False), ("0-1", "0-49", 197, 198, None, False),
    ("0-47", "0-1", 200, 199, None, False), ("0-1", "0-47", 199, 200, None, False),
    ("0-48", "0-1", 194, 193, None, False), ("0-1", "0-48", 193, 194, None, False),
    ("0-46", "0-2", 190, 189, None, False), ("0-2", "0-46", 189, 190, None, False),
    ("0-27", "0-2", 192, 191, None, False), ("0-2", "0-27", 191, 192, None, False),
    ("0-49", "0-2", 186, 185, None, False), ("0-2", "0-49", 185, 186, None, False),
    ("0-47", "0-2", 188, 187, None, False), ("0-2", "0-47", 187, 188, None, False),
    ("0-48", "0-2", 182, 181, None, False), ("0-2", "0-48", 181, 182, None, False),
    ("0-3", "0-8", 19, 20, None, False), ("0-8", "0-3", 20, 19, None, False),
    ("0-3", "0-14", 63, 64, None, False), ("0-14", "0-3", 64, 63, None, False),
    ("0-14", "0-8", 67, 68, None, False), ("0-8", "0-14", 68, 67, None, False),
    ("0-14", "0-1", 69, 70, None, False), ("0-1", "0-14", 70, 69, None, False),
    ("0-14", "0-2", 71, 72, None, False), ("0-2", "0-14", 72, 71, None, False),
    ("0-1", "0-19", 97, 98, None, False), ("0-19", "0-1", 98, 97, None, False),
    ("0-5", "0-19", 99, 100, None, False), ("0-19", "0-5", 100, 99, None, False),
    ("0-3", "0-48", 205, 206, None, False), ("0-48", "0-3", 206, 205, None, False),
    ("0-3", "0-49", 209, 210, None, False), ("0-49", "0-3", 210, 209, None, False),
    ("0-3", "0-47", 211, 212, None, False), ("0-47", "0-3", 212, 211, None, False),
    ("0-3", "0-46", 213, 214, None, False), ("0-46", "0-3", 214, 213, None, False),
    ("0-3", "0-27", 215, 216, None, False), ("0-27", "0-3", 216, 215, None, False),
    ("0-14", "0-27", 217, 218, None, False), ("0-27", "0-14", 218, 217, None, False),
    ("0-5", "0-48", 219, 220, None, False), ("0-48", "0-5", 220, 219, None, False),
    ("0-5", "0-49", 223, 224, None, False), ("0-49", "0-5", 224, 223, None, False),
    ("0-5", "0-47", 225, 226, None, False), ("0-47", "0-5", 226, 225, None, False),
    ("0-5", "0-46", 227, 228, None, False), ("0-46", "0-5", 228, 227, None, False),
    ("0-5", "0-27", 229, 230, None, False), ("0-27", "0-5", 230, 229, None, False),
    ("0-48", "0-47", 399, 400, None, False), ("0-47", "0-48", 400, 399, None, False),
    ("0-116", "0-1", 453, 454, None, False), ("0-1", "0-116", 454, 453, None, False),
    ("0-116", "0-5", 455, 456, None, False), ("0-5", "0-116", 456, 455, None, False),
    ("0-116", "0-3", 457, 458, None, False), ("0-3", "0-116", 458, 457, None, False),
    ("0-116", "0-2", 459, 460, None, False), ("0-2", "0-116", 460, 459, None, False),
)  # fmt: skip

#: Types of links HubSpot makes up for pairs outside the table (a custom object and contacts).
FIRST_MADE_UP = 1001
#: Labels an account defines itself.
FIRST_LABEL = 28_001
LABELS_PER_PAIR = 10

Types = frozenset[int]


class Links:
    """All associations of a portal, kept from both ends."""

    def __init__(self) -> None:
        self.types: dict[int, LinkType] = {}
        self._by_pair: dict[tuple[str, str], list[LinkType]] = {}
        #: (source type, target type) to source id to target id to the types of that link.
        self._links: dict[tuple[str, str], dict[int, dict[int, Types]]] = {}
        #: How many records one may be linked to by a type, where the account has set it.
        self.limits: dict[int, int] = {}
        #: Counts changes; caches hold on to it.
        self.revision = 0
        self._next_made_up = FIRST_MADE_UP
        self._next_label = FIRST_LABEL
        for source, target, type_id, inverse, label, is_primary in _TABLE:
            self._add_type(LinkType(type_id, source, target, inverse, label, is_primary=is_primary))

    def types_between(self, source: str, target: str) -> list[LinkType]:
        """Return the types from one object type to another; the unlabelled one first."""
        found = self._by_pair.get((source, target))
        if found is None:
            there = self._next_made_up
            back = there if source == target else there + 1
            self._next_made_up = back + 1
            self._add_type(LinkType(there, source, target, back))
            if source != target:
                self._add_type(LinkType(back, target, source, there))
            found = self._by_pair[source, target]
        return found

    def plain(self, source: str, target: str) -> LinkType:
        """Return the unlabelled type of a pair."""
        return self.types_between(source, target)[0]

    def primary(self, source: str, target: str) -> LinkType | None:
        """Return the primary type of a pair, where it has one."""
        return next((kind for kind in self.types_between(source, target) if kind.is_primary), None)

    def add_label(self, source: str, target: str, label: str, inverse_label: str, name: str) -> tuple[LinkType, ...]:
        """Define a label of the account's own, in both directions."""
        self.types_between(source, target)
        there = self._next_label
        back = there if source == target and label == inverse_label else there + 1
        self._next_label = back + 1
        made = [LinkType(there, source, target, back, label, USER, name=name)]
        if back != there:
            made.append(LinkType(back, target, source, there, inverse_label, USER, name=name))
        for kind in made:
            self._add_type(kind)
        return tuple(made)

    def adopt(self, kind: LinkType) -> None:
        """Take up a label that was defined before, as a snapshot kept it."""
        self.types_between(kind.source, kind.target)
        self._add_type(kind)
        self._next_label = max(self._next_label, kind.id + 1)

    def remove_label(self, type_id: int) -> None:
        """Take a label away, from the definitions and from all links."""
        for gone in {type_id, self.types[type_id].inverse}:
            self.limits.pop(gone, None)
            kind = self.types.pop(gone)
            self._by_pair[kind.source, kind.target].remove(kind)
            for row in self._links.get((kind.source, kind.target), {}).values():
                for target, types in row.items():
                    row[target] = types - {gone}

    def forget_pair(self, kind: LinkType) -> bool:
        """Let two object types be linked no more, where HubSpot has not defined that they are; whether it was so."""
        if not FIRST_MADE_UP <= kind.id < FIRST_LABEL:
            return False
        for pair in {(kind.source, kind.target), (kind.target, kind.source)}:
            for gone in self._by_pair.pop(pair):
                del self.types[gone.id]
                self.limits.pop(gone.id, None)
            self._links.pop(pair, None)
        self.revision += 1
        return True

    def rename_label(self, type_id: int, label: str, inverse_label: str) -> None:
        """Call a label something else, seen from both ends."""
        inverse = self.types[type_id].inverse
        for renamed, text in ((inverse, inverse_label), (type_id, label)):
            before = self.types[renamed]
            after = self.types[renamed] = replace(before, label=text)
            pair = self._by_pair[before.source, before.target]
            pair[pair.index(before)] = after

    def of(self, source: str, source_id: int, target: str) -> dict[int, Types]:
        """Return what a record is linked to: target id to types. Not to be changed by the caller."""
        return self._links.get((source, target), {}).get(source_id, {})

    def ordered(self, source: str, source_id: int, target: str) -> list[tuple[int, Types]]:
        """Return the same in ascending order of target id."""
        return sorted(self.of(source, source_id, target).items())

    def primary_of(self, source: str, source_id: int, target: str) -> int | None:
        """Return the id of the primary record a record is linked to."""
        kind = self.primary(source, target)
        if kind is None:
            return None
        return next((to for to, types in self.of(source, source_id, target).items() if kind.id in types), None)

    def put(self, source: str, source_id: int, target: str, target_id: int, types: Types) -> tuple[Types, Types]:
        """Link two records, replacing the labels of the pair; return the types before and after.

        A labelled link is an unlabelled one too, and a record has one primary company at most.
        """
        before = self.of(source, source_id, target).get(target_id, frozenset())
        after = types | {self.plain(source, target).id}
        primary = self.primary(source, target)
        if primary is not None and primary.id in after:
            self._yield_primary(source, source_id, target, target_id, primary)
        self._set(source, source_id, target, target_id, after)
        return before, after

    def take(self, source: str, source_id: int, target: str, target_id: int, types: Types | None = None) -> bool:
        """Unlink two records, or take some labels off; the unlabelled one takes all. Whether anything changed."""
        before = self.of(source, source_id, target).get(target_id)
        if before is None:
            return False
        plain = self.plain(source, target).id
        after = frozenset[int]() if types is None or plain in types else before - types
        self._set(source, source_id, target, target_id, after)
        return after != before

    def all_of(self, source: str, source_id: int) -> Iterator[tuple[str, int, Types]]:
        """Yield everything a record is linked to: target type, target id, types."""
        for (kind, target), rows in list(self._links.items()):
            if kind == source and source_id in rows:
                for target_id, types in list(rows[source_id].items()):
                    yield target, target_id, types

    def drop_all(self, source: str, source_id: int) -> None:
        """Unlink a record from everything."""
        for target, target_id, _ in list(self.all_of(source, source_id)):
            self._set(source, source_id, target, target_id, frozenset())

    def pairs(self) -> Iterator[tuple[str, str, int, int, Types]]:
        """Yield each link once, for a snapshot."""
        for (source, target), rows in self._links.items():
            if source <= target:
                for source_id, row in rows.items():
                    for target_id, types in row.items():
                        if source < target or source_id <= target_id:
                            yield source, target, source_id, target_id, types

    def _yield_primary(self, source: str, source_id: int, target: str, target_id: int, primary: LinkType) -> None:
        """Only the company end is unique: a contact, deal or ticket has one primary company, not the other way."""
        if target == "0-2":
            self._unprimary(source, source_id, target, target_id, primary.id)
        elif source == "0-2":
            self._unprimary(target, target_id, source, source_id, primary.inverse)

    def _unprimary(self, source: str, source_id: int, target: str, keep: int, primary: int) -> None:
        for other, types in list(self.of(source, source_id, target).items()):
            if other != keep and primary in types:
                self._set(source, source_id, target, other, types - {primary})

    def _set(self, source: str, source_id: int, target: str, target_id: int, types: Types) -> None:
        self.revision += 1
        self._set_one(source, source_id, target, target_id, types)
        inverse = frozenset(self.types[kind].inverse for kind in types)
        self._set_one(target, target_id, source, source_id, inverse)

    def _set_one(self, source: str, source_id: int, target: str, target_id: int, types: Types) -> None:
        rows = self._links.setdefault((source, target), {})
        if types:
            rows.setdefault(source_id, {})[target_id] = _shared(types)
        elif source_id in rows:
            rows[source_id].pop(target_id, None)
            if not rows[source_id]:
                del rows[source_id]

    def _add_type(self, kind: LinkType) -> None:
        self.types[kind.id] = kind
        self._by_pair.setdefault((kind.source, kind.target), []).append(kind)


_TYPE_SETS: dict[Types, Types] = {}


def _shared(types: Types) -> Types:
    """A million links have a handful of type sets between them."""
    return _TYPE_SETS.setdefault(types, types)
