"""Rules that an admin writes in YAML, one file each, as rules like any other: `read_custom_rule`."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from quality.conditions import Condition, ConditionError, compile_condition, next_day
from quality.own.change import Move, compile_step, named_fields, one_after_another
from quality.own.examples import run_examples
from quality.own.spec import CustomSpec
from quality.rule import FINE, SILENT, Case, Phase, Rule, Verdict, fine_until, flag, propose
from syncd.errors import ConfigError, Mistake
from syncd.located import Document, Path, did_you_mean, read_document, shaped
from syncd.model import Value


@dataclass(frozen=True, slots=True)
class KnownField:
    """A field a rule may name."""

    #: text, bool, number, date, datetime or list.
    type: str
    #: Whether the CRM alone sets it.
    is_read_only: bool = False


@dataclass(frozen=True, slots=True)
class CustomRule:
    """A rule of an admin's, ready to judge. Two are equal when they are written alike."""

    name: str
    spec: CustomSpec
    rule: Rule = field(compare=False, repr=False)
    judging: Judging = field(compare=False, repr=False)

    @property
    def changes(self) -> frozenset[tuple[str, str]]:
        """Return the kinds and fields it may change."""
        return frozenset((kind, name) for kind in self.spec.kind for name in self.spec.field if self.spec.change)


#: The phases of rules that change one field, one after the other.
_TURNS = (Phase.CUSTOM, Phase.CUSTOM_SECOND, Phase.CUSTOM_THIRD)


class UnstableChangeError(ValueError):
    """A change would change its own result again, pass after pass: it is not proposed."""


def placed_behind(rule: CustomRule, earlier: Sequence[CustomRule]) -> CustomRule | None:
    """Return the rule as one that judges what earlier ones made of a field it changes, too; None if there are too many.

    It proposes nothing that one of them would change again.
    """
    shared = [one for one in earlier if one.changes & rule.changes]
    if not shared:
        return rule
    last = max(_TURNS.index(one.rule.phase) for one in shared)
    if last + 1 == len(_TURNS):
        return None
    judging = replace(rule.judging, earlier=tuple((one.changes, one.judging) for one in shared))
    asks_time = judging.asks_time or any(one.judging.asks_time for one in shared)
    looked_at = tuple(dict.fromkeys([*judging.named, *(name for one in shared for name in one.judging.named)]))
    facts = "".join([rule.rule.facts, *(one.rule.facts for one in shared)])
    made = replace(
        rule.rule,
        check=judging.verdict,
        phase=_TURNS[last + 1],
        depends_on=None if asks_time else looked_at,
        facts=facts,
    )
    return replace(rule, rule=made, judging=judging)


def read_custom_rule(text: str, file: str, name: str, fields: Mapping[str, Mapping[str, KnownField]]) -> CustomRule:
    """Return the rule in `text`; `fields` are those of each kind. Raises ConfigError with every mistake."""
    document = read_document(text, file)
    spec, found = shaped(document, CustomSpec)
    mistakes = [mistake for _, mistake in found]
    if spec is None or mistakes:
        raise ConfigError(sorted(set(mistakes)) or [document.mistake((), "is no rule")])
    reading = _Reading(name, spec, document, fields)
    rule = reading.rule()
    if rule is None:
        raise ConfigError(sorted(set(reading.mistakes)))
    examples, wrong = run_examples(spec, rule, {name: one.type for name, one in reading.known.items()}, document)
    if wrong:
        raise ConfigError(sorted(wrong))
    return CustomRule(name, spec, replace(rule, examples=examples), reading.judging)


