"""How two people compare: one named level for each kind of evidence. Missing is a level of its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from quality.dedupe.addresses import place_level
from quality.dedupe.births import birth_level
from quality.dedupe.company_names import core_level, sides_level
from quality.dedupe.facts import PersonFacts
from quality.dedupe.likeness import is_one_digit_off, is_slip
from quality.dedupe.mailboxes import Mailbox, bare
from quality.dedupe.person_names import PersonName, given_level, last_level
from quality.dedupe.usage import Usage

Levels = dict[str, str]
_AGREE = frozenset({"same", "same_middle", "close", "nickname", "second_name"})
_DISAGREE = frozenset({"contradicts", "two_names", "other_name"})
#: What given name and surname must say for the fields to have been mixed up.
_TURNED = frozenset(
    {(given, last) for given in _AGREE for last in ("same", "close", "part")}
    | {("same", "initial"), ("initial", "same")}
)


def person_levels(ours: PersonFacts, theirs: PersonFacts, usage: Usage) -> Levels:
    """Return the level of each kind of evidence for two people being one."""
    order, given, last = _names(ours.name, theirs.name)
    found = {
        "order": order,
        "given": given,
        "last": last,
        "suffix": _suffix(ours.name.suffix, theirs.name.suffix),
        "mail": _mail(ours, theirs, usage),
        "private": _private(ours.mailboxes, theirs.mailboxes),
        "work_mail": _work_mail(ours, theirs),
        "numbered": _numbered(ours, theirs),
        "phone": _phone(ours, theirs, usage),
        "mobile": _mobile(ours, theirs),
        "born": birth_level(ours.born, theirs.born),
        "place": place_level(ours.address, theirs.address),
        "country": _equal(ours.address.country, theirs.address.country),
        "employer": _employer(ours, theirs),
        "title": _title(ours.title, theirs.title),
        "linkedin": _equal(ours.linkedin, theirs.linkedin),
        "identifier": _identifier(ours.identifier, theirs.identifier),
        "namesakes": _namesakes(ours, theirs, usage) if given in _AGREE and last in _AGREE else "other_names",
    }
    found["own"] = counted(found, _OWN)
    found["against"] = counted(found, _AGAINST)
    return found


#: What one person has, and what it says when two records agree in it, and when they contradict each other.
_OWN = (
    ("mail", frozenset({"same_one", "same_two", "slip", "dots_or_digits"})),
    ("mobile", frozenset({"same"})),
    ("born", frozenset({"same", "turned", "slip"})),
    ("linkedin", frozenset({"same"})),
    ("identifier", frozenset({"same", "one_digit"})),
)
_AGAINST = (
    ("suffix", frozenset({"differ"})),
    ("private", frozenset({"differ"})),
    ("work_mail", frozenset({"two_at_one_domain"})),
    ("mobile", frozenset({"differ"})),
    ("born", frozenset({"contradicts", "generation_apart", "near"})),
    ("linkedin", frozenset({"differ"})),
    ("identifier", frozenset({"differ"})),
)
_COUNTS = ("none", "one", "two", "several")


def counted(levels: Levels, kinds: tuple[tuple[str, frozenset[str]], ...]) -> str:
    """Return how many kinds of evidence are at one of the levels named."""
    count = 0
    for evidence, wanted in kinds:
        if levels[evidence] in wanted:
            count += 1
    return _COUNTS[min(count, 3)]


def _names(ours: PersonName, theirs: PersonName) -> tuple[str, str, str]:
    """Return whether the names stand in each other's fields, and how given name and surname agree."""
    order, given, last = _spelt_names(ours, theirs)
    if not ours.native and not theirs.native:
        return order, given, last
    if ours.native and theirs.native:
        is_one = _are_one_in_writing(ours.native, theirs.native)
        return (order, given, last) if is_one else (order, "two_names", last)
    # Signs are read in more than one way: what does not sound alike says nothing.
    return order, "unknown" if given in _DISAGREE else given, "unknown" if last in _UNLIKE else last


_UNLIKE = frozenset({"contradicts", "other_part"})


def _are_one_in_writing(ours: str, theirs: str) -> bool:
    """Return whether two names in signs are one: in either order, or one of them a part."""
    return sorted(ours) == sorted(theirs) or ours in theirs or theirs in ours


