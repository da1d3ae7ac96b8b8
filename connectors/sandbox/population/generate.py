"""Makes a whole base: who exists, what the CRM holds of them, and the truth."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from connectors.sandbox.population.company_records import CompanyRecords
from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.links import close_links
from connectors.sandbox.population.mailboxes import PostOffice
from connectors.sandbox.population.people import Company, Person, Population, User
from connectors.sandbox.population.person_records import PersonRecords, employers_of
from connectors.sandbox.population.persons import Cradle
from connectors.sandbox.population.timeline import Calendar
from connectors.sandbox.population.users import staff
from connectors.sandbox.population.work import Work


@dataclass(frozen=True, slots=True)
class _Throws:
    """A source of chance for each part, so that more of one does not reshuffle another."""

    seed: int

    def of(self, part: str) -> Dice:
        return Dice.named("population", self.seed, part)


def generate(
    people: int = 2000, companies: int = 600, *, seed: int = 1, now: datetime, dirt: float = 1.0
) -> Population:
    """Return a base of `people` and `companies` as of `now`.

    The same arguments give the same base. With `dirt` 0 it is perfectly clean: every value is the truth, everybody is
    linked, nobody occurs twice. With 1 about two records in five are dirty.
    """
    throws = _Throws(seed)
    users = staff(throws.of("users"))
    active = [user for user in users if user.is_active]
    company_calendar = Calendar.of(throws.of("company times"), now)
    drafts, firms = CompanyRecords(throws.of("companies"), company_calendar, active, dirt).make(companies)
    cradle = Cradle(throws.of("people"), PostOffice(), dirt, now.year)
    employers = employers_of(throws.of("employers"), drafts)
    calendar = Calendar.of(throws.of("times"), now)
    persons = PersonRecords(cradle, calendar, active, employers).make(people)
    close_links(persons, firms)
    _own(throws.of("owners"), persons, firms, users)
    return _with_work(throws.of("work"), Population(seed, now, users, firms, persons, [], [], []))


def _own(dice: Dice, people: list[Person], companies: list[Company], users: list[User]) -> None:
    for company in companies:
        company.owner = dice.pick(users).key if dice.chance(0.8) else ""
    owners = {company.key: company.owner for company in companies}
    for person in people:
        own = dice.pick(users).key if dice.chance(0.6) else ""
        person.owner = owners.get(person.company or "", "") or own


def _with_work(dice: Dice, population: Population) -> Population:
    linked: dict[str, list[Person]] = defaultdict(list)
    for person in population.people:
        if person.company:
            linked[person.company].append(person)
    work = Work(dice, population.now, {company.key: company for company in population.companies}, linked)
    population.deals = work.deals()
    population.tickets = work.tickets()
    population.activities = work.activities(population.people)
    return population
