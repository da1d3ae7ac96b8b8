"""The audit in seven steps: what there is, what is needed, what matters, what to take out, what to add, what to make
uniform, and when to do it again. Worked out from the report alone, so that the same store gives the same audit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from quality.rule import Phase, Rule
from syncd.engine.figures.maturity import AUDIT_EVERY
from syncd.model import FixState
from syncd.report.facts import Report, RuleFacts
from syncd.report.grades import grade_of
from syncd.report.words import counted, day, gained, money, percent
from syncd.store import Audit

#: Lines of each step.
_SHOWN = 5
#: A field that fewer records have is hardly in use.
_LITTLE_USED = 0.05
#: What rules of a phase find is a matter of form, or something that is not there; of all others it is wrong.
_FORMS = frozenset({Phase.GATHER, Phase.TEXT, Phase.PLACE, Phase.FORM})
_MISSING = frozenset({Phase.DERIVE, Phase.RELATE})
#: Rules of other phases that find something missing.
_GAPS = frozenset({"required_fields", "record_complete", "owner_missing", "deal_amount"})
_TWINS = "duplicate"
#: The stage at which rules are applied without a person.
_STANDARDS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what was found, and what to do."""

    name: str
    #: What was found, in sentences.
    found: tuple[str, ...]
    #: What to do now; nothing where all is well.
    todo: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found."""

    at: datetime
    accounts: tuple[str, ...]
    grade: str
    records: int
    clean: float
    steps: tuple[Step, ...]
    #: When an audit was made before, and what the share of clean records was then.
    before: datetime | None = None
    clean_before: float | None = None

    def data(self) -> dict[str, Any]:
        """Return it in words JSON knows."""
        told = asdict(self)
        told["at"], told["before"] = self.at.isoformat(), None if self.before is None else self.before.isoformat()
        told["accounts"], told["steps"] = list(self.accounts), [_plain(step) for step in self.steps]
        return told


def make_audit(report: Report, catalog: Mapping[str, Rule], last: Audit | None) -> AuditReport:
    """Return the audit of what a report tells. `last`: the audit before."""
    rules = _by_task(report.rules, catalog)
    steps = (
        _collect(report),
        _organise(report),
        _prioritise(report),
        _take_out(report, rules["wrong"]),
        _add(report, rules["missing"]),
        _make_uniform(report, rules["form"]),
        _repeat(report, last),
    )
    accounts = tuple(sorted({one.stream.account for one in report.streams}))
    before = None if last is None else last.at
    clean_before = None if last is None else float(last.findings["clean"])
    return AuditReport(
        report.at, accounts, grade_of(report.share), report.records, report.share, steps, before, clean_before
    )


def _collect(report: Report) -> Step:
    found = [
        f"{one.stream.name}: {counted(one.now.records)} records, of which {counted(one.now.left_alone)} are left alone"
        for one in report.streams
    ]
    todo = [
        f"{one.stream.name}: {counted(one.kpis.missing)} records are in the CRM and not here: `syncd sync`"
        for one in report.streams
        if one.kpis.missing
    ]
    todo += [f"{one.stream.name}: was never read: `syncd sync`" for one in report.streams if one.since is None]
    return Step("Find and collect", tuple(found), tuple(todo))


def _organise(report: Report) -> Step:
    used = Counter(stream.name for stream, _, _ in report.fields)
    unused = [f"{field} of {stream.name}" for stream, field, share in report.fields if share < _LITTLE_USED]
    overruled = {one.stream.name: sum(one.kpis.overrides.values()) for one in report.streams}
    held = {one.stream.name: sum(one.kpis.holds.values()) for one in report.streams}
    found = [f"{name}: {count} fields in use" for name, count in sorted(used.items())]
    found += [
        f"{name}: {counted(count)} values people set against a rule" for name, count in overruled.items() if count
    ]
    todo = [f"{name}: {count} rules or fields are held: `syncd holds`" for name, count in held.items() if count]
    if unused:
        todo.append(f"Use, or let go of, what hardly any record has filled: {', '.join(unused[:_SHOWN])}")
    return Step("Organise by need, resolve conflicts", tuple(found), tuple(todo))


def _prioritise(report: Report) -> Step:
    found = [_told(one) for one in report.rules[:_SHOWN]]
    if report.cost is not None and report.cost.assumed.per_record:
        assumed, many = report.cost.assumed, counted(report.cost.dirty)
        each, total = (money(one, assumed.currency) for one in (assumed.per_record, report.cost.of_records))
        found.append(f"All objects: {many} records that are not clean, at {each} each: {total}")
    todo = [
        f"{one.stream.name}: {one.name} has {percent(one.state.current)} and should have {percent(one.state.expected)} "
        f"by now, to reach {percent(one.state.goal)} on {day(one.last_day)}"
        for one in report.targets
        if not one.state.is_on_track
    ]
    if not report.targets:
        todo.append("Set targets with dates: `targets` in syncd.yaml")
    return Step("Prioritise by what it is worth", tuple(found), tuple(todo))


def _take_out(report: Report, rules: Iterable[RuleFacts]) -> Step:
    twins = [
        f"{one.stream.name}: {counted(one.kpis.duplicate_records)} records in "
        f"{counted(one.kpis.duplicate_groups or 0)} groups of duplicates"
        for one in report.streams
        if one.kpis.duplicate_records
    ]
    waiting = report.fixes.get(FixState.PROPOSED, 0)
    todo = (f"Decide on {counted(waiting)} proposals: `syncd review`",) if waiting else ()
    return Step("Remove what is double or wrong", (*twins, *_worst(rules)), todo)


def _add(report: Report, rules: Iterable[RuleFacts]) -> Step:
    unlinked = [
        f"{one.stream.name}: {counted(count)} records are linked to no {kind}"
        for one in report.streams
        for kind, count in sorted(one.kpis.unassociated.items())
        if count
    ]
    empty = [f"{stream.name}: {field} is filled in {percent(share)}" for stream, field, share in report.fields[:_SHOWN]]
    return Step("Add what is missing", (*_worst(rules), *unlinked, *empty))


def _make_uniform(report: Report, rules: Iterable[RuleFacts]) -> Step:
    made = [
        f"{one.stream.name}: {one.name or 'unnamed'} ({one.kind}) made {counted(one.judged)} records, of which "
        f"{counted(one.dirty)} are not clean"
        for one in report.makers[:_SHOWN]
    ]
    written = report.fixes.get(FixState.APPLIED, 0)
    todo = [f"Stop it where it begins: {made[0]}"] if made else []
    if any(one.stage < _STANDARDS for one in report.maturity):
        todo.append("Let rules that are surely right write by themselves: mode `apply`")
    found = (*_worst(rules), *made, f"All objects: {counted(written)} fixes were written so far")
    return Step("Make one way of entering data", found, tuple(todo))


def _repeat(report: Report, last: Audit | None) -> Step:
    found = [f"{one.account}: stage {one.stage} of 4, {one.name}" for one in report.maturity]
    if last is not None:
        was = float(last.findings["clean"])
        found.append(
            f"The audit before, on {day(last.at)}: {percent(was)} were clean; {gained(report.share - was)} points"
        )
    todo = [
        f"{one.account}: stage {one.stage + 1} takes that {'; that '.join(criterion.says for criterion in one.missing)}"
        for one in report.maturity
        if one.missing
    ]
    todo.append(f"Do this again by {day(report.at + AUDIT_EVERY)}")
    return Step("Repeat", tuple(found), tuple(todo))


def _by_task(rules: Iterable[RuleFacts], catalog: Mapping[str, Rule]) -> dict[str, list[RuleFacts]]:
    """Return rules with open findings by what is to be done about them; duplicates are told in groups."""
    tasks: dict[str, list[RuleFacts]] = {"wrong": [], "missing": [], "form": []}
    for one in rules:
        phase = catalog[one.rule].phase if one.rule in catalog else Phase.VALIDATE
        if one.rule == _TWINS:
            continue
        if one.rule in _GAPS or phase in _MISSING:
            tasks["missing"].append(one)
        else:
            tasks["form" if phase in _FORMS else "wrong"].append(one)
    return tasks


def _worst(rules: Iterable[RuleFacts]) -> tuple[str, ...]:
    return tuple(_told(one) for one in list(rules)[:_SHOWN])


def _told(one: RuleFacts) -> str:
    return f"{one.stream.name}: {one.rule} finds {counted(one.open)}"


def _plain(step: Step) -> dict[str, Any]:
    return {"name": step.name, "found": list(step.found), "todo": list(step.todo)}
