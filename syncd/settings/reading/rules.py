"""What the settings say of rules: which there are, how they are chosen, for which records, and for which fields."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from mappings import Filter, RecordMapping
from quality import (
    ChoiceError,
    Condition,
    ConditionError,
    CustomRule,
    FieldPolicy,
    Rule,
    RuleChoice,
    catalog,
    changed_back,
    check_choices,
    compile_condition,
)
from syncd.errors import Mistake
from syncd.located import Document, did_you_mean
from syncd.located import Path as Steps
from syncd.settings.parts.rules import FieldChoice, RuleSettings
from syncd.settings.reading.custom_rules import FOLDER, CustomRulesReading, known_fields

#: For conditions that do not ask for the time.
_ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)
#: What is said of rules, and where: each stands above those before it.
Saying = tuple[Steps, Mapping[str, RuleSettings]]


class RulesReading:
    """One reading of all that is said of rules; `mistakes` says what is wrong with it."""

    def __init__(self, document: Document, folder: Path, mappings: Iterable[RecordMapping]) -> None:
        self._document = document
        self._fields = known_fields(mappings)
        reading = CustomRulesReading(folder, self._fields, Path(document.file).parent)
        #: The admin's own.
        self.custom: Mapping[str, CustomRule] = MappingProxyType(reading.rules())
        #: All there are.
        self.catalog: Mapping[str, Rule] = MappingProxyType(
            {**catalog(), **{name: one.rule for name, one in self.custom.items()}}
        )
        self.files = reading.files
        self.mistakes: list[Mistake] = [*reading.mistakes]

    def check(self, path: Steps, rules: Mapping[str, RuleSettings]) -> None:
        """Let quality say what is wrong with rule names and options."""
        try:
            check_choices(choices_of(rules), self.catalog)
        except ChoiceError as error:
            for mistake in error.mistakes:
                self._say((*path, *mistake.path), mistake.message, of_key=len(mistake.path) == 1)

    def check_mapping(self, path: Steps, rules: Mapping[str, RuleSettings]) -> None:
        """Let quality say what is wrong with the parameters that a mapping of one's own gives to rules."""
        try:
            check_choices(choices_of(rules), self.catalog)
        except ChoiceError as error:
            for mistake in error.mistakes:
                self._say(path, f"its rules are wrong: {'.'.join(map(str, mistake.path))}: {mistake.message}")

    def odd(self, everywhere: Mapping[str, RuleSettings], switched_on: Collection[str]) -> Iterator[Mistake]:
        """Yield what is odd, and usable: rules that are told how to work and are off all the same.

        And own rules whose work others that are on would take back.
        """
        for name, chosen in everywhere.items():
            known = self.catalog.get(name)
            if known is not None and not known.is_on and chosen.enabled is None and name not in switched_on:
                yield self._document.mistake(("rules", name), "is off as it comes: add `enabled: true` to switch it on")
        on = {
            name: one for name, one in self.catalog.items() if everywhere.get(name, RuleSettings()).enabled is not False
        }
        for name, one in self.custom.items():
            file = str(Path(self._document.file).parent / FOLDER / f"{name}.yaml")
            for position, other in changed_back(name, one.rule, on):
                said = f"{other} would change the result again; switch it off, or narrow either by a `when`"
                yield Mistake(file, 0, 0, f"examples.{position}: {said}")

    def chosen(self, kind: str, sayings: Iterable[Saying]) -> Mapping[str, RuleChoice]:
        """Return what holds in a stream of `kind`: what is said last stands above what is said first."""
        merged: dict[str, RuleSettings] = {}
        places: dict[str, Steps] = {}
        for path, rules in sayings:
            merged = merged_rules(merged, rules)
            places |= {name: (*path, name, "when") for name, rule in rules.items() if rule.when is not None}
        conditions = {
            name: self._condition(places[name], rule.when, kind)
            for name, rule in merged.items()
            if rule.when is not None and name in self.catalog and kind in self.catalog[name].fields
        }
        return MappingProxyType({name: _choice(rule, conditions.get(name)) for name, rule in merged.items()})

    def policies(self, path: Steps, mapping: RecordMapping, given: Mapping[str, FieldChoice]) -> dict[str, FieldPolicy]:
        """Return how far fixes of a stream's fields may go."""
        for field, choice in given.items():
            if field not in mapping.fields:
                guess = did_you_mean(field, mapping.fields)
                self._say((*path, field), f"the mapping has no such field{guess}", of_key=True)
            for position, rule in enumerate(choice.rules):
                if rule not in self.catalog:
                    guess = did_you_mean(rule, self.catalog)
                    self._say((*path, field, "rules", position), f"there is no rule of this name{guess}")
        return {field: FieldPolicy(choice.policy.mode, frozenset(choice.rules)) for field, choice in given.items()}

    def filter(self, path: Steps, text: str, mapping: RecordMapping) -> Filter | None:
        """Return which records a stream judges; None when it cannot be told."""
        condition = self._condition(path, text, mapping.kind)
        if condition is None:
            return None
        if condition.asks_time:
            self._say(path, "cannot ask for the time: records enter and leave with their values only")
        for name in condition.fields:
            if name not in mapping.fields:
                self._say(path, f"the mapping has no field {name}{did_you_mean(name, mapping.fields)}")
        return Filter(condition.text, condition.fields, lambda values: condition.answer(values, _ANY_DAY))

    def _condition(self, path: Steps, text: str, kind: str) -> Condition | None:
        try:
            return compile_condition(text, {name: one.type for name, one in self._fields[kind].items()})
        except ConditionError as error:
            for fault in error.faults:
                message = fault.message.replace("there is no field", f"a {kind} has no field")
                self.mistakes.append(self._document.mistake_within(path, fault.offset, message))
            return None

    def _say(self, path: Steps, message: str, *, of_key: bool = False) -> None:
        self.mistakes.append(self._document.mistake(path, message, of_key=of_key))


def merged_rules(base: Mapping[str, RuleSettings], over: Mapping[str, RuleSettings]) -> dict[str, RuleSettings]:
    """Return what holds of two sayings: what the second says, then what the first does."""
    merged = dict(base)
    for name, rule in over.items():
        under = merged.get(name, RuleSettings())
        said = {key: getattr(rule, key) for key in rule.model_fields_set}
        merged[name] = under.model_copy(update={**said, "options": {**under.options, **rule.options}})
    return merged


def choices_of(rules: Mapping[str, RuleSettings]) -> dict[str, RuleChoice]:
    """Return the choices without their conditions."""
    return {name: _choice(rule, None) for name, rule in rules.items()}


def _choice(rule: RuleSettings, when: Condition | None) -> RuleChoice:
    return RuleChoice(rule.enabled, rule.mode, rule.severity, rule.options, when, rule.owner or "")
