"""The examples of an admin's rule are its tests: what each should come to, and what it came to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from quality.own.spec import CustomSpec, ExampleSpec
from quality.own.values import to_moment, to_value
from quality.plainly import evaluate_plainly
from quality.rule import Case, Example, Rule, Surroundings, Verdict
from quality.ruleset import compile_ruleset
from syncd.errors import Mistake
from syncd.located import Document, Path, did_you_mean
from syncd.model import Mode, Record, Ref, Value

#: The moment examples are judged at that name none.
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def run_examples(
    spec: CustomSpec, rule: Rule, fields: Mapping[str, str], document: Document
) -> tuple[tuple[Example, ...], list[Mistake]]:
    """Return the examples with what the rule makes of them, and what is wrong with them or otherwise than they say."""
    running = _Running(spec, rule, fields, document)
    mistakes = [mistake for position, example in enumerate(spec.examples) for mistake in running.run(position, example)]
    kinds = {example.is_right is True or _stays(spec, example) for example in spec.examples}
    if not mistakes and len(kinds) == 1:
        lacking = "one that it finds something wrong with" if kinds == {True} else "one that is right as it is"
        mistakes.append(document.mistake(("examples",), f"one more is needed: {lacking}"))
    return tuple(running.done), mistakes


def changed_back(name: str, rule: Rule, rules: Mapping[str, Rule]) -> Iterator[tuple[int, str]]:
    """Yield the examples whose result another of `rules` would surely change again, and that rule's name.

    The two would never come to rest: what one finds wrong, the other one made.
    """
    for position, example in enumerate(rule.examples):
        if not example.verdict.has_proposal:
            continue
        judging = {key: one for key, one in rules.items() if example.field in one.fields.get(example.kind, ())}
        ruleset = compile_ruleset(example.kind, stream_mode=Mode.APPLY, rules=judging)
        values: Any = {**example.record, example.field: example.verdict.proposal}
        record = Record(Ref("example", example.kind, "1"), example.kind, values)
        for finding in evaluate_plainly(ruleset, record, example.surroundings or Surroundings(_SOME_DAY)).findings:
            is_change = finding.has_proposal and finding.field == example.field
            if is_change and finding.mode is Mode.APPLY and finding.rule != name:
                yield position, finding.rule


def _stays(spec: CustomSpec, example: ExampleSpec) -> bool:
    field = example.field or next(iter(spec.field), "")
    return example.is_right is None and example.given.get(field) == example.becomes


class _Running:
    """The examples of one rule."""

    def __init__(self, spec: CustomSpec, rule: Rule, fields: Mapping[str, str], document: Document) -> None:
        self._spec = spec
        self._rule = rule
        self._fields = fields
        self._document = document
        self.done: list[Example] = []

    def run(self, position: int, example: ExampleSpec) -> Iterator[Mistake]:
        """Yield what is wrong with one example."""
        at: Path = ("examples", position)
        field = example.field or next(iter(self._spec.field), "")
        if field and field not in self._spec.field:
            yield self._document.mistake(
                (*at, "field"), f"is no field of this rule{did_you_mean(field, self._spec.field)}"
            )
            return
        values: dict[str, Value] = dict.fromkeys(self._fields)
        mistakes = [*self._fill(values, example, at)]
        now = to_moment(example.at) if example.at else _SOME_DAY
        if now is None:
            mistakes.append(self._document.mistake((*at, "at"), "should be a moment: 2026-01-31"))
        yield from mistakes
        if mistakes or now is None:
            return
        try:
            yield from self._compare(at, example, field, values, now)
        except ValueError as error:
            said = str(error) or "the change would change its own result again, pass after pass"
            yield self._document.mistake(at, said)

    def _fill(self, values: dict[str, Value], example: ExampleSpec, at: Path) -> Iterator[Mistake]:
        for name, given in example.given.items():
            path = (*at, "given", name)
            if name not in self._fields:
                guess = did_you_mean(name, self._fields)
                yield self._document.mistake(path, f"there is no such field{guess}", of_key=True)
                continue
            try:
                values[name] = to_value(given, self._fields[name])
            except ValueError as error:
                yield self._document.mistake(path, str(error))

    def _compare(
        self, at: Path, example: ExampleSpec, field: str, values: Mapping[str, Value], now: datetime
    ) -> Iterator[Mistake]:
        kind = self._spec.kind[0]
        record = Record(Ref("example", kind, "1"), kind, values)
        around = Surroundings(now)
        verdict = self._rule.check(Case(record, field, values.get(field), around))
        self.done.append(Example(values.get(field), verdict, values, kind, field, surroundings=around))
        if example.is_right is not None:
            if example.is_right is not verdict.is_fine or verdict.has_proposal:
                yield self._document.mistake((*at, "is_right"), f"the rule says otherwise: {_told(verdict)}")
            return
        wanted = to_value(example.becomes, self._fields[field]) if field else None
        came_to = verdict.proposal if verdict.has_proposal else values.get(field)
        if came_to != wanted:
            yield self._document.mistake((*at, "becomes"), f"the rule says otherwise: {_told(verdict)}")


def _told(verdict: Verdict) -> str:
    if verdict.is_fine:
        return "nothing is wrong"
    return f"it becomes {verdict.proposal!r}" if verdict.has_proposal else "something is wrong, and nothing is proposed"
