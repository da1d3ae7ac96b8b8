"""What two records have of their own, what contradicts it, and what no merge may rest on."""

from __future__ import annotations

import pytest

from quality.dedupe import Matcher, read_company, read_person
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


def test_initial_of_a_surname_behind_a_given_name_is_no_slip():
    here = {"first_name": "Márcia", "last_name": "Silva", "company_name": "Solduberg", "email": "marcias@acme.com"}
    there = {**here, "last_name": "da Silva", "email": "marciad@acme.com"}

    levels = of_people(here, there)

    assert (levels["mail"], levels["work_mail"]) == ("different", "two_at_one_domain")
    assert veto("person", levels)


def test_numbers_a_digit_apart_tie_nobody_for_they_may_be_two_extensions():
    levels = of_people({**ANNA, "phone": "+492012043420"}, {**ANNA, "phone": "+492012043427"})

    assert levels["phone"] == "one_digit"
    assert lack("person", levels)


def test_shared_landline_and_home_of_relatives_tie_nobody():
    home = {"phone": "040 1234987", "street": "Ring 5", "postal_code": "20095", "city": "Hamburg"}

    levels = of_people({**ANNA, **home}, {**ANNA, **home})

    assert lack("person", levels)


def test_an_office_ties_nobody_for_namesakes_share_it():
    office = {"company_name": "Acme Bau GmbH", "street": "Ring 5", "postal_code": "20095", "city": "Hamburg"}

    assert lack("person", of_people({**ANNA, **office}, {**ANNA, **office}))


def test_one_post_at_one_employer_ties_one_person():
    post = {"company_name": "Acme Bau GmbH", "job_title": "Head of Logistics"}

    assert not lack("person", of_people({**ANNA, **post}, {**ANNA, **post}))
    assert lack(
        "person", of_people({**ANNA, **post, "mobile": "0171 9345671"}, {**ANNA, **post, "mobile": "0160 9988764"})
    )


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"first_name": "Julia"}, {"first_name": "Julian"}),
        ({"first_name": "Adrian"}, {"first_name": "Adriana"}),
        ({"first_name": "John A.", "last_name": "Smith"}, {"first_name": "John B.", "last_name": "Smith"}),
        ({"last_name": "García López"}, {"last_name": "García Pérez"}),
        ({"first_name": "伟", "last_name": "王"}, {"first_name": "薇", "last_name": "王"}),
        ({"last_name": "Silva"}, {"last_name": "Silva Filho"}),
        ({"first_name": "Martin", "last_name": "Thomas"}, {"first_name": "Thomas", "last_name": "Martin"}),
    ],
)
def test_relatives_and_namesakes_are_not_merged_without_asking(ours, theirs):
    home = {"phone": "040 1234987", "street": "Ring 5", "postal_code": "20095", "city": "Hamburg"}

    levels = of_people({**ANNA, **home, **ours}, {**ANNA, **home, **theirs})

    assert veto("person", levels)


def test_mailbox_of_a_household_is_nobodys_own():
    for address in ("familie.berger@web.de", "anna.und.jan@web.de"):
        assert of_people({**ANNA, "email": address}, {**ANNA, "email": address})["mail"] == "same_role"


def test_name_in_its_own_signs_contradicts_no_latin_one():
    levels = of_people(
        {"first_name": "太郎", "last_name": "田中", "email": "taro.tanaka@gmail.com"},
        {"first_name": "Taro", "last_name": "Tanaka", "email": "taro.tanaka@gmail.com"},
    )

    assert (levels["given"], levels["last"]) == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Store #12", "Acme Store #13"),
        ("Acme Fund I", "Acme Fund II"),
        ("Acme GmbH", "Acme GmbH & Co. KG"),
        ("Acme Hospital", "Acme Hospital Foundation"),
        ("Acme Ltd", "Acme Real Estate Ltd"),
        ("Acme Ltd", "Acme Norwind Ltd"),
        ("Bath University Department of Physics", "Bath University Department of Chemistry"),
    ],
)
def test_sister_companies_are_not_merged_without_asking(one, other):
    shared = {"website": "acme.com", "phone": "040 1234987", "street": "Ring 5", "postal_code": "20095"}

    levels = of_companies({"name": one, **shared}, {"name": other, **shared})

    assert veto("company", levels)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Monarch GmbH", "Monarch Gezellschaft mit beschränkter Haftung"),
        ("Baum Inc.", "Baum Inxorporated"),
        ("Hahn B.V.", "Hahn BeslotenV ennootschap"),
        ("Acme International Ltd", "ACME Intl. L TD"),
        ("St. Mary Hosp.", "Saint Mary Hospital"),
        ("Acme GmbH", "Acme GmbH - DO NOT USE"),
    ],
)
def test_one_name_written_short_or_with_a_slip_is_one(one, other):
    levels = of_companies({"name": one}, {"name": other})

    assert levels["core"] == "same"
    assert levels["legal"] != "differ"


def test_corner_and_spelt_ordinal_leave_a_street_as_it_is():
    one = {"name": "Acme", "street": "854 7th Ave. between 54th and 55th Sts.", "city": "New York"}

    assert of_companies(one, {"name": "Acme", "street": "854 Seventh Ave.", "city": "NYC"})["place"] == "door_town"


def test_branches_in_different_towns_are_not_merged_without_asking():
    levels = of_companies(
        {"name": "Acme", "website": "acme.com", "street": "Ring 5", "city": "Hamburg", "postal_code": "20095"},
        {"name": "Acme", "website": "acme.com", "street": "Am Markt 1", "city": "Jena", "postal_code": "07743"},
    )

    assert veto("company", levels) == "They are at different addresses."


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


def test_namesakes_who_contradict_each_other_in_two_things_of_their_own_are_not_taken_for_one():
    one = {"first_name": "Ada", "last_name": "Lovelace", "street": "12 Dorset Street", "postal_code": "4370"}
    born = {"birth_date": "1943-10-20", "identifier": "6456768"}, {"birth_date": "1951-03-02", "identifier": "1699157"}
    matcher = Matcher("person")

    matcher.apply({name: read_person({**one, **more}) for name, more in zip(("a", "b"), born, strict=True)})

    assert matcher.probability("a", "b") < 0.5
    assert not matcher.groups()


@pytest.mark.parametrize("given", ["磊", ""])
def test_slip_between_addresses_at_one_employer_ties_nobody_whose_given_name_cannot_be_compared(given):
    one = {"first_name": "Li", "last_name": "Huang", "email": "lih@zhaohuang.com.cn"}
    other = {"first_name": given, "last_name": "黄" if given else "Huang", "email": "leih@zhaohuang.com.cn"}

    levels = of_people(one, other)

    assert (levels["mail"], levels["given"], levels["last"]) == ("slip", "unknown", "same")
    assert veto("person", levels) == "Their addresses differ by a slip, and no given names can be compared."
