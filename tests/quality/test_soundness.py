"""A value that cannot be right never wins over one that can, in a merge and between accounts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from quality.golden import Authority, Fact, FieldAuthority, Member, Setter, Wins, golden_record
from quality.subjects.soundness import is_sound
from syncd.model import Record, Ref, Value


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("email", "ada@acme.com", True),
        ("email", "ada@outlook.con", False),
        ("email", "ada@gmial.com", False),
        ("email", "ada", False),
        ("email", None, True),
        ("phone", "+4930123456", True),
        ("phone", "030 123456", True),  # nobody knows where that is
        ("phone", "+49", False),
        ("mobile", "0000000000", False),
        ("domain", "acme.com", True),
        ("domain", "acme.con", False),
        ("website", "https://acme.de/about", True),
        ("last_name", "outlook.con", True),
    ],
)
def test_form_tells_what_cannot_be_right(field, value, expected):
    assert is_sound(field, value) is expected


def test_newer_address_that_is_mistyped_does_not_win_over_an_older_one():
    def member(account: str, year: int, **values: Value) -> Member:
        fact = Fact(datetime(year, 1, 1, tzinfo=UTC), by=Setter.PERSON)
        return Member(Record(Ref(account, "person", "1"), "person", values), dict.fromkeys(values, fact))

    wishes = Authority(accounts=("hub", "org"), fields={"email": FieldAuthority(policy=Wins.NEWEST)})

    golden = golden_record(
        [member("hub", 2025, email="ada@outlook.con"), member("org", 2020, email="ada@outlook.com")], wishes
    )

    assert golden.values["email"].value == "ada@outlook.com"
    assert golden.values["email"].reason == "something is wrong with the others"
