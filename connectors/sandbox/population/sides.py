"""Makes one world and lets two CRMs hold it, each in part and each dirty in its own way; the truth knows both.

The first CRM holds a record as `generate` makes it, but for what it was never told or has not heard yet. In the second
the same people came in by other ways, at other times, with other damage.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from connectors.sandbox.population.company_records import CompanyRecords
from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.drafts import CompanyDraft, PersonDraft
from connectors.sandbox.population.drift import Drift, Side, as_lead
from connectors.sandbox.population.groups import take_over
from connectors.sandbox.population.links import close_links
from connectors.sandbox.population.mailboxes import PostOffice
from connectors.sandbox.population.overlap import How, Overlap, Sides, Tie
from connectors.sandbox.population.people import Company, Kin, Person, Population, User
from connectors.sandbox.population.person_records import PersonRecords, employers_of
from connectors.sandbox.population.persons import Cradle
from connectors.sandbox.population.shared_work import SharedWork
from connectors.sandbox.population.timeline import Calendar
from connectors.sandbox.population.twins import Twins
from connectors.sandbox.population.users import staff
from connectors.sandbox.population.work import Work

#: Of second records of somebody in both CRMs, so many are in the first alone, and in the second alone.
_DOUBLE_FIRST, _DOUBLE_SECOND = 0.45, 0.4


def generate_sides(
    people: int = 2000, companies: int = 600, *, seed: int = 1, now: datetime, dirt: float = 1.0,
    overlap: Overlap | None = None,
) -> Sides:  # fmt: skip
    """Return a world of `people` and `companies` as two CRMs hold it. The same arguments give the same world."""
    return _Making(overlap or Overlap(), seed, now, dirt).sides(people, companies)


@dataclass(slots=True)
class _Half:
    """One CRM's part of the world, while it is made."""

    firms: dict[str, Side[CompanyDraft]] = field(default_factory=dict)
    people: dict[str, Side[PersonDraft]] = field(default_factory=dict)


