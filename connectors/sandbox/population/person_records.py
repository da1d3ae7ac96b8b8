"""Person records: made, doubled, damaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.sandbox.population.countries import countries, world
from connectors.sandbox.population.dice import Dice, Urn
from connectors.sandbox.population.drafts import CompanyDraft, PersonDraft
from connectors.sandbox.population.junk import junk
from connectors.sandbox.population.life import flags, life, mailbox_flags
from connectors.sandbox.population.names import name_in
from connectors.sandbox.population.people import Defect, Person, User
from connectors.sandbox.population.persons import Being, Cradle
from connectors.sandbox.population.sources import entrances
from connectors.sandbox.population.timeline import Calendar
from connectors.sandbox.population.twins import Twins
from connectors.sandbox.population.wounds import UNLINKED, Ward

DUPLICATES = 0.07
LOOKALIKES = 0.02
JUNK = 0.016


@dataclass(frozen=True, slots=True)
class PersonRecords:
    """Makes the people of a base."""

    cradle: Cradle
    calendar: Calendar
    users: Sequence[User]
    #: Where they work, the large ones more often; None in a base without companies.
    employers: Urn[CompanyDraft] | None

    @property
    def dice(self) -> Dice:
        """Return the source of chance."""
        return self.cradle.dice

    def make(self, count: int) -> list[Person]:
        """Return `count` people, oldest first."""
        return [self.record(draft) for draft in self.drafts(count)]

    def drafts(self, count: int) -> list[PersonDraft]:
        """Return the drafts of `count` people, oldest first, with their keys."""
        drafts = self._drafts(count)
        drafts.sort(key=lambda draft: draft.created_at)
        for number, draft in enumerate(drafts, 1):
            draft.key = f"p{number:06d}"
        return drafts

    def _drafts(self, count: int) -> list[PersonDraft]:
        doubles, lookalikes, fakes = (int(count * share * self.cradle.dirt) for share in (DUPLICATES, LOOKALIKES, JUNK))
        if self.employers is None:
            doubles = lookalikes = 0
        first = [self.original() for _ in range(count - doubles - lookalikes - fakes)]
        fake = [self.fake() for _ in range(fakes)]
        second = [self.second(self.dice.pick(first), is_duplicate=True) for _ in range(doubles)]
        alike = [self.second(self.dice.pick(first), is_duplicate=False) for _ in range(lookalikes)]
        return first + fake + second + alike

    def original(self) -> PersonDraft:
        """Return somebody new."""
        entrance = entrances("person").urn.draw(self.dice)
        employer = self.employers.draw(self.dice) if self.employers else None
        being = self.cradle.being(employer.firm if employer else None, entrance)
        return PersonDraft(being, entrance, self.calendar.created_at(entrance), employer)

    def second(self, first: PersonDraft, *, is_duplicate: bool) -> PersonDraft:
        """Return another record of somebody known, or of somebody easily taken for them."""
        if self.employers is None:
            raise ValueError("second records need employers")
        twins = Twins(self.cradle, self.employers)
        twin = (twins.duplicate if is_duplicate else twins.lookalike)(first.being, first.employer)
        entrance = entrances("person").urn.draw(self.dice)
        created_at = self.calendar.created_at(entrance)
        if created_at < first.created_at and not entrance.happened_days_ago:
            created_at = self.calendar.after(first.created_at)
        draft = PersonDraft(twin.being, entrance, created_at, twin.employer, twin.wrong)
        draft.twin, draft.is_duplicate, draft.likeness = first, is_duplicate, twin.likeness
        return draft

    def fake(self) -> PersonDraft:
        """Return a record that never was a person."""
        entrance = entrances("person").junk.draw(self.dice)
        truth, wrong = junk(self.dice, self.cradle.office)
        country = countries()[truth["country"]] if "country" in truth else world().draw(self.dice)
        being = Being(truth, name_in(self.dice, country), country, None)
        draft = PersonDraft(being, entrance, self.calendar.created_at(entrance), None, wrong)
        draft.is_real = False
        return draft

    def record(self, draft: PersonDraft) -> Person:
        """Return the record as the CRM holds it: damaged as its source damages, with its signs of life."""
        dice, truth = self.dice, draft.being.truth
        source = draft.entrance.source(dice, self.users)
        ward = self._ward(draft, source.label)
        signs = life(dice, draft.created_at, self.calendar.now, self.cradle.dirt if draft.is_real else 0.0)
        employer = draft.employer.key if draft.employer else None
        twin = draft.twin.key if draft.twin else ""
        person = Person(
            key=draft.key,
            values=ward.values,
            truth=truth,
            source=source,
            created_at=draft.created_at,
            modified_at=self._modified_at(draft.created_at, signs.signals),
            company=employer,
            true_company=employer,
            signals=signs.signals,
            has_bounced=signs.has_bounced,
            has_opted_out=signs.has_opted_out,
            defects=ward.settled(),
            duplicate_of=twin if draft.is_duplicate else "",
            lookalike_of="" if draft.is_duplicate else twin,
            likeness=draft.likeness,
            is_real=draft.is_real,
        )
        person.true_flags = flags(person, self.calendar.now)
        return person

    def _modified_at(self, created_at: datetime, signals: dict[str, datetime]) -> datetime:
        return self.calendar.modified_at(max((created_at, *signals.values())))

    def _ward(self, draft: PersonDraft, label: str) -> Ward:
        values = {name: value for name, value in draft.being.truth.items() if name != "normalised_title"}
        ward = Ward("person", values, draft.being.country, label, draft.spared)
        ward.preset(draft.wrong)
        for defect in self._states(draft, label):
            ward.state(defect)
        if draft.is_real and self.dice.chance(draft.entrance.dirtiness * self.cradle.dirt):
            ward.harm(self.dice, draft.entrance, spared=frozenset() if draft.employer else frozenset({UNLINKED}))
        return ward

    def _states(self, draft: PersonDraft, label: str) -> list[Defect]:
        if not draft.is_real:
            return [Defect("", "fake", is_fixable=False, source=label)]
        if "email" not in draft.being.truth:
            return [Defect("email", "missing", is_fixable=False, source=label)]
        if "email" in draft.wrong:
            return []
        said = mailbox_flags(draft.being.truth["email"])
        return [Defect("email", flag, is_fixable=False, source=label) for flag in said if flag != "free_email"]


def employers_of(dice: Dice, companies: Sequence[CompanyDraft]) -> Urn[CompanyDraft] | None:
    """Return the companies people work for: a few have many people in the CRM, most have one or two."""
    real = [draft for draft in companies if not draft.is_duplicate]
    return Urn(real, [dice.paretovariate(1.4) for _ in real]) if real else None
