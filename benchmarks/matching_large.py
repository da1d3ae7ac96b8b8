"""How well a large base is matched: `python benchmarks/matching_large.py [--kind person] [SIZE…]`.

Made people and companies of countries that nothing was learned from, matched as a whole base by the shipped points.
For each size: precision, recall and F1 of the groups, precision and recall of what is merged without asking, how many
pairs of each kind of hard negative are merged, and questions a hundred records.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator

from matching import f1, pairs_of, precision_and_recall
from matching_made import read_made
from matching_sets import Pair
from matching_world import HELD_OUT
from rich.console import Console
from rich.table import Table

from syncd.matching import Means, match_whole


def _found(kind: str, rows: Iterator[tuple[str, dict[str, str]]]) -> tuple[set[Pair], set[Pair], set[Pair]]:
    """Return the pairs within groups, those merged without asking, and those asked about."""
    same: set[Pair] = set()
    merged: set[Pair] = set()
    asked: set[Pair] = set()
    for cluster in match_whole(kind, rows, means=Means(workers=2)):
        same |= pairs_of(cluster.settled.same)
        merged |= pairs_of(cluster.settled.merge)
        asked |= {(question.one, question.other) for question in cluster.settled.questions}
    return same, merged, asked


def main() -> None:
    """Measure the sizes that were named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int)
    parser.add_argument("--kind", choices=("person", "company"), default="")
    options = parser.parse_args()
    table = Table("records", "kind", "P", "R", "F1", "merged P", "R", "wrong", "asked/100", "true", "hard pairs merged")
    for size in options.sizes or (10_000, 100_000):
        for kind in (options.kind,) if options.kind else ("person", "company"):
            made = read_made(kind, size, 12, HELD_OUT)
            true = made.true_pairs()
            same, merged, asked = _found(kind, ((key, dict(values)) for key, values in made.values.items()))
            figures = precision_and_recall(same, true)
            numbers = (*figures, f1(figures), *precision_and_recall(merged, true))
            wrong = Counter(made.hard.get(names, "others") for names in merged - true)
            table.add_row(
                f"{size:,}", kind, *(f"{number:.4f}" for number in numbers), str(len(merged - true)),
                f"{100 * len(asked) / size:.1f}", f"{len(asked & true) / max(len(asked), 1):.2f}",
                ", ".join(f"{name} {count}" for name, count in sorted(wrong.items())),
            )  # fmt: skip
            Console(width=160).print(table)


if __name__ == "__main__":
    main()
