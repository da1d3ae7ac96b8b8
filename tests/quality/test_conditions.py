"""Conditions: what they say of records, what they refuse, and where in their text the mistake is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality import ConditionError, FieldPolicy, RuleChoice, Surroundings, compile_condition, compile_ruleset, evaluate
from quality.condition_words import Fault
from quality.conditions import Condition
from quality.rule import FINE, Case, Phase, Rule, Verdict, propose, together
from syncd.model import Mode, Record, Ref

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
FIELDS = {
    "country": "text",
    "email": "text",
    "employees": "number",
    "is_won": "bool",
    "close_date": "date",
    "tags": "list",
}


def compiled(text: str) -> Condition:
    return compile_condition(text, FIELDS, value_type="text")


@pytest.mark.parametrize(
    ("text", "values", "answer"),
    [
        ('country == "DE" && email != ""', {"country": "DE", "email": "a@b.de"}, True),
        ('email == ""', {"email": None}, True),
        ('lower(country) in ["de", "at"]', {"country": "At"}, True),
        ('email.matches("^[a-z]+@")', {"email": "ada@b.de"}, True),
        ('email.endsWith(".edu")', {"email": "ada@b.de"}, False),
        ('value.contains("x")', {}, True),  # `value` is "xyz" here
        ("employees * 2.0 >= 10.0", {"employees": 5}, True),
        ("employees > 5", {"employees": None}, None),
        ("employees == null", {"employees": None}, True),
        ('employees > 5 || country == "DE"', {"employees": None, "country": "DE"}, True),
        ("!is_won", {"is_won": None}, None),
        ("is_won == false", {"is_won": False}, True),
        ("days_since(close_date) > 30", {"close_date": date(2026, 3, 1)}, True),
        ("days_since(close_date) > 30", {"close_date": None}, None),
        ("close_date < now", {"close_date": date(2027, 3, 1)}, False),
        ('"vip" in tags', {"tags": ("vip",)}, True),
        ('country == "a\\"b"', {"country": 'a"b'}, True),
    ],
)
def test_condition_holds_or_not_or_cannot_be_told(text: str, values: dict[str, Any], answer: object) -> None:
    assert compiled(text).answer(values, NOW, "xyz") is answer


@pytest.mark.parametrize(
    ("text", "offset", "told"),
    [
        ('emial == "x"', 0, "there is no field 'emial' (did you mean 'email'?)"),
        ('email != "" && lowr(country) == "de"', 15, "there is no function 'lowr' (did you mean 'lower'?)"),
        ("country == DE", 11, "there is no field 'DE' (texts stand in quotes)"),
        ("country ==", 10, "ends too early"),
        ('country = "DE"', 8, "a single '=' says nothing; two values are compared with '=='"),
        ("", 0, "ends too early"),
        ('country == "DE" &&& is_won', 18, "cannot be read from '&' on"),
        ('country == "DE" && employees > "5"', 0, "mixes types"),
        ("country", 0, "neither true nor false"),
        ("country.name == 1", 8, "a field has no parts"),
        ("country.__class__ == 1", 8, "a field has no parts"),
        ('{"a": 1} == {}', 0, "mappings cannot stand"),
        ('["a"].exists(email, email == "a")', 6, "there is no function 'exists'"),
        ("tags.all(country, true)", 5, "there is no function 'all'"),
        ('email.matches("(")', 14, "the pattern cannot be read: missing )"),
        ('email.matches("[[:alpha:]]{1000}{1000}")', 14, "the pattern cannot be read"),
        ("email.matches(country)", 6, "the pattern of matches stands there"),
        ("!" * 1001 + "is_won", 0, "longer than 1000"),
    ],
)
def test_condition_that_cannot_be_used_is_refused_with_its_place(text: str, offset: int, told: str) -> None:
    with pytest.raises(ConditionError) as error:
        compiled(text)

    fault = error.value.faults[0]
    assert told in fault.message
    assert fault.offset == offset


def test_pattern_that_would_take_others_for_ever_takes_no_time() -> None:
    condition = compiled('email.matches("^(a+)+$")')

    assert condition.answer({"email": "a" * 50_000 + "!"}, NOW) is False


_PIECES = st.sampled_from([
    *FIELDS, "value", "now", "matches", "lower", "size", "days_since", "exists", "map", "has", ".", "(", ")", "[", "]",
    "{", "}", ",", "?", ":", "&&", "||", "!", "==", "<", "+", "-", "*", "/", "%", "in", "null", "true", "1", "2.5",
    '"x"', "'(a+)+$'", 'r"\\d"', '"', "\\", "\n", "é",
])  # fmt: skip


@settings(max_examples=300, deadline=None)  # the first one imports CEL
@given(st.one_of(st.text(max_size=30), st.lists(_PIECES, max_size=12).map(" ".join)))
def test_whatever_is_written_is_refused_with_a_place_or_answers(text: str) -> None:
    faults: tuple[Fault, ...] = ()
    answers: set[object] = set()

    try:
        condition = compiled(text)
        answers = {condition.answer(dict.fromkeys(FIELDS), NOW, value) for value in (None, "x")}
    except ConditionError as error:
        faults = error.faults

    assert answers <= {True, False, None}
    assert all(0 <= fault.offset <= len(text) for fault in faults)
    assert bool(answers) is not bool(faults)


# Conditions around rules


def upper(case: Case) -> Verdict:
    text = str(case.value)
    return FINE if text.isupper() else propose(text.upper(), "not upper")


UPPER = Rule(upper, fields={"person": ("email",)}, phase=Phase.FORM, examples=(), flag="lower", depends_on=())


def judged(values: dict[str, Any], when: str, rule: Rule = UPPER, **more: Any) -> Any:
    ruleset = compile_ruleset(
        "person",
        {"rule": RuleChoice(when=compile_condition(when, FIELDS))},
        Mode.APPLY,
        rules={"rule": rule, **more},
    )
    return evaluate(ruleset, Record(Ref("crm", "contacts", "1"), "person", values), Surroundings(NOW))


def test_rule_with_a_condition_judges_only_records_for_which_it_holds() -> None:
    assert judged({"email": "a", "country": "DE"}, 'country == "DE"').findings
    assert not judged({"email": "a", "country": "FR"}, 'country == "DE"').findings


def test_verdicts_are_remembered_by_what_the_condition_looks_at() -> None:
    when = compile_condition('country == "DE"', FIELDS)
    ruleset = compile_ruleset("person", {"rule": RuleChoice(when=when)}, Mode.APPLY, rules={"rule": UPPER})

    found = [
        len(
            evaluate(
                ruleset,
                Record(Ref("crm", "contacts", "1"), "person", {"email": "a", "country": country}),
                Surroundings(NOW),
            ).findings
        )
        for country in ("FR", "DE", "FR", "DE", None)
    ]

    assert found == [0, 1, 0, 1, 0]


def test_rule_whose_condition_was_not_fetched_stays_silent_and_keeps_its_flag() -> None:
    seen: list[frozenset[str]] = []

    def look(case: Case) -> Verdict:
        seen.append(case.silent_flags)
        return FINE

    last = Rule(look, fields={"person": ()}, phase=Phase.MARK, examples=())

    said = judged({"email": "a"}, 'country == "DE"', last=last)

    assert said.findings == said.failures == ()
    assert seen == [frozenset({"lower"})]


def test_condition_that_asks_for_the_time_is_asked_again_the_next_day() -> None:
    close = date(2026, 4, 20)

    said = judged({"email": "a", "close_date": close}, "days_since(close_date) > 30")

    assert said.findings == ()
    assert said.again_at == datetime(2026, 5, 2, tzinfo=UTC)


def test_condition_is_part_of_what_records_are_judged_by() -> None:
    fingerprints = {
        compile_ruleset("person", {"rule": RuleChoice(when=when)}, rules={"rule": UPPER}).fingerprint
        for when in (None, compile_condition('country == "DE"', FIELDS), compile_condition('country == "FR"', FIELDS))
    }

    assert len(fingerprints) == 3


# Policies of fields


def policed(rule: Rule, values: dict[str, Any], **policies: FieldPolicy) -> dict[str, Mode]:
    ruleset = compile_ruleset("person", stream_mode=Mode.APPLY, rules={"rule": rule}, policies=policies)
    record = Record(Ref("crm", "contacts", "1"), "person", values)
    return {one.field: one.mode for one in evaluate(ruleset, record, Surroundings(NOW)).findings}


@pytest.mark.parametrize(
    ("policy", "mode"),
    [
        (FieldPolicy(Mode.OBSERVE), Mode.OBSERVE),
        (FieldPolicy(Mode.SUGGEST), Mode.SUGGEST),
        (FieldPolicy(Mode.APPLY), Mode.APPLY),
        (FieldPolicy(rules=frozenset({"other"})), Mode.OBSERVE),
        (FieldPolicy(rules=frozenset({"rule"})), Mode.APPLY),
        (FieldPolicy(Mode.SUGGEST, rules=frozenset({"rule"})), Mode.SUGGEST),
    ],
)
def test_field_goes_no_further_than_its_policy(policy: FieldPolicy, mode: Mode) -> None:
    assert policed(UPPER, {"email": "a"}, email=policy) == {"email": mode}


def test_value_does_not_leave_its_field_when_the_other_is_protected() -> None:
    def move(case: Case) -> Verdict:
        return together((propose(None, "elsewhere"), propose(case.value, "from elsewhere", field="country")))

    rule = Rule(move, fields={"person": ("email",)}, phase=Phase.PLACE, examples=(), depends_on=("country",))

    modes = policed(rule, {"email": "DE", "country": None}, country=FieldPolicy(Mode.OBSERVE))

    assert set(modes.values()) == {Mode.OBSERVE}


def test_policy_is_part_of_what_records_are_judged_by() -> None:
    plain = compile_ruleset("person", rules={"rule": UPPER})

    protected = compile_ruleset("person", rules={"rule": UPPER}, policies={"email": FieldPolicy(Mode.OBSERVE)})

    assert plain.fingerprint != protected.fingerprint
