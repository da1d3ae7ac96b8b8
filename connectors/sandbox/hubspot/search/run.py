"""Answering a search: from the modified index and the ids where that helps, else by looking at every record."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.computed import COMPUTED
from connectors.sandbox.hubspot.errors import validation
from connectors.sandbox.hubspot.links import Links
from connectors.sandbox.hubspot.properties import ObjectType
from connectors.sandbox.hubspot.records import Record, Table
from connectors.sandbox.hubspot.search.conditions import Test, comparable, condition, tokens, type_of
from connectors.sandbox.hubspot.search.query import Filter, Query
from connectors.sandbox.hubspot.search.window import FAR, modified_window

#: How far rows stray when they come out of order: further than a page.
_DISORDER_SPAN = 500

Reader = Callable[[Record], str | None]
Keeps = Callable[[Record], bool]


_CREATED: Callable[[Record], int] = attrgetter("created_ms")
_MODIFIED: Callable[[Record], int] = attrgetter("modified_ms")


@dataclass(frozen=True, slots=True)
class Found:
    """The ids a search found on this page, and how many there are in all."""

    total: int
    ids: list[int]
    following: int | None


class SearchCache:
    """Results of recent searches, good as long as nothing changes. Pages of one search are answered from one pass."""

    def __init__(self, size: int = 16) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[Any, ...], list[int]] = OrderedDict()

    def get(self, key: tuple[Any, ...], make: Callable[[], list[int]]) -> list[int]:
        """Return the kept result, or make it."""
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = make()
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return found


def search(account: Account, kind: ObjectType, query: Query, cache: SearchCache) -> Found:
    """Return the ids a search finds, in its order."""
    table = account.tables[kind.name]
    _forget_seen(table, account.now_ms())
    # The id range of a keyset walk is applied last, so that all of its pages share one result.
    low, high, rest = _id_range(query)
    links = account.links
    state = (table.revision, links, links.revision, account.schema_revision, account.readings)
    key = (kind.name, state, rest, query.text)
    order = (query.sort, query.is_descending)
    if table.unseen:
        ids = _sorted(account, kind, query, _matching(account, kind, rest, query.text))
    else:
        matching = cache.get(key, lambda: _matching(account, kind, rest, query.text))
        ids = cache.get((*key, order), lambda: _sorted(account, kind, query, matching))
    if low > -FAR or high < FAR:
        is_walk = query.sort == "hs_object_id" and not query.is_descending
        ids = _between(ids, low, high) if is_walk else [found for found in ids if low <= found <= high]
    ids = _disordered(account, query, ids)
    page = ids[query.offset : query.offset + query.limit]
    end = query.offset + query.limit
    return Found(len(ids), page, end if end < len(ids) and query.limit else None)


def _between(ids: list[int], low: int, high: int) -> list[int]:
    """Return ids of an ascending list; a walk of a large base asks for this with every page."""
    return ids[bisect_left(ids, low) : bisect_right(ids, high)]


def _id_range(query: Query) -> tuple[int, int, tuple[tuple[Filter, ...], ...]]:
    """Split bounds on the id off a single group."""
    if len(query.groups) != 1:
        return -FAR, FAR, query.groups
    low, high = -FAR, FAR
    rest = []
    for asked in query.groups[0]:
        bound = int(asked.value) if asked.property == "hs_object_id" and asked.value.isdecimal() else None
        if bound is not None and asked.operator in {"GT", "GTE"}:
            low = max(low, bound + (asked.operator == "GT"))
        elif bound is not None and asked.operator in {"LT", "LTE"}:
            high = min(high, bound - (asked.operator == "LT"))
        else:
            rest.append(asked)
    return low, high, (tuple(rest),) if rest else ()


def _matching(account: Account, kind: ObjectType, groups: tuple[tuple[Filter, ...], ...], text: str) -> list[int]:
    """Return the ids that match, ascending."""
    table = account.tables[kind.name]
    tests = [_group_test(account, kind, group) for group in groups]
    keeps_text = _text_test(kind, text) if text else None

    def keeps(record: Record) -> bool:
        if tests and not any(test(record) for test in tests):
            return False
        return keeps_text is None or keeps_text(record)

    window = modified_window(kind, groups)
    candidates = table.live if window is None else table.modified_between(window.low_ms, window.high_ms)
    if window is not None and window.is_all and not text and not table.unseen:
        return candidates
    found = [one for one in candidates if one not in table.unseen and keeps(table.records[one])]
    if table.unseen:
        found = sorted(found + [seen.id for seen in _as_indexed(table) if keeps(seen)])
    return found


def _as_indexed(table: Table) -> list[Record]:
    """Return records search still sees as they were before their latest changes."""
    seen = []
    for record_id, waiting in table.unseen.items():
        record = table.find(record_id)
        before = waiting[0]
        if record is not None and before.values is not None:
            seen.append(Record(record_id, before.values, record.created_ms, before.modified_ms))
    return seen


def _forget_seen(table: Table, now_ms: int) -> None:
    if not table.unseen:
        return
    for record_id in list(table.unseen):
        waiting = [change for change in table.unseen[record_id] if change.until_ms > now_ms]
        if waiting:
            table.unseen[record_id] = waiting
        else:
            del table.unseen[record_id]


def _group_test(account: Account, kind: ObjectType, group: tuple[Filter, ...]) -> Keeps:
    pairs: list[tuple[Reader, Test]] = []
    for asked in group:
        if asked.property.startswith("associations."):
            pairs.append(_association_test(account, kind, asked))
        else:
            pairs.append((reader(account, kind, asked.property), condition(kind, asked, account.readings)))
    if len(pairs) == 1:
        read, test = pairs[0]
        return lambda record: test(read(record))
    return lambda record: all(test(read(record)) for read, test in pairs)


def reader(account: Account, kind: ObjectType, name: str) -> Reader:
    """Return how to read a property for comparing: moments as milliseconds, which are quicker than ISO."""
    if name == "hs_object_id":
        return lambda record: str(record.id)
    if name == kind.modified_property:
        return lambda record: str(record.modified_ms)
    if name == kind.created_property:
        return lambda record: str(record.created_ms)
    if (compute := COMPUTED.get(kind.name, {}).get(name)) is not None:
        return lambda record: compute(account, record)
    return lambda record: record.values.get(name)


def _association_test(account: Account, kind: ObjectType, asked: Filter) -> tuple[Reader, Test]:
    target = account.type_of(asked.property.removeprefix("associations."))
    if target.is_custom or asked.operator not in {"EQ", "IN"}:
        raise validation(f"Filter on {asked.property} is not supported")
    wanted = {int(value) for value in (asked.values or (asked.value,)) if value.isdecimal()}
    links: Links = account.links
    linked = {one for other in wanted for one in links.of(target.type_id, other, kind.type_id)}
    return (lambda record: "x" if record.id in linked else None), bool


def _text_test(kind: ObjectType, text: str) -> Keeps:
    """Each word has to begin a word of some searchable property."""
    words = text.lower().split()

    def keeps(record: Record) -> bool:
        values = [record.values.get(name) or "" for name in kind.searchable]
        together = "\n".join(values).lower()
        if any(word not in together for word in words):
            return False
        found = [token for value in values for token in tokens(value)]
        return all(any(token.startswith(word) for token in found) for word in words)

    return keeps


def _sorted(account: Account, kind: ObjectType, query: Query, ids: list[int]) -> list[int]:
    """Sort by the property, unset values last; default: by creation."""
    name = query.sort or kind.created_property
    if name == "hs_object_id":
        return ids[::-1] if query.is_descending else ids
    table = account.tables[kind.name]
    indexed = {seen.id: seen for seen in _as_indexed(table)} if table.unseen else {}
    moments = {kind.created_property: _CREATED, kind.modified_property: _MODIFIED}
    if (moment := moments.get(name)) is not None:
        return sorted(
            ids, key=lambda one: moment(indexed.get(one) or table.records[one]), reverse=query.is_descending
        )  # fmt: skip
    read = reader(account, kind, name)
    compared_as = type_of(kind, name) or "string"
    set_ones: list[tuple[Any, int]] = []
    unset_ones: list[int] = []
    for record_id in ids:
        value = read(indexed.get(record_id) or table.records[record_id])
        key = comparable(compared_as, value) if value else None
        if key is None:
            unset_ones.append(record_id)
        else:
            set_ones.append((key, record_id))
    set_ones.sort(key=lambda pair: pair[0], reverse=query.is_descending)
    return [record_id for _, record_id in set_ones] + unset_ones


def _disordered(account: Account, query: Query, ids: list[int]) -> list[int]:
    """Put some rows out of their place, across pages too. A walk by id keeps its pages: it loses nothing."""
    knobs = account.world.knobs.now
    if knobs.sort_disorder <= 0:
        return ids
    dice = random.Random(knobs.seed)
    shuffled = list(ids)
    span = query.limit if query.sort == "hs_object_id" else _DISORDER_SPAN
    for place in range(len(shuffled)):
        if dice.random() < knobs.sort_disorder:
            start = place - place % max(1, span)
            other = min(start + dice.randrange(max(1, span)), len(shuffled) - 1)
            shuffled[place], shuffled[other] = shuffled[other], shuffled[place]
    return shuffled
