"""A base that lives: people arrive, colleagues type, imports shout, mails bounce."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from connectors.sandbox.population import phones
from connectors.sandbox.population.countries import countries
from connectors.sandbox.population.dice import Dice, Urn
from connectors.sandbox.population.events import (
    Arrived,
    Bounced,
    Edited,
    Event,
    OptedOut,
    Overwritten,
    Rewrite,
    Signed,
    Unlinked,
)
from connectors.sandbox.population.life import flags, whole_millisecond
from connectors.sandbox.population.links import close_link, domain_owners, leads_home
from connectors.sandbox.population.mailboxes import PostOffice
from connectors.sandbox.population.people import Defect, Person, Population, Source
from connectors.sandbox.population.person_records import PersonRecords, employers_of
from connectors.sandbox.population.persons import Cradle
from connectors.sandbox.population.revival import company_draft, person_draft
from connectors.sandbox.population.sources import Entrance, entrances
from connectors.sandbox.population.timeline import Calendar
from connectors.sandbox.population.titles import title_in
from connectors.sandbox.population.wounds import UNLINKED, Ward

__all__ = [
    "Arrived",
    "Bounced",
    "Edited",
    "Event",
    "Events",
    "OptedOut",
    "Overwritten",
    "Rewrite",
    "Signed",
    "Unlinked",
]

_SHARE_OF_SECONDS = 0.12
_SHARE_OF_FAKES = 0.03
_IMPORTED: tuple[str, ...] = ("first_name", "last_name", "city", "company_name")
_STATUSES = ("open", "in_progress", "connected", "unqualified", "bad_timing")


class Events:
    """An endless, seeded stream of events on a population, in the order of their moments.

    It remembers what it did itself and leaves the population alone; it does not see what others change meanwhile.
    """

    def __init__(self, population: Population, seed: int, *, every: timedelta = timedelta(seconds=2)) -> None:
        self._dice = Dice.named("living", population.seed, seed)
        self._at = population.now
        self._every = every
        self._users = [user for user in population.users if user.is_active]
        self._drafts = {company.key: company_draft(self._dice, company) for company in population.companies}
        self._owners = domain_owners(population.companies)
        self._people = [person for person in population.people if person.is_real]
        self._truth: dict[str, dict[str, str]] = {}
        self._loose: set[str] = set()
        self._count = len(population.people)
        held = (person.values.get("email", "").strip().lower() for person in population.people)
        true = (person.truth.get("email", "") for person in population.people)
        office = PostOffice.beside((*held, *true))
        self._cradle = Cradle(self._dice, office, 1.0, population.now.year)
        self._employers = employers_of(self._dice, list(self._drafts.values()))
        self._urn: Urn[Callable[[], Event | None]] = Urn(
            (self._arrive, self._edit, self._overwrite, self._unlink, self._opt_out, self._bounce, self._sign),
            (30, 25, 2, 8, 3, 4, 28),
        )

    def __iter__(self) -> Iterator[Event]:
        """Return itself: there is one stream."""
        return self

    def __next__(self) -> Event:
        """Return what happens next."""
        self._at = whole_millisecond(self._at + self._every * self._dice.expovariate(1.0))
        while True:
            # In an empty base all that can happen is that somebody arrives.
            event = self._urn.draw(self._dice)() if self._people else self._arrive()
            if event is not None:
                return event

    def _arrive(self) -> Event:
        calendar = Calendar.of(self._dice, self._at)
        records = PersonRecords(self._cradle, calendar, self._users, self._employers)
        chance = self._dice.random()
        if chance < _SHARE_OF_FAKES:
            draft = records.fake()
        elif chance < _SHARE_OF_FAKES + _SHARE_OF_SECONDS and self._people and self._employers:
            known = self._someone()
            first = person_draft(known, dict(self._true(known)), self._drafts.get(known.true_company or ""))
            draft = records.second(first, is_duplicate=self._dice.chance(0.8))
        else:
            draft = records.original()
        self._count += 1
        draft.key = f"p{self._count:06d}"
        person = _newborn(records.record(draft), self._at)
        close_link(person, self._owners)
        person.true_flags = flags(person, self._at)
        if person.is_real:
            self._people.append(person)
        return Arrived(self._at, person)

    def _edit(self) -> Event | None:
        person = self._someone()
        truth, dice = self._true(person), self._dice
        country = countries()[truth["country"]]
        field = dice.pick(("phone", "mobile", "job_title", "lead_status"))
        new: dict[str, str] = {}
        if field == "job_title":
            new["job_title"], new["normalised_title"] = title_in(dice, country.language)
        elif field == "lead_status":
            new["lead_status"] = dice.pick(_STATUSES)
        else:
            maker = phones.mobile if field == "mobile" else phones.landline
            new[field] = maker(dice, country, dice.pick(country.cities))
        source = entrances("person").all[0].source(dice, self._users)
        harms = ("phone_local_format", "phone_spelled") if field in {"phone", "mobile"} else ("blanks",)
        return Edited(self._at, source, self._rewrite(person, new, source.label, harms, 0.35))

    def _overwrite(self) -> Event | None:
        imports = [entrance for entrance in entrances("person").all if entrance.type == "IMPORT"]
        entrance: Entrance = self._dice.pick(imports)
        source = entrance.source(self._dice, self._users)
        count = min(self._dice.randint(5, 40), len(self._people))
        rewrites = []
        for person in self._dice.sample(self._people, count):
            truth = self._true(person)
            new = {name: truth[name] for name in _IMPORTED if name in truth}
            rewrites.append(self._rewrite(person, new, source.label, ("name_upper", "city_upper"), 0.9))
        return Overwritten(self._at, source, tuple(rewrites)) if rewrites else None

    def _unlink(self) -> Event | None:
        person = self._someone()
        if person.company is None or person.key in self._loose:
            return None
        self._loose.add(person.key)
        source = Source("INTEGRATION", "app-83311", "Ringline Telephony")
        defect = Defect("company", UNLINKED, leads_home(person, self._owners), source.label)
        return Unlinked(self._at, source, person.key, defect)

    def _opt_out(self) -> Event | None:
        return OptedOut(self._at, self._someone().key)

    def _bounce(self) -> Event | None:
        person = self._someone()
        return Bounced(self._at, person.key) if person.values.get("email") else None

    def _sign(self) -> Event | None:
        signal = self._dice.pick(("last_opened", "last_opened", "last_clicked", "last_visited", "last_form"))
        return Signed(self._at, self._someone().key, signal)

    def _someone(self) -> Person:
        return self._dice.pick(self._people)

    def _true(self, person: Person) -> dict[str, str]:
        return self._truth.setdefault(person.key, dict(person.truth))

    def _rewrite(
        self, person: Person, new: dict[str, str], label: str, harms: tuple[str, ...], share: float
    ) -> Rewrite:
        """Return new values for somebody, damaged by `harms` in a `share` of cases."""
        truth = self._true(person)
        truth.update(new)
        country = countries()[truth["country"]]
        values = {name: value for name, value in new.items() if name != "normalised_title"}
        ward = Ward("person", values, country, label)
        # The record's country may itself be lost or wrong: then nothing that leans on it is done.
        has_country = all(defect.field != "country" or defect.is_fixable for defect in person.defects)
        ward.has_wrong_country = not has_country
        if self._dice.chance(share):
            for kind in harms:
                ward.inflict(self._dice, kind)
        return Rewrite(person.key, ward.values, new, tuple(ward.defects))


def _newborn(person: Person, at: datetime) -> Person:
    person.created_at = person.modified_at = at
    person.signals = {}
    person.has_bounced = person.has_opted_out = False
    return person
