"""Every rule does what its examples say, and every rule has enough of them."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from quality import catalog, description_of
from quality.rule import Case, Example, Surroundings
from syncd.model import Record, Ref

NOW = datetime(2025, 6, 1, tzinfo=UTC)
EXAMPLES = [
    pytest.param(name, example, id=f"{name}-{number}")
    for name, rule in catalog().items()
    for number, example in enumerate(rule.examples)
]


def case_of(name: str, example: Example) -> Case:
    rule = catalog()[name]
    kind = example.kind or next(kind for kind in rule.fields if not example.field or example.field in rule.fields[kind])
    field = example.field or next(iter(rule.fields[kind]), "")
    values = {**example.record, field: example.value} if field else dict(example.record)
    return Case(
        record=Record(Ref("crm", kind, "1"), kind, MappingProxyType(values), example.links or {}, example.created_at),
        field=field,
        value=example.value,
        surroundings=example.surroundings or Surroundings(NOW),
        options=rule.options(**example.options),
        raised_flags=example.raised_flags,
        silent_flags=example.silent_flags,
    )


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_rule_says_what_its_example_says(name, example):
    assert catalog()[name].check(case_of(name, example)) == example.verdict


@pytest.mark.parametrize("name", catalog())
def test_rule_has_a_description_and_examples_of_both_kinds(name):
    examples = catalog()[name].examples

    assert len(description_of(name)) > 20
    assert description_of(name).endswith(".")
    assert len(examples) >= 6
    assert any(example.verdict.is_fine for example in examples)
    assert any(not example.verdict.is_fine for example in examples)


@pytest.mark.parametrize("name", catalog())
def test_rule_that_judges_text_shows_what_it_makes_of_nothing_and_of_other_scripts(name):
    rule = catalog()[name]
    if not any(rule.fields.values()) or name in {
        "bounced",
        "email_bounced",
        "unsubscribed",
        "quality_flags",
        "quarantine",
    }:
        return  # judges the record as a whole, or no text at all

    values = [example.value for example in rule.examples]

    assert None in values
    assert any(isinstance(value, str) and not value.isascii() for value in values)


@pytest.mark.parametrize("name", catalog())
def test_rule_of_a_phase_shares_no_proposed_field_with_another_of_that_phase(name):
    """Rules of one phase do not see each other, so two of them must never write the same field."""
    rule = catalog()[name]
    mine = _proposed_fields(name)

    for other, theirs in catalog().items():
        if other != name and theirs.phase is rule.phase:
            assert not mine & _proposed_fields(other)


def _proposed_fields(name: str) -> set[tuple[str, str]]:
    rule = catalog()[name]
    if not any(example.verdict.has_proposal for example in rule.examples):
        return set()
    return {(kind, field) for kind, fields in rule.fields.items() for field in fields}


@pytest.mark.parametrize("name", catalog())
def test_messages_of_a_rule_are_few_and_hold_no_value(name):
    examples = catalog()[name].examples
    messages = {example.verdict.message for example in examples if not example.verdict.is_fine}

    assert len(messages) <= 12
    for example in examples:
        if isinstance(example.value, str) and len(example.value) > 3:
            assert all(example.value.casefold() not in message.casefold() for message in messages)


def test_rule_is_frozen():
    rule = next(iter(catalog().values()))

    with pytest.raises(dataclasses.FrozenInstanceError):
        rule.flag = "x"  # type: ignore[misc]
