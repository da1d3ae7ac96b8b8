"""What is told of rules: what each says of itself, what was chosen for it, and what it found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from quality import Rule, catalog, meaning_of
from quality.rule import Example, Verdict
from quality.steps import Step
from syncd.model import Create, Deed, FixState, Link, Merge, Mode, Removal, Value
from syncd.settings import Settings, StreamSettings

if TYPE_CHECKING:
    from syncd.store import Transaction


@dataclass(frozen=True, slots=True)
class Tallies:
    """What the store knows of rules; empty when there is no store yet."""

    #: Open findings by stream and rule.
    found: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: Fixes by rule and by what became of them.
    fixes: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: The guard that holds a rule in a stream.
    held: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, tx: Transaction, settings: Settings) -> Tallies:
        """Count what the streams of the settings have."""
        tallies = cls()
        for one in settings.streams:
            for (rule, _), number in tx.findings.tally(one.stream).findings.items():
                tallies.found[one.stream.name, rule] += number
            tallies.held.update({(one.stream.name, hold.key): hold.guard for hold in tx.holds.of(one.stream)})
        for count in tx.journal.outcome_counts():
            tallies.fixes[count.rule, count.state.value] += count.count
        return tallies


def data_of_rules(settings: Settings, tallies: Tallies, *, is_whole: bool = True) -> list[dict[str, Any]]:
    """Return all rules in the order they judge in, as JSON data; without their parameters, which take long to read
    from the code, unless it is to be whole."""
    known = _known(settings)
    steps = {one.stream.name: one.ruleset().steps for one in settings.streams}
    return [
        data_of_rule(settings, tallies, name, steps, is_whole=is_whole)
        for name in sorted(known, key=lambda name: (known[name].phase, name))
    ]


def data_of_rule(
    settings: Settings,
    tallies: Tallies,
    name: str,
    steps: Mapping[str, Sequence[Step]] | None = None,
    *,
    is_whole: bool = True,
) -> dict[str, Any]:
    """Return one rule with what was chosen for it and what it found, as JSON data.

    `steps` are those of the streams by name, where somebody has them already.
    """
    rule = known_rule(settings, name)
    streams = [
        _in_stream(one, name, (steps or {}).get(one.stream.name) or one.ruleset().steps, tallies)
        for one in settings.streams
        if one.stream.kind in rule.fields
    ]
    return {
        "rule": name,
        "description": settings.description_of(name),
        "written_by": "you" if name in settings.custom_rules else "syncd",
        "phase": rule.phase.name.lower(),
        "fields": {kind: list(fields) for kind, fields in rule.fields.items()},
        "severity": rule.severity.name.lower(),
        "mode": rule.mode.value,
        "is_on": rule.is_on,
        "flag": rule.flag,
        "owner": " / ".join(dict.fromkeys(one["owner"] for one in streams if one["owner"])),
        "parameters": _parameters(rule) if is_whole else {},
        "streams": streams,
        "findings": sum(one["findings"] for one in streams),
        "fixes": {state.value: n for state in FixState if (n := tallies.fixes[name, state.value])},
    }


def known_rule(settings: Settings, name: str) -> Rule:
    """Return a rule by its name; KeyError when there is none."""
    return _known(settings)[name]


def examples_of(settings: Settings, name: str) -> list[dict[str, Any]]:
    """Return the examples of a rule, as JSON data."""
    if name in settings.custom_rules:
        return [one.model_dump(mode="json", exclude_unset=True) for one in settings.custom_rules[name].spec.examples]
    return [_example(one) for one in known_rule(settings, name).examples]


def told(verdict: Verdict) -> str:
    """Return a verdict in words."""
    return "; ".join(_told(part) for part in (verdict, *verdict.also))


def proposed(proposal: Value | Deed) -> str:
    """Return in words what a rule proposes."""
    if isinstance(proposal, Link):
        return f"linked to {proposal.to}"
    if isinstance(proposal, Removal):
        return "a record in the recycle bin"
    if isinstance(proposal, Merge):
        return f"merged into {proposal.into}"
    if isinstance(proposal, Create):
        return f"a record in {proposal.stream.name}"
    return "empty" if proposal is None else str(proposal)


def _known(settings: Settings) -> dict[str, Rule]:
    return {**catalog(), **{name: one.rule for name, one in settings.custom_rules.items()}}


def _in_stream(stream: StreamSettings, name: str, all_steps: Sequence[Step], tallies: Tallies) -> dict[str, Any]:
    steps = [step for step in all_steps if step.name == name]
    chosen = stream.rules.get(name)
    return {
        "stream": stream.stream.name,
        "is_on": bool(steps),
        "mode": Mode.weakest(step.mode for step in steps).value if steps else "",
        "severity": steps[0].severity.name.lower() if steps else "",
        "when": chosen.when.text if chosen and chosen.when else "",
        "owner": stream.owner_of(name),
        "held": tallies.held.get((stream.stream.name, name), ""),
        "options": steps[0].options.model_dump(mode="json") if steps else {},
        "fields": {step.field: step.caps.get(step.field, step.mode).value for step in steps if step.field},
        "findings": tallies.found[stream.stream.name, name],
    }


def _parameters(rule: Rule) -> dict[str, dict[str, Any]]:
    properties: dict[str, dict[str, Any]] = rule.options.model_json_schema().get("properties", {})
    return {
        name: {
            "type": _type(schema),
            "default": schema.get("default"),
            "description": meaning_of(rule.options, name),
        }
        for name, schema in properties.items()
    }


def _type(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    parts: Iterable[dict[str, Any]] = schema.get("anyOf", ())
    return " or ".join(_type(part) for part in parts) or str(schema.get("type", "")) or "one of several"


def _example(example: Example) -> dict[str, Any]:
    return {
        "given": example.value,
        "with": {name: value for name, value in example.record.items() if value is not None},
        "field": example.field,
        "verdict": told(example.verdict),
    }


def _told(verdict: Verdict) -> str:
    if verdict.is_fine:
        return "right"
    return " ".join(_words(verdict))


def _words(verdict: Verdict) -> Iterator[str]:
    if verdict.has_proposal:
        yield "becomes" if verdict.is_sure else "probably"
        proposal = verdict.proposal
        yield proposed(proposal)
        yield from (f"in {verdict.field}",) if verdict.field else ()
        yield f"({verdict.message})"
    else:
        yield verdict.message
