"""How well and how fast records are matched: `python benchmarks/matching.py DATA [SET…]`.

DATA is a folder of labelled sets (see `matching_sets.py`). For each set, at the shipped thresholds: precision, recall
and F1 of the groups; precision and recall of what is merged without asking; what merging and asking find together, how
many questions that takes a hundred records and how many of them are true; seconds and peak memory; and how many pairs
of each kind of hard negative were merged.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from matching_sets import LabelledSet, Pair, pair, read_sets
from rich.console import Console
from rich.table import Table

from quality.dedupe import Matcher, Points, read_company, read_person


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured on one set."""

    name: str
    count: int
    found: tuple[float, float]
    merged: tuple[float, float]
    merged_wrong: int
    asked: float
    questions_true: float
    reached: float
    seconds: float
    hard: Counter[str] = field(default_factory=Counter)
    hard_all: Counter[str] = field(default_factory=Counter)


def pairs_of(groups: Iterable[Sequence[str]]) -> set[Pair]:
    """Return all pairs of records in one group."""
    return {pair(one, other) for group in groups for one, other in combinations(group, 2)}


def precision_and_recall(found: set[Pair], true: set[Pair]) -> tuple[float, float]:
    """Return how much of what was found is true, and how much of what is true was found."""
    both = len(found & true)
    return both / len(found) if found else 1.0, both / len(true) if true else 1.0


def f1(figures: tuple[float, float]) -> float:
    """Return the harmonic mean of precision and recall."""
    return 2 * figures[0] * figures[1] / sum(figures) if sum(figures) else 0.0


def measure(one: LabelledSet, points: Points | None = None) -> Figures:
    """Match a whole set, and hold the answer against the truth."""
    start = time.perf_counter()
    read = read_person if one.kind == "person" else read_company
    matcher = Matcher(one.kind, points)
    matcher.apply({key: read(values) for key, values in one.values.items()})
    seconds = time.perf_counter() - start
    true = one.true_pairs()
    merged = pairs_of(part for group in matcher.groups() for part in group.merge)
    groups = pairs_of(group.members for group in matcher.groups())
    home = {member: part for group in matcher.groups() for part in group.merge for member in part}
    questions = _dialogue(matcher, true)
    asked_true = questions & true
    reached = pairs_of(_answered(home, asked_true, one.values)) & true
    hard = {names: kind for names, kind in one.hard.items() if names[0] in one.values and names[1] in one.values}
    return Figures(
        one.name,
        len(one.values),
        precision_and_recall(groups, true),
        precision_and_recall(merged, true),
        len(merged - true),
        100 * len(questions) / len(one.values),
        len(asked_true) / len(questions) if questions else 1.0,
        len(reached) / len(true) if true else 1.0,
        seconds,
        Counter(kind for names, kind in hard.items() if names in merged),
        Counter(hard.values()),
    )


def _dialogue(matcher: Matcher, true: set[Pair]) -> set[Pair]:
    """Return all questions a person is asked who answers each rightly: a no may bring up the next likeliest link."""
    asked: set[Pair] = set()
    while new := {pair(question.one, question.other) for question in matcher.questions()} - asked:
        asked |= new
        for one, other in sorted(new - true):
            matcher.keep_apart(one, other)
    return asked


def _answered(home: dict[str, tuple[str, ...]], yes: set[Pair], ids: Iterable[str]) -> Iterable[tuple[str, ...]]:
    """Return the groups there would be once every question was answered rightly."""
    found = {record_id: home.get(record_id, (record_id,)) for record_id in ids}
    for one, other in sorted(yes):
        if found[one] != found[other]:
            whole = found[one] + found[other]
            found.update(dict.fromkeys(whole, whole))
    return set(found.values())


def print_figures(title: str, sets: Sequence[LabelledSet], points: Points | None = None) -> None:
    """Measure sets and print a line for each, and what became of the hard negatives."""
    columns = ("set", "kind", "records", "P", "R", "F1", "merged P", "R", "wrong", "asked/100", "true", "reached", "s")
    table = Table(*columns, title=title)
    hard, hard_all = Counter[str](), Counter[str]()
    for one in sets:
        told = measure(one, points)
        hard, hard_all = hard + told.hard, hard_all + told.hard_all
        numbers = (*told.found, f1(told.found), *told.merged)
        table.add_row(
            told.name, one.kind, f"{told.count:,}", *(f"{number:.4f}" for number in numbers), str(told.merged_wrong),
            f"{told.asked:.1f}", f"{told.questions_true:.2f}", f"{told.reached:.4f}", f"{told.seconds:.1f}",
        )  # fmt: skip
    console = Console(width=140)
    console.print(table)
    if hard_all:
        console.print(
            "hard negatives merged: " + ", ".join(f"{kind} {hard[kind]}/{hard_all[kind]}" for kind in sorted(hard_all))
        )


def main() -> None:
    """Measure the shipped points on all sets, or those named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("sets", nargs="*")
    options = parser.parse_args()
    sets = read_sets(options.data, options.sets)
    print_figures("shipped points", sets)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Console().print(f"peak memory {peak:,.0f} MiB")


if __name__ == "__main__":
    main()
