"""How often the rules are right on words they were not written from: a small frozen part of the benchmark."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from quality import Surroundings, catalog, compile_ruleset, evaluate, resolve
from syncd.model import Mode, Record, Ref

AROUND = Surroundings(datetime(2026, 1, 1, tzinfo=UTC))
NAMES = ("person_name_case", "company_name_form", "company_name_clean", "city_case", "text_clean")
RULES = compile_ruleset("person", stream_mode=Mode.APPLY, rules={name: catalog()[name] for name in NAMES})
APOSTROPHES = str.maketrans("’‘", "''")


@cache
def words() -> tuple[tuple[str, str, str], ...]:
    text = (Path(__file__).parent / "data" / "right_words.csv").read_text(encoding="utf-8")
    return tuple((row["field"], row["locale"], row["word"]) for row in csv.DictReader(text.splitlines()))


def outcome(field: str, locale: str, typed: str, meant: str) -> str:
    country = locale.partition("_")[2]
    record = Record(Ref("crm", "contacts", "1"), "person", {field: typed, "country": country})
    change = resolve(record, evaluate(RULES, record, AROUND).findings).update.get(field)
    if change is None:
        return "left alone"
    is_right = str(change.after).translate(APOSTROPHES) == meant.translate(APOSTROPHES)
    return ("" if change.mode is Mode.APPLY else "asked ") + ("right" if is_right else "wrong")


def test_right_words_of_forty_locales_are_left_alone():
    touched = [
        (field, locale, word)
        for field, locale, word in words()
        if outcome(field, locale, word, word) not in {"left alone", "right"}
    ]

    assert len(words()) > 700
    assert touched == []


@pytest.mark.parametrize(
    ("field", "least_right", "most_wrong"),
    [
        ("first_name", 0.96, 0.006),
        ("last_name", 0.95, 0.01),
        ("city", 0.90, 0.03),
        ("company_name", 0.40, 0.012),
    ],
)
def test_words_in_capitals_or_small_letters_are_mostly_put_right_and_hardly_ever_wrong(field, least_right, most_wrong):
    counts = Counter(
        outcome(field, locale, typed, word)
        for name, locale, word in words()
        if name == field
        for typed in {word.upper(), word.lower()} - {word}
    )

    total = counts.total()
    assert counts["right"] / total >= least_right, counts
    assert counts["wrong"] / total <= most_wrong, counts
