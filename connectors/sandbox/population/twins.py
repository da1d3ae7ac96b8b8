"""Second records of one person, and people who merely look like another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from connectors.sandbox.population import phones
from connectors.sandbox.population.dice import Urn
from connectors.sandbox.population.drafts import CompanyDraft
from connectors.sandbox.population.firms import Firm, address, words
from connectors.sandbox.population.harms.person_names import slip
from connectors.sandbox.population.names import Name, name_in, plain
from connectors.sandbox.population.persons import Being, Cradle
from connectors.sandbox.population.titles import another_spelling

_PLACE = ("street", "city", "state", "postal_code")
_LOOSE = ("street", "lead_status", "website", "mobile", "birth_date")


@dataclass(slots=True)
class Twin:
    """The second record: who it is about, where they work, what is wrong in it."""

    being: Being
    employer: CompanyDraft | None
    wrong: dict[str, tuple[str, str]]
    likeness: str


@dataclass(frozen=True, slots=True)
class Twins:
    """Makes second records and lookalikes."""

    cradle: Cradle
    #: Where those who change jobs go.
    employers: Urn[CompanyDraft]

    def duplicate(self, being: Being, employer: CompanyDraft | None) -> Twin:
        """Return another record of the same person."""
        truth = dict(being.truth)
        for name in _LOOSE:
            if name in truth and self.cradle.dice.chance(0.5):
                del truth[name]
        meaning = truth.get("normalised_title")
        if meaning and self.cradle.dice.chance(0.4):
            truth["job_title"] = another_spelling(self.cradle.dice, meaning)
        second = Twin(replace(being, truth=truth), employer, {}, "")
        while not second.likeness:
            likeness = _DUPLICATES.draw(self.cradle.dice)
            if _WAYS[likeness](self, second):
                second.likeness = likeness
        return second

    def lookalike(self, being: Being, employer: CompanyDraft | None) -> Twin:
        """Return another person who is easily taken for this one; may complete what is known of this one."""
        likeness = _LOOKALIKES.draw(self.cradle.dice)
        return _KINDS[likeness](self, being, employer)

    def private_mail(self, being: Being) -> str:
        """Return a private mailbox for somebody."""
        return self.cradle.office.private(self.cradle.dice, being.name, being.country)

    def work_mail(self, being: Being, firm: Firm) -> str:
        """Return a mailbox at `firm` for somebody."""
        office, dice = self.cradle.office, self.cradle.dice
        return office.corporate(dice, being.name, being.country.code, firm.truth["domain"], firm.mail_style)


def _other_mail(twins: Twins, second: Twin) -> bool:
    being = second.being
    was_private = being.firm is None or not being.truth.get("email", "").endswith(f"@{being.firm.truth['domain']}")
    if was_private and being.firm:
        being.truth["email"] = twins.work_mail(being, being.firm)
    else:
        being.truth["email"] = twins.private_mail(being)
    return True


def _plus_mail(twins: Twins, second: Twin) -> bool:
    local, _, domain = second.being.truth.get("email", "").partition("@")
    if domain not in {"gmail.com", "outlook.com"}:
        return False
    second.being.truth["email"] = twins.cradle.office.claim(
        f"{local}+{twins.cradle.dice.pick(('news', 'crm', 'work'))}", domain
    )
    return True


def _no_mail(_twins: Twins, second: Twin) -> bool:
    second.wrong["email"] = ("", "missing")
    return True


def _nickname(twins: Twins, second: Twin) -> bool:
    known: str = words()["nicknames"].get(second.being.truth["first_name"], "")
    if not known:
        return False
    second.being.truth["first_name"] = twins.cradle.dice.pick(known.split())
    return _other_mail(twins, second)


def _initial(twins: Twins, second: Twin) -> bool:
    first = second.being.truth["first_name"]
    if not first[0].isascii():
        return False
    second.wrong["first_name"] = (f"{first[0]}.", "name_initial")
    return _other_mail(twins, second)


def _typo(twins: Twins, second: Twin) -> bool:
    field = twins.cradle.dice.pick(("first_name", "last_name", "last_name"))
    was = second.being.truth[field]
    mistyped = slip(twins.cradle.dice, was)
    if mistyped == was or mistyped[0] != was[0]:
        return False
    second.wrong[field] = (mistyped, "name_typo")
    return _other_mail(twins, second)


def _swapped(twins: Twins, second: Twin) -> bool:
    truth = second.being.truth
    if truth["first_name"] == truth["last_name"]:
        return False
    second.wrong["first_name"] = (truth["last_name"], "name_swapped")
    second.wrong["last_name"] = (truth["first_name"], "name_swapped")
    return _other_mail(twins, second)


def _plain_letters(twins: Twins, second: Twin) -> bool:
    being = second.being
    first, last = being.name.first.roman, being.name.last.roman
    if being.name.is_native and being.country.native_share < 1.0:
        being.truth["first_name"], being.truth["last_name"] = first, last
        return _other_mail(twins, second)
    simple = plain(last, being.country.code)
    if " " in last or "'" in last or "-" in last or simple == last.lower():
        return False
    being.truth["last_name"] = simple.capitalize()
    return _other_mail(twins, second)


def _new_employer(twins: Twins, second: Twin) -> bool:
    employer = twins.employers.draw(twins.cradle.dice)
    if employer is second.employer or employer.firm.country is not second.being.country:
        return False
    being = replace(second.being, firm=employer.firm)
    being.truth["company_name"] = employer.firm.truth["name"]
    being.truth["email"] = twins.work_mail(being, employer.firm)
    being.truth.pop("website", None)
    second.being, second.employer = being, employer
    return True


_WAYS: dict[str, Callable[[Twins, Twin], bool]] = {
    "other_mail": _other_mail,
    "plus_mail": _plus_mail,
    "no_mail": _no_mail,
    "nickname": _nickname,
    "initial": _initial,
    "typo": _typo,
    "swapped": _swapped,
    "plain_letters": _plain_letters,
    "new_employer": _new_employer,
}
_DUPLICATES = Urn(tuple(_WAYS), (24, 12, 12, 40, 9, 16, 5, 9, 40))


def _stranger(being: Being, name: Name, keep: tuple[str, ...]) -> Being:
    """Return somebody of another name who shares `keep` with `being`."""
    truth = {field: being.truth[field] for field in keep if field in being.truth}
    truth |= {"first_name": name.written_first, "last_name": name.written_last, "country": being.country.code}
    return Being(truth, name, being.country, being.firm)


_COMMON = ("job_title", "normalised_title", "company_name", "lifecycle_stage", "lead_source")


def _settled(twins: Twins, being: Being) -> None:
    """See that an address is known, for those who share it."""
    if "street" not in being.truth:
        dice = twins.cradle.dice
        being.truth.update(address(dice, being.country, dice.pick(being.country.cities)))


def _father_son(twins: Twins, being: Being, employer: CompanyDraft | None) -> Twin:
    if being.name.first not in being.country.male:
        return _couple(twins, being, employer)
    _settled(twins, being)
    dice = twins.cradle.dice
    being.truth["birth_date"] = twins.cradle.birth_date(48, 66)
    keeps_name = being.country.code == "US"
    first = being.name.first if keeps_name else dice.pick(being.country.male)
    son = _stranger(being, replace(being.name, first=first), (*_PLACE, "phone", "lifecycle_stage", "lead_source"))
    if keeps_name:
        son.truth["last_name"] += " Jr."
    son.truth["birth_date"] = twins.cradle.birth_date(18, 27)
    son.truth["mobile"] = phones.mobile(dice, being.country, dice.pick(being.country.cities))
    son.truth["email"] = twins.private_mail(son)
    return Twin(replace(son, firm=None), None, {}, "father_son")


def _couple(twins: Twins, being: Being, _employer: CompanyDraft | None) -> Twin:
    _settled(twins, being)
    dice, country = twins.cradle.dice, being.country
    first = dice.pick(country.male if being.name.first in country.female else country.female)
    spouse = _stranger(being, replace(being.name, first=first), (*_PLACE, "phone", "lifecycle_stage", "lead_source"))
    if dice.chance(0.5):
        spouse.truth["email"] = twins.private_mail(spouse)
    return Twin(replace(spouse, firm=None), None, {}, "couple")


def _namesake_at_work(twins: Twins, being: Being, employer: CompanyDraft | None) -> Twin:
    if employer is None or being.firm is None or being.country is not being.firm.country:
        return _namesake(twins, being, employer)
    other = _stranger(being, being.name, ("company_name", "lifecycle_stage", "lead_source"))
    other.truth["email"] = twins.work_mail(other, employer.firm)
    other.truth["phone"] = phones.extension_of(twins.cradle.dice, employer.firm.truth["phone"], employer.firm.country)
    return Twin(other, employer, {}, "namesake_same_company")


def _namesake(twins: Twins, being: Being, _employer: CompanyDraft | None) -> Twin:
    dice = twins.cradle.dice
    employer = twins.employers.draw(dice)
    other = replace(_stranger(being, being.name, ("lifecycle_stage", "lead_source")), firm=employer.firm)
    other.truth["company_name"] = employer.firm.truth["name"]
    other.truth["email"] = twins.work_mail(other, employer.firm)
    other.truth["phone"] = phones.landline(dice, being.country, dice.pick(being.country.cities))
    return Twin(other, employer, {}, "namesake")


def _colleagues(twins: Twins, being: Being, employer: CompanyDraft | None) -> Twin:
    if employer is None or being.firm is None or being.country is not being.firm.country:
        return _namesake(twins, being, employer)
    being.truth["phone"] = employer.firm.truth["phone"]
    name = name_in(twins.cradle.dice, being.country)
    other = _stranger(being, name, (*_COMMON, *_PLACE, "phone"))
    other.truth["email"] = twins.work_mail(other, employer.firm)
    return Twin(other, employer, {}, "colleagues")


_KINDS: dict[str, Callable[[Twins, Being, CompanyDraft | None], Twin]] = {
    "father_son": _father_son,
    "couple": _couple,
    "namesake_same_company": _namesake_at_work,
    "namesake": _namesake,
    "colleagues": _colleagues,
}
_LOOKALIKES = Urn(tuple(_KINDS), (34, 14, 22, 10, 26))
