"""Records stand for somebody: no test entries, keyboard walks or made-up names."""

from __future__ import annotations

from pydantic import Field

from quality.rule import FINE, Case, Example, Options, Phase, Rule, Verdict, flag
from quality.subjects import companies, junk, webs
from syncd.model import Value

_FAKE = "looks made up: test words, keyboard walks or placeholders"


class FakeOptions(Options):
    """How much it takes."""

    #: Points of evidence from which on an entry is held to be made up. A listed word is one, a keyboard walk two.
    evidence: int = Field(default=2, ge=1, le=10)


def check(case: Case) -> Verdict:
    """Weigh the evidence of all fields. One odd word proves nothing: real people are called Test and Bar."""
    weight = _company_weight(case) if case.record.kind == "company" else _person_weight(case)
    return flag(_FAKE) if weight >= case.options.evidence else FINE


def _person_weight(case: Case) -> int:
    given, surname, email = case.text("first_name"), case.text("last_name"), case.text("email")
    if junk.is_merge_tag(given) or junk.is_merge_tag(surname):
        return 2
    words = [*given.split(), *surname.split()]
    weight = sum(map(junk.junk_weight, words))
    address = junk.address_weight(email) if email else 0
    if not weight and not address and not (given and surname and junk.is_listed_pair(given, surname)):
        return 0
    if junk.is_made_up_pair(given, surname):
        return 2 + weight + address
    if junk.is_famous_pair(given, surname):
        return 0 if junk.vouches_for(email, (given, surname)) else 2
    if weight and junk.junk_weight(case.text("company_name").split(" ")[0]):
        weight += 1
    if (weight or address) and any(junk.is_fake_phone(case.text(name)) for name in ("phone", "mobile")):
        weight += 1
    if (address or weight) and words and all(junk.is_placeholder(word) for word in words):
        weight += 1
    if weight and junk.vouches_for(email, (given, surname)):
        return weight + address - 3
    return weight + address


def _company_weight(case: Case) -> int:
    name = case.text("name")
    # The Russian OOO looks like a finger that stayed on a key.
    weights = [junk.junk_weight(word) for word in name.split() if not companies.is_legal_form(word)]
    if not any(weights):
        return 0
    host = webs.host_of(case.text("domain") or case.text("website"))
    if host and junk.is_own_domain(name, host):
        return 0
    if all(weights) or junk.is_made_up_company(name):
        return 2
    return max(weights) + (bool(host) and junk.address_weight(f"a@{host}") > 1)


def _is_odd_name(name: Value) -> bool:
    """Return whether a name speaks for a made-up entry by itself."""
    return isinstance(name, str) and (junk.is_merge_tag(name) or any(map(junk.junk_weight, name.split())))


def _is_odd_surname(name: Value) -> bool:
    return isinstance(name, str) and (_is_odd_name(name) or junk.ends_a_pair(name.strip()))


def _is_odd_address(address: Value) -> bool:
    return isinstance(address, str) and junk.address_weight(address.strip()) > 0


_EMAIL, _FIRST, _LAST = "email", "first_name", "last_name"

