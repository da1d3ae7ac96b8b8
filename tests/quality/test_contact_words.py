"""How often the rules are right on contact data they were not written from: a frozen draw, with floors."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quality import Surroundings, compile_ruleset, evaluate, resolve
from syncd.model import Mode, Record, Ref

AROUND = Surroundings(datetime(2026, 1, 1, tzinfo=UTC))
PERSON = compile_ruleset("person", stream_mode=Mode.APPLY)
ROWS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "data" / "contact_words.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
#: What share is put right without asking; the rest is left alone or asked about, never wrong.
FLOORS = {"phone": 0.96, "country": 0.99, "postal_code": 0.9, "email": 1.0, "website": 1.0}


def written(field: str, text: str, country: str) -> object:
    """Return what the field holds after what is certain was written."""
    record = Record(Ref("crm", "person", "1"), "person", {"country": country or None, field: text})
    update = resolve(record, evaluate(PERSON, record, AROUND).findings).update_in(Mode.APPLY)
    return update[field].after if field in update else text


@pytest.mark.parametrize("field", FLOORS)
def test_what_was_typed_becomes_what_is_meant(field):
    rows = [(meant, typed, written(field, typed, country)) for name, meant, typed, country in ROWS if name == field]

    outcomes = Counter(
        "right" if after == meant else "left" if str(after).strip() == typed.strip() else "wrong"
        for meant, typed, after in rows
    )

    assert outcomes["wrong"] == 0, [row for row in rows if row[2] not in {row[0], row[1].strip()}]
    assert outcomes["right"] >= FLOORS[field] * len(rows)


@pytest.mark.parametrize("field", FLOORS)
def test_what_is_meant_stays_as_it_is(field):
    touched = [
        (meant, after)
        for name, meant, _, country in ROWS
        if name == field and (after := written(field, meant, country)) != meant
    ]

    assert touched == []
