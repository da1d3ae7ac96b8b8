"""What the CRM's property cannot hold is held back with a reason, and never becomes part of a fix."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from mappings import shipped_mapping
from quality import Ruleset, Surroundings, evaluate
from quality.rule import Case, Phase, Rule, Verdict, propose, suggest
from quality.ruleset import compile_ruleset
from syncd.engine.judging.decide import to_fixes
from syncd.engine.judging.fitting import HELD, hold_back, refusal_of
from syncd.engine.judging.judge import Judged
from syncd.engine.setup import StreamSetup
from syncd.model import Action, Change, Field, FieldType, Fix, FixState, Mode, Record, Ref, Schema, SourceRecord, Stream
from syncd.settings import GuardSettings

#: CRM, its object of persons, and its properties for title and lead source.
CRMS = [("hubspot", "contacts", "jobtitle", "leadsource"), ("salesforce", "Contact", "Title", "LeadSource")]
NOW = datetime(2025, 6, 1, tzinfo=UTC)


def setup_of(crm: str, name: str, title: str, source: str, **rules: Rule) -> StreamSetup:
    fields = (
        Field(title, FieldType.TEXT, max_length=12),
        Field(source, FieldType.CHOICE, options=frozenset({"Web", "Phone Inquiry"})),
    )
    mapping = shipped_mapping(crm, name)
    assert mapping is not None
    ruleset: Ruleset = compile_ruleset("person", {}, Mode.APPLY, rules=rules)
    return StreamSetup(
        stream=Stream("main", name, "person"),
        connector=cast("Any", None),
        mapping=mapping,
        schema=Schema(name, {field.name: field for field in fields}),
        ruleset=ruleset,
        mode=Mode.APPLY,
        guards=GuardSettings(),
        every_s=60,
    )


def rule(field: str, verdict: Verdict, phase: Phase = Phase.FORM) -> Rule:
    def check(case: Case) -> Verdict:
        return verdict

    return Rule(check, fields={"person": (field,)}, phase=phase, examples=())


def judged_by(setup: StreamSetup, raw: dict[str, str | None], values: dict[str, str | None]) -> Judged:
    ref = Ref("main", setup.stream.object, "1")
    record = Record(ref, "person", values)
    said = evaluate(setup.ruleset, record, Surroundings(NOW))
    findings, resolution = hold_back(setup, record, said.findings)
    source = SourceRecord(ref, raw, NOW, NOW)
    return Judged(source, record, 0, findings, resolution, None, frozenset(), ())


@pytest.mark.parametrize("crm", CRMS, ids=lambda crm: crm[0])
@pytest.mark.parametrize(
    ("field", "after", "reason"),
    [
        ("job_title", "Vice President", "longer than the property allows"),
        ("job_title", "Chef 👩‍🍳👩‍🍳", "longer than the property allows"),
        ("lead_source", "Trade Show", "not one of the property's options"),
    ],
)
def test_value_the_property_cannot_hold_becomes_a_finding_with_a_reason_and_no_fix(crm, field, after, reason):
    setup = setup_of(*crm, made=rule(field, propose(after, "not so")))

    judged = judged_by(setup, {crm[2]: None, crm[3]: None}, {field: None})

    assert [(one.message, one.mode, one.proposal) for one in judged.findings] == [
        (f"not so{HELD}{reason}", Mode.OBSERVE, after)
    ]
    assert to_fixes(setup, [judged]) == []


@pytest.mark.parametrize("crm", CRMS, ids=lambda crm: crm[0])
def test_value_the_property_can_hold_is_written(crm):
    setup = setup_of(*crm, made=rule("lead_source", propose("Web", "not so")))

    (fix,) = to_fixes(setup, [judged_by(setup, {crm[3]: "web"}, {"lead_source": "web"})])

    assert [(change.property, change.after) for change in fix.changes] == [(crm[3], "Web")]


@pytest.mark.parametrize("later", [propose, suggest])
def test_only_what_is_too_much_is_held_back(later):
    setup = setup_of(
        *CRMS[0],
        first=rule("job_title", propose("VP", "not short")),
        second=rule("job_title", later("Vice President", "not in words"), Phase.DERIVE),
    )

    judged = judged_by(setup, {"jobtitle": "vp"}, {"job_title": "vp"})

    (fix,) = to_fixes(setup, [judged])
    assert [(change.after, change.rules) for change in fix.changes] == [("VP", ("first",))]
    assert len(judged.findings) == 2


def test_what_a_property_cannot_hold_keeps_no_other_field_from_being_written():
    setup = setup_of(
        *CRMS[0],
        first=rule("lead_source", propose("Web", "in small letters")),
        second=rule("job_title", propose("Vice President", "not in words")),
    )

    judged = judged_by(setup, {"jobtitle": "vp", CRMS[0][3]: "web"}, {"job_title": "vp", "lead_source": "web"})

    (fix,) = to_fixes(setup, [judged])
    assert [(change.after, change.rules) for change in fix.changes] == [("Web", ("first",))]


def test_fix_that_was_decided_before_the_property_changed_is_refused():
    setup = setup_of(*CRMS[0])
    change = Change("lead_source", "leadsource", None, "Web", ("made",))
    fix = Fix("1", Ref("main", "contacts", "1"), Action.UPDATE, FixState.APPROVED, (change,))

    assert refusal_of(setup, fix) == ""

    gone = replace(setup, schema=Schema("contacts", {}))
    changed = replace(
        setup,
        schema=Schema("contacts", {"leadsource": Field("leadsource", FieldType.CHOICE, options=frozenset({"Fax"}))}),
    )
    assert refusal_of(gone, fix) == "the CRM has no such property any more"
    assert refusal_of(changed, fix) == "not one of the property's options"
