"""Signs of life: what people did, when, and what that makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.mailboxes import mail_words
from connectors.sandbox.population.people import Person

#: Nothing was signed by life for this long: inactive. Nobody here stands within two days of it.
INACTIVE_AFTER = timedelta(days=90)
_CLEAR = timedelta(days=3)
#: What an address says of itself.
MAILBOX_FLAGS = frozenset({"role_email", "free_email", "disposable_email"})
#: The last quiet hours before now.
QUIET = timedelta(hours=3)

#: The four signs; a person is inactive only when each was recorded and each is old.
GROUPS: tuple[tuple[str, ...], ...] = (
    ("last_opened", "last_clicked", "last_replied"),
    ("last_visited",),
    ("last_form", "last_clicked"),
    ("last_called", "last_contacted"),
)


@dataclass(frozen=True, slots=True)
class Life:
    """What somebody did so far."""

    signals: dict[str, datetime]
    has_bounced: bool = False
    has_opted_out: bool = False


def life(dice: Dice, created_at: datetime, now: datetime, dirt: float) -> Life:
    """Return the signs of life of somebody who has been in the base since `created_at`."""
    age = now - created_at
    throw = dice.random()
    if throw < 0.13 * dirt and age > INACTIVE_AFTER + 4 * _CLEAR:
        signals = _silent(dice, age, now)
    elif throw < 0.55:
        signals = _partly_known(dice, age, now)
    else:
        signals = _fresh(dice, age, now)
    if dice.chance(0.7):
        signals["last_sent"] = _within(dice, now, QUIET, max(age, 2 * QUIET))
    return Life(signals, dice.chance(0.035 * dirt), dice.chance(0.045 * dirt))


def _silent(dice: Dice, age: timedelta, now: datetime) -> dict[str, datetime]:
    names = ["last_opened", "last_visited", "last_form", "last_called"]
    names += [name for name in ("last_clicked", "last_replied", "last_contacted") if dice.chance(0.3)]
    return {name: _within(dice, now, INACTIVE_AFTER + _CLEAR, age) for name in names}


def _partly_known(dice: Dice, age: timedelta, now: datetime) -> dict[str, datetime]:
    names = [name for name in ("last_opened", "last_visited", "last_form") if dice.chance(0.5)]
    if len(names) < 3 and dice.chance(0.4):
        names += ["last_called", "last_contacted"]
    return {name: _clear_of_the_line(dice, now, age) for name in names}


def _fresh(dice: Dice, age: timedelta, now: datetime) -> dict[str, datetime]:
    names = ["last_opened", "last_visited", "last_form", "last_called"]
    names += [name for name in ("last_clicked", "last_replied", "last_contacted") if dice.chance(0.4)]
    signals = {name: _clear_of_the_line(dice, now, age) for name in names}
    recent = dice.pick(("last_opened", "last_visited", "last_form", "last_called"))
    signals[recent] = _within(dice, now, QUIET, min(age, INACTIVE_AFTER - 4 * _CLEAR))
    return signals


def _clear_of_the_line(dice: Dice, now: datetime, age: timedelta) -> datetime:
    when = _within(dice, now, QUIET, age)
    near = abs((now - when) - INACTIVE_AFTER) < _CLEAR
    return _within(dice, now, QUIET, min(age, INACTIVE_AFTER - _CLEAR)) if near else when


def _within(dice: Dice, now: datetime, least: timedelta, most: timedelta) -> datetime:
    """Return a moment between `most` and `least` before `now`, to the millisecond."""
    span = max((most - least).total_seconds(), 0.0)
    ago = least + timedelta(milliseconds=int(span * dice.random() ** 1.5 * 1000))
    return whole_millisecond(now - ago)


def whole_millisecond(moment: datetime) -> datetime:
    """Return `moment` as finely as a CRM keeps it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def is_inactive(signals: Mapping[str, datetime], now: datetime) -> bool:
    """Tell whether all four signs of life were recorded and are more than 90 days old."""
    for group in GROUPS:
        known = [signals[name] for name in group if name in signals]
        if not known or now - max(known) <= INACTIVE_AFTER:
            return False
    return True


def flags(person: Person, now: datetime) -> frozenset[str]:
    """Return what a careful person would say of the record as it is held."""
    found = set(mailbox_flags(readable_email(person)))
    facts = (
        ("fake", not person.is_real),
        ("bounced", person.has_bounced),
        ("unsubscribed", person.has_opted_out),
        ("inactive", is_inactive(person.signals, now)),
    )
    return frozenset(found | {name for name, holds in facts if holds})


def readable_email(person: Person) -> str:
    """Return the address the record holds, as far as one can be read off it."""
    for defect in person.defects:
        if (
            defect.field == "email"
            and not defect.is_fixable
            and person.values.get("email") != person.truth.get("email")
        ):
            return ""
    return person.truth.get("email", "")


def mailbox_flags(email: str) -> tuple[str, ...]:
    """Return what an address says about itself."""
    local, _, domain = email.partition("@")
    words = mail_words()
    found = []
    if local.partition("+")[0] in words.roles:
        found.append("role_email")
    if domain in words.free:
        found.append("free_email")
    if domain in words.disposable:
        found.append("disposable_email")
    return tuple(found)
