"""What holds for every rule on every value: no rule breaks, fixes are stable, order within a phase is of no account."""

from __future__ import annotations

import dataclasses
import random
import string
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quality import Surroundings, catalog, compile_ruleset, evaluate, resolve
from quality.plainly import evaluate_plainly
from quality.rule import FINE, Case
from syncd.model import Mode, Record, Ref, Value

AROUND = Surroundings(datetime(2025, 6, 1, tzinfo=UTC))
PERSON = compile_ruleset("person", stream_mode=Mode.APPLY)
COMPANY = compile_ruleset("company", stream_mode=Mode.APPLY)
TEXT_FIELDS = {
    "custom": ["name", "owner", "quality_flags"],
    "person": [
        "salutation",
        "first_name",
        "middle_name",
        "last_name",
        "suffix",
        "email",
        "phone",
        "mobile",
        "fax",
        "job_title",
        "company_name",
        "website",
        "street",
        "city",
        "state",
        "postal_code",
        "country",
        "normalised_title",
        "seniority",
        "job_function",
        "quality_flags",
    ],
    "company": [
        "name",
        "domain",
        "website",
        "phone",
        "fax",
        "street",
        "city",
        "state",
        "postal_code",
        "country",
        "time_zone",
        "linkedin",
        "twitter",
        "facebook",
        "description",
        "quality_flags",
    ],
    "deal": ["name", "stage", "lost_reason", "owner", "quality_flags"],
    "ticket": ["name", "description", "stage", "owner", "quality_flags"],
    "activity": ["type", "subject", "owner"],
}

EXAMPLE_TEXTS = sorted(
    {
        text
        for rule in catalog().values()
        for example in rule.examples
        for text in (example.value, *example.record.values())
        if isinstance(text, str) and text
    }
)
NASTY = [
    "\x00", "\u200b", "\u202e", "\ufeff", "\ufffd", "\u0130", "ı", "ß", "ﬁ", "ŉ", "ǆ", "Σς", "\ud7ff",
    "\U0001f469\u200d\U0001f680", "🇩🇪", "e\u0301", "\u1e9e", "&amp;#39;", "&#x0;", "&nbsp;", "Ã¼", "â€™",
    "’", "´", "٣", "Ⅳ", "㈱", "\u3000", "\r\n", "\t", "'", "--", "..", "@", "@@", "+", "+1", "00", "ext",
    "x12", "//", "https://", "www.", "%00", "{}", "$", "=1+1", "<b>", "van", "de", "Mc", "O'", "GmbH", "/",
    "&", ",", "Q.", "Ada Q", "（株）", "㈜", "ооо", "12 MAIN STREET", "HAUPTSTRASSE",
]  # fmt: skip
#: An accented letter and a sign: in small letters two signs, in capitals the bytes of another letter.
ACCENTED = st.builds(str.__add__, st.sampled_from("àâãäåçéêíïðñòóôöøùúüýþ"), st.sampled_from("¡§ª«°²¶·¹º»¿‘’“”–—™…"))
WORDS = st.one_of(
    st.sampled_from(EXAMPLE_TEXTS),
    st.sampled_from(NASTY),
    ACCENTED,
    st.text(max_size=12),
    st.text(alphabet=string.ascii_letters + string.digits + " .-'@+()/:", max_size=16),
    st.text(alphabet="0123456789+-() ./x", max_size=18),
    st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True),
)
TEXTS = st.builds(
    lambda parts, between, change: change(between.join(parts)),
    st.lists(WORDS, min_size=1, max_size=4),
    st.sampled_from(["", " ", "  ", "-", ", ", "\u00a0"]),
    st.sampled_from([str, str, str.upper, str.lower, str.title, str.swapcase]),
)
VALUES = st.one_of(st.none(), TEXTS)
QUIET = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def record_of(kind: str, values: dict[str, Value]) -> Record:
    return Record(Ref("crm", kind, "1"), kind, values, {"company": ()})


