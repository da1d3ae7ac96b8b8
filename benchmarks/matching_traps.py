"""Kinds of pairs that nothing was learned from: `python benchmarks/matching_traps.py [--each N] [--seed N]`.

So many pairs of each kind in `trap_people.py` and `trap_companies.py`, among made records of countries nothing was
learned from. For each kind: how many pairs are merged without asking, how many are asked about, and how many are in one
group. Of two that are not one, none may be merged; of two that are one, the more are found the better.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Mapping

import trap_companies
import trap_people
from matching_made import read_made
from matching_sets import LabelledSet, Pair, pair
from matching_world import HELD_OUT, Country
from rich.console import Console
from rich.table import Table

from quality.dedupe import Matcher, Points, read_company, read_person

KINDS = {"person": (trap_people.TWO, trap_people.ONE), "company": (trap_companies.TWO, trap_companies.ONE)}
AROUND = 3_000


def read_traps(kind: str, each: int, seed: int) -> tuple[LabelledSet, dict[Pair, str], dict[Pair, str]]:
    """Return a made set with `each` pairs of every kind in it, the pairs that are two, and those that are one."""
    around = read_made(kind, AROUND, seed, HELD_OUT)
    dice = random.Random(f"traps {kind} {seed}")
    countries = [Country(locale, dice) for locale in HELD_OUT]
    values, cluster = dict(around.values), dict(around.cluster)
    found: tuple[dict[Pair, str], dict[Pair, str]] = ({}, {})
    for is_one, (traps, pairs) in enumerate(zip(KINDS[kind], found, strict=True)):
        for name, trap in traps.items():
            for number in range(each):
                ids = []
                for side, record in enumerate(trap(dice, dice.choice(countries))):
                    record_id = f"{dice.randrange(36**6):06x} {name} {number} {side}"
                    values[record_id] = record
                    cluster[record_id] = f"{name} {number} {0 if is_one else side}"
                    ids.append(record_id)
                pairs[pair(*ids)] = name
    return LabelledSet(f"traps_{kind}", kind, values, cluster), *found


def outcomes(kind: str, each: int, seed: int, points: Points | None = None) -> dict[Pair, str]:
    """Return what becomes of each pair: `merged`, `asked`, `same` (in one group, nobody asked) or `apart`."""
    traps, two, one = read_traps(kind, each, seed)
    read = read_person if kind == "person" else read_company
    matcher = Matcher(kind, points)
    matcher.apply({key: read(values) for key, values in traps.values.items()})
    part: dict[str, int] = {}
    group: dict[str, int] = {}
    for number, found in enumerate(matcher.groups()):
        group.update(dict.fromkeys(found.members, number))
        for inner, members in enumerate(found.merge):
            part.update(dict.fromkeys(members, 1000 * number + inner))
    asked = {pair(question.one, question.other) for question in matcher.questions()}

    def outcome(names: Pair) -> str:
        if names[0] in part and part[names[0]] == part.get(names[1]):
            return "merged"
        if names in asked:
            return "asked"
        return "same" if names[0] in group and group[names[0]] == group.get(names[1]) else "apart"

    return {names: outcome(names) for names in (*two, *one)}


def tell(title: str, pairs: Mapping[Pair, str], found: Mapping[Pair, str]) -> None:
    """Print a line for each kind."""
    table = Table("kind", "pairs", "merged", "asked", "same", "apart", title=title)
    for name in dict.fromkeys(pairs.values()):
        told = Counter(found[names] for names, kind in pairs.items() if kind == name)
        table.add_row(name, str(told.total()), *(str(told[step]) for step in ("merged", "asked", "same", "apart")))
    Console(width=120).print(table)


def main() -> None:
    """Measure the shipped points."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=60)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    for kind in KINDS:
        _, two, one = read_traps(kind, options.each, options.seed)
        found = outcomes(kind, options.each, options.seed)
        tell(f"{kind}: two that are not one", two, found)
        tell(f"{kind}: two that are one", one, found)


if __name__ == "__main__":
    main()