class _Reading:
    """One reading of one rule; `mistakes` says why it came to nothing."""

    def __init__(
        self, name: str, spec: CustomSpec, document: Document, fields: Mapping[str, Mapping[str, KnownField]]
    ) -> None:
        self._name = name
        self._spec = spec
        self._document = document
        self._fields = fields
        #: The fields that all its kinds have.
        self.known: Mapping[str, KnownField] = {}
        self.mistakes: list[Mistake] = []
        #: How the rule judges, once there is one.
        self.judging = Judging()

    def rule(self) -> Rule | None:
        """Return the rule, None when there are mistakes."""
        spec = self._spec
        self._check_kinds()
        if self.mistakes:
            return None
        kind = self._check_fields()
        if not (spec.when or spec.check or spec.change):
            self._say((), "a rule needs a condition (when or check), or a change")
        when, check = self._condition("when", spec.when, kind), self._condition("check", spec.check, kind)
        move = self._change(kind) if kind else None
        if self.mistakes:
            return None
        named = [*(when.fields if when else ()), *(check.fields if check else ()), *named_fields(spec.change)]
        self.judging = judging = Judging(
            when, check, move, spec.message or spec.description, tuple(dict.fromkeys(named))
        )
        return Rule(
            judging.verdict,
            fields=dict.fromkeys(spec.kind, tuple(spec.field)),
            phase=Phase.CUSTOM,
            examples=(),
            severity=spec.severity,
            mode=spec.mode,
            flag=self._name if spec.flag else "",
            depends_on=None if judging.asks_time else judging.named,
            facts=spec.model_dump_json(exclude={"examples", "owner"}),
        )

    def _check_kinds(self) -> None:
        for position, kind in enumerate(self._spec.kind):
            if kind not in self._fields:
                guess = did_you_mean(kind, self._fields) or f"; there are: {', '.join(sorted(self._fields))}"
                self._say(self._at("kind", position), f"there is no kind '{kind}'{guess}")
        shared = [self._fields[kind] for kind in self._spec.kind if kind in self._fields]
        if shared:
            self.known = {name: one for name, one in shared[0].items() if all(name in other for other in shared)}

    def _check_fields(self) -> str:
        """Return the one type of all fields judged; empty when the whole record is."""
        for position, name in enumerate(self._spec.field):
            at = self._at("field", position)
            self._must_be_known(at, name)
            if name in self.known and self.known[name].is_read_only and self._spec.change:
                self._say(at, f"the CRM alone sets {name}: it can be judged, and not changed")
        types = sorted({self.known[name].type for name in self._spec.field if name in self.known})
        if len(types) > 1:
            self._say(("field",), f"the fields are of several types ({', '.join(types)}); write a rule for each")
        if self._spec.change and not self._spec.field:
            self._say(("change",), "needs a field to change", of_key=True)
        return types[0] if types else ""

    def _condition(self, key: str, text: str | None, kind: str) -> Condition | None:
        if text is None:
            return None
        try:
            return compile_condition(text, {name: one.type for name, one in self.known.items()}, value_type=kind)
        except ConditionError as error:
            found = [self._document.mistake_within((key,), fault.offset, fault.message) for fault in error.faults]
            self.mistakes += found
            return None

    def _change(self, kind: str) -> Move | None:
        moves = []
        for position, step in enumerate(self._spec.change):
            at = self._at("change", position)
            for name in named_fields([step]):
                self._must_be_known(at, name)
            try:
                moves.append(compile_step(step, kind))
            except ValueError as error:
                self._say(at, str(error))
        return one_after_another(moves) if moves else None

    def _must_be_known(self, at: Path, name: str) -> None:
        if name not in self.known:
            kinds = " and ".join(self._spec.kind)
            self._say(at, f"{kinds} has no field '{name}'{did_you_mean(name, self.known)}")

    def _at(self, key: str, position: int) -> Path:
        """Return the path of one of several; where one stands alone, without a list, that of the key."""
        return (key, position) if (key, position) in self._document else (key,)

    def _say(self, path: Path, message: str, *, of_key: bool = False) -> None:
        self.mistakes.append(self._document.mistake(path, message, of_key=of_key))


@dataclass(frozen=True, slots=True)
class Judging:
    """How a rule of an admin's judges."""

    when: Condition | None = None
    check: Condition | None = None
    move: Move | None = None
    message: str = ""
    #: The fields it looks at beside its own.
    named: tuple[str, ...] = ()
    #: Rules that judge a field before it, with the kinds and fields they change.
    earlier: tuple[tuple[frozenset[tuple[str, str]], Judging], ...] = ()

    @property
    def asks_time(self) -> bool:
        """Return whether its verdicts follow from the time, too."""
        return any(one is not None and one.asks_time for one in (self.when, self.check))

    def verdict(self, case: Case) -> Verdict:
        """Judge one case."""
        if any(name not in case.record.values for name in self.named):
            return SILENT
        now = case.surroundings.now
        said = self.said(case.record.values, case.value, now)
        if said.has_proposal:
            said = self._if_at_rest(case, said)
        if not self.asks_time:
            return said
        return fine_until(next_day(now)) if said.is_fine else replace(said, again_at=next_day(now))

    def said(self, values: Mapping[str, Value], value: Value, now: datetime) -> Verdict:
        """Return what the rule says of a value on a record of these values."""
        after = self.move(value, values) if self.move is not None else value
        is_same = _is_same(value, after)
        if is_same and self.move is not None and self.check is None:
            return FINE  # nothing to change: no need to ask whether it applies
        if self.when is not None and not self.when.answer(values, now, value):
            return FINE
        if self.check is not None and self.check.answer(values, now, value) is not False:
            return FINE
        return flag(self.message) if is_same else propose(after, self.message)

    def _if_at_rest(self, case: Case, said: Verdict) -> Verdict:
        """Return the proposal, if the rule would leave it as it is; what it cannot put right, it only finds."""
        after = cast("Value", said.proposal)
        # Laid over the record and not copied: nothing but what a condition names is looked at.
        over = ChainMap({case.field: after}, cast("MutableMapping[str, Value]", case.record.values))
        again = self.said(over, after, case.surroundings.now)
        if again.has_proposal or self._is_undone(case, over, after):
            raise UnstableChangeError
        return said if again.is_fine else flag(self.message)

    def _is_undone(self, case: Case, over: MutableMapping[str, Value], after: Value) -> bool:
        """Return whether a rule that judges before this one would change its result again, pass after pass."""
        place = (case.record.kind, case.field)
        return any(
            judging.said(over, after, case.surroundings.now).has_proposal
            for changes, judging in self.earlier
            if place in changes and all(name in over for name in judging.named)
        )


def _is_same(before: Value, after: Value) -> bool:
    if before in {None, ""} and after in {None, ""}:
        return True
    if isinstance(before, bool) is not isinstance(after, bool):
        return False
    return before == after
