"""The colleagues who own records."""

from __future__ import annotations

from connectors.sandbox.population.countries import countries
from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.names import name_in, plain
from connectors.sandbox.population.people import User

_TEAMS = ("Sales East", "Sales West", "Partners", "Marketing")
_HOME = "syncd-sandbox.example"


def staff(dice: Dice, count: int = 12) -> list[User]:
    """Return the users of the account; the last one has left."""
    users: list[User] = []
    addresses: set[str] = set()
    while len(users) < count:
        name = name_in(dice, countries()[dice.pick(("US", "US", "GB", "DE", "IE"))])
        address = f"{plain(name.first.roman)}.{plain(name.last.roman)}@{_HOME}"
        if address in addresses:
            continue
        addresses.add(address)
        number = len(users) + 1
        users.append(
            User(
                key=f"u{number:02d}",
                user_id=str(48_210_000 + number * 137),
                email=address,
                first_name=name.written_first,
                last_name=name.written_last,
                team=dice.pick(_TEAMS),
                is_active=number < count,
            )
        )
    return users
