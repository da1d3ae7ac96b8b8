"""Values that change every few years were set, or have proved right, of late."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from quality.rule import FINE, Case, Example, Options, Phase, Rule, Surroundings, Verdict, fine_until, flag, together
from syncd.model import Ref, Severity

_AGED = "neither set nor proved right for so long that it may be out of date"

#: The eight things that change: address of mail, number, postal address, title, function, employer, figures, web site.
_FIELDS = {
    "person": ("email", "phone", "mobile", "street", "job_title", "job_function", "company_name", "website"),
    "company": ("phone", "street", "website", "annual_revenue", "employee_count"),
    "deal": ("amount",),
}
#: What proves a value right without anybody setting it: mail that was read, a call that was made.
_PROOFS = {
    "email": ("last_opened", "last_clicked", "last_replied"),
    "phone": ("last_called",),
    "mobile": ("last_called",),
}

Days = Annotated[int, Field(ge=1, le=36500)]


class AgeOptions(Options):
    """How long values keep. A third to two thirds of a base's values go out of date in a year."""

    days: Days = 365
    #: Other numbers of days for single fields; 0 leaves a field alone.
    fields: dict[str, Annotated[int, Field(ge=0, le=36500)]] = Field(default_factory=dict)

    def timed_fields(self, kind: str) -> tuple[str, ...]:
        """Return the fields that grow old."""
        return tuple(name for name in _FIELDS.get(kind, ()) if self.fields.get(name, self.days))


def check(case: Case) -> Verdict:
    """Flag every filled field that is too old, and say when the next one will be; an unknown age says nothing."""
    times = case.surroundings.field_times.get(case.record.ref, {})
    kind = case.record.kind
    said = [_verdict(case, name, times[name]) for name in case.options.timed_fields(kind) if name in times]
    aged = together([one for one in said if not one.is_fine])
    next_at = min((one.again_at for one in said if one.again_at is not None), default=None)
    if next_at is None:
        return aged
    return fine_until(next_at) if aged.is_fine else dataclasses.replace(aged, again_at=next_at)


def _verdict(case: Case, name: str, set_at: datetime) -> Verdict:
    if case.get(name) in {None, ""}:
        return FINE
    proofs = [moment for proof in _PROOFS.get(name, ()) if isinstance(moment := case.get(proof), datetime)]
    due = max([set_at, *proofs]) + timedelta(days=case.options.fields.get(name, case.options.days))
    return flag(_AGED, field=name) if case.surroundings.now >= due else fine_until(due)


_NOW = datetime(2025, 6, 1, tzinfo=UTC)


def _ago(days: int) -> datetime:
    return _NOW - timedelta(days=days)


def _set(kind: str = "person", **days: int) -> Surroundings:
    """Return surroundings in which the fields of the judged record were set so many days ago."""
    times = {name: _ago(count) for name, count in days.items()}
    return Surroundings(_NOW, field_times={Ref("crm", kind, "1"): times})


RULE = Rule(
    check,
    fields=dict.fromkeys(_FIELDS, ()),
    phase=Phase.DECAY,
    severity=Severity.INFO,
    options=AgeOptions,
    flag="aged",
    is_on=False,
    examples=(
        Example(None, flag(_AGED, field="job_title"), {"job_title": "CEO"}, surroundings=_set(job_title=365)),
        Example(
            None, fine_until(_NOW + timedelta(days=1)), {"job_title": "Директор"}, surroundings=_set(job_title=364)
        ),
        Example(None, FINE, {"job_title": None}, surroundings=_set(job_title=400)),
        Example(None, FINE, {"job_title": "CEO"}, surroundings=_set(email=400)),
        Example(
            None,
            fine_until(_NOW + timedelta(days=335)),
            {"email": "ada@acme.com", "last_opened": _ago(30)},
            surroundings=_set(email=1000),
        ),
        Example(
            None,
            dataclasses.replace(
                together([flag(_AGED, field="email"), flag(_AGED, field="phone")]), again_at=_NOW + timedelta(days=265)
            ),
            {"email": "ada@acme.com", "phone": "+14155550100", "website": "https://acme.com"},
            surroundings=_set(email=400, phone=500, website=100),
        ),
        Example(
            None,
            flag(_AGED, field="amount"),
            {"amount": 1200.0},
            kind="deal",
            surroundings=_set("deal", amount=31),
            options={"fields": {"amount": 30}},
        ),
        Example(
            None,
            FINE,
            {"amount": 1200.0},
            kind="deal",
            surroundings=_set("deal", amount=900),
            options={"fields": {"amount": 0}},
        ),
        Example(None, FINE, {"email": "ada@acme.com"}, surroundings=Surroundings(_NOW)),
    ),
)
