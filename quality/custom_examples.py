"""The examples of an admin's rule are its tests: what each should come to, and what it came to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from quality.custom_spec import CustomSpec, ExampleSpec
from quality.custom_values import to_moment, to_value
from quality.rule import Case, Rule, Surroundings, Verdict
from syncd.errors import Mistake
from syncd.located import Document, Path, did_you_mean
from syncd.model import Record, Ref, Value

#: The moment examples are judged at that name none.
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def example_mistakes(spec: CustomSpec, rule: Rule, fields: Mapping[str, str], document: Document) -> list[Mistake]:
    """Return what is wrong with the examples of a rule, or what the rule does otherwise than they say."""
    running = _Running(spec, rule, fields, document)
    mistakes = [mistake for position, example in enumerate(spec.examples) for mistake in running.run(position, example)]
    kinds = {example.is_right is True or _stays(spec, example) for example in spec.examples}
    if not mistakes and len(kinds) == 1:
        lacking = "one that it finds something wrong with" if kinds == {True} else "one that is right as it is"
        mistakes.append(document.mistake(("examples",), f"one more is needed: {lacking}"))
    return mistakes


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
        verdict = self._rule.check(Case(record, field, values.get(field), Surroundings(now)))
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
