"""Company records: founded, doubled, damaged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.sandbox.population import branches
from connectors.sandbox.population.countries import world
from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.drafts import CompanyDraft
from connectors.sandbox.population.firms import Firm, Register
from connectors.sandbox.population.people import Company, User
from connectors.sandbox.population.sources import entrances
from connectors.sandbox.population.timeline import Calendar
from connectors.sandbox.population.wounds import Ward

DUPLICATES = 0.05
LOOKALIKES = 0.015


@dataclass(frozen=True, slots=True)
class CompanyRecords:
    """Makes the companies of a base."""

    dice: Dice
    calendar: Calendar
    users: Sequence[User]
    dirt: float

    def make(self, count: int) -> tuple[list[CompanyDraft], list[Company]]:
        """Return `count` companies, oldest first, as drafts and as records."""
        drafts = self._drafts(count)
        drafts.sort(key=lambda draft: draft.created_at)
        for number, draft in enumerate(drafts, 1):
            draft.key = f"c{number:06d}"
        return drafts, self.records(drafts)

    def records(self, drafts: Sequence[CompanyDraft]) -> list[Company]:
        """Return the records of drafts that have their keys."""
        sharing = Counter(draft.firm.truth.get("domain", "") for draft in drafts)
        return [self._record(draft, sharing) for draft in drafts]

    def _drafts(self, count: int) -> list[CompanyDraft]:
        dice, register = self.dice, Register()
        doubles = int(count * DUPLICATES * self.dirt)
        lookalikes = int(count * LOOKALIKES * self.dirt)
        first = [self._draft(register.found(dice, world().draw(dice))) for _ in range(count - doubles - lookalikes)]
        others = []
        for number in range(doubles + lookalikes if first else 0):
            twin = dice.pick(first)
            is_duplicate = number < doubles
            made = (
                branches.duplicate(dice, twin.firm) if is_duplicate else branches.lookalike(dice, twin.firm, register)
            )
            draft = self._draft(made.firm)
            draft.wrong, draft.likeness, draft.twin, draft.is_duplicate = made.wrong, made.likeness, twin, is_duplicate
            others.append(draft)
        return first + others

    def _draft(self, firm: Firm) -> CompanyDraft:
        entrance = entrances("company").urn.draw(self.dice)
        return CompanyDraft(firm, entrance, self.calendar.created_at(entrance))

    def _record(self, draft: CompanyDraft, sharing: Counter[str]) -> Company:
        truth = draft.firm.truth
        # Where two share a domain, both keep it: else a person would seem to belong to the one that is left.
        is_shared = sharing[truth.get("domain", "")] > 1
        spared = frozenset({"domain", "website"}) if is_shared else frozenset()
        source = draft.entrance.source(self.dice, self.users)
        ward = Ward("company", dict(truth), draft.firm.country, source.label, spared | draft.spared)
        ward.preset(draft.wrong)
        if self.dice.chance(draft.entrance.dirtiness * self.dirt):
            ward.harm(self.dice, draft.entrance)
        twin = draft.twin.key if draft.twin else ""
        return Company(
            key=draft.key,
            values=ward.values,
            truth=truth,
            source=source,
            created_at=draft.created_at,
            modified_at=self.calendar.modified_at(draft.created_at),
            defects=ward.settled(),
            duplicate_of=twin if draft.is_duplicate else "",
            lookalike_of="" if draft.is_duplicate else twin,
            likeness=draft.likeness,
        )
