"""How high a person stands follows from the job title, where that surely says so."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose, suggest
from quality.subjects.job_nature import known_levels, seniority_of
from syncd.model import Severity

_EMPTY = "the job title says how high the person stands"
_OTHER = "the job title says something else"


def check(case: Case) -> Verdict:
    """Propose the level for an empty field. What stands there is only questioned where it is one of our words."""
    written = case.text("job_title")
    if not written:
        return FINE
    level = seniority_of(written)
    if not level or case.value == level:
        return FINE
    if case.value in {None, ""}:
        return propose(level, _EMPTY)
    return suggest(level, _OTHER) if case.value in known_levels() else FINE


def _becomes(written: str, level: str) -> Example:
    return Example(None, propose(level, _EMPTY), {"job_title": written})


RULE = Rule(
    check,
    fields={"person": ("seniority",)},
    phase=Phase.DERIVE,
    severity=Severity.INFO,
    depends_on=("job_title",),
    examples=(
        _becomes("CEO", "executive"),
        _becomes("Founder & CEO", "executive"),
        _becomes("Geschäftsführerin", "executive"),
        _becomes("대표이사", "executive"),
        _becomes("مدیرعامل", "executive"),
        _becomes("Owner", "owner"),
        _becomes("Основатель", "owner"),
        _becomes("Managing Partner", "partner"),
        _becomes("SVP Sales", "vp"),
        _becomes("Vice President, Finance", "vp"),
        _becomes("Head of HR", "director"),
        _becomes("Directrice marketing", "director"),
        _becomes("Vertriebsleiter", "director"),
        _becomes("Sales Manager", "manager"),
        _becomes("销售经理", "manager"),
        _becomes("Senior Software Engineer", "senior"),
        _becomes("Accountant", "employee"),
        _becomes("Assistant to the CEO", "employee"),
        _becomes("Менеджер по продажам", "employee"),  # the Russian manager sells
        _becomes("Werkstudent Marketing", "entry"),
        Example("manager", suggest("executive", _OTHER), {"job_title": "CFO"}),
        Example("C-Level", FINE, {"job_title": "CFO"}),
        Example("executive", FINE, {"job_title": "CFO"}),
        Example(None, FINE, {"job_title": "Former CEO"}),
        Example(None, FINE, {"job_title": "Product Owner"}),
        Example(None, FINE, {"job_title": "HR Business Partner"}),
        Example(None, FINE, {"job_title": "Chief of Staff"}),
        Example(None, FINE, {"job_title": "Ninja"}),
        Example(None, FINE, {"job_title": None}),
        Example("어느", FINE, {"job_title": ""}),
        Example(None, FINE),
    ),
)
