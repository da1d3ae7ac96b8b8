"""Free and role addresses that belong to no company, and are silent, are let go in time."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict
from quality.subjects.purge import PurgeOptions, examples_of, let_go
from syncd.model import Mode, Severity

_MESSAGE = "a free or role address without a company"


def check(case: Case) -> Verdict:
    """Let go of such addresses; the rules that flag them have to be allowed more than to observe."""
    is_such = not case.raised_flags.isdisjoint({"free_email", "role_email"})
    has_no_company = case.record.links.get("company") == () and not case.text("company_name")
    return let_go(case, _MESSAGE) if is_such and has_no_company else FINE


RULE = Rule(
    check,
    fields={"person": ()},
    phase=Phase.PURGE,
    severity=Severity.INFO,
    mode=Mode.SUGGEST,
    options=PurgeOptions,
    flag="purge_free_or_role",
    is_on=False,
    examples=(
        *examples_of(_MESSAGE, {}, links={"company": ()}, raised_flags=frozenset({"free_email"})),
        *examples_of(_MESSAGE, {"company_name": ""}, links={"company": ()}, raised_flags=frozenset({"role_email"})),
        Example(None, FINE, {"company_name": "Acme"}, links={"company": ()}, raised_flags=frozenset({"free_email"})),
        Example(None, FINE, links={"company": ("7",)}, raised_flags=frozenset({"free_email"})),
        Example(None, FINE, links={}, raised_flags=frozenset({"free_email"})),  # links were not fetched
        Example(None, FINE, links={"company": ()}),
    ),
)
