"""What two records have of their own, what contradicts it, and what no merge may rest on."""

from __future__ import annotations

import pytest

from quality.dedupe import read_company, read_person
from quality.dedupe.addresses import street_level
from quality.dedupe.calibration import Calibration
from quality.dedupe.company_levels import company_levels
from quality.dedupe.company_names import read_company_name
from quality.dedupe.person_levels import person_levels
from quality.dedupe.usage import Usage
from quality.dedupe.vetoes import lack, veto

ANNA = {"first_name": "Anna", "last_name": "Berger"}


def of_people(one, other):
    return person_levels(read_person(one), read_person(other), Usage())


def of_companies(one, other):
    return company_levels(read_company(one), read_company(other), Usage())


@pytest.mark.parametrize(
    ("values", "given", "last"),
    [
        ({"first_name": "Anna", "last_name": "-", "email": "anna.berger@acme.com"}, ("anna",), ("berger",)),
        ({"first_name": "A.", "last_name": "Berger", "email": "anna.berger@acme.com"}, ("anna",), ("berger",)),
        ({"first_name": "Anna", "last_name": "Berger", "email": "anna.huber@acme.com"}, ("anna",), ("berger",)),
        ({"first_name": "Anna", "last_name": "-", "email": "info@acme.com"}, ("anna",), ()),
        ({"last_name": "Caroline Nordin-Falk"}, ("caroline",), ("nordin", "falk")),
    ],
)
def test_missing_part_of_a_name_is_read_from_a_mailbox(values, given, last):
    name = read_person(values).name

    assert (name.given, name.last) == (given, last)


def test_mobile_is_shared_whichever_field_holds_it():
    levels = of_people({**ANNA, "mobile": "+49 170 1234987"}, {**ANNA, "phone": "0170 1234987"})

    assert levels["mobile"] == "same"
    assert levels["own"] == "one"


def test_things_of_ones_own_that_differ_are_counted():
    levels = of_people(
        {**ANNA, "birth_date": "1970-03-04", "email": "anna@gmail.com", "mobile": "+49 170 1234987"},
        {**ANNA, "birth_date": "1981-11-20", "email": "berger@web.de", "mobile": "+49 151 7654321"},
    )

    assert levels["against"] == "several"


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("anna.berger@acme.com", "anna.berger@gmail.com", "named_local"),
        ("anna.berger@acme.com", "anna.berger77@gmail.com", "named_local"),
        ("panther77@acme.com", "panther77@gmail.com", "same_local"),
    ],
)
def test_mailbox_that_only_spells_the_name_is_no_evidence_of_its_own(one, other, level):
    assert of_people({**ANNA, "email": one}, {**ANNA, "email": other})["mail"] == level


def test_letter_an_employer_adds_makes_another_persons_address():
    levels = of_people({**ANNA, "email": "berger@acme.com"}, {**ANNA, "email": "berger.b@acme.com"})

    assert levels["work_mail"] == "two_at_one_domain"
    assert veto("person", levels)


def test_shared_landline_and_home_of_relatives_tie_nobody():
    home = {"phone": "040 1234987", "street": "Ring 5", "postal_code": "20095", "city": "Hamburg"}

    levels = of_people({**ANNA, **home}, {**ANNA, **home})

    assert lack("person", levels)


def test_home_and_employer_together_tie_one_person():
    both = {"company_name": "Acme Bau GmbH", "street": "Ring 5", "postal_code": "20095", "city": "Hamburg"}

    assert not lack("person", of_people({**ANNA, **both}, {**ANNA, **both}))


def test_branches_in_different_towns_are_not_merged_without_asking():
    levels = of_companies(
        {"name": "Acme", "website": "acme.com", "street": "Ring 5", "city": "Hamburg", "postal_code": "20095"},
        {"name": "Acme", "website": "acme.com", "street": "Am Markt 1", "city": "Jena", "postal_code": "07743"},
    )

    assert veto("company", levels) == "They are at different addresses in different towns."


def test_company_of_which_only_the_name_is_known_is_not_merged_without_asking():
    assert lack("company", of_companies({"name": "Acme", "city": "Jena"}, {"name": "Acme", "city": "Jena"}))


@pytest.mark.parametrize(
    ("text", "core", "trades", "units"),
    [
        ("Acme Sofware Inc", ("acme",), {"software"}, set()),
        ("Acme Hodling", ("acme",), set(), {"holding"}),
        ("Acme Trading", ("acme",), set(), {"trading"}),
    ],
)
def test_words_of_trade_and_unit_are_known_with_a_slip(text, core, trades, units):
    name = read_company_name(text)

    assert (name.core, name.trades, name.units) == (core, trades, units)


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("peachtree rd battle center", "peachtree rd", "close"),
        ("north oak str", "south elm str", "different"),
        ("northpoint", "north point str", "close"),
    ],
)
def test_streets_are_told_by_more_than_their_kind(one, other, level):
    assert street_level(one, other) == level


def test_probability_runs_along_what_was_seen_and_straight_on_beyond():
    calibration = Calibration(knots=((0.0, -1.0), (2.0, 1.0), (4.0, 1.5)))

    assert calibration.probability(1.0, 100) == pytest.approx(0.5)
    chances = [calibration.probability(score, 100) for score in (-9.0, 0.0, 1.0, 2.0, 3.0, 9.0)]
    assert chances == sorted(set(chances))