@dataclass(slots=True)
class _Making:
    """One world in the making."""

    overlap: Overlap
    seed: int
    now: datetime
    dirt: float
    halves: tuple[_Half, _Half] = field(default_factory=lambda: (_Half(), _Half()))

    def sides(self, people: int, companies: int) -> Sides:
        """Make it."""
        users = staff(self._dice("users"))
        active = [user for user in users if user.is_active]
        office = PostOffice()
        makers = [self._firm_maker(part, active) for part in ("", " there")]
        firms, _ = makers[0].make(companies)
        employers = employers_of(self._dice("employers"), firms)
        writers = [
            PersonRecords(
                Cradle(self._dice(f"people{part}"), office, self.dirt, self.now.year),
                Calendar.of(self._dice(f"times{part}"), self.now), active, employers,
            )
            for part in ("", " there")
        ]  # fmt: skip
        drafts = writers[0].drafts(people)
        if employers is not None:
            cradle = Cradle(self._dice("drift"), office, self.dirt, self.now.year)
            drift = Drift(self._dice("drift"), Twins(cradle, employers), writers[1].calendar)
            self._spread(drafts, firms, drift)
        made = [
            self._half(place, makers[place], writers[place], users) for place in (0, 1)
        ]  # fmt: skip
        take_over(self._dice("groups"), firms, made[0].companies, made[1].companies)
        _tell_kin((made[0].people, made[1].people))
        _tell_kin((made[0].companies, made[1].companies))
        made[0].deals, made[1].deals = SharedWork(self._dice("deals"), self.now, made[0], made[1]).deals()
        return Sides(made[0], made[1], list(self._ties(made[0], made[1])))

    def _dice(self, part: str) -> Dice:
        return Dice.named("population", self.seed, part)

    def _firm_maker(self, part: str, users: list[User]) -> CompanyRecords:
        calendar = Calendar.of(self._dice(f"company times{part}"), self.now)
        return CompanyRecords(self._dice(f"companies{part}"), calendar, users, self.dirt)

    def _spread(self, people: Sequence[PersonDraft], firms: Sequence[CompanyDraft], drift: Drift) -> None:
        """Say who is where, and let the two records of each come apart."""
        dice = self._dice("where")
        where = _where(dice, people, self.overlap)
        for draft in people:
            both = drift.people(draft) if len(where[draft.key]) == 2 else (Side(draft), Side(drift.elsewhere(draft)))
            self._place(where[draft.key], draft.key, both, lambda half: half.people)
            contact = self.halves[1].people.get(draft.key)
            if contact is not None and draft.twin is None and draft.is_real and drift.is_lead_too():
                lead = as_lead(drift.elsewhere(contact.draft))
                self.halves[1].people[lead.key] = Side(lead)
        homes = _where(dice, firms, self.overlap)
        for half, place in zip(self.halves, (0, 1), strict=True):
            needed = {side.draft.employer.key for side in half.people.values() if side.draft.employer}
            for key in needed:
                homes[key] |= {place}
        for firm in firms:
            # Whoever is in one CRM only has lost nothing to the other.
            parted = drift.companies(firm) if len(homes[firm.key]) == 2 else (Side(firm), Side(firm))
            self._place(homes[firm.key], firm.key, parted, lambda half: half.firms)

    def _place(
        self, where: frozenset[int], key: str, both: tuple[Any, Any], shelf: Callable[[_Half], dict[str, Any]]
    ) -> None:
        for place in sorted(where):
            shelf(self.halves[place])[key] = both[place]

    def _half(self, place: int, maker: CompanyRecords, writer: PersonRecords, users: list[User]) -> Population:
        half = self.halves[place]
        firms = maker.records([side.draft for side in half.firms.values()])
        people = [writer.record(side.draft) for side in half.people.values()]
        for person in people:
            _tell_times(person, half.people[person.key])
            person.is_prospect = person.likeness == "lead_and_contact"
        for firm in firms:
            _tell_times(firm, half.firms[firm.key])
        close_links(people, firms)
        dice = self._dice(f"owners {place}")
        for firm in firms:
            firm.owner = dice.pick(users).key if dice.chance(0.8) else ""
        owners = {firm.key: firm.owner for firm in firms}
        for person in people:
            own = dice.pick(users).key if dice.chance(0.6) else ""
            person.owner = owners.get(person.company or "", "") or own
        population = Population(self.seed, self.now, users, firms, people, [], [], [])
        work = Work(self._dice(f"work {place}"), self.now, {firm.key: firm for firm in firms}, _staff_of(people))
        population.tickets, population.activities = work.tickets(), work.activities(people)
        return population

    def _ties(self, first: Population, second: Population) -> Iterable[Tie]:
        """Yield which of the first CRM's records keep the id of one of the second's, rightly or not."""
        dice = self._dice("ties")
        kinds: tuple[tuple[str, Sequence[Any], Sequence[Any]], ...] = (
            ("person", first.people, second.people),
            ("company", first.companies, second.companies),
            ("deal", first.deals, second.deals),
        )
        for kind, here, there in kinds:
            keys = [it.key for it in there if not getattr(it, "is_prospect", False)]
            known = frozenset(keys)
            for it in here:
                if it.key in known and dice.chance(self.overlap.tied):
                    how = self._how(dice, kind)
                    other = dice.pick(keys) if how == "wrong" else it.key
                    yield Tie(kind, it.key, other, "right" if other == it.key and how == "wrong" else how)

    def _how(self, dice: Dice, kind: str) -> How:
        throw = dice.random()
        if throw < self.overlap.wrong:
            return "wrong"
        # Salesforce's deals cannot be merged, so none can have been merged away.
        return "stale" if throw < self.overlap.wrong + self.overlap.stale and kind != "deal" else "right"


def _where(dice: Dice, drafts: Sequence[Any], overlap: Overlap) -> dict[str, frozenset[int]]:
    """Return in which CRMs each record is; a second record is nowhere its first one is not."""
    found: dict[str, frozenset[int]] = {}
    for draft in sorted(drafts, key=lambda one: (one.is_duplicate, one.key)):
        throw = dice.random()
        if draft.is_duplicate:
            limits = (_DOUBLE_FIRST, _DOUBLE_FIRST + _DOUBLE_SECOND)
        else:
            alone = 1 - overlap.shared
            limits = (alone * overlap.first, alone)
        home = frozenset({0} if throw < limits[0] else {1} if throw < limits[1] else {0, 1})
        root = found[draft.twin.key] if draft.is_duplicate else home
        found[draft.key] = home & root or root
    return found


def _staff_of(people: Iterable[Person]) -> Mapping[str, list[Person]]:
    linked: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        if person.company:
            linked[person.company].append(person)
    return linked


def _tell_times(record: Person | Company, side: Side[Any]) -> None:
    record.kin = Kin(side.older, {}, side.set_at)
    record.modified_at = max((record.modified_at, *side.set_at.values()))


def _tell_kin(sides: tuple[Sequence[Person], Sequence[Person]] | tuple[Sequence[Company], Sequence[Company]]) -> None:
    """Tell each record what else is true because another record of the same says so."""
    true: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for it in (*sides[0], *sides[1]):
        for name, value in it.truth.items():
            true[it.who][name][value] = None
    for it in (*sides[0], *sides[1]):
        more = {
            name: tuple(value for value in values if value != it.truth.get(name))
            for name, values in true[it.who].items()
        }
        it.kin = replace(it.kin, also_true={name: values for name, values in more.items() if values})