def fixed(record: Record, ruleset) -> Record:
    update = resolve(record, evaluate(ruleset, record, AROUND).findings).update_in(Mode.APPLY)
    return dataclasses.replace(record, values={**record.values, **{name: p.after for name, p in update.items()}})


def records(kind: str):
    return st.fixed_dictionaries({}, optional=dict.fromkeys(TEXT_FIELDS[kind], VALUES)).map(
        lambda values: record_of(kind, values)
    )


@QUIET
@given(st.one_of(records("person"), records("company")))
def test_record_that_was_put_right_needs_nothing_more(record):
    ruleset = PERSON if record.kind == "person" else COMPANY

    after = fixed(record, ruleset)

    judged = evaluate(ruleset, after, AROUND)
    assert judged == evaluate_plainly(ruleset, after, AROUND)
    assert judged.failures == ()
    assert resolve(after, judged.findings).update_in(Mode.APPLY) == {}


@pytest.mark.parametrize("name", catalog())
@settings(QUIET, max_examples=40)
@given(value=TEXTS, country=st.one_of(st.none(), st.sampled_from(["DE", "US", "TR", "NL", "Italia", "日本", "??"])))
def test_rule_breaks_on_no_text_and_finds_its_own_fix_right(name, value, country):
    rule = catalog()[name]
    for kind, fields in rule.fields.items():
        ruleset = compile_ruleset(kind, stream_mode=Mode.APPLY, rules={name: rule})
        values: dict[str, Value] = dict.fromkeys(fields or TEXT_FIELDS[kind], value)
        record = record_of(kind, {"job_title": value, "country": country, **values})

        first = evaluate(ruleset, record, AROUND)
        second = evaluate(ruleset, fixed(record, ruleset), AROUND)

        assert first.failures == second.failures == ()
        assert not [finding for finding in second.findings if finding.has_proposal and finding.mode is Mode.APPLY]


@QUIET
@given(records("person"), st.randoms(use_true_random=False))
def test_order_of_rules_within_a_phase_does_not_matter(record, dice):
    shuffled = dataclasses.replace(PERSON, phases=tuple(_shuffled(phase, dice) for phase in PERSON.phases))

    plain = evaluate(PERSON, record, AROUND)
    other = evaluate(shuffled, record, AROUND)

    assert set(plain.findings) == set(other.findings)
    assert resolve(record, plain.findings) == resolve(record, other.findings)


def _shuffled(phase, dice: random.Random):
    steps = list(phase)
    dice.shuffle(steps)
    return tuple(steps)


@QUIET
@given(records("person"))
def test_messages_come_from_a_closed_set(record):
    known = {
        example.verdict.message
        for rule in catalog().values()
        for example in rule.examples
        if not example.verdict.is_fine
    }

    assert {finding.message for finding in evaluate(PERSON, record, AROUND).findings} <= known


@pytest.mark.parametrize("name", sorted(name for name, rule in catalog().items() if rule.clue))
@settings(QUIET, max_examples=100)
@given(value=VALUES, others=st.dictionaries(st.sampled_from(["country", "state", "phone", "city"]), TEXTS, max_size=2))
def test_rule_says_nothing_of_a_value_without_its_clue(name, value, others):
    rule = catalog()[name]
    if rule.clue is None or rule.clue(value):
        return

    for kind, fields in rule.fields.items():
        for field in fields:
            record = record_of(kind, {**others, field: value})
            assert rule.check(Case(record, field, value, AROUND, rule.options())) is FINE


@pytest.mark.parametrize("name", sorted(name for name, rule in catalog().items() if rule.clues))
@settings(QUIET, max_examples=60)
@given(st.one_of(records("person"), records("company")))
def test_rule_says_nothing_of_a_record_that_has_none_of_its_clues(name, record):
    rule = catalog()[name]
    clues = rule.clues.get(record.kind, {})

    for field in rule.fields.get(record.kind) or ("",) if clues else ():
        wanted = {field: clues[field]} if field in clues else clues
        if any(clue(record.values.get(name)) for name, clue in wanted.items()):
            continue
        case = Case(record, field, record.values.get(field), AROUND, rule.options())
        assert rule.check(case) is FINE
