"""What a person's work is about follows from the job title, where that surely says so."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose
from quality.subjects.job_nature import function_of
from syncd.model import Severity

_EMPTY = "the job title says what the work is about"


def check(case: Case) -> Verdict:
    """Propose the function for an empty field; one that somebody chose is left alone."""
    if case.value not in {None, ""}:
        return FINE
    written = case.text("job_title")
    function = function_of(written) if written else ""
    return propose(function, _EMPTY) if function else FINE


def _becomes(written: str, function: str) -> Example:
    return Example(None, propose(function, _EMPTY), {"job_title": written})


RULE = Rule(
    check,
    fields={"person": ("job_function",)},
    phase=Phase.DERIVE,
    severity=Severity.INFO,
    depends_on=("job_title",),
    examples=(
        _becomes("CEO", "general_management"),
        _becomes("CFO", "finance"),
        _becomes("Directeur financier", "finance"),
        _becomes("CTO", "engineering"),
        _becomes("VP Sales", "sales"),
        _becomes("Vertriebsleiter", "sales"),
        _becomes("Менеджер по продажам", "sales"),
        _becomes("영업부장", "sales"),
        _becomes("مدیر فروش", "sales"),
        _becomes("Sales Engineer", "sales"),
        _becomes("Product Marketing Manager", "marketing"),
        _becomes("Head of HR", "human_resources"),
        _becomes("Responsable achats", "purchasing"),
        _becomes("Data Scientist", "data"),
        _becomes("采购主管", "purchasing"),
        Example(None, FINE, {"job_title": "Director Sales and Marketing"}),  # two of them
        Example(None, FINE, {"job_title": "Former CFO"}),
        Example(None, FINE, {"job_title": "Director"}),
        Example(None, FINE, {"job_title": None}),
        Example("sales", FINE, {"job_title": "CFO"}),
        Example("продажи", FINE, {"job_title": "CFO"}),
        Example(None, FINE),
    ),
)
