"""Records that never were a person."""

from __future__ import annotations

from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.mailboxes import PostOffice

#: First name, last name, mailbox, phone. A name in small letters stands as it was typed.
_ENTRIES = (
    ("Test", "Test", "test@test.com", "1234567890"),
    ("Test", "User", "test.user@example.com", ""),
    ("test", "test", "test@test.de", "5555555555"),
    ("asdf", "asdf", "asdf@asdf.com", "0000000000"),
    ("Asdf", "Qwer", "asdfasdf@gmail.com", "1111111111"),
    ("qwerty", "qwerty", "qwerty@qwerty.com", "123-456-7890"),
    ("Aaa", "Aaa", "aaa@aaa.com", "0000000000"),
    ("Max", "Mustermann", "max.mustermann@web.de", ""),
    ("John", "Doe", "john.doe@example.com", "555-555-5555"),
    ("Jane", "Doe", "jane.doe@example.com", ""),
    ("Mickey", "Mouse", "mickey.mouse@hotmail.com", "5555555555"),
    ("Donald", "Duck", "donald.duck@gmail.com", "1234567890"),
    ("No", "Name", "noname@nomail.com", ""),
    ("Foo", "Bar", "foo@bar.com", "0000000000"),
    ("Blah", "Blah", "blah@blah.com", "1111111111"),
    ("Fake", "Name", "fake@fake.com", "5555555555"),
)


def junk(dice: Dice, office: PostOffice) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """Return what the record would hold if it were tidy, and what it holds instead by field."""
    first, last, mailbox, phone = dice.pick(_ENTRIES)
    local, _, domain = mailbox.partition("@")
    truth = {"first_name": first.capitalize(), "last_name": last.capitalize(), "email": office.claim(local, domain)}
    truth |= {"lifecycle_stage": "lead", "lead_source": "organic_search"}
    wrong = {
        name: (typed, "name_lower") for name, typed in (("first_name", first), ("last_name", last)) if typed.islower()
    }
    if phone and dice.chance(0.7):
        wrong["phone"] = (phone, "phone_placeholder")
        if phone[0] in "15":
            truth["country"] = "US"
    if dice.chance(0.3):
        truth["company_name"] = dice.pick(("Test", "Test Company", "Asdf", "Example Inc."))
    return truth, wrong
