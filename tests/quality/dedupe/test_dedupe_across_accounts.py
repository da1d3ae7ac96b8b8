"""Records of two accounts: whom an id makes one, and when an id is not believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from quality.declarations import Declaration, shipped_declaration
from quality.dedupe import Matcher, PersonFacts, read_person, shipped_points
from quality.dedupe.declared import declared_points, read_declared
from quality.dedupe.declared.facts import DeclaredFacts
from quality.dedupe.known import KNOWN_REFS, OWN_REF
from quality.dedupe.settling import Told, settle
from syncd.model import Record, Ref, Value

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


@pytest.mark.parametrize(("has_several", "told"), [(False, {("b", "c")}), (True, {("b", "c"), ("a", "c")})])
def test_second_of_two_that_are_in_question_themselves_is_told_beside_only_where_there_may_be_several(
    has_several, told
):
    points = replace(shipped_points("person"), has_several=has_several)
    pairs = {
        ("a", "b"): Told(0.9999, "", "", is_apart=False, is_across=True),
        ("a", "c"): Told(0.9998, "", "", is_apart=False, is_across=True),
        ("b", "c"): Told(0.9, "They are two.", "", is_apart=False),
    }

    settled = settle(("a", "b", "c"), pairs, pairs.__getitem__, points)

    assert settled.merge == [("a", "b"), ("c",)]
    assert {(one.one, one.other) for one in settled.questions} == told


def test_two_of_one_surname_and_employer_whose_addresses_begin_otherwise_are_not_surely_one():
    matcher = Matcher("person")
    matcher.add("p", _read("one/contacts/1", {"last_name": "Mazurek", "email": "p.mazurek@stepien.example"}))
    matcher.add("z", _read("two/Contact/1", {"last_name": "Mazurek", "email": "z.mazurek@stepien.example"}))

    assert _sure(matcher) == set()


def _deal(ref: str, company: str, declaration: Declaration, **values: Value) -> DeclaredFacts:
    account, name, record_id = ref.split("/")
    told = {**values, OWN_REF: ref}
    record = Record(
        Ref(account, name, record_id), "deal", told, {"company": (company,)}, datetime(2026, 1, 1, tzinfo=UTC)
    )
    return read_declared(record, declaration)


@pytest.mark.parametrize(
    ("theirs", "identify", "expected"),
    [
        # Companies and pipelines go by other ids in another account: a person is asked.
        ({"name": "ACME pump station", "amount": 100.0, "pipeline": "012A"}, (), (False, 1)),
        ({"name": "ACME pump station", "amount": 700.0, "pipeline": "012A"}, (), (False, 0)),
        # What identifies is enough: nothing is merged by it.
        ({"name": "Pumps", "amount": 90.0, "x_order": "A-17"}, ("x_order",), (True, 0)),
    ],
)
def test_deals_of_two_accounts_are_asked_about_unless_something_identifies_them(theirs, identify, expected):
    declaration = replace(shipped_declaration("deal") or Declaration(), identify=identify)
    matcher = Matcher("deal", declared_points("deal", declaration))
    ours: dict[str, Value] = {"name": "Acme pump station", "amount": 100.0, "pipeline": "default", "x_order": "a17"}
    matcher.add("a", _deal("one/deals/1", "7", declaration, **ours))
    matcher.add("b", _deal("two/Opportunity/1", "001A", declaration, **theirs))

    assert (_sure(matcher) == {("a", "b")}, len(matcher.questions())) == expected
