"""Job titles: what they mean, and how people spell them."""

from __future__ import annotations

import tomllib
from functools import cache

from connectors.sandbox.population.countries import DATA
from connectors.sandbox.population.dice import Dice, Urn

#: Share of people who write their title in their own language, where we know it.
_LOCAL_SHARE = 0.55
#: Titles that say nothing a list could know.
_ODD = ("Chief Happiness Officer", "Growth Hacker", "Jack of all trades", "Evangelist", "Ninja", "Trainee", "Pensioner")


def title_in(dice: Dice, language: str) -> tuple[str, str]:
    """Return a spelling and what it means in canonical English; the meaning is empty for odd titles."""
    if dice.chance(0.015):
        return dice.pick(_ODD), ""
    meaning, spellings = _urn().draw(dice)
    local = spellings.get(language, ())
    return dice.pick(local if local and dice.chance(_LOCAL_SHARE) else spellings["en"]), meaning


def another_spelling(dice: Dice, meaning: str) -> str:
    """Return another English spelling of the canonical title `meaning`."""
    return dice.pick(titles()[meaning]["en"])


@cache
def titles() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the spellings of each canonical title by language."""
    return {
        meaning: {key: tuple(text.split(" | ")) for key, text in row.items() if key != "weight"}
        for meaning, row in _rows().items()
    }


@cache
def _rows() -> dict[str, dict[str, str]]:
    return tomllib.loads((DATA / "titles.toml").read_text("utf-8"))


@cache
def _urn() -> Urn[tuple[str, dict[str, tuple[str, ...]]]]:
    return Urn(list(titles().items()), [float(row["weight"]) for row in _rows().values()])
