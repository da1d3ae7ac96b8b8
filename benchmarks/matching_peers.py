"""Other engines on the same sets: `PYTHON benchmarks/matching_peers.py DATA [--engines …] [--sets …] [--made N]`.

Runs those of splink, recordlinkage, dedupe and syncd that the Python it is called with can import, each on each set in
a process of its own, and prints one table. They get what syncd gets, in the same fields, tidied (lower case, digits of
phones). Peers are shown at their best threshold, chosen with the truth in hand, and dedupe learns from labelled pairs
of the set itself; syncd is shown at the shipped thresholds, by the points in the folder that POINTS names, if it does
(`train_matching.py --held-out`). Files of the engines go where it is called: call it in an
empty folder.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import multiprocessing
import os
import random
import resource
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from matching_sets import LabelledSet, Pair, pair, read_sets

Scored = list[tuple[str, str, float]]
_FIELDS = {
    "person": ("first_name", "last_name", "email", "phone", "street", "postal_code", "city", "company_name",
               "birth_date", "identifier"),
    "company": ("name", "email", "phone", "website", "street", "postal_code", "city", "tax_id"),
}  # fmt: skip
#: By kind: what records share that are compared, each a list of fields (`:3` is the first three signs of one).
_BLOCKS = {
    "person": (("email",), ("phone",), ("first_name", "last_name"), ("last_name", "postal_code"), ("last_name", "city"),
               ("first_name:3", "postal_code"), ("birth_date", "first_name:3"), ("birth_date", "last_name:3"),
               ("identifier",)),
    "company": (("name",), ("email",), ("phone",), ("website",), ("name:5", "postal_code"), ("name:5", "city"),
                ("street", "postal_code"), ("street:8", "city"), ("tax_id",)),
}  # fmt: skip
_MOST_PAIRS = 2_000_000


def tidied(one: LabelledSet) -> list[dict[str, str | None]]:
    """Return the records of a set as the peers get them: what is empty is None."""
    return [{"id": key, **_tidy(values, one.kind)} for key, values in one.values.items()]


def _tidy(values: Mapping[str, str], kind: str) -> dict[str, str | None]:
    found = {name: " ".join(values.get(name, "").lower().split()) for name in _FIELDS[kind]}
    whole = values.get("full_name", "").lower()
    if kind == "person" and whole and not found["last_name"]:
        last, _, first = whole.partition(",") if "," in whole else reversed_words(whole)
        found |= {"first_name": first.strip(), "last_name": last.strip()}
    phone = "".join(filter(str.isdigit, values.get("mobile", "") or found["phone"]))
    found["phone"] = phone[-8:] if len(phone) > 5 else ""
    found["email"] = found["email"].partition(";")[0].strip()
    if "website" in found:
        found["website"] = found["website"].rpartition("//")[2].removeprefix("www.").partition("/")[0]
    return {name: value or None for name, value in found.items()}


def reversed_words(whole: str) -> tuple[str, str, str]:
    """Return the last word, nothing, and the words before it."""
    words = whole.split()
    return words[-1], "", " ".join(words[:-1])


def by_splink(one: LabelledSet) -> Scored:
    """Return the pairs of splink: Fellegi-Sunter, its parameters estimated from the set without labels."""
    import logging

    import pandas as pd
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    names = {"first_name", "last_name", "name", "street", "company_name"}
    fields = [name for name in _FIELDS[one.kind] if any(row[name] for row in tidied(one))]
    made = [cl.JaroWinklerAtThresholds(name, [0.95, 0.88]) if name in names else _fuzzy(cl, name) for name in fields]
    rules = [block_on(*_sql(block)) for block in _blocks(one.kind, fields)]
    settings = SettingsCreator(
        "dedupe_only",
        comparisons=made,
        blocking_rules_to_generate_predictions=rules,
        unique_id_column_name="id",
    )
    api = DuckDBAPI()
    linker = Linker(api.register(pd.DataFrame(tidied(one))), settings)
    linker.training.estimate_probability_two_random_records_match(rules[:3], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=_MOST_PAIRS)
    for rule in rules[:3]:
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        except Exception as error:  # noqa: BLE001  # splink has no error of its own for a rule without pairs
            print(f"splink, {one.name}: {type(error).__name__} on one blocking rule")
    told = linker.inference.predict(threshold_match_probability=0.01).as_pyarrow_table().to_pydict()
    return list(zip(told["id_l"], told["id_r"], told["match_weight"], strict=True))


def _fuzzy(cl: Any, name: str) -> Any:
    return cl.LevenshteinAtThresholds(name, [1, 2])


def _sql(block: Sequence[str]) -> list[str]:
    parts = [part.partition(":") for part in block]
    return [f"substr({name}, 1, {length})" if length else name for name, _, length in parts]


def _blocks(kind: str, fields: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the blocks whose fields a set has."""
    return [block for block in _BLOCKS[kind] if {part.partition(":")[0] for part in block} <= {*fields}]


def by_recordlinkage(one: LabelledSet) -> Scored:
    """Return the pairs of recordlinkage: an ECM classifier over string likeness, without labels."""
    import pandas as pd
    import recordlinkage

    rows = tidied(one)
    frame = pd.DataFrame(rows).set_index("id")
    fields = [name for name in _FIELDS[one.kind] if frame[name].notna().any()]
    index = recordlinkage.Index()
    for block in _blocks(one.kind, fields):
        parts = [part.partition(":") for part in block]
        for name, _, length in parts:
            frame[f"{name}{length}"] = frame[name].str[: int(length)] if length else frame[name]
        index.block([f"{name}{length}" for name, _, length in parts])
    pairs = index.index(frame)
    compare = recordlinkage.Compare()
    for name in fields:
        compare.string(name, name, method="jarowinkler", threshold=0.9, label=name)
    features = compare.compute(pairs, frame)
    model = recordlinkage.ECMClassifier(binarize=0.5)
    model.fit(features)
    chances = model.prob(features)
    # the probability is 1 for many: what is alike in more fields comes first among them
    scores = chances + features.sum(axis=1) / 1000
    return [(left, right, float(score)) for (left, right), score in scores.items()]


