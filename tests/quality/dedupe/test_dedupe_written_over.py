"""Whether a record that says something else than before is somebody else now, or has changed."""

from __future__ import annotations

import pytest

from quality.dedupe import is_somebody_else, read_company, read_person, shipped_points

SANDRA = {
    "first_name": "Sandra", "last_name": "Fitzgerald", "email": "sandra@clearwater.us", "phone": "+14025993757",
    "street": "1784 Main Street", "city": "Omaha", "postal_code": "68174", "country": "US",
}  # fmt: skip
SOLTRA = {
    "name": "Soltra Systems LLP", "domain": "soltrasystems.com", "website": "https://www.soltrasystems.com",
    "phone": "+13123627100", "street": "3153 Elm Street", "city": "Chicago", "postal_code": "60601", "country": "US",
}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        # What the one who writes over has nothing for stays: here the telephone, there the street.
        ({"first_name": "Nasser", "last_name": "Omari", "email": "nasser71@yahoo.com"}, True),
        (
            {"first_name": "Rob", "last_name": "Smits", "phone": "+31615083598", "city": "Utrecht", "country": "NL"},
            True,
        ),
        ({"last_name": "Miller", "email": "sandra.miller@clearwater.us"}, False),
        ({"first_name": "Sandy", "phone": "+14025993799"}, False),
        ({"first_name": "Sandra Jane", "email": "sandra.fitzgerald@apex.com", "phone": "+12125550188"}, False),
        ({"email": "office@apex.com", "phone": "+12125550188", "street": "9 Elm Road", "city": "Boston"}, False),
    ],
)
def test_a_person_whose_name_and_more_became_another_ones_is_somebody_else(more, expected):
    points = shipped_points("person")

    assert is_somebody_else(read_person(SANDRA), read_person({**SANDRA, **more}), points) is expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            {"name": "CPD Stroy", "website": "https://www.cpdstroy.ru", "street": "ул. Ленина, д. 1",
             "city": "Екатеринбург", "postal_code": "620037", "country": "RU"},
            True,
        ),
        ({"name": "Soltra Group LLP", "phone": "+13123627199"}, False),
        ({"name": "Soltra", "street": "9 Lake Street", "postal_code": "60602"}, False),
        ({"street": "9 Lake Street", "city": "Boston", "postal_code": "02110", "phone": "+16175550100"}, False),
    ],
)  # fmt: skip
def test_a_company_whose_name_and_more_became_another_ones_is_another_one(more, expected):
    points = shipped_points("company")

    assert is_somebody_else(read_company(SOLTRA), read_company({**SOLTRA, **more}), points) is expected
