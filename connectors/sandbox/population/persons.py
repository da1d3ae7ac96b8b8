"""People one would believe, as they truly are."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.sandbox.population import phones
from connectors.sandbox.population.countries import City, Country, world
from connectors.sandbox.population.dice import Dice, Urn
from connectors.sandbox.population.firms import Firm, address
from connectors.sandbox.population.mailboxes import PostOffice
from connectors.sandbox.population.names import Name, name_in
from connectors.sandbox.population.sources import Entrance
from connectors.sandbox.population.titles import title_in

_STAGES = Urn(
    ("subscriber", "lead", "marketing_qualified_lead", "sales_qualified_lead", "opportunity", "customer", "other"),
    (14, 38, 16, 9, 7, 14, 2),
)
_STATUSES = (
    "new",
    "open",
    "in_progress",
    "open_deal",
    "unqualified",
    "attempted_to_contact",
    "connected",
    "bad_timing",
)


@dataclass(frozen=True, slots=True)
class Being:
    """A person with what the makers of duplicates need to know of them."""

    truth: dict[str, str]
    name: Name
    country: Country
    firm: Firm | None


@dataclass(frozen=True, slots=True)
class Cradle:
    """Where people come from."""

    dice: Dice
    office: PostOffice
    #: 0 gives nobody a private, role or disposable mailbox.
    dirt: float
    #: The year birth dates are counted back from.
    year: int

    def being(self, firm: Firm | None, entrance: Entrance) -> Being:
        """Return a person who works for `firm` and came in by `entrance`."""
        dice = self.dice
        country = firm.country if firm and dice.chance(0.95) else world().draw(dice)
        name = name_in(dice, country)
        colleagues = firm if firm and firm.country is country else None
        city = colleagues.city if colleagues and dice.chance(0.75) else dice.pick(country.cities)
        truth = {"first_name": name.written_first, "last_name": name.written_last}
        truth["email"] = self._mailbox(name, country, firm, entrance)
        truth |= self._numbers(country, city, colleagues)
        truth |= self._work(country, firm)
        truth["country"] = country.code
        if dice.chance(0.55):
            truth |= self._place(country, city, colleagues)
        truth |= self._standing(entrance)
        return Being(truth, name, country, firm)

    def birth_date(self, youngest: int, oldest: int) -> str:
        """Return a day of birth of somebody between two ages."""
        born = self.year - self.dice.randint(youngest, oldest)
        return f"{born}-{self.dice.randint(1, 12):02d}-{self.dice.randint(1, 28):02d}"

    def _mailbox(self, name: Name, country: Country, firm: Firm | None, entrance: Entrance) -> str:
        dice, office = self.dice, self.office
        throw = dice.random() / self.dirt if self.dirt else 1.0
        if firm and throw < entrance.role_mail:
            found = office.role(dice, country.language, firm.truth["domain"])
            if found:
                return found
        throw -= entrance.role_mail
        if throw < entrance.disposable:
            return office.disposable(dice, name, country)
        if firm is None or throw - entrance.disposable < entrance.free_mail:
            return office.private(dice, name, country)
        style = firm.mail_style if dice.chance(0.9) else "{first}.{last}"
        return office.corporate(dice, name, country.code, firm.truth["domain"], style)

    def _numbers(self, country: Country, city: City, colleagues: Firm | None) -> dict[str, str]:
        dice = self.dice
        if colleagues and dice.chance(0.45):
            found = {"phone": phones.extension_of(dice, colleagues.truth["phone"], country)}
        else:
            kind = phones.landline if dice.chance(0.7) else phones.mobile
            found = {"phone": kind(dice, country, city)}
        if dice.chance(0.38):
            found["mobile"] = phones.mobile(dice, country, city)
        return found

    def _work(self, country: Country, firm: Firm | None) -> dict[str, str]:
        title, meaning = title_in(self.dice, country.language)
        found = {"job_title": title}
        if meaning:
            found["normalised_title"] = meaning
        if firm:
            found["company_name"] = firm.truth["name"]
            if self.dice.chance(0.2):
                found["website"] = firm.truth["website"]
        return found

    def _place(self, country: Country, city: City, colleagues: Firm | None) -> dict[str, str]:
        if colleagues and city is colleagues.city and self.dice.chance(0.7):
            fields = ("street", "city", "state", "postal_code", "country")
            return {field: colleagues.truth[field] for field in fields if field in colleagues.truth}
        return address(self.dice, country, city)

    def _standing(self, entrance: Entrance) -> dict[str, str]:
        dice = self.dice
        found = {"lifecycle_stage": _STAGES.draw(dice), "lead_source": dice.pick(entrance.lead_sources)}
        if dice.chance(0.45):
            found["lead_status"] = dice.pick(_STATUSES)
        if dice.chance(0.06):
            found["birth_date"] = self.birth_date(22, 66)
        return found