def by_dedupe(one: LabelledSet) -> Scored:
    """Return the pairs of dedupe, which learns from 300 labelled pairs of the set itself."""
    import dedupe

    rows = {row.pop("id"): row for row in tidied(one)}
    fields = [name for name in _FIELDS[one.kind] if any(row[name] for row in rows.values())]
    engine = dedupe.Dedupe([dedupe.variables.String(name, has_missing=True) for name in fields], num_cores=1)
    engine.prepare_training(rows, sample_size=5_000)
    dice = random.Random(1)
    true = sorted(one.true_pairs())
    keys = sorted(rows)
    others = [pair(*dice.sample(keys, 2)) for _ in range(150)]
    like = [(rows[left], rows[right]) for left, right in dice.sample(true, min(150, len(true)))]
    unlike = [(rows[left], rows[right]) for left, right in others if one.cluster[left] != one.cluster[right]]
    engine.mark_pairs({"match": like, "distinct": unlike})
    engine.train(recall=0.95)
    found: Scored = []
    for members, scores in engine.partition(rows, 0.3):
        for (left, how), (right, other) in combinations(zip(members, scores, strict=True), 2):
            found.append((left, right, float(min(how, other))))
    return found


def by_syncd(one: LabelledSet) -> Scored:
    """Return the pairs of syncd's groups, at the shipped threshold."""
    from quality.dedupe import Matcher, read_company, read_person
    from quality.dedupe.points import points_from

    read = read_person if one.kind == "person" else read_company
    folder = os.environ.get("POINTS")
    told = json.loads((Path(folder) / f"points_{one.kind}.json").read_text(encoding="utf-8")) if folder else None
    matcher = Matcher(one.kind, points_from(told) if told else None)
    matcher.apply({key: read(values) for key, values in dict(one.values).items()})
    return [(*names, 1.0) for group in matcher.groups() for names in combinations(group.members, 2)]


ENGINES: Mapping[str, tuple[str, Callable[[LabelledSet], Scored]]] = {
    "syncd": ("quality.dedupe", by_syncd),
    "splink": ("splink", by_splink),
    "recordlinkage": ("recordlinkage", by_recordlinkage),
    "dedupe": ("dedupe", by_dedupe),
}


def _run(name: str, one: LabelledSet, answer: Any) -> None:
    start = time.perf_counter()
    try:
        found: Scored | str = ENGINES[name][1](one)
    except Exception as error:  # noqa: BLE001  # a peer's failure is a figure too
        found = f"{type(error).__name__}: {error}"[:80]
    answer.send((found, time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def measured(name: str, one: LabelledSet, patience: float) -> tuple[Scored | str, float, float]:
    """Return what an engine found in a process of its own, in how many seconds, and its peak memory in MB."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(name, one, theirs))
    process.start()
    answer = ours.recv() if ours.poll(patience) else (f"stopped after {patience:.0f} s", patience, 0.0)
    process.kill()
    process.join()
    return answer


def best(found: Scored, true: set[Pair]) -> tuple[float, float, float]:
    """Return precision, recall and F1 at the threshold where F1 is best; what is found at one is joined into groups."""
    ordered = sorted(found, key=lambda link: -link[2])
    marks = sorted({round(len(ordered) * part / 60) for part in range(1, 61)})
    home: dict[str, set[str]] = {}
    result, joined, both, at = (0.0, 0.0, 0.0), 0, 0, 0
    for mark in marks:
        for left, right, _ in ordered[at:mark]:
            ours, theirs = home.setdefault(left, {left}), home.setdefault(right, {right})
            if ours is not theirs:
                joined += len(ours) * len(theirs)
                both += sum(pair(one, other) in true for one in ours for other in theirs)
                ours |= theirs
                home.update(dict.fromkeys(theirs, ours))
        at = mark
        if joined and both:
            precision, recall = both / joined, both / len(true)
            result = max(result, (2 * precision * recall / (precision + recall), precision, recall))
    return result[1], result[2], result[0]


def _sets(data: Path, names: Sequence[str], made: int) -> Iterable[LabelledSet]:
    yield from read_sets(data, names)
    if made:
        from matching_made import read_made
        from matching_world import HELD_OUT

        yield from (read_made(kind, made, 12, HELD_OUT) for kind in ("person", "company"))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--engines", nargs="*", default=list(ENGINES))
    parser.add_argument("--sets", nargs="*", default=[])
    parser.add_argument("--made", type=int, default=0, help="records of a made set as well")
    parser.add_argument("--patience", type=float, default=300.0, help="seconds after which an engine is stopped")
    options = parser.parse_args()
    print("| set | engine | precision | recall | F1 | s | MB |\n| --- | --- | --: | --: | --: | --: | --: |")
    for one in _sets(options.data, options.sets, options.made):
        for name in options.engines:
            if not _is_here(ENGINES[name][0]):
                continue
            found, seconds, memory = measured(name, one, options.patience)
            if isinstance(found, str):
                print(f"| {one.name} {one.kind} | {name} | {found} | | | {seconds:.1f} | {memory:,.0f} |", flush=True)
                continue
            figures = " | ".join(f"{figure:.4f}" for figure in best(found, one.true_pairs()))
            print(f"| {one.name} {one.kind} | {name} | {figures} | {seconds:.1f} | {memory:,.0f} |", flush=True)


def _is_here(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


if __name__ == "__main__":
    main()
