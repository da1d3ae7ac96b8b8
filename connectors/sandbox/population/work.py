"""What goes on around people and companies: deals, tickets, notes, tasks, calls, e-mails, meetings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.sandbox.population.dice import Dice, Urn
from connectors.sandbox.population.firms import words
from connectors.sandbox.population.life import QUIET, whole_millisecond
from connectors.sandbox.population.people import Activity, Company, Deal, Person, Ticket

_STAGES = Urn(
    (
        "appointment_scheduled",
        "qualified_to_buy",
        "presentation_scheduled",
        "decision_maker_bought_in",
        "contract_sent",
        "closed_won",
        "closed_lost",
    ),
    (14, 16, 14, 10, 10, 20, 16),
)


@dataclass(frozen=True, slots=True)
class Work:
    """Makes what hangs on people and companies."""

    dice: Dice
    now: datetime
    companies: Mapping[str, Company]
    #: People by the company the CRM links them to.
    linked: Mapping[str, Sequence[Person]]

    def deals(self) -> list[Deal]:
        """Return about one deal for every second company."""
        dice = self.dice
        found: list[Deal] = []
        for company in self.companies.values():
            while dice.chance(1 / 3):
                created_at, modified_at = self._times(company.created_at)
                stage = _STAGES.draw(dice)
                close = created_at + timedelta(days=dice.randint(20, 200))
                values = {
                    "name": f"{company.truth['name']} – {dice.pick(_parts('deal_things'))}",
                    "amount": f"{int(dice.lognormvariate(9.3, 1.1)) // 50 * 50}",
                    "stage": stage,
                    "pipeline": "default",
                    "close_date": close.date().isoformat(),
                }
                people = tuple(person.key for person in self.linked.get(company.key, ())[:2])
                key = f"d{len(found) + 1:06d}"
                found.append(Deal(key, values, created_at, modified_at, company.owner, company.key, people))
        return found

    def tickets(self) -> list[Ticket]:
        """Return about one ticket for every fifth company."""
        dice = self.dice
        found: list[Ticket] = []
        for company in self.companies.values():
            people = self.linked.get(company.key, ())
            if not people or not dice.chance(0.25):
                continue
            created_at, modified_at = self._times(company.created_at)
            values = {
                "subject": dice.pick(_parts("ticket_subjects")),
                "stage": dice.pick(_parts("ticket_stages")),
                "pipeline": "default",
                "priority": dice.pick(("LOW", "MEDIUM", "HIGH")),
            }
            person = dice.pick(people)
            key = f"t{len(found) + 1:06d}"
            found.append(Ticket(key, values, created_at, modified_at, company.owner, company.key, (person.key,)))
        return found

    def activities(self, people: Sequence[Person]) -> list[Activity]:
        """Return what was logged with a part of the people; calls and mails happened when their signals say so."""
        found: list[Activity] = []
        for person in people:
            if not person.is_real:
                continue
            for signal, kind in (("last_called", "calls"), ("last_sent", "emails")):
                if signal in person.signals and self.dice.chance(0.3):
                    self._log(found, kind, person, person.signals[signal])
            for kind, share in (("notes", 0.1), ("tasks", 0.06), ("meetings", 0.04)):
                if self.dice.chance(share):
                    self._log(found, kind, person, self._times(person.created_at)[0])
        return found

    def _log(self, found: list[Activity], kind: str, person: Person, happened_at: datetime) -> None:
        values = _entry(self.dice, kind, person)
        found.append(Activity(f"a{len(found) + 1:06d}", kind, person.key, happened_at, values, person.owner))

    def _times(self, since: datetime) -> tuple[datetime, datetime]:
        span = max(self.now - QUIET - since, timedelta(0))
        created_at = since + span * self.dice.random()
        modified_at = created_at + (self.now - QUIET - created_at) * self.dice.random() ** 2
        return whole_millisecond(created_at), whole_millisecond(max(created_at, modified_at))


def _parts(name: str) -> list[str]:
    text: str = words()[name]
    return text.split(" | ")


def _entry(dice: Dice, kind: str, person: Person) -> dict[str, str]:
    if kind == "notes":
        return {"body": dice.pick(_parts("notes")).format(first=person.truth["first_name"])}
    if kind == "tasks":
        return {"subject": dice.pick(_parts("task_subjects")), "status": dice.pick(("not_started", "completed"))}
    if kind == "calls":
        seconds = str(dice.randint(20, 1500))
        return {"title": "Call", "outcome": dice.pick(_parts("call_outcomes")), "duration_s": seconds}
    if kind == "emails":
        return {"subject": dice.pick(_parts("mail_subjects")), "direction": "outgoing"}
    return {"title": dice.pick(_parts("meeting_titles")), "outcome": dice.pick(("completed", "scheduled", "no_show"))}
