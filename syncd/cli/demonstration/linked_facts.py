"""What syncd did, from its store, in the sandbox's terms: whom it takes for whom, what it wrote, linked and merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectors import crms
from mappings import shipped_mappings
from syncd.cli.demonstration.kin import Kin, Place
from syncd.cli.demonstration.linked_score import Linked, Pair, Written, is_true
from syncd.engine import StreamSetup
from syncd.model import PARENT, Action, Fix, FixState, Ref
from syncd.wiring import Parts

#: What nobody has in common with others.
_OWN = frozenset({"last_name", "email", "name"})
#: Read at a time.
_PART = 1000


def pairs(parts: Parts) -> Iterator[Pair]:
    """Yield the counterparts that are known, each pair once."""
    of_account = {setup.stream.account: setup.mapping.crm for setup in parts.setups}
    for setup in parts.setups:
        for ids in _all_ids(parts, setup):
            with parts.tools.store.reading() as tx:
                found = tx.twins.of(setup.stream, ids)
            for one, rows in found.items():
                here = (setup.mapping.crm, setup.stream.object, one)
                for row in rows:
                    # Each account sees the pair: it is told of by one of them.
                    if row.ref.account > setup.stream.account:
                        yield Pair(here, (of_account[row.ref.account], row.ref.object, row.ref.id), row.is_sure)


def written(parts: Parts) -> Iterator[Written]:
    """Yield the values that were written, in the order they were decided on."""
    for crm, fix in _applied(parts, Action.UPDATE, Action.MERGE):
        for change in fix.changes:
            place = (crm, fix.changed.object, fix.changed.id)
            yield Written(place, change.field, change.before, change.after, change.rules)


def links(parts: Parts) -> Iterator[Linked]:
    """Yield the links that were made."""
    kinds = {(setup.mapping.crm, setup.stream.object): setup.stream.kind for setup in parts.setups}
    for crm, fix in _applied(parts, Action.LINK):
        if fix.link is not None:
            what = "parent" if fix.link.label == PARENT else kinds.get((crm, fix.link.to.object), "person")
            yield Linked(_place(crm, fix.ref), what, _place(crm, fix.link.to))


def merges(parts: Parts) -> list[tuple[Place, Place]]:
    """Return who was merged into whom."""
    return [
        (_place(crm, fix.ref), _place(crm, fix.into))
        for crm, fix in _applied(parts, Action.MERGE)
        if fix.into is not None
    ]


def spoilt(kin: Kin, effects: Iterable[Mapping[str, Any]]) -> frozenset[tuple[Place, str]]:
    """Return the fields that somebody else wrote something untrue to, as the CRMs' own connector may.

    Whoever had their own name or address written over by it is lost: the connector went by a wrong id.
    """
    fields = {
        (mapping.crm, mapping.object, source): name
        for crm in crms()
        for mapping in shipped_mappings(crm)
        for name, found in mapping.fields.items()
        for source in found.choices or found.sources
    }
    names = {object_name: crm for crm, object_name, _ in fields}
    found = set()
    for effect in effects:
        crm = names.get(effect["object"], "")
        name = fields.get((crm, effect["object"], effect["property"] or ""))
        if name is None or effect["actor_kind"] == "app" or effect["kind"] != "update":
            continue
        place = (crm, effect["object"], str(effect["id"]))
        if kin.row(place) is not None and not is_true(kin, place, name, effect["after"]):
            found.add((place, name))
            if name in _OWN and effect["before"] and effect["after"]:
                kin.lost.add(place)
    return frozenset(found)


def _applied(parts: Parts, *actions: Action) -> Iterator[tuple[str, Fix]]:
    for setup in parts.setups:
        after = ""
        while True:
            with parts.tools.store.reading() as tx:
                fixes = tx.journal.select(
                    stream=setup.stream, states=(FixState.APPLIED,), actions=actions, limit=_PART, after=after
                )
            yield from ((setup.mapping.crm, fix) for fix in fixes)
            if not fixes:
                break
            after = fixes[-1].id


def _all_ids(parts: Parts, setup: StreamSetup) -> Iterator[list[str]]:
    after = ""
    while True:
        with parts.tools.store.reading() as tx:
            ids = tx.records.ids(setup.stream, after, _PART)
        if not ids:
            return
        yield ids
        after = ids[-1]


def _place(crm: str, ref: Ref) -> Place:
    return (crm, ref.object, ref.id)
