"""What is linked to a company with an owner has an owner."""

from __future__ import annotations

from datetime import UTC, datetime

from quality.fields import is_empty
from quality.rule import FINE, Case, Example, Options, Phase, Rule, Surroundings, Verdict, suggest
from syncd.model import Record, Ref, Severity, Value

_GAP = "nobody's, and the linked company has an owner"


class OwnerGapOptions(Options):
    """None; the linked company's owner is asked for."""

    def lacking_fields(self, kind: str) -> tuple[str, ...]:  # noqa: ARG002 - the same for all
        """Return the owner."""
        return ("owner",)


def check(case: Case) -> Verdict:
    """Suggest the company's owner. Whose work it is, the team decides."""
    if not case.is_fetched("owner") or not is_empty(case.get("owner")):
        return FINE
    company = case.linked("company")
    owner = company.values.get("owner") if company is not None else None
    return FINE if is_empty(owner) or not isinstance(owner, str) else suggest(owner, _GAP, field="owner")


def _example(verdict: Verdict, theirs: Value, *, kind: str = "person", to: str = "7", **values: Value) -> Example:
    company = Record(Ref("crm", "companies", "7"), "company", {"owner": theirs})
    around = Surroundings(datetime(2025, 1, 1, tzinfo=UTC), linked={"company": {"7": company}})
    return Example(None, verdict, values, kind, surroundings=around, links={"company": (to,) if to else ()})


_TAKE = suggest("42", _GAP, field="owner")

RULE = Rule(
    check,
    fields={"person": (), "deal": (), "ticket": ()},
    phase=Phase.DERIVE,
    severity=Severity.INFO,
    options=OwnerGapOptions,
    examples=(
        _example(_TAKE, "42", owner=None),
        _example(_TAKE, "42", kind="deal", owner=""),
        _example(_TAKE, "42", kind="ticket", owner=None),
        _example(FINE, "42", owner="7"),
        _example(FINE, None, owner=None),
        _example(FINE, "42", to="", owner=None),
        _example(FINE, "42", to="8", owner=None),  # nothing is known of that company
        _example(FINE, "42"),  # the owner was not fetched
    ),
)