def _spelt_names(ours: PersonName, theirs: PersonName) -> tuple[str, str, str]:
    """Return how two names compare in Latin letters."""
    given, last = given_level(ours.given, theirs.given), last_level(ours.last, theirs.last)
    if given in _AGREE and last in _AGREE:
        return "straight", given, last
    turned = theirs.turned()
    other = given_level(ours.given, turned.given), last_level(ours.last, turned.last)
    if {given, last} & _DISAGREE and other in _TURNED:
        return "turned", *other
    if (
        (not ours.given or not theirs.given)
        and last in _UNLIKE
        and (_shares(ours.last, theirs.given) or _shares(theirs.last, ours.given))
    ):
        return "turned", "same" if ours.last else given, "unknown"
    return "straight", given, last


def _shares(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return bool(set(one) & set(other))


def _suffix(ours: str, theirs: str) -> str:
    if ours == theirs:
        return "same" if ours else "none"
    return "differ" if ours and theirs else "one_side"


def _mail(ours: PersonFacts, theirs: PersonFacts, usage: Usage) -> str:
    """Return the best that two sets of mailboxes say."""
    if not ours.mailboxes or not theirs.mailboxes:
        return "unknown"
    mine, others = {box.address: box for box in ours.mailboxes}, {box.address for box in theirs.mailboxes}
    shared = [box for address, box in mine.items() if address in others]
    own = [box for box in shared if not box.is_role]
    if own:
        return f"same_{usage.most(f'mail {box.address}' for box in own)}"
    if shared:
        return "same_role"
    near = [
        _near(one, other, (ours.name, theirs.name))
        for one in ours.mailboxes
        for other in theirs.mailboxes
        if not (one.is_role or other.is_role)
    ]
    return min((level for level in near if level), key=_NEARNESS.index, default="different")


_NEARNESS = ["slip", "dots_or_digits", "same_local", "same_bare", "slip_local", "named_local", "different"]
_NO_DOTS = str.maketrans("", "", "._-")


def _spelt(names: Iterable[PersonName]) -> set[str]:
    """Return how the names stand before an at sign: any namesake may have the like elsewhere."""
    givens, lasts = set[str](), set[str]()
    for name in names:
        givens.update(("".join(name.given[:1]), "".join(name.given)))
        lasts.add(name.joined_last)
    return {
        form
        for given in givens
        for last in lasts
        for form in (given + last, last + given, given[:1] + last, last + given[:1], given + last[:1], given, last)
    }


def _near(one: Mailbox, other: Mailbox, names: tuple[PersonName, PersonName]) -> str:
    """Return how near two mailboxes are to being one address; what spells the names says nothing before the at sign."""
    if one.domain == other.domain:
        if bare(one.local) == bare(other.local):
            return "dots_or_digits"
        if not is_slip(one.local, other.local) or _have_other_initials(one.local, other.local, names):
            return ""
        digits = "".join(filter(str.isdigit, one.local)) == "".join(filter(str.isdigit, other.local))
        return "slip" if digits else ""
    if one.local == other.local and is_slip(one.domain, other.domain):
        return "slip"
    level = _elsewhere(one.local, other.local)
    if not level:
        return ""
    spelt = {one.local.translate(_NO_DOTS), other.local.translate(_NO_DOTS)}
    if level != "same_local":  # two that end in different digits are a name and no more
        spelt |= {bare(one.local), bare(other.local)}
    return level if spelt.isdisjoint(_spelt(names)) else "named_local"


def _have_other_initials(one: str, other: str, names: Iterable[PersonName]) -> bool:
    """Return whether two addresses differ in an initial alone: p.mazurek and z.mazurek, anna.b and anna.k are two."""
    if one[1:] == other[1:] and one[:1] != other[:1]:
        return True
    stem = one[:-1].translate(_NO_DOTS)
    is_one_stem = one[:-1] == other[:-1] and one[-1:].isalpha() and other[-1:].isalpha()
    return is_one_stem and any(stem in {"".join(name.given[:1]), "".join(name.given)} for name in names if name.given)


def _elsewhere(one: str, other: str) -> str:
    """Return how alike two addresses of different domains are before the at sign."""
    if one == other:
        return "same_local" if len(one) > 5 else ""
    if len(bare(one)) > 5 and bare(one) == bare(other):
        return "same_bare"
    return "slip_local" if len(one) > 7 and is_slip(one, other) else ""


def _private(ours: tuple[Mailbox, ...], theirs: tuple[Mailbox, ...]) -> str:
    """Return how the addresses agree that people chose for themselves."""
    mine = {box.address for box in ours if box.is_free}
    others = {box.address for box in theirs if box.is_free}
    if not mine or not others:
        return "unknown"
    return "same" if mine & others else "differ"


def _work_mail(ours: PersonFacts, theirs: PersonFacts) -> str:
    """Return how two personal addresses at employers agree: two at one domain are two people's."""
    mine = [box for box in ours.mailboxes if not box.is_free and not box.is_role]
    others = [box for box in theirs.mailboxes if not box.is_free and not box.is_role]
    if not mine or not others:
        return "unknown"
    if {box.address for box in mine} & {box.address for box in others}:
        return "same"
    at_one = [(one, other) for one in mine for other in others if one.domain == other.domain]
    if not at_one:
        return "other_domain"
    if any(
        is_slip(one.local, other.local)
        and one.local[-1:].isdigit() == other.local[-1:].isdigit()
        and _LETTERED.sub("", one.local) != _LETTERED.sub("", other.local)
        and not _have_other_initials(one.local, other.local, (ours.name, theirs.name))
        for one, other in at_one
    ):
        return "slip_at_one_domain"
    return "two_at_one_domain"


#: What an employer adds to the address of the second of a name.
_LETTERED = re.compile(r"[._-][a-z]$")


def _numbered(ours: PersonFacts, theirs: PersonFacts) -> str:
    """Return whether one has a numbered address at work, as the second of a name gets it, and the other has not."""
    mine = {box.address for box in ours.mailboxes if _is_numbered(box)}
    others = {box.address for box in theirs.mailboxes if _is_numbered(box)}
    if mine & others:
        return "same"
    return "one_side" if mine or others else "none"


def _is_numbered(box: Mailbox) -> bool:
    return (
        len(box.local) > 2
        and box.local[-1] in "23456789"
        and box.local[-2].isalpha()
        and not box.is_free
        and not box.is_role
    )


def _mobile(ours: PersonFacts, theirs: PersonFacts) -> str:
    """Return whether two people share a mobile, whichever field the other keeps it in, or each have their own."""
    if not ours.mobile.isdisjoint(theirs.phones) or not theirs.mobile.isdisjoint(ours.phones):
        return "same"
    if not ours.mobile or not theirs.mobile:
        return "unknown"
    return "one_digit" if _are_near(ours.mobile, theirs.mobile) else "differ"


def _are_near(ours: Iterable[str], theirs: Collection[str]) -> bool:
    """Return whether any two numbers are one digit apart."""
    for one in ours:
        for other in theirs:
            if is_one_digit_off(one, other):
                return True
    return False


def _phone(ours: PersonFacts, theirs: PersonFacts, usage: Usage) -> str:
    if not ours.phones or not theirs.phones:
        return "unknown"
    shared = ours.phones & theirs.phones
    if shared:
        step = usage.most(f"phone {number}" for number in shared)
        return f"two_same_{step}" if len(shared) > 1 else f"same_{step}"
    return "one_digit" if _are_near(ours.phones, theirs.phones) else "different"


def _equal(ours: str, theirs: str) -> str:
    if not ours or not theirs:
        return "unknown"
    return "same" if ours == theirs else "differ"


def _identifier(ours: str, theirs: str) -> str:
    level = _equal(ours, theirs)
    return "one_digit" if level == "differ" and is_one_digit_off(ours, theirs) else level


def _employer(ours: PersonFacts, theirs: PersonFacts) -> str:
    if not ours.company.core or not theirs.company.core:
        if not ours.domains or not theirs.domains:
            return "unknown"
        return "same_domain" if ours.domains & theirs.domains else "other_domain"
    core = core_level(ours.company, theirs.company)
    if core in {"same", "close", "domain", "initials"}:
        trades = sides_level(ours.company.trades, theirs.company.trades)
        return "same" if trades != "differ" else "same_core"
    return "same_domain" if ours.domains & theirs.domains else "other"


def _title(ours: str, theirs: str) -> str:
    if not ours or not theirs:
        return "unknown"
    if ours == theirs:
        return "same"
    return "shared" if set(ours.split()) & set(theirs.split()) else "differ"


def _namesakes(ours: PersonFacts, theirs: PersonFacts, usage: Usage) -> str:
    """Return how many people here have the name; of two spellings, the one that more have."""
    steps = {usage.step(f"name {_sorted(name)}") for name in (ours.name, theirs.name)}
    return max(steps, key=_STEPS.index)


_STEPS = ("one", "two", "few", "many")


def _sorted(name: PersonName) -> str:
    return "".join(sorted((name.given[0] if name.given else "") + name.joined_last))
