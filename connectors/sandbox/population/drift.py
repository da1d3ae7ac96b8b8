"""How two records of one person or company come apart: each CRM has its own values, gaps, and what is out of date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, TypeVar

from connectors.sandbox.population import phones
from connectors.sandbox.population.branches import other_form
from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.drafts import CompanyDraft, PersonDraft
from connectors.sandbox.population.firms import words
from connectors.sandbox.population.sources import entrances
from connectors.sandbox.population.timeline import Calendar
from connectors.sandbox.population.titles import title_in
from connectors.sandbox.population.twins import Twins

Draft = TypeVar("Draft", PersonDraft, CompanyDraft)

_NICKNAMED = 0.3  # of those whose name has a short form
_OTHER_MAIL = 0.12
_OLDER = 0.12
_GAPS = 0.55
_AS_LEAD = 0.04
_OTHER_NAME = 0.12
#: What one CRM knows and the other one was never told, as groups of fields that are asked for together.
_PERSON_GAPS = (("mobile",), ("phone",), ("job_title",), ("birth_date",), ("street", "postal_code"), ("website",))
_COMPANY_GAPS = (("phone",), ("industry",), ("employee_count",), ("description",), ("street", "postal_code"))


@dataclass(slots=True)
class Side(Generic[Draft]):
    """What becomes of a draft in one CRM."""

    draft: Draft
    older: dict[str, str] = field(default_factory=dict)
    set_at: dict[str, datetime] = field(default_factory=dict)

    def keep_older(self, name: str, value: str, *more: tuple[str, str]) -> None:
        """Let a value stand that is true no more, and what would follow from it."""
        self.draft.wrong[name] = (value, "outdated")
        self.older |= {name: value, **dict(more)}

    def keep_current(self, name: str, at: datetime) -> None:
        """Let the value of today stand, as it was set at a moment: nothing is done to it."""
        self.set_at[name] = at
        self.draft.spared |= {name}

    def lack(self, names: tuple[str, ...]) -> None:
        """Let values be unknown, unless something else is wrong with them."""
        if not any(name in self.draft.wrong or name in self.set_at for name in names):
            self.draft.wrong |= {name: ("", "missing") for name in names if name in _truth(self.draft)}


@dataclass(frozen=True, slots=True)
class Drift:
    """Takes drafts apart. The first of a pair is the draft as it was."""

    dice: Dice
    twins: Twins
    calendar: Calendar

    def people(self, draft: PersonDraft) -> tuple[Side[PersonDraft], Side[PersonDraft]]:
        """Return how each of two CRMs holds a person."""
        dice = self.dice
        first, second = Side(_copied(draft)), Side(self.elsewhere(_copied(draft)))
        if not draft.is_real:
            return first, second
        if dice.chance(_OTHER_MAIL):
            self._other_mail(second)
        if dice.chance(_NICKNAMED):
            self._nickname(dice.pick((first, second)))
        if dice.chance(_OLDER):
            self._person_before(first, second)
        for side in (first, second):
            if dice.chance(_GAPS):
                side.lack(dice.pick(_PERSON_GAPS))
        return first, second

    def companies(self, draft: CompanyDraft) -> tuple[Side[CompanyDraft], Side[CompanyDraft]]:
        """Return how each of two CRMs holds a company."""
        dice = self.dice
        first, second = Side(_copied(draft)), Side(_copied(draft))
        entrance = entrances("company").urn.draw(dice)
        second.draft.entrance, second.draft.created_at = entrance, self.calendar.created_at(entrance)
        if dice.chance(_OTHER_NAME) and "name" not in draft.wrong:
            other_form(dice, second.draft.firm)
        if dice.chance(_OLDER):
            self._company_before(first, second)
        for side in (first, second):
            if dice.chance(_GAPS):
                side.lack(dice.pick(_COMPANY_GAPS))
        return first, second

    def elsewhere(self, draft: PersonDraft) -> PersonDraft:
        """Return the draft as it came into the other CRM: by another way, at another time."""
        entrance = entrances("person").urn.draw(self.dice) if draft.is_real else draft.entrance
        return replace(draft, entrance=entrance, created_at=self.calendar.created_at(entrance))

    def is_lead_too(self) -> bool:
        """Throw for whether a contact is a prospect's record as well."""
        return self.dice.chance(_AS_LEAD)

    def _other_mail(self, side: Side[PersonDraft]) -> None:
        being = side.draft.being
        if "email" in side.draft.wrong or "email" not in being.truth:
            return
        at_work = being.firm is not None and being.truth["email"].endswith(f"@{being.firm.truth['domain']}")
        if at_work or being.firm is None:
            being.truth["email"] = self.twins.private_mail(being)
        else:
            being.truth["email"] = self.twins.work_mail(being, being.firm)

    def _nickname(self, side: Side[PersonDraft]) -> None:
        truth = side.draft.being.truth
        known: str = words()["nicknames"].get(truth["first_name"], "")
        if known and not {"first_name", "last_name"} & side.draft.wrong.keys():
            truth["first_name"] = self.dice.pick(known.split())

    def _person_before(self, first: Side[PersonDraft], second: Side[PersonDraft]) -> None:
        """Let one CRM hold a number or a job that was right before."""
        stale, current = (first, second) if self.dice.chance(0.5) else (second, first)
        being, name = stale.draft.being, self.dice.pick(("phone", "mobile", "job_title"))
        if name not in being.truth or name in {**stale.draft.wrong, **current.draft.wrong}:
            return
        if name == "job_title":
            title, meaning = title_in(self.dice, being.country.language)
            if not meaning or meaning == being.truth.get("normalised_title"):
                return
            stale.keep_older(name, title, ("normalised_title", meaning))
        else:
            maker: Callable[..., str] = phones.mobile if name == "mobile" else phones.landline
            stale.keep_older(name, maker(self.dice, being.country, self.dice.pick(being.country.cities)))
        current.keep_current(name, self.calendar.after(max(first.draft.created_at, second.draft.created_at)))

    def _company_before(self, first: Side[CompanyDraft], second: Side[CompanyDraft]) -> None:
        stale, current = (first, second) if self.dice.chance(0.5) else (second, first)
        firm, name = stale.draft.firm, self.dice.pick(("phone", "employee_count"))
        if name not in firm.truth or name in {**stale.draft.wrong, **current.draft.wrong} or firm.truth[name] == "2":
            return
        if name == "phone":
            stale.keep_older(name, phones.switchboard(self.dice, firm.country, firm.city))
        else:
            stale.keep_older(name, str(1 + int(firm.truth[name]) // 2))
        current.keep_current(name, self.calendar.after(max(first.draft.created_at, second.draft.created_at)))


def as_lead(draft: PersonDraft) -> PersonDraft:
    """Return the record of a prospect that became a contact, and was kept."""
    kept = ("first_name", "last_name", "email", "phone", "company_name", "country", "lead_source", "lead_status")
    truth = {name: value for name, value in draft.being.truth.items() if name in kept}
    lead = replace(draft, being=replace(draft.being, truth=truth), wrong={}, key=f"{draft.key}L", twin=draft)
    lead.is_duplicate, lead.likeness = True, "lead_and_contact"
    return lead


def _copied(draft: Draft) -> Draft:
    if isinstance(draft, PersonDraft):
        being = replace(draft.being, truth=dict(draft.being.truth))
        return replace(draft, being=being, wrong=dict(draft.wrong))
    return replace(draft, firm=replace(draft.firm, truth=dict(draft.firm.truth)), wrong=dict(draft.wrong))


def _truth(draft: PersonDraft | CompanyDraft) -> dict[str, str]:
    return draft.being.truth if isinstance(draft, PersonDraft) else draft.firm.truth
