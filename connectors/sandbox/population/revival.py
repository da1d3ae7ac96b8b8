"""Brings the makers' view back from a finished population, so that its people can move on."""

from __future__ import annotations

from connectors.sandbox.population.countries import City, Country, Word, countries
from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.drafts import CompanyDraft, PersonDraft
from connectors.sandbox.population.firms import Firm
from connectors.sandbox.population.mailboxes import mail_words
from connectors.sandbox.population.names import Name
from connectors.sandbox.population.people import Company, Person
from connectors.sandbox.population.persons import Being
from connectors.sandbox.population.sources import Entrance, entrances


def company_draft(dice: Dice, company: Company) -> CompanyDraft:
    """Return the draft behind a company record."""
    country = countries()[company.truth["country"]]
    firm = Firm(
        truth=company.truth,
        country=country,
        city=_city(country, company.truth.get("city", "")),
        core=company.truth["name"],
        trade="",
        mail_style=dice.pick(mail_words().corporate),
    )
    draft = CompanyDraft(firm, _entrance("company", company.source.label), company.created_at, key=company.key)
    draft.is_duplicate = bool(company.duplicate_of)
    return draft


def person_draft(person: Person, truth: dict[str, str], employer: CompanyDraft | None) -> PersonDraft:
    """Return the draft behind a person record, as its `truth` stands now."""
    country = countries()[truth["country"]]
    first = _word(country.female + country.male, truth["first_name"])
    last = _word(country.last_female + country.last_male, truth["last_name"])
    being = Being(truth, Name(first, last, is_native=True), country, employer.firm if employer else None)
    draft = PersonDraft(being, _entrance("person", person.source.label), person.created_at, employer)
    # What looks like a second record looks like the first one too.
    draft.key = person.duplicate_of or person.key
    return draft


def _word(known: tuple[Word, ...], text: str) -> Word:
    return next((word for word in known if word.native == text), Word(text, text))


def _city(country: Country, name: str) -> City:
    return next((city for city in country.cities if city.name == name), country.cities[0])


def _entrance(kind: str, label: str) -> Entrance:
    known = entrances(kind).all
    return next((entrance for entrance in known if entrance.label == label), known[0])
