"""Groups of companies: who is a part of whom, and which CRM has been told."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.drafts import CompanyDraft
from connectors.sandbox.population.people import Company

#: Companies that were taken over by another one, beside those that were founded by it.
_TAKEN_OVER = 0.06
#: Who knows of it: the first CRM alone, the second alone, else both.
_FIRST, _SECOND = 0.35, 0.75


def take_over(dice: Dice, drafts: Sequence[CompanyDraft], first: Sequence[Company], second: Sequence[Company]) -> None:
    """Let some companies be parts of others. Nobody is a part of a part, so nothing goes in circles."""
    sides = [{it.key: it for it in side} for side in (first, second)]
    parents: dict[str, str] = {}
    real = [draft for draft in drafts if not draft.is_duplicate]
    for draft in real:
        if draft.likeness == "subsidiary" and draft.twin is not None:
            parents[draft.key] = draft.twin.key
        elif draft.twin is None and dice.chance(_TAKEN_OVER):
            other = dice.pick(real)
            if other is not draft and draft.key not in parents.values():
                parents[draft.key] = other.key
    for child, parent in parents.items():
        if parent in parents:
            continue
        throw = dice.random()
        for place, side in enumerate(sides):
            if child in side and parent in side:
                side[child].true_parent = parent
                if throw >= _SECOND or (throw < _FIRST) is (place == 0):
                    side[child].parent = parent
