"""Free and role addresses that belong to no company, and are silent, are let go in time."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Verdict
from quality.subjects.purge import examples_of, let_go, purging

_MESSAGE = "a free or role address without a company"


def check(case: Case) -> Verdict:
    """Let go of such addresses; the rules that flag them have to be allowed more than to observe."""
    is_such = not case.raised_flags.isdisjoint({"free_email", "role_email"})
    has_no_company = case.record.links.get("company") == () and not case.text("company_name")
    return let_go(case, _MESSAGE) if is_such and has_no_company else FINE


RULE = purging(
    check,
    flag="purge_free_or_role",
    examples=(
        *examples_of(_MESSAGE, {}, links={"company": ()}, raised_flags=frozenset({"free_email"})),
        *examples_of(_MESSAGE, {"company_name": ""}, links={"company": ()}, raised_flags=frozenset({"role_email"})),
        Example(None, FINE, {"company_name": "Acme"}, links={"company": ()}, raised_flags=frozenset({"free_email"})),
        Example(None, FINE, links={"company": ("7",)}, raised_flags=frozenset({"free_email"})),
        Example(None, FINE, links={}, raised_flags=frozenset({"free_email"})),  # links were not fetched
        Example(None, FINE, links={"company": ()}),
    ),
)
