"""Who is brought together to be compared: who shares much, or says little else."""

from __future__ import annotations

import pytest

from quality.dedupe import read_person
from quality.dedupe.keys import keys_of

_PERSON = {"first_name": "Karin", "last_name": "Lindgren"}


def _do_meet(one: dict[str, str], other: dict[str, str]) -> bool:
    return not keys_of(read_person(one)).isdisjoint(keys_of(read_person(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({**_PERSON}, {"first_name": "Lindgren", "last_name": "Karin"}),
        ({**_PERSON}, {"first_name": "Karinne", "last_name": "Lindgren"}),
        ({"birth_date": "1980-05-17"}, {**_PERSON, "birth_date": "1980-05-17"}),
        (
            {**_PERSON, "company_name": "Hagström Snickeri AB", "phone": "+46 8 517 04 11"},
            {"last_name": "Lindgren", "company_name": "Hagstrom Snickeri", "mobile": "+46 70 222 14 77"},
        ),
    ],
)
def test_records_that_may_be_one_meet(one: dict[str, str], other: dict[str, str]) -> None:
    found = _do_meet(one, other)

    assert found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"first_name": "Karinne"}, {}),
        ({"birth_date": "1980-05-17"}, {"birth_date": "1980-05-17", "first_name": "Olle", "last_name": "Berg"}),
        ({"email": "karin@hagstrom.se"}, {"email": "karin@bergochson.se", "last_name": "Berg"}),
    ],
)
def test_people_with_telephones_do_not_meet_by_what_many_share(one: dict[str, str], other: dict[str, str]) -> None:
    ours, theirs = {**_PERSON, "phone": "+46 8 517 04 11"} | one, {**_PERSON, "phone": "+46 8 733 29 58"} | other

    found = _do_meet(ours, theirs)

    assert not found