RULE = Rule(
    check,
    fields={"person": (), "company": ()},
    phase=Phase.VALIDATE,
    options=FakeOptions,
    flag="fake",
    clues={
        "person": {_FIRST: _is_odd_name, _LAST: _is_odd_surname, _EMAIL: _is_odd_address},
        "company": {"name": _is_odd_name},
    },
    depends_on=(_FIRST, _LAST, _EMAIL, "phone", "mobile", "company_name", "name", "domain", "website"),
    examples=(
        Example(None, flag(_FAKE), {_FIRST: "Test", _LAST: "Test"}),
        Example(None, flag(_FAKE), {_FIRST: "asdf", _LAST: "Jones"}),
        Example(None, flag(_FAKE), {_FIRST: "qwerty", _LAST: None}),
        Example(None, flag(_FAKE), {_FIRST: "aaa", _LAST: "bbb"}),
        Example(None, flag(_FAKE), {_FIRST: "asdasd", _LAST: "x"}),
        Example(None, flag(_FAKE), {_FIRST: "John", _LAST: "Doe"}),
        Example(None, flag(_FAKE), {_FIRST: "Max", _LAST: "Mustermann"}),
        Example(None, flag(_FAKE), {_FIRST: "Sherlock", _LAST: "Holmes"}),
        Example(None, FINE, {_FIRST: "James", _LAST: "Bond", _EMAIL: "james.bond@acme.com"}),
        Example(None, flag(_FAKE), {_FIRST: "{{first_name}}", _LAST: "King"}),
        Example(None, flag(_FAKE), {_FIRST: "ㅁㄴㅇㄹ", _LAST: "ㅋㅋ"}),
        Example(None, flag(_FAKE), {_FIRST: "dfgdgf", _LAST: "King"}),
        Example(None, flag(_FAKE), {_FIRST: "ασδφ", _LAST: None}),
        Example(None, flag(_FAKE), {_FIRST: "123", _LAST: "King"}),
        Example(None, flag(_FAKE), {_FIRST: "Lorem", _LAST: "Ipsum"}),
        Example(None, flag(_FAKE), {_FIRST: None, _LAST: None, _EMAIL: "no@no.com"}),
        Example(None, FINE, {_FIRST: "Yeyeye", _LAST: "Ng"}),
        Example(None, FINE, {_FIRST: "Bo", _LAST: "Xu", _EMAIL: "bo.xu@163.com"}),
        Example(None, FINE, {_FIRST: "O", _LAST: "Li", _EMAIL: "o@li.com"}),
        Example(None, flag(_FAKE), {_FIRST: None, _LAST: None, _EMAIL: "test@test.com"}),
        Example(None, flag(_FAKE), {_FIRST: "Test", _LAST: "User", _EMAIL: "ada@acme.com"}),
        Example(None, flag(_FAKE), {_FIRST: "фыва", _LAST: "йцукен"}),
        Example(None, flag(_FAKE), {"name": "asdf"}, kind="company"),
        Example(None, flag(_FAKE), {"name": "Test Company"}, kind="company"),
        Example(None, FINE, {"name": "Test", "domain": "test.io"}, kind="company"),
        Example(None, FINE, {"name": "Calnosys Consulting OOO"}, kind="company"),
        Example(None, FINE, {"name": "ООО Кедр Трейд", "domain": "kedr-trade.ru"}, kind="company"),
        Example(None, flag(_FAKE), {"name": "ooo aaa"}, kind="company"),
        Example(None, FINE, {"name": "Acme Test Systems", "domain": "acme.com"}, kind="company"),
        Example(None, FINE, {_FIRST: "Anna", _LAST: "Test", _EMAIL: "anna.test@acme.com"}),
        Example(None, FINE, {_FIRST: "Anna", _LAST: "Test"}),
        Example(None, FINE, {_FIRST: "Tess", _LAST: "Tester", _EMAIL: "tess.tester@acme.com"}),
        Example(None, FINE, {_FIRST: "Foo", _LAST: "Kune"}),
        Example(None, FINE, {_FIRST: "Reza", _LAST: "Wertz"}),
        Example(None, FINE, {_FIRST: "Azer", _LAST: "Ertz"}),
        Example(None, FINE, {_FIRST: "Vlk", _LAST: "Krč"}),
        Example(None, FINE, {_FIRST: "Nguyễn", _LAST: "Ng"}),
        Example(None, FINE, {_FIRST: "John", _LAST: "Dole"}),
        Example(None, FINE, {_FIRST: "Ada", _LAST: "Lovelace", "phone": "1111111111"}),
        Example(None, FINE, {_FIRST: "민준", _LAST: "김"}),
        Example(None, FINE, {_FIRST: None, _LAST: None}),
        Example(None, FINE),
    ),
)
