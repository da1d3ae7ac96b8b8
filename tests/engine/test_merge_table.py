"""What a person sees of a merge before it is made is what will be."""

from __future__ import annotations

from quality.survivorship import Wishes
from syncd.engine.judging.merge_table import merge_table
from syncd.model import Action, Change, Fix, FixState, Record, Ref

GOES, STAYS = Ref("main", "contacts", "1"), Ref("main", "contacts", "2")


def table(*written: str, reasons: tuple[str, ...] = ()) -> dict[str, tuple[object, str, bool]]:
    ours = Record(STAYS, "person", {"first_name": "B.", "phone": None, "city": "Rome"})
    theirs = Record(GOES, "person", {"first_name": "Bob", "phone": "+14155550100", "city": "Rome"})
    changes = tuple(Change(name, name, None, "x", ("duplicate",)) for name in written)
    fix = Fix("1", GOES, Action.MERGE, FixState.PROPOSED, changes, reasons=reasons, into=STAYS)
    return {row.field: (row.result, row.reason, row.is_lost) for row in merge_table(fix, ours, theirs, Wishes())}


def test_each_field_has_both_values_the_result_and_the_reason():
    assert table("first_name", "phone") == {
        "first_name": ("Bob", "it says the same and more", False),
        "phone": ("+14155550100", "the record that stays holds nothing here", False),
        "city": ("Rome", "both hold the same", False),
    }


def test_value_that_is_not_written_shows_as_lost_with_the_reason():
    reasons = ("the same as another record", "phone is left as it is: not one of the property's options")

    rows = table(reasons=reasons)

    assert rows["phone"] == (None, "not one of the property's options", True)
    assert rows["first_name"] == ("B.", "it is not written", True)
