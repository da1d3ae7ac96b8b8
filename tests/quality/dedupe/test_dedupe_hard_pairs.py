"""Pairs that look alike and are not one, and floors of accuracy, on an extract of generated records."""

from __future__ import annotations

import csv
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from quality.dedupe import Matcher, read_company, read_person

DATA = Path(__file__).parent / "data"


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def matchers():
    """Return a matcher of people and one of companies that know the extract."""
    found = {"person": Matcher("person"), "company": Matcher("company")}
    facts: dict[str, dict] = {"person": {}, "company": {}}
    for row in rows("crm_extract.csv"):
        values = {**row, "state": row["region"]}
        values |= {"company_name": row["company"]} if row["kind"] == "person" else {"name": row["company"]}
        facts[row["kind"]][row["id"]] = (read_person if row["kind"] == "person" else read_company)(values)
    for kind, matcher in found.items():
        matcher.apply(facts[kind])
    return found


@pytest.fixture(scope="module")
def truth():
    """Return the pairs of each kind that are one."""
    kinds: dict[str, set] = {"person": set(), "company": set()}
    for one, other in combinations(rows("crm_extract.csv"), 2):
        if one["cluster"] == other["cluster"]:
            kinds[one["kind"]].add((one["id"], other["id"]))
    return kinds


def pairs(groups):
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def test_no_hard_pair_is_merged_without_asking(matchers):
    merged = {
        pair
        for matcher in matchers.values()
        for pair in pairs(part for group in matcher.groups() for part in group.merge)
    }

    wrong = Counter(
        row["kind"] for row in rows("crm_extract_hard.csv") if tuple(sorted((row["one"], row["other"]))) in merged
    )

    assert wrong == {}


@pytest.mark.parametrize("kind", ["person", "company"])
def test_nothing_is_merged_that_is_not_one(matchers, truth, kind):
    merged = pairs(part for group in matchers[kind].groups() for part in group.merge)

    assert merged - truth[kind] == set()


@pytest.mark.parametrize(("kind", "floor"), [("person", 0.9), ("company", 0.9)])
def test_groups_find_most_twins_and_little_else(matchers, truth, kind, floor):
    found = pairs(group.members for group in matchers[kind].groups())

    both = len(found & truth[kind])

    assert 2 * both / (len(found) + len(truth[kind])) >= floor


@pytest.mark.parametrize(("kind", "floor"), [("person", 0.5), ("company", 0.5)])
def test_much_is_merged_without_asking(matchers, truth, kind, floor):
    merged = pairs(part for group in matchers[kind].groups() for part in group.merge)

    assert len(merged & truth[kind]) / len(truth[kind]) >= floor
