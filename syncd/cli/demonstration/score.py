"""The score: what syncd wrote, held against what the sandbox knows to be true. syncd's own word counts for nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mappings import shipped_mappings

#: Our fields that the truth keeps under other names.
FLAGS = "quality_flags"
LINK = "company"


@dataclass(slots=True)
class Score:
    """Counts by field. A field of a record counts once, by what it held in the end."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    #: Damage that could have been repaired and was not.
    missed: Counter[str] = field(default_factory=Counter)
    #: Values that were right before and are not now: part of `wrong`.
    harmed: Counter[str] = field(default_factory=Counter)
    #: A few of the wrong ones: record, field, before, after, truth.
    examples: list[tuple[str, str, Any, Any, Any]] = field(default_factory=list)

    @property
    def share_right(self) -> float:
        """Return right fixes as a share of all fixes made; 1 when none was made."""
        made = self.right.total() + self.wrong.total()
        return self.right.total() / made if made else 1.0

    def data(self) -> dict[str, Any]:
        """Return the score as JSON data."""
        names = sorted({*self.right, *self.wrong, *self.missed})
        return {
            "right": self.right.total(),
            "wrong": self.wrong.total(),
            "missed": self.missed.total(),
            "harmed": self.harmed.total(),
            "share_right": round(self.share_right, 5),
            "fields": {
                name: {"right": self.right[name], "wrong": self.wrong[name], "missed": self.missed[name]}
                for name in names
            },
        }


@dataclass(slots=True)
class _Written:
    """What one field held before our first write and after our last one."""

    before: Any
    after: Any


def score(truths: Mapping[str, Sequence[Mapping[str, Any]]], effects: Sequence[Mapping[str, Any]]) -> Score:
    """Compare every field that was written with the truth (rows by CRM), and look for damage that is still there."""
    result = Score()
    for crm, truth in truths.items():
        _score_one(result, truth, _written(effects, crm, _companies(truth)))
    return result


def _score_one(
    result: Score, truth: Sequence[Mapping[str, Any]], written: Mapping[tuple[str, str], dict[str, _Written]]
) -> None:
    for row in truth:
        mine = written.get((row["object"], row["id"]), {})
        for name, one in mine.items():
            _count(result, row, name, one)
        for damage in row["defects"]:
            if damage["is_fixable"] and not _is_restored(row, damage["field"], mine.get(damage["field"])):
                result.missed[damage["field"]] += 1


def _companies(truth: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(row["id"] for row in truth if "true_company" not in row)


def _written(
    effects: Iterable[Mapping[str, Any]], crm: str, companies: frozenset[str]
) -> dict[tuple[str, str], dict[str, _Written]]:
    """Return by record and field what was written to the objects of a CRM."""
    objects = {one.object for one in shipped_mappings(crm)}
    names = {
        (one.object, source): name
        for one in shipped_mappings(crm)
        for name, found in one.fields.items()
        for source in found.choices or found.sources
        if found.is_writable
    }
    found: dict[tuple[str, str], dict[str, _Written]] = {}
    for effect in effects:
        if effect["object"] not in objects or effect["kind"] not in {"link", "update"}:
            continue
        name = names.get((effect["object"], effect["property"]), "")
        before, after = effect["before"], effect["after"]
        if effect["kind"] == "link" or (not name and after in companies):
            # A link is logged as `<id>:<type ids>`, or as the id in a property that is no field of ours.
            name, before, after = LINK, None, str(after).partition(":")[0]
        if not name:
            continue
        of_record = found.setdefault((effect["object"], effect["id"]), {})
        of_record.setdefault(name, _Written(before, after)).after = after
    return found


def _count(result: Score, row: Mapping[str, Any], name: str, one: _Written) -> None:
    true = _truth_of(row, name)
    if _is_same(one.after, true):
        result.right[name] += 1
        return
    result.wrong[name] += 1
    if _is_same(one.before, true):
        result.harmed[name] += 1
    result.examples.append((f"{row['object']}/{row['id']}", name, one.before, one.after, true))


def _truth_of(row: Mapping[str, Any], name: str) -> Any:
    if name == FLAGS:
        return ";".join(sorted(row.get("true_flags", ())))
    return row["true_company"] if name == LINK else row["truth"].get(name)


def _is_restored(row: Mapping[str, Any], name: str, one: _Written | None) -> bool:
    now = one.after if one is not None else row["company"] if name == LINK else row["loaded"].get(name)
    return _is_same(now, _truth_of(row, name))


def _is_same(left: Any, right: Any) -> bool:
    return (left or None) == (right or None)
