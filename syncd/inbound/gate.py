"""The gate: what comes in is read, judged by the rules of its stream, put right where that is sure, or refused.

Pure but for the moment it is handed: the same fields give the same answer, in a form and in a file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mappings import ReadOnlyFieldError, UnmappedValueError, canonical_fields, to_source
from mappings.values import READERS, UnfitError, ValueType
from quality import Surroundings, evaluate, resolve
from quality.subjects.amounts import truth
from syncd.inbound.bodies import LONGEST
from syncd.inbound.doors import Door
from syncd.model import Deed, Finding, Mode, Record, Ref, Severity, Value

#: What is found beside what rules find, as rules are named.
REQUIRED, TYPE, LENGTH, PICKLIST, FORMULA, NOBODY = "required", "type", "length", "picklist", "formula", "nobody"
_MISSING = "is required"
_TOO_LONG = "is too long"
_NO_PLACE = "is none of the values the CRM knows"
_SAYS_NOTHING = "says nothing of who it is"
#: By one of these at least a record is somebody's.
_WHO = {
    "person": ("email", "phone", "mobile", "first_name", "last_name", "linkedin"),
    "company": ("name", "domain", "website"),
}
_RUNS = "begins as a formula that a spreadsheet would run"
#: What a spreadsheet runs when it opens an export: no name, address or number looks so.
_FORMULA = re.compile(r"[\t\r\n ]*(?:[=＝]|[+\-@＋－＠][^\s@]*[(|!])")
#: A finding of a record as a whole that says something of a person who fills in a form.
_MADE_UP = "fake"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing said of one field, in words that a form can show; never with a value in it."""

    #: As the form, or the file, calls it; empty: the whole of it.
    field: str
    rule: str
    message: str
    #: What was probably meant, made of nothing but what was sent.
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of what came in."""

    #: Why it may not come in; empty: it may.
    errors: tuple[Problem, ...]
    #: What is odd, and refuses nothing.
    notes: tuple[Problem, ...] = ()
    #: What it says, put right.
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def mailbox(self) -> str:
        """Return the mailbox a person is known by; empty: none."""
        address = self.values.get("email")
        return address if isinstance(address, str) else ""


class Gate:
    """The gate of one door."""

    def __init__(self, door: Door) -> None:
        stream = door.stream
        self._door = door
        self._kind = stream.stream.kind
        self._mapping = stream.mapping
        self._ruleset = stream.ruleset(Mode.APPLY)
        self._types = {name: one.type for name, one in stream.mapping.fields.items()}
        self._types |= {name: spec.type for name, spec in canonical_fields(self._kind).items() if name in self._types}
        self._made_up = {step.name for step in self._ruleset.steps if step.rule.flag == _MADE_UP}
        self._adds, _ = self._read({one: ("", text) for one, text in door.adds.items()})

    def adds(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Return what a new record gets beside what it says."""
        return {name: value for name, value in self._adds.items() if values.get(name) in (None, "", ())}

    def check(self, told: Mapping[str, tuple[str, str]], now: datetime) -> Checked:
        """Check what was said by our fields, each with what the form calls it."""
        names = {name: heading for name, (heading, _) in told.items()}
        values, errors = self._read(told)
        record = Record(Ref("inbound", self._kind, "new"), self._kind, values)
        findings = evaluate(self._ruleset, record, Surroundings(now)).findings
        sure = resolve(record, findings).update_in(Mode.APPLY)
        right = {**values, **{name: one.after for name, one in sure.items()}}
        fixed = {(name, rule) for name, one in sure.items() for rule in one.rules}
        left = [one for one in findings if (one.field, one.rule) not in fixed and self._is_said(one, told)]
        refusing = [one for one in left if self._refuses(one)]
        errors += [self._problem(one, names) for one in refusing]
        errors += self._unplaced(right, names)
        errors += self._missing(right, names, {one.field for one in errors})
        notes = [self._problem(one, names) for one in left if one not in refusing and one.severity > Severity.INFO]
        said = {name: value for name, value in right.items() if value not in (None, "", ())}
        if not errors and said.keys().isdisjoint(_WHO[self._kind]):
            errors.append(Problem("", NOBODY, _SAYS_NOTHING))
        return Checked(_each_once(errors), _each_once(notes), said)

    def _read(self, told: Mapping[str, tuple[str, str]]) -> tuple[dict[str, Value], list[Problem]]:
        """Return what the fields hold, and what is wrong with those that cannot hold what was said."""
        values: dict[str, Value] = {}
        problems = []
        for name, (heading, text) in told.items():
            if len(text) > LONGEST:
                problems.append(Problem(heading, LENGTH, _TOO_LONG))
                continue
            if _FORMULA.match(text):
                problems.append(Problem(heading, FORMULA, _RUNS))
                continue
            try:
                values[name] = self._value(self._types[name], text)
            except UnfitError as error:
                problems.append(Problem(heading, TYPE, str(error)))
        return values, problems

    @staticmethod
    def _value(kind: ValueType, text: str) -> Value:
        if not text.strip():
            return None
        return READERS[kind](_truth(text) if kind is ValueType.BOOL else text)

    def _is_said(self, found: Finding, told: Mapping[str, tuple[str, str]]) -> bool:
        """Return whether a finding is about something that was said, rather than about what was not asked for."""
        if not found.field:
            return found.rule in self._made_up
        return found.field in told and bool(told[found.field][1].strip())

    def _refuses(self, found: Finding) -> bool:
        line = {"error": Severity.ERROR, "warning": Severity.WARNING}.get(self._door.refuse)
        return (
            line is not None
            and found.severity >= line
            and found.rule not in self._door.tolerates
            # What is probably meant is for the person who filled it in to say; it is not wrong for sure.
            and not (found.has_proposal and not isinstance(found.proposal, Deed))
        )

    def _problem(self, found: Finding, names: Mapping[str, str]) -> Problem:
        is_value = found.has_proposal and isinstance(found.proposal, str)
        return Problem(
            names.get(found.field, found.field), found.rule, found.message, str(found.proposal) if is_value else ""
        )

    def _unplaced(self, values: Mapping[str, Value], names: Mapping[str, str]) -> Iterator[Problem]:
        """Yield what has no place in a picklist of the CRM."""
        for name, value in values.items():
            try:
                to_source(self._mapping, name, value)
            except UnmappedValueError:
                yield Problem(names.get(name, name), PICKLIST, _NO_PLACE)
            except ReadOnlyFieldError:
                continue

    def _missing(
        self, values: Mapping[str, Value], names: Mapping[str, str], wrong: Collection[str]
    ) -> Iterator[Problem]:
        for name in self._door.required:
            heading = names.get(name) or self._door.heading_of(name)
            if values.get(name) in (None, "", ()) and heading not in wrong:
                yield Problem(heading, REQUIRED, _MISSING)


def _truth(text: str) -> str:
    """Return `true` or `false` for what people, and boxes that are ticked, say instead."""
    found = truth(text)
    return text if found is None else str(found).lower()


def _each_once(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))
