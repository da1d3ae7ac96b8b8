"""Keys by which records that may be the same find each other. Sharing one only means: worth comparing."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from xxhash import xxh3_64_hexdigest

from quality.dedupe.declared.facts import DeclaredFacts
from quality.dedupe.facts import CompanyFacts, Facts, PersonFacts
from quality.dedupe.known import known_keys
from quality.dedupe.mailboxes import bare

_LOCAL = 4
#: How the key begins that only records with the very same other keys share, if they say more than a name and a place.
#: Where too many share each of the others, it still brings those together: see `blocks.star`.
ALIKE = "alike "
_OF_ONES_OWN = ("mail ", "phone ", "linkedin ", "id ", "domain ")


def keys_of(facts: Facts) -> frozenset[str]:
    """Return the keys of a record."""
    found = frozenset(_found_by(facts))
    ids = frozenset(known_keys(facts.known))
    if not isinstance(facts, DeclaredFacts) and not any(key.startswith(_OF_ONES_OWN) for key in found):
        return found | ids
    if not found:
        return ids
    alike = ALIKE + xxh3_64_hexdigest("\n".join(sorted(found)).encode(errors="surrogatepass"))
    return found | ids | {alike}


def alike_key(keys: Iterable[str]) -> str:
    """Return the key among those of a record that says who is like it; empty for a record without keys."""
    return next((key for key in keys if key.startswith(ALIKE)), "")


def _found_by(facts: Facts) -> Iterable[str]:
    if isinstance(facts, DeclaredFacts):
        return facts.keys
    return _of_company(facts) if isinstance(facts, CompanyFacts) else _of_person(facts)


def _of_person(facts: PersonFacts) -> Iterator[str]:
    given, last = (facts.name.given[0] if facts.name.given else ""), facts.name.joined_last
    yield from _of_mailboxes(facts, {given, last})
    yield from _of_phones(facts.phones)
    for kind, value in (("linkedin", facts.linkedin), ("id", facts.identifier)):
        if value:
            yield f"{kind} {value}"
    if given and last:
        yield from _of_both_names(facts, given, last)
    for name in filter(None, (given, last)):
        yield from _of_one_name(facts, name)
    if facts.address.door:
        yield f"door {facts.address.door} {facts.address.postcode[:3]} {last[:1]}"
    for day in facts.born[:1]:
        if not facts.phones:  # of a record that says more of itself, a day of birth alone says too little
            yield f"born {day}"
        if facts.address.postcode:
            yield f"born at {day} {facts.address.postcode}"


def _of_both_names(facts: PersonFacts, given: str, last: str) -> Iterator[str]:
    """Yield keys of a whole name: wide ones, and narrow ones for names that are too common."""
    names = sorted((given, last))
    yield f"name {names[0]} {names[1]}"
    if not facts.phones:  # of a record that says more of itself, a name misspelt alone says too little
        yield f"sounds {_skeleton(given)} {_skeleton(last)}"
    yield f"letters {''.join(sorted(given + last))}"
    starts = "".join(sorted((given[:3], last[:4])))
    initials = "".join(sorted((given[0], last[0])))
    for area in {facts.address.town, facts.address.postcode, *facts.domains, facts.company.joined_core[:6]} - {""}:
        yield f"name in {starts} {area}"
        yield f"initials in {initials} {last[-5:]} {area}"


def _of_one_name(facts: PersonFacts, name: str) -> Iterator[str]:
    """Yield keys of one name with something else."""
    address = facts.address
    for born in facts.born:
        yield f"born {born} {name[:2]}"
    if address.postcode:
        yield f"at {address.postcode} {name[:3]}"
    elif address.town and not address.street:
        yield f"town {address.town} {name[:5]}"
    for domain in facts.domains:
        yield f"domain {domain} {name[:3]}"
    if facts.company.core:
        yield f"works {facts.company.joined_core[:10]} {name[:4]}"


def _skeleton(word: str) -> str:
    """Return the first letter and the consonants behind it, each once: what misspellings leave alone."""
    kept = word[:1]
    for sign in word[1:].translate(_SOUNDS):
        if sign not in "aeiouyh" and sign != kept[-1:]:
            kept += sign
    return kept


_SOUNDS = str.maketrans({"k": "c", "q": "c", "z": "s", "v": "f", "w": "f", "d": "t", "b": "p", "g": "c"})


def _of_mailboxes(facts: PersonFacts | CompanyFacts, names: Container[str] = ()) -> Iterator[str]:
    """Yield keys of mailboxes; what is only a given name or a surname before the at sign says nothing alone."""
    for box in facts.mailboxes:
        yield f"mail {box.address}"
        local = bare(box.local)
        if not box.is_role and len(local) > _LOCAL and local not in names:
            yield f"local {''.join(sorted(local))}"


def _of_phones(phones: frozenset[str]) -> Iterator[str]:
    for number in phones:
        yield f"phone {number}"
        yield f"phone start {number[:-1]}"
        yield f"phone end {number[1:]}"


def _of_company(facts: CompanyFacts) -> Iterator[str]:
    address = facts.address
    yield from _of_phones(facts.phones)
    yield from (f"mail {box.address}" for box in facts.mailboxes)
    for domain in facts.domains:
        yield f"domain {domain}"
        yield f"label {domain.partition('.')[0].replace('-', '')}"
        for area in {address.town, address.postcode} - {""}:
            yield f"domain in {domain} {area}"
    for kind, value in (("linkedin", facts.linkedin), ("id", facts.tax)):
        if value:
            yield f"{kind} {value}"
    yield from _of_door(facts)
    if facts.name.core:
        yield from _of_company_name(facts)


def _of_company_name(facts: CompanyFacts) -> Iterator[str]:
    name, address = facts.name, facts.address
    joined = "".join(sorted(name.joined_core))
    yield f"core {joined}"
    yield f"label {name.joined}"
    yield f"words {''.join(sorted(name.joined))}"
    yield f"sounds {_skeleton(name.joined_core)}"
    for area in {address.town, address.postcode, address.country} - {""}:
        yield f"core in {joined} {area}"
    for area in {address.town, address.postcode} - {""}:
        for word in set(name.core):
            yield f"word in {word[:6]} {area}"
    yield from (f"word {word}" for word in set(name.core) if len(word) > 3)
    for number in range(len(name.words) - 1):
        yield f"pair {' '.join(sorted(name.words[number : number + 2]))}"
    if len(name.words) > 2:  # two letters are nobody's label
        yield f"label {''.join(word[0] for word in name.words)}"


def _of_door(facts: CompanyFacts) -> Iterator[str]:
    address = facts.address
    if address.door:
        yield f"door {address.door} {address.postcode or address.town}"
        yield f"door {address.door} {facts.user[:2]}"
        yield f"door {address.door}"
