"""Records of two accounts: whom an id makes one, and when an id is not believed."""

from __future__ import annotations

from quality.dedupe import Matcher, PersonFacts, read_person
from quality.dedupe.known import KNOWN_REFS, OWN_REF

_ADA = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@analytical.example", "phone": "+442079460011"}
_PRIYA = {"first_name": "Priya", "last_name": "Thompson", "email": "priya@boomer.example", "phone": "+61255501234"}


def _read(ref: str, values: dict[str, str], *names: str) -> PersonFacts:
    return read_person({**values, OWN_REF: ref, **({KNOWN_REFS: "\n".join(names)} if names else {})})


def _sure(matcher: Matcher) -> set[tuple[str, ...]]:
    return {part for group in matcher.groups() for part in group.merge}


def test_an_id_makes_two_records_one_that_say_little_in_common():
    matcher = Matcher("person")
    matcher.add("a", _read("one/contacts/1", {"first_name": "Ada", "email": "countess@mail.example"}, "two/Contact/1"))
    matcher.add("b", _read("two/Contact/1", _ADA))

    assert _sure(matcher) == {("a", "b")}


def test_an_id_is_not_believed_where_all_else_denies_it_and_the_right_one_is_found_all_the_same():
    matcher = Matcher("person")
    matcher.add("a", _read("one/contacts/1", _ADA, "two/Contact/2"))
    matcher.add("wrong", _read("two/Contact/2", _PRIYA))
    alone = _sure(matcher)
    (question,) = matcher.questions()
    matcher.add("right", _read("two/Contact/1", _ADA))

    assert alone == set()
    assert {question.one, question.other} == {"a", "wrong"}
    assert question.doubt == "One of them names the other by its id, and all else says that they are not one."
    assert _sure(matcher) == {("a", "right")}


def test_two_of_one_surname_and_employer_whose_addresses_begin_otherwise_are_not_surely_one():
    matcher = Matcher("person")
    matcher.add("p", _read("one/contacts/1", {"last_name": "Mazurek", "email": "p.mazurek@stepien.example"}))
    matcher.add("z", _read("two/Contact/1", {"last_name": "Mazurek", "email": "z.mazurek@stepien.example"}))

    assert _sure(matcher) == set()
