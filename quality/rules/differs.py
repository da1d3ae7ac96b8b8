"""A field that follows another account says what that one says: where it does not, somebody hears of it."""

from __future__ import annotations

from datetime import UTC, datetime

from quality.facts import Member
from quality.fields import FIELDS
from quality.golden import Authority, Wins, block_of, differing, golden_record, is_settled
from quality.rule import COUNTERPARTS, FINE, TWINS, Case, Example, Phase, Rule, Surroundings, Verdict, flag, together
from syncd.model import Record, Ref, Value

_OTHER_VALUE = "another value than in {account}, whose word counts for this field"
_NOT_TOLD = "somebody asked for no more mail in {account}, and this record does not say so"


def check(case: Case) -> Verdict:
    """Flag what the record holds against the account whose word counts; only where `alert` says so."""
    members = case.surroundings.same.get(case.record.ref)
    wish = case.options.fields.get(case.field)
    if not members or wish is None or not wish.alert or is_settled(members, case.field):
        return FINE
    golden = golden_record(members, case.options, only=case.field)
    told = _NOT_TOLD if wish.policy is Wins.STRICTEST else _OTHER_VALUE
    found = [one for one in differing(case.record.ref, golden) if one.is_sure and not one.is_doubted]
    return together(
        [
            flag(told.format(account=one.origin.account), field=one.field)
            for one in found
            if one.field in block_of(case.field) and case.is_fetched(one.field)
        ]
    )


_NOW = datetime(2026, 3, 1, tzinfo=UTC)
_ME, _OTHER = Ref("crm", "company", "1"), Ref("erp", "accounts", "7")


def _example(verdict: Verdict, field: str, mine: Value, theirs: Value, **how: object) -> Example:
    same = tuple(Member(Record(ref, "company", {field: value})) for ref, value in ((_ME, mine), (_OTHER, theirs)))
    return Example(
        mine,
        verdict,
        kind="company",
        field=field,
        options={"accounts": ["crm", "erp"], "fields": {field: how}},
        surroundings=Surroundings(_NOW, same={_ME: same}),
    )


_SOURCE = {"policy": "source", "source": ["erp"], "alert": True}

RULE = Rule(
    check,
    fields=FIELDS,
    phase=Phase.VALIDATE,
    options=Authority,
    asks=(COUNTERPARTS, TWINS),
    examples=(
        _example(flag(_OTHER_VALUE.format(account="erp"), field="name"), "name", "Acme", "Apex", **_SOURCE),
        _example(FINE, "name", "ACME", "Acme", **_SOURCE),
        _example(FINE, "name", None, "Acme", **_SOURCE),
        _example(FINE, "name", "Acme", None, **_SOURCE),
        _example(FINE, "name", "Acme", "Ромашка", policy="source", source=["erp"]),
        _example(flag(_OTHER_VALUE.format(account="erp"), field="name"), "name", "Лютик", "Ромашка", **_SOURCE),
        _example(
            flag(_NOT_TOLD.format(account="erp"), field="x_no_mail"),
            "x_no_mail",
            False,
            True,
            policy="strictest",
            alert=True,
        ),
    ),
)
