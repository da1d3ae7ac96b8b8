"""Whether mail domains are looked up in the DNS, and how hard."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from syncd.settings.parts.part import Part
from syncd.settings.values.duration import Duration


def _age(given: timedelta) -> timedelta:
    if given < timedelta(seconds=1):
        raise ValueError("should be at least 1s")
    return given


def _lookup_time(given: timedelta) -> timedelta:
    if not timedelta(milliseconds=100) <= given <= timedelta(minutes=1):
        raise ValueError("should be from 100ms to 1m")
    return given


class DnsSettings(Part):
    """Whether the DNS is asked which mail domains still take mail. It learns the names of your contacts' domains."""

    enabled: bool = False
    """Whether it is asked at all; the rule email_unreachable says what comes of it."""
    per_pass: Annotated[int, Field(ge=1, le=10_000)] = 200
    """This many domains at most are looked up in a pass."""
    keep: Annotated[Duration, AfterValidator(_age)] = timedelta(days=30)
    """How long an answer is good for."""
    timeout: Annotated[Duration, AfterValidator(_lookup_time)] = timedelta(seconds=3)
    """How long one question waits for its answer. No answer in time tells nothing of the domain."""
