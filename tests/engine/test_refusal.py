"""A value the CRM would refuse is never sent."""

from __future__ import annotations

import pytest

from syncd.engine.judging.fitting import refusal
from syncd.model import Field, FieldType, Raw

TEXT = Field("name", FieldType.TEXT, max_length=5)
CHOICE = Field("stage", FieldType.CHOICE, options=frozenset({"lead", "customer"}))
CHOICES = Field("tags", FieldType.CHOICES, options=frozenset({"a", "b"}))
READ_ONLY = Field("score", FieldType.NUMBER, is_writable=False)


@pytest.mark.parametrize(
    ("field", "value"),
    [(TEXT, "abcde"), (TEXT, None), (CHOICE, "lead"), (CHOICE, ""), (CHOICE, None), (CHOICES, "a;b"), (CHOICES, "b")],
)
def test_what_the_property_can_hold_is_not_refused(field: Field, value: Raw) -> None:
    assert refusal(field, value) == ""


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        (TEXT, "abcdef", "longer than the property allows"),
        (CHOICE, "Lead", "not one of the property's options"),
        (CHOICES, "a;c", "not one of the property's options"),
        (READ_ONLY, "1", "the CRM does not let this property be written"),
    ],
)
def test_what_the_property_cannot_hold_is_refused_with_a_reason(field: Field, value: Raw, reason: str) -> None:
    assert refusal(field, value) == reason
