"""How like two values are, in tables."""

from __future__ import annotations

import pytest

from quality.dedupe import read_company, read_person
from quality.dedupe.addresses import place_level, read_address
from quality.dedupe.births import birth_level, read_birth
from quality.dedupe.company_levels import company_levels
from quality.dedupe.company_names import core_level, legal_level, read_company_name, sides_level
from quality.dedupe.mailboxes import read_mailboxes
from quality.dedupe.numbers import read_phones
from quality.dedupe.person_levels import person_levels
from quality.dedupe.person_names import given_level, last_level, read_name
from quality.dedupe.text import plain
from quality.dedupe.usage import Usage


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tröst", "TROEST"),
        ("Müller", "MÃ¼ller"),
        ("Straße", "strasse"),
        ("Александр", "Aleksandr"),
        ("O'Brien", "O’Brien"),
    ],
)
def test_two_spellings_of_one_word_are_compared_as_one(one, other):
    assert plain(one) == plain(other) != ""


@pytest.mark.parametrize("text", ["", ".", "N/A", "unknown", " - "])
def test_what_only_fills_a_field_is_no_text(text):
    assert plain(text) == ""


@pytest.mark.parametrize(
    ("first", "last", "whole", "given", "surname", "suffix"),
    [
        ("Ada", "Lovelace", "", ("ada",), ("lovelace",), ""),
        ("", "", "Lovelace, Ada", ("ada",), ("lovelace",), ""),
        ("", "", "Dr. Ada King Lovelace", ("ada", "king"), ("lovelace",), ""),
        ("Nathan", "Briggs Jr.", "", ("nathan",), ("briggs",), "jr"),
        ("", "Nathan Briggs", "", ("nathan",), ("briggs",), ""),  # both names in one field
        ("Brita", "-", "", ("brita",), (), ""),
        ("Victor S.", "", "", ("victor", "s"), (), ""),
        ("Ruben", "van der Brink", "", ("ruben",), ("brink",), ""),
    ],
)
def test_name_is_read_from_whichever_fields_hold_it(first, last, whole, given, surname, suffix):
    name = read_name(first, last, whole)

    assert (name.given, name.last, name.suffix) == (given, surname, suffix)


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        (("robert",), ("robert",), "same"),
        (("robert", "j"), ("robert", "james"), "same_middle"),
        (("bob",), ("robert",), "nickname"),
        (("sasha",), ("alexandra",), "nickname"),
        (("r",), ("robert",), "initial"),
        (("roebrt",), ("robert",), "close"),
        (("maria",), ("mario",), "other_name"),
        (("thomas",), ("juliette",), "two_names"),
        (("anna", "maria"), ("maria",), "second_name"),
        ((), ("robert",), "unknown"),
    ],
)
def test_given_names_agree_by_level(one, other, level):
    assert given_level(one, other) == level
    assert given_level(other, one) == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        (("mills",), ("millss",), "close"),
        (("nash", "knapp"), ("knapp",), "part"),
        (("s",), ("smith",), "initial"),
        (("smith",), ("jones",), "contradicts"),
        ((), ("jones",), "unknown"),
    ],
)
def test_surnames_agree_by_level(one, other, level):
    assert last_level(one, other) == level
    assert last_level(other, one) == level


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("A.da+crm@googlemail.com", ["ada@gmail.com"]),
        ("ada@acme.com; a.king@web.de", ["ada@acme.com", "a.king@web.de"]),
        ("mailto:ada@acme.com", ["ada@acme.com"]),
        ("ada@gmial.com", ["ada@gmail.com"]),
        ("unknown@unknown.com", []),
    ],
)
def test_one_mailbox_has_one_spelling(text, addresses):
    assert [box.address for box in read_mailboxes(text)] == addresses


