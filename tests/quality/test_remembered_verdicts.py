"""What is remembered by value is what the rules would say: `evaluate` and `evaluate_plainly` never differ."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quality import RuleChoice, Surroundings, catalog, compile_ruleset, evaluate
from quality.plainly import evaluate_plainly
from quality.rule import (
    FINE,
    SILENT,
    Case,
    Example,
    Phase,
    Rule,
    Verdict,
    fine_until,
    flag,
    propose,
    suggest,
    together,
)
from quality.steps import Step
from syncd.model import Mode, Record, Ref, Value

NOW = datetime(2025, 6, 1, tzinfo=UTC)
AROUND = Surroundings(NOW)
FIELDS = ("a", "b", "c")
PHASES = (Phase.TEXT, Phase.FORM, Phase.DERIVE, Phase.MARK)
NOT_FETCHED = object()


def record_of(*values: object) -> Record:
    fetched: Any = {field: value for field, value in zip(FIELDS, values, strict=True) if value is not NOT_FETCHED}
    return Record(Ref("crm", "contacts", "1"), "person", fetched, {"company": ()})


#: Every mix of three values, and of three that are equal and not the same.
RECORDS = [
    *itertools.starmap(record_of, itertools.product((NOT_FETCHED, None, "x", "y"), repeat=3)),
    *itertools.starmap(record_of, itertools.product((1, True, 1.0), (0.0, -0.0), ("x", ("x",)))),
]


@dataclasses.dataclass(frozen=True)
class MadeUp:
    """A rule that looks at two fields, at the second only where the first one says so, and then does something."""

    number: int
    field: str
    phase: Phase
    mode: Mode
    is_by_value: bool
    is_clued: bool
    looks: tuple[str, str]
    seen: tuple[str, str]
    acts: tuple[str, str, str]
    target: str

    def check(self, case: Case) -> Verdict:
        is_own = self.is_by_value or self.field in self.looks
        if self.is_clued and not any(
            self._is_clue(case.get(name)) for name in ((self.field,) if is_own else self.looks)
        ):
            return FINE
        if self._holds(case, 0):
            return self._said(self.acts[0], case)
        return self._said(self.acts[1 if self._holds(case, 1) else 2], case)

    def _is_clue(self, value: Value) -> bool:
        return repr(value) in self.seen

    def _holds(self, case: Case, place: int) -> bool:
        name = self.looks[place]
        value = case.value if name == case.field else case.get(name)
        return self.seen[place] in (repr(value) if case.is_fetched(name) else "absent")

    def _said(self, act: str, case: Case) -> Verdict:
        if act == "break":
            raise ValueError(act)
        flags = "flag"
        if not self.is_by_value:
            flags = ",".join([*sorted(case.raised_flags), "/", *sorted(case.silent_flags)])
        verdicts: dict[str, Verdict] = {
            "fine": FINE,
            "silent": SILENT,
            "flag": flag(flags),
            "empty": propose(None, "empty"),
            "grow": propose(f"{case.value}x"[-2:], "grow"),
            "set": propose("y", "set"),
            "suggest": suggest("x", "suggest"),
            "later": fine_until(NOW + timedelta(days=self.number)),
            "offer": suggest("y", "offer", field=self.target),
            "move": together([propose("x", "move", field=self.target), propose(None, "move")]),
        }
        return verdicts[act] if self.field or act not in {"empty", "grow", "set", "suggest"} else flag(flags)

    def rule(self) -> Rule:
        return Rule(
            self.check,
            fields={"person": (self.field,) if self.field else ()},
            phase=self.phase,
            examples=(),
            mode=self.mode,
            flag=f"flag_{self.number}" if self.number % 3 else "",
            depends_on=FIELDS if self.is_by_value else None,
            clue=self._is_clue if self.is_clued and self.is_by_value else None,
            clues={"person": dict.fromkeys(self.looks, self._is_clue)} if self.is_clued else {},
        )


#: What most rules do more often than others.
ACTS = st.sampled_from(["fine", "flag", "empty", "grow", "grow", "set", "set", "suggest", "later", "silent", "offer"])
RARE_ACTS = st.sampled_from(["fine", "set", "flag", "move", "break"])
RULES = st.builds(
    MadeUp,
    number=st.integers(1, 9),
    field=st.sampled_from(FIELDS),
    phase=st.sampled_from(PHASES),
    mode=st.sampled_from([Mode.APPLY, Mode.APPLY, Mode.OBSERVE]),
    is_by_value=st.just(value=True),
    is_clued=st.booleans(),
    looks=st.tuples(st.sampled_from(FIELDS), st.sampled_from(FIELDS)),
    seen=st.tuples(*[st.sampled_from(["x", "'x'", "y", "None", "absent", "1", "-"])] * 2),
    acts=st.tuples(ACTS, ACTS, RARE_ACTS),
    target=st.sampled_from(FIELDS),
)
OTHERS = st.builds(
    dataclasses.replace,
    RULES,
    field=st.sampled_from([*FIELDS, ""]),
    is_by_value=st.just(value=False),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(RULES, min_size=3, max_size=7), st.lists(OTHERS, max_size=3), st.randoms(use_true_random=False))
def test_whatever_rules_do_what_is_remembered_is_what_they_say(by_value, others, dice):
    rules = {f"r{number}": made_up.rule() for number, made_up in enumerate([*by_value, *others])}
    ruleset = compile_ruleset("person", stream_mode=Mode.APPLY, rules=rules)
    records = dice.sample(RECORDS, len(RECORDS))

    for record in [*records, *records]:
        assert repr(evaluate(ruleset, record, AROUND)) == repr(evaluate_plainly(ruleset, record, AROUND))


def examples_of(kind: str) -> Iterator[tuple[Record, Surroundings]]:
    for rule in catalog().values():
        for example in rule.examples if kind in rule.fields else ():
            fields = dict.fromkeys((example.field,) if example.field else rule.fields[kind], example.value)
            values: Any = {**fields, **example.record}
            links = {"company": ()} if example.links is None else example.links
            yield Record(Ref("crm", "x", "1"), kind, values, links), example.surroundings or AROUND


@pytest.mark.parametrize("kind", ["person", "company", "deal", "ticket"])
def test_shipped_rules_say_of_examples_what_they_say_one_by_one(kind):
    ruleset = compile_ruleset(kind, stream_mode=Mode.APPLY)

    for record, around in [*examples_of(kind)] * 2:
        assert evaluate(ruleset, record, around) == evaluate_plainly(ruleset, record, around)


class Sealed(Mapping[str, Value]):
    """Values of which only some may be looked at."""

    def __init__(self, values: Mapping[str, Value], allowed: Collection[str]) -> None:
        self._values = values
        self._allowed = allowed

    def __getitem__(self, name: str) -> Value:
        if name not in self._allowed:
            raise AssertionError(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        raise AssertionError

    def __len__(self) -> int:
        raise AssertionError


def remembered_examples() -> Iterator[tuple[str, Step, Example]]:
    for name, rule in catalog().items():
        for example in rule.examples if rule.depends_on is not None else ():
            kind = example.kind or next(iter(rule.fields))
            choice = RuleChoice(enabled=True, options=example.options)
            steps = compile_ruleset(kind, {name: choice}, rules={name: rule}).steps
            wanted = example.field or (steps[0].field if steps else "")
            yield from ((kind, step, example) for step in steps if step.is_by_value and step.field == wanted)


def test_rule_looks_at_nothing_but_what_it_says_it_depends_on():
    for kind, step, example in remembered_examples():
        allowed = {step.field, *(step.rule.depends_on or ()), *step.options.also_depends_on()}
        values = Sealed({**example.record, step.field: example.value}, allowed)
        record: Any = SimpleNamespace(kind=kind, values=values)
        around: Any = SimpleNamespace(now=(example.surroundings or AROUND).now)
        case = Case(record, step.field, example.value, around, step.options)

        assert step.rule.check(case) == example.verdict, step.name


@pytest.mark.parametrize("is_by_value", [True, False])
def test_rule_whose_clue_breaks_is_asked(is_by_value):
    def broken(value: Value) -> bool:
        raise ValueError(value)

    rule = Rule(
        lambda _: flag("asked"),
        fields={"person": ("a",)},
        phase=Phase.FORM,
        examples=(),
        depends_on=() if is_by_value else None,
        clue=broken,
    )
    ruleset = compile_ruleset("person", rules={"r": rule})

    judgement = evaluate(ruleset, record_of("x", None, None), AROUND)

    assert [finding.message for finding in judgement.findings] == ["asked"]


def test_verdict_is_remembered_for_a_day():
    days: list[int] = []

    def look(case: Case) -> Verdict:
        days.append(case.surroundings.now.day)
        return FINE

    rule = Rule(look, fields={"person": ("a",)}, phase=Phase.FORM, examples=(), depends_on=())
    ruleset = compile_ruleset("person", rules={"r": rule})

    for hours in (0, 23, 24, 25):
        evaluate(ruleset, record_of("x", None, None), Surroundings(NOW + timedelta(hours=hours)))

    assert days == [1, 2]
