"""Persons whose mail comes back, and who cannot be called either, are let go in time."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Verdict
from quality.subjects.purge import PurgeOptions, examples_of, let_go, purging

_MESSAGE = "mail does not arrive, and there is no other way to reach the person"


class UndeliverableOptions(PurgeOptions):
    """What else counts as a way to reach somebody."""

    #: Whether a person with a phone number stays.
    keep_with_phone: bool = True


def check(case: Case) -> Verdict:
    """Let go of persons whose address bounces for good."""
    if case.get("has_bounced") is not True:
        return FINE
    if case.options.keep_with_phone and not _has_no_number(case):
        return FINE
    return let_go(case, _MESSAGE)


def _has_no_number(case: Case) -> bool:
    """Return whether it is known that there is no number: a field that was not fetched may hold one."""
    return all(case.is_fetched(name) and not case.text(name) for name in ("phone", "mobile"))


RULE = purging(
    check,
    flag="purge_undeliverable",
    options=UndeliverableOptions,
    examples=(
        *examples_of(_MESSAGE, {"has_bounced": True, "phone": None, "mobile": ""}),
        *examples_of(_MESSAGE, {"has_bounced": True, "phone": "+14155550100"}, options={"keep_with_phone": False}),
        Example(None, FINE, {"has_bounced": True, "phone": "+14155550100", "mobile": None}),
        Example(None, FINE, {"has_bounced": True, "phone": None}),
        Example(None, FINE, {"has_bounced": False}),
        Example(None, FINE, {"has_bounced": None}),
    ),
)
