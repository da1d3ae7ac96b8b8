"""A proposed merge becomes a fix in the CRM's spelling, with everything it leaves out said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from mappings import shipped_mapping
from quality import FieldPolicy, Resolution, compile_ruleset
from quality.resolve import ProposedMerge
from syncd.engine.judging.decide import to_fixes
from syncd.engine.judging.judge import Judged
from syncd.engine.setup import StreamSetup
from syncd.model import (
    Action,
    Field,
    FieldType,
    FixState,
    KeptValue,
    Merge,
    Mode,
    Record,
    Ref,
    Schema,
    SourceRecord,
    Stream,
)
from syncd.settings import GuardSettings

NOW = datetime(2026, 3, 1, tzinfo=UTC)
GOES, STAYS = Ref("main", "contacts", "1"), Ref("main", "contacts", "2")
HELD = {"firstname": "Bob", "phone": "", "jobtitle": "Buyer", "lifecyclestage": "lead"}


def setup_of(**policies: FieldPolicy) -> StreamSetup:
    mapping = shipped_mapping("hubspot", "contacts")
    assert mapping is not None
    fields = [Field(one.property, FieldType.TEXT, max_length=20) for one in mapping.fields.values()]
    return StreamSetup(
        stream=Stream("main", "contacts", "person"),
        connector=cast("Any", None),
        mapping=mapping,
        schema=Schema("contacts", {field.name: field for field in fields}),
        ruleset=compile_ruleset("person", {}, Mode.APPLY, policies=policies),
        mode=Mode.APPLY,
        guards=GuardSettings(),
        every_s=60,
    )


def fixes_of(setup, *values, mode=Mode.APPLY, held=HELD, settled=frozenset()):
    merge = ProposedMerge(Merge(STAYS, values), ("duplicate",), ("the same as another record",), mode)
    judged = Judged(
        SourceRecord(GOES, {}, NOW, NOW),
        Record(GOES, "person", {}),
        0,
        (),
        Resolution({}, merge=merge),
        None,
        frozenset(),
        (),
        stays=None if held is None else SourceRecord(STAYS, held, NOW, NOW),
        settled=settled,
    )
    return to_fixes(setup, [judged])


def test_merge_writes_the_record_that_stays_from_what_it_holds_now():
    (fix,) = fixes_of(setup_of(), KeptValue("phone", "+14155550100", "it holds nothing here"))

    assert (fix.ref, fix.into, fix.action, fix.state) == (GOES, STAYS, Action.MERGE, FixState.APPROVED)
    (change,) = fix.changes
    assert (change.field, change.property, change.before, change.after) == ("phone", "phone", "", "+14155550100")
    assert (change.rules, change.reasons) == (("duplicate",), ("it holds nothing here",))
    assert fix.reasons == ("the same as another record",)


def test_value_that_cannot_be_kept_is_left_out_and_the_fix_says_why():
    protected = setup_of(job_title=FieldPolicy(Mode.OBSERVE))

    (fix,) = fixes_of(
        protected,
        KeptValue("first_name", "Robert Maximilian Archibald", "it says more"),
        KeptValue("lifecycle_stage", "customer", "it is further on"),
        KeptValue("job_title", "CEO", "it is newer"),
        KeptValue("city", "Rome", "it holds nothing here"),
        KeptValue("phone", "+14155550100", "it holds nothing here"),
        settled=frozenset({"phone"}),
    )

    assert fix.changes == ()
    assert fix.reasons == (
        "the same as another record",
        "first_name is left as it is: longer than the property allows",
        "lifecycle_stage is left as it is: the mapping does not let this field be written",
        "job_title is left as it is: no rule may change this field",
        "city is left as it is: it was not fetched",
        "phone is left as it is: somebody has set it so against a rule",
    )


def test_merge_that_changes_a_field_a_person_has_to_approve_waits_for_one():
    asked = setup_of(job_title=FieldPolicy(Mode.SUGGEST))

    (fix,) = fixes_of(asked, KeptValue("job_title", "CEO", "it is newer"))
    (other,) = fixes_of(asked, KeptValue("phone", "1", "it holds nothing here"))

    assert (fix.state, other.state) == (FixState.PROPOSED, FixState.APPROVED)


def test_what_the_record_that_stays_holds_already_is_no_change():
    (fix,) = fixes_of(setup_of(), KeptValue("job_title", "Buyer", "it is newer"), KeptValue("phone", None, "cleared"))

    assert fix.changes == ()


def test_nothing_is_merged_into_a_record_of_which_nothing_is_kept():
    assert fixes_of(setup_of(), held=None) == []
