"""What options may name, and what patterns an admin may write."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from mappings.shipped import canonical_fields, kinds
from quality import ChoiceError, RuleChoice, compile_ruleset, evaluate
from quality.fields import FIELDS, FieldName
from quality.rule import Surroundings
from quality.subjects.patterns import LONGEST_PATTERN, PatternError, whole_match
from syncd.clock import SystemClock
from syncd.model import Record, Ref

FIELD = TypeAdapter(FieldName)


def test_fields_that_options_may_name_are_the_canonical_ones():
    assert {kind: set(names) for kind, names in FIELDS.items()} == {
        kind: set(canonical_fields(kind)) for kind in kinds()
    }


@pytest.mark.parametrize(("name", "hint"), [("emial", "did you mean 'email'"), ("zzzzz", "begins with 'x_'")])
def test_unknown_field_in_an_option_is_told_with_what_may_be_meant(name, hint):
    with pytest.raises(ValidationError, match=hint):
        FIELD.validate_python(name)


@pytest.mark.parametrize("name", ["email", "x_tier"])
def test_own_fields_may_be_named_as_well(name):
    assert FIELD.validate_python(name) == name


@pytest.mark.parametrize("pattern", ["(a(", "(?=a)b", r"(a)\1", "((a{1000}){1000}){9}", "a" * (LONGEST_PATTERN + 1)])
def test_pattern_that_cannot_be_used_is_refused_with_a_reason(pattern):
    with pytest.raises(PatternError, match="pattern"):
        whole_match(pattern)


def test_pattern_in_the_settings_that_cannot_be_used_is_a_mistake_with_its_path():
    choice = RuleChoice(options={"formats": {"name": {"pattern": "(a("}}})

    with pytest.raises(ChoiceError) as caught:
        compile_ruleset("deal", {"field_format": choice})

    assert [mistake.path for mistake in caught.value.mistakes] == [
        ("field_format", "options", "formats", "name", "pattern")
    ]


@pytest.mark.parametrize("pattern", ["(a+)+", "(a|aa)+", "(.*)*b", "([a-z]+)*[0-9]"])
def test_pattern_that_hangs_other_engines_answers_at_once(pattern):
    matches = whole_match(pattern)

    assert not matches("a" * 4_000 + "!")


def test_required_set_of_a_stage_or_team_is_asked_of_those_records_only():
    by = {"lifecycle_stage": {"customer": ["phone"]}, "x_team": {"EMEA": ["country", "x_vat"]}}
    ruleset = compile_ruleset("person", {"required_fields": RuleChoice(options={"person": [], "by": by})})

    def missing(**values: str | None) -> set[str]:
        whole = {"phone": None, "country": None, "x_vat": None, **values}
        record = Record(Ref("crm", "contacts", "1"), "person", whole)
        found = evaluate(ruleset, record, Surroundings(SystemClock().now())).findings
        return {finding.field for finding in found if finding.rule == "required_fields"}

    assert missing(lifecycle_stage="lead", x_team="APAC") == set()
    assert missing(lifecycle_stage="customer", x_team="APAC") == {"phone"}
    assert missing(lifecycle_stage="lead", x_team="emea") == {"country", "x_vat"}
    assert missing(lifecycle_stage="customer", x_team="EMEA", country="DE") == {"phone", "x_vat"}
