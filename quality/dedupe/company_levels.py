"""How two companies compare: one named level for each kind of evidence. Missing is a level of its own."""

from __future__ import annotations

from quality.dedupe.addresses import place_level
from quality.dedupe.company_names import (
    core_level,
    domain_label,
    legal_level,
    sides_level,
    trades_level,
    wording_level,
)
from quality.dedupe.facts import CompanyFacts
from quality.dedupe.likeness import is_alike, is_one_digit_off
from quality.dedupe.person_levels import Levels, counted
from quality.dedupe.usage import Usage


def company_levels(ours: CompanyFacts, theirs: CompanyFacts, usage: Usage) -> Levels:
    """Return the level of each kind of evidence for two companies being one."""
    one, other = ours.name, theirs.name
    core = core_level(one, other)
    found = {
        "core": core,
        "wording": wording_level(one.words, other.words),
        "trades": trades_level(one.trades, other.trades),
        "units": sides_level(one.units, other.units),
        "numbers": sides_level(one.numbers, other.numbers),
        "name_country": sides_level(one.countries, other.countries),
        "legal": legal_level(one.legal, other.legal),
        "domain": _domain(ours, theirs, usage),
        "phone": _phone(ours, theirs, usage),
        "place": place_level(ours.address, theirs.address),
        "door": usage.step(_door(ours)) if _door(ours) and _door(ours) == _door(theirs) else "none",
        "country": _country(ours, theirs),
        "tax": _tax(ours.tax, theirs.tax),
        "linkedin": _tax(ours.linkedin, theirs.linkedin),
        "mail": _mail(ours, theirs),
        "towns": usage.step(f"core {one.joined_core}") if core == "same" else "none",
        "domain_name": _domain_name(ours, theirs),
    }
    found["own"] = counted(found, _OWN)
    found["against"] = counted(found, _AGAINST)
    return found


#: What a company has of its own, when two records agree in it, and when they contradict each other.
_OWN = (
    ("domain", frozenset({"same_one", "same_two"})),
    ("phone", frozenset({"same_one", "same_two"})),
    ("place", frozenset({"door_area", "near_door_area", "door_town", "door_nowhere"})),
    ("tax", frozenset({"same", "one_digit"})),
    ("linkedin", frozenset({"same"})),
)
_AGAINST = (
    ("domain", frozenset({"different", "begins_alike"})),
    ("phone", frozenset({"different"})),
    ("place", frozenset({"other_street_elsewhere", "elsewhere_only", "other_street_area", "other_street_town"})),
    ("tax", frozenset({"differ"})),
    ("linkedin", frozenset({"differ"})),
    ("legal", frozenset({"differ"})),
    ("units", frozenset({"one_side", "differ", "shared"})),
    ("numbers", frozenset({"one_side", "differ", "shared"})),
)


def _domain(ours: CompanyFacts, theirs: CompanyFacts, usage: Usage) -> str:
    if not ours.domains or not theirs.domains:
        return "unknown"
    shared = ours.domains & theirs.domains
    if shared:
        return f"same_{usage.most(f'domain {domain}' for domain in shared)}"
    labels = [(domain_label(one), domain_label(other)) for one in ours.domains for other in theirs.domains]
    if any(one == other for one, other in labels):
        return "other_ending"
    if any(is_alike(one, other) for one, other in labels):
        return "near"
    if any(one.startswith(other) or other.startswith(one) for one, other in labels):
        return "begins_alike"
    return "different"


def _domain_name(ours: CompanyFacts, theirs: CompanyFacts) -> str:
    """Return whether one company's domain is the other one's name, where not both have a domain."""
    if bool(ours.domains) == bool(theirs.domains):
        return "none"
    known, unknown = (ours, theirs) if ours.domains else (theirs, ours)
    labels = [domain_label(domain) for domain in known.domains]
    names = {unknown.name.joined, unknown.name.joined_core}
    return "is_name" if any(label in names for label in labels) else "other"


def _phone(ours: CompanyFacts, theirs: CompanyFacts, usage: Usage) -> str:
    if not ours.phones or not theirs.phones:
        return "unknown"
    shared = ours.phones & theirs.phones
    if shared:
        return f"same_{usage.most(f'phone {number}' for number in shared)}"
    if any(is_one_digit_off(one, other) for one in ours.phones for other in theirs.phones):
        return "one_digit"
    return "different"


def _door(facts: CompanyFacts) -> str:
    address = facts.address
    return f"door {address.door} {address.postcode or address.town}" if address.door else ""


def _country(ours: CompanyFacts, theirs: CompanyFacts) -> str:
    one, other = ours.address.country, theirs.address.country
    if not one or not other:
        return "unknown"
    return "same" if one == other else "differ"


def _tax(ours: str, theirs: str) -> str:
    if not ours or not theirs:
        return "unknown"
    if ours == theirs or ours.endswith(theirs) or theirs.endswith(ours):
        return "same"
    return "one_digit" if is_one_digit_off(ours, theirs) else "differ"


def _mail(ours: CompanyFacts, theirs: CompanyFacts) -> str:
    if not ours.mailboxes or not theirs.mailboxes:
        return "unknown"
    return "same" if {box.address for box in ours.mailboxes} & {box.address for box in theirs.mailboxes} else "differ"
