"""The score of two linked CRMs: counterparts, what was carried over, links mended and merges, against what is true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from mappings import shipped_mappings
from syncd.cli.demonstration.kin import Kin, Place, Who
from syncd.cli.demonstration.score import FLAGS

#: The rule that carries values from one account to another.
CARRYING = "authority"
#: The rule that makes one of two, and keeps what only one of them held.
MERGING = "duplicate"
OPT_OUT, OWNER = "has_opted_out", "owner"
#: Fields for which each CRM has words of its own; the truth has them in small letters.
CHOICES = frozenset({"industry", "lead_source", "lead_status", "lifecycle_stage"})
#: Wrong ones kept as examples.
_EXAMPLES = 12


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that syncd takes for counterparts, or asks about."""

    one: Place
    other: Place
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Written:
    """One value that was written."""

    place: Place
    field: str
    before: Any
    after: Any
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """One link that was made; `what` is `company`, `person` or `parent`."""

    place: Place
    what: str
    to: Place


@dataclass(slots=True)
class Tally:
    """Right, wrong and missed, by some name."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    #: Wrong ones that were wrong where they came from.
    inherited: int = 0
    examples: list[tuple[Any, ...]] = field(default_factory=list)

    def count(self, name: str, *example: Any, is_right: bool) -> None:
        """Count one that was done."""
        (self.right if is_right else self.wrong)[name] += 1
        if not is_right and len(self.examples) < _EXAMPLES:
            self.examples.append((name, *example))

    def rows(self) -> list[tuple[str, int, int, int]]:
        """Return a line for each name, and one for all."""
        names = sorted({*self.right, *self.wrong, *self.missed})
        lines = [(name, self.right[name], self.wrong[name], self.missed[name]) for name in names]
        return [*lines, ("all", self.right.total(), self.wrong.total(), self.missed.total())]

    def data(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {name: {"right": right, "wrong": wrong, "missed": missed} for name, right, wrong, missed in self.rows()}


def score_counterparts(kin: Kin, pairs: Iterable[Pair]) -> tuple[Tally, Tally]:
    """Return the sure counterparts and those asked about, by kind.

    Whoever is in both CRMs counts once: right where a sure pair joins two of their records, else missed.
    """
    sure, asked = Tally(), Tally()
    found: set[Who] = set()
    wondered: set[Who] = set()
    for pair in pairs:
        if kin.is_lost(pair.one) or kin.is_lost(pair.other):
            continue
        one, other = kin.whose(pair.one), kin.whose(pair.other)
        kind = (one or other or ("unknown", ""))[0]
        is_right = one is not None and one == other
        if pair.is_sure and is_right and one is not None:
            found.add(one)
        elif pair.is_sure:
            sure.count(kind, pair.one, pair.other, is_right=False)
        elif is_right and one is not None:
            wondered.add(one)
        else:
            asked.count(kind, pair.one, pair.other, is_right=False)
    for who, places in kin.by_who().items():
        if len({crm for crm, _, _ in places}) > 1:
            sure.right[who[0]] += who in found
            sure.missed[who[0]] += who not in found
            asked.right[who[0]] += who in wondered - found
    return sure, asked


def score_values(kin: Kin, written: Iterable[Written], spoilt: frozenset[tuple[Place, str]]) -> tuple[Tally, Tally]:
    """Return the values that were carried over and all others that were written, by field; the last one counts.

    What somebody else had spoilt before is left out: what was written there followed from that.
    """
    carried, own = Tally(), Tally()
    last: dict[tuple[Place, str], Written] = {}
    for one in written:
        last[one.place, one.field] = one
    for one in last.values():
        row = kin.row(one.place)
        # Which flags are true follows from the values, and some have come over since.
        # Of owners the truth knows nothing.
        is_told = one.field not in {FLAGS, OWNER} and not kin.is_lost(one.place)
        if row is None or not is_told or _is_spoilt(kin, one, spoilt):
            continue
        is_right = is_true(kin, one.place, one.field, one.after)
        tally = carried if CARRYING in one.rules else own
        if not is_right and (tally is carried or _is_kept(one)) and _was_held(kin, one):
            tally.inherited += 1
            continue
        tally.count(one.field, one.place, one.before, one.after, row["truth"].get(one.field), is_right=is_right)
    return carried, own


def _is_kept(one: Written) -> bool:
    """Tell whether a merge kept what only the record that went held: without it a person had nothing to mend."""
    return MERGING in one.rules and not one.before


def _is_spoilt(kin: Kin, one: Written, spoilt: frozenset[tuple[Place, str]]) -> bool:
    """Tell whether somebody else wrote something untrue to the field in any record of the same, or to what it is of."""
    fields = {one.field, _FOLLOWS.get(one.field, one.field)}
    return any((place, name) in spoilt for place in (one.place, *kin.all_of(one.place)) for name in fields)


#: What is made of which other field.
_FOLLOWS = {"normalised_title": "job_title"}


def _was_held(kin: Kin, one: Written) -> bool:
    """Tell whether a value stood in another record of the same from the beginning: nobody could know better."""
    held = (kin.rows[other]["loaded"].get(one.field) for other in kin.all_of(one.place))
    return any(_same(one.after, value) for value in held if value)


def score_links(kin: Kin, made: Iterable[Linked]) -> Tally:
    """Return the links that were made, by what they are; missed is what another CRM knows and this one does not."""
    tally = Tally()
    done = set()
    for one in made:
        done.add((one.place, one.what))
        if kin.is_lost(one.place) or one.place[2] in kin.taken_for:
            continue
        true = set(_true_links(kin, one.place, one.what))
        tally.count(one.what, one.place, one.to, is_right=kin.whose(one.to) in true)
    for places in kin.by_who().values():
        for place in places:
            for what in ("company", "person", "parent"):
                if (place, what) not in done and _could_know(kin, place, what, places):
                    tally.missed[what] += 1
    return tally


def score_merges(kin: Kin, made: Sequence[tuple[Place, Place]]) -> Tally:
    """Return the merges that were made; missed are the second records of somebody that are left."""
    tally = Tally()
    for goes, stays in made:
        if kin.is_lost(goes) or kin.is_lost(stays):
            continue
        who = kin.whose(goes)
        kind = who[0] if who is not None else "unknown"
        tally.count(kind, goes, stays, is_right=who is not None and who == kin.whose(stays))
    for who, places in kin.by_who().items():
        objects = Counter(place[:2] for place in places)
        tally.missed[who[0]] += sum(count - 1 for count in objects.values())
    return tally


def is_true(kin: Kin, place: Place, name: str, value: Any) -> bool:
    """Tell whether a value is true of whoever a record is of; what was true once is, where it stood.

    Of choices only the words of the record's own CRM count.
    """
    row = kin.row(place) or {}
    rows = [kin.rows[other] for other in kin.all_of(place) if name not in CHOICES or other[0] == place[0]]
    if name == OPT_OUT:
        return bool(value) is any(one.get(OPT_OUT) for one in rows)
    true = [row.get("older", {}).get(name), *(one["truth"].get(name) for one in rows)]
    true += [one for other in rows for one in other["also_true"].get(name, ())]
    if name in CHOICES:
        value, true = _plain(value), [_plain(one) for one in true]
    return any(_same(value, one) for one in true)


def _plain(word: Any) -> Any:
    return word.casefold() if isinstance(word, str) else word


def _same(value: Any, true: Any) -> bool:
    if value in {None, ""} or true in {None, ""}:
        return (value or None) == (true or None)
    try:
        return float(value) == float(true)
    except (TypeError, ValueError):
        return str(value) == str(true)


def _true_links(kin: Kin, place: Place, what: str) -> Iterator[Who]:
    """Yield to whom a record is truly linked, as the truth of any record of the same tells."""
    for other in kin.all_of(place):
        yield from _whose(kin, other, f"true_{_KEYS[what]}", what)


def _could_know(kin: Kin, place: Place, what: str, places: Sequence[Place]) -> bool:
    """Tell whether a record lacks a link that another CRM has between the same."""
    row = kin.row(place)
    if row is None or row.get(_KEYS[what], ...) is ... or row[_KEYS[what]]:
        return False
    mine = set(_whose(kin, place, f"true_{_KEYS[what]}", what))
    others = [other for other in places if other[0] != place[0]]
    return any(not mine.isdisjoint(_whose(kin, other, _KEYS[what], what)) for other in others)


#: Under which key the truth has a link, and which kind of record it leads to.
_KEYS = {"company": "company", "person": "people", "parent": "parent"}
_KINDS = {"company": "company", "person": "person", "parent": "company"}


@cache
def _objects(crm: str, kind: str) -> tuple[str, ...]:
    return tuple(mapping.object for mapping in shipped_mappings(crm) if mapping.kind == kind)


def _whose(kin: Kin, place: Place, key: str, what: str) -> Iterator[Who]:
    """Yield whom the truth of a record names under a key."""
    held = (kin.row(place) or {}).get(key)
    for id_ in held if isinstance(held, list) else [held]:
        for name in _objects(place[0], _KINDS[what]):
            who = kin.whose((place[0], name, str(id_)))
            if who is not None:
                yield who
