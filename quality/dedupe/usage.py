"""How many different people or companies use one value: what many use says little of any one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from quality.dedupe.declared.facts import DeclaredFacts
from quality.dedupe.facts import CompanyFacts, Facts
from quality.dedupe.mailboxes import bare

#: What a user count is called: exact counts shift with the size of the base, these hardly.
_STEPS = ("one", "one", "two", "few", "few")


def used_values(facts: Facts) -> frozenset[str]:
    """Return the values of a record that others may share, each with its kind."""
    if isinstance(facts, DeclaredFacts):
        return frozenset()
    found = {f"phone {number}" for number in facts.phones}
    found |= {f"mail {box.address}" for box in facts.mailboxes}
    if facts.address.door:
        found.add(f"door {facts.address.door} {facts.address.postcode or facts.address.town}")
    if isinstance(facts, CompanyFacts):
        found |= {f"domain {domain}" for domain in facts.domains}
        found.add(f"core {facts.name.joined_core}")
    elif facts.name.last:
        found.add(f"name {''.join(sorted((facts.name.given[:1] or ('',))[0] + facts.name.joined_last))}")
    return frozenset(found)


#: So many users and more are called `many`.
MANY = len(_STEPS)


def step_of(count: int) -> str:
    """Return what so many users are called."""
    return _STEPS[count] if count < MANY else "many"


def is_told_by_both(value: str) -> bool:
    """Return whether the users of a value only count where both records of a pair hold it."""
    return not value.startswith(("name ", "core "))


class Usage:
    """Counts of users by value, kept up to date with every record that comes, goes or changes."""

    def __init__(self) -> None:
        self._users: dict[str, Counter[str]] = {}

    def step(self, value: str) -> str:
        """Return whether a value has `one` user, `two`, a `few` or `many`."""
        users = self._users.get(value)
        return step_of(len(users) if users else 0)

    def add(self, facts: Facts) -> frozenset[str]:
        """Count a record in; return the values whose step changed."""
        return self._count(facts, 1)

    def remove(self, facts: Facts) -> frozenset[str]:
        """Count a record out; return the values whose step changed."""
        return self._count(facts, -1)

    def _count(self, facts: Facts, by: int) -> frozenset[str]:
        changed = set()
        for value in used_values(facts):
            user = user_of(facts, value)
            if not user:
                continue
            before = self.step(value)
            users = self._users.setdefault(value, Counter())
            users[user] += by
            if not users[user]:
                del users[user]
            if not users:
                del self._users[value]
            if self.step(value) != before:
                changed.add(value)
        return frozenset(changed)

    def most(self, values: Iterable[str]) -> str:
        """Return the step of the value fewest use: the one that says most."""
        return min((self.step(value) for value in values), key=_ORDER.__getitem__, default="one")


_ORDER = {"one": 0, "two": 1, "few": 2, "many": 3}


def user_of(facts: Facts, value: str) -> str:
    """Return who uses the value, as far as users of its kind are told apart; empty when the record does not say."""
    if isinstance(facts, DeclaredFacts):
        return ""
    if value.startswith("name "):
        return next((bare(box.local) for box in facts.mailboxes if not box.is_role), "") or next(
            iter(sorted(facts.phones)), ""
        )
    if value.startswith("core "):
        return facts.address.town[:4]  # a slip further behind is no other town
    return facts.user