@pytest.mark.parametrize(
    ("text", "tails"),
    [
        ("+49 (0)711 930685", ("11930685",)),
        ("0711/930685", ("11930685",)),
        ("1-617-452-1504 ext. 12", ("74521504",)),
        ("000-000-0000", ()),
        ("+1 555 555 5555", ()),
        ("123456789", ()),
    ],
)
def test_phone_is_its_last_digits(text, tails):
    assert read_phones(text) == tails


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("1980-04-21", "21.04.1980", "same"),
        ("10/11/1981", "1981-11-10", "same"),
        ("1980-04-12", "1980-12-04", "turned"),
        ("1980-04-21", "1980-04-22", "slip"),
        ("1950-04-21", "1980-05-22", "generation_apart"),
        ("1980-04-21", "1986-11-03", "contradicts"),
        ("", "1986-11-03", "unknown"),
    ],
)
def test_birth_dates_agree_by_level(one, other, level):
    assert birth_level(read_birth(one), read_birth(other)) == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        (("4318 Willow Lane", "Nashville", "37261", ""), ("4318 WILLOW LN", "Nashville", "", ""), "door_town"),
        (("Hauptstraße 5", "Köln", "50667", ""), ("Hauptstr. 5", "Cologne", "50667", ""), "door_area"),
        (("Hauptstr. 5", "Köln", "", ""), ("Hauptstr. 7", "Köln", "", ""), "other_number_town"),
        (("", "Köln", "", ""), ("", "Leeds", "", ""), "elsewhere_only"),
        (("", "", "", "DE"), ("", "Leeds", "", ""), "unknown"),
    ],
)
def test_addresses_agree_by_level(one, other, level):
    assert place_level(read_address(*one), read_address(*other)) == level


@pytest.mark.parametrize(
    ("text", "core", "trades", "legal"),
    [
        ("Niemeier Systemtechnik GmbH", ("niemeier",), {"systems"}, "gmbh"),
        ("Warner Immobilien Ltd.", ("warner",), {"real_estate"}, "ltd"),
        ("Süßebier und Mitschke Elektrotechnik GmbH & Co. KG", ("sussebier", "mitschke"), {"electrical"}, "gmbh co kg"),
        ("Titan Société par actions simplifiée", ("titan",), set(), "sas"),
        ("freemansons.co.uk", ("freemansons",), set(), ""),
    ],
)
def test_company_name_is_taken_apart(text, core, trades, legal):
    name = read_company_name(text)

    assert (name.core, name.trades, name.legal) == (core, trades, legal)


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Acme Inc.", "ACME", "same"),
        ("Monarch Transport B.V.", "MT B.V.", "initials"),
        ("Freeman & Sons Ltd.", "freemansons.co.uk", "same"),
        ("Novatec GmbH", "Novatek AG", "close"),
        ("Acme Inc.", "Zenith Inc.", "different"),
    ],
)
def test_company_names_agree_by_level(one, other, level):
    assert core_level(read_company_name(one), read_company_name(other)) == level
    assert core_level(read_company_name(other), read_company_name(one)) == level


def test_translated_trade_is_the_same_trade():
    one, other = read_company_name("Warner Immobilien Ltd"), read_company_name("Warner Real Estate Ltd")

    assert sides_level(one.trades, other.trades) == "same"
    assert legal_level(one.legal, other.legal) == "same"


def test_swapped_names_are_compared_in_the_right_places():
    one = read_person({"first_name": "Jacques", "last_name": "Valentin"})
    other = read_person({"first_name": "Valentin", "last_name": "Jacques"})

    levels = person_levels(one, other, Usage())

    assert (levels["order"], levels["given"], levels["last"]) == ("turned", "same", "same")


def test_mailbox_of_two_people_says_less_than_one_of_one():
    usage = Usage()
    box = {"email": "manns@gmail.com", "last_name": "Mann"}
    melanie, kenneth = read_person({**box, "first_name": "Melanie"}), read_person({**box, "first_name": "Kenneth"})
    usage.add(melanie)

    alone = person_levels(melanie, melanie, usage)["mail"]
    usage.add(kenneth)
    shared = person_levels(melanie, kenneth, usage)["mail"]

    assert (alone, shared) == ("same_one", "same_two")


def test_what_is_missing_is_a_level_of_its_own():
    nobody, nothing = read_person({}), read_company({})

    assert {person_levels(nobody, nobody, Usage())[name] for name in ("given", "mail", "phone", "born", "place")} == {
        "unknown"
    }
    assert {company_levels(nothing, nothing, Usage())[name] for name in ("core", "domain", "tax", "place")} == {
        "unknown"
    }
