"""How a record stands to a fix decides whether it is written: this table is the whole of "compare, then set"."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from syncd.engine.guarding.compare import Standing, standing
from syncd.engine.writing.remove import may_go
from syncd.model import PROMOTE, Action, Change, Fix, FixState, Link, Raw, Ref, SourceRecord

REF = Ref("main", "contacts", "7")
ACME = Ref("main", "companies", "1")


def update(*pairs: tuple[str, Raw, Raw]) -> Fix:
    changes = tuple(Change(name, name, before, after, ("a_rule",)) for name, before, after in pairs)
    return Fix("f1", REF, Action.UPDATE, FixState.APPROVED, changes)


def link(*, undoes: str = "") -> Fix:
    return Fix("f1", REF, Action.LINK, FixState.APPROVED, link=Link(ACME, "primary"), undoes=undoes)


def promotion() -> Fix:
    return Fix("f1", REF, Action.LINK, FixState.APPROVED, link=Link(ACME, PROMOTE))


def removal(*, undoes: str = "") -> Fix:
    return Fix("f1", REF, Action.ARCHIVE, FixState.APPROVED, undoes=undoes)


def record(links: dict[str, tuple[str, ...]] | None = None, **values: Raw) -> SourceRecord:
    return SourceRecord(REF, values, None, datetime(2026, 1, 1, tzinfo=UTC), links or {})


@pytest.mark.parametrize(
    ("fix", "now", "expected"),
    [
        (update(("a", "x", "X")), record(a="x"), Standing.BEFORE),
        (update(("a", "x", "X")), record(a="X"), Standing.AFTER),
        (update(("a", "x", "X")), record(a="y"), Standing.OTHER),
        # Not fetched is not empty: nothing can be compared.
        (update(("a", None, "X")), record(b="x"), Standing.OTHER),
        # A cleared field is answered as null or as empty text.
        (update(("a", None, "X")), record(a=""), Standing.BEFORE),
        (update(("a", "x", None)), record(a=""), Standing.AFTER),
        # One of two fields is there already: half a fix is not the fix.
        (update(("a", "x", "X"), ("b", "y", "Y")), record(a="X", b="y"), Standing.OTHER),
        (link(), record({"companies": ()}), Standing.BEFORE),
        (link(), record({"companies": ("1",)}), Standing.AFTER),
        # Somebody linked another company meanwhile: theirs stays.
        (link(), record({"companies": ("2",)}), Standing.OTHER),
        (link(), record(), Standing.OTHER),
        (link(undoes="f0"), record({"companies": ("2", "1")}), Standing.BEFORE),
        (link(undoes="f0"), record({"companies": ("2",)}), Standing.AFTER),
        # What is to become the primary company has to be linked, and still is.
        (promotion(), record({"companies": ("2", "1")}), Standing.BEFORE),
        (promotion(), record({"companies": ("2",)}), Standing.OTHER),
        (removal(), record(), Standing.BEFORE),
        (removal(undoes="f0"), record(), Standing.AFTER),
    ],
)
def test_a_record_stands_before_after_or_beside_a_fix(fix: Fix, now: SourceRecord, expected: Standing) -> None:
    assert standing(fix, now) is expected


@pytest.mark.parametrize(
    ("copied_at", "expected"),
    [(datetime(2026, 1, 1, tzinfo=UTC), True), (datetime(2026, 1, 2, tzinfo=UTC), False), (None, False)],
)
def test_record_goes_only_when_a_copy_was_made_of_it_as_it_was_compared(
    copied_at: datetime | None, *, expected: bool
) -> None:
    copies = {} if copied_at is None else {REF.id: SourceRecord(REF, {}, None, copied_at)}

    assert may_go(removal(), copies, {REF.id: record()}) is expected
    assert may_go(removal(undoes="f0"), {}, {})
    assert may_go(update(("a", "x", "X")), {}, {})
