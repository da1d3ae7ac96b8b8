"""The canonical English title stands beside the title as written, where there surely is one."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose
from quality.subjects.titles import canonical_title
from syncd.model import Severity

_OTHER = "not the canonical title of the job title"


def check(case: Case) -> Verdict:
    """Propose the canonical title of `job_title`. Nothing is said where that is not sure, or not wanted."""
    written = case.text("job_title")
    if not written:
        return FINE
    title = canonical_title(written)
    return FINE if not title or title == case.value else propose(title, _OTHER)


def _becomes(written: str, title: str) -> Example:
    return Example(None, propose(title, _OTHER), {"job_title": written})


def _is_left(written: str | None) -> Example:
    return Example(None, FINE, {"job_title": written})


_CEO = "Chief Executive Officer"

RULE = Rule(
    check,
    fields={"person": ("normalised_title",)},
    phase=Phase.DERIVE,
    severity=Severity.INFO,
    depends_on=("job_title",),
    examples=(
        *(
            _becomes(written, _CEO)
            for written in (
                "CEO", "C.E.O.", "ceo", "CEOn", "General Director", "Chief Executive Officer", "Chief Executve Officer",
                "Founder/CEO", "Founder & CEO", "Owner & CEO", "CEO and Co-Founder", "President & CEO", "Group CEO",
                "Vorstandsvorsitzender", "Président-directeur général", "PDG", "Consejera Delegada",
                "Генеральный директор", "Основатель и генеральный директор", "대표이사", "창업자 겸 대표이사",
                "مدیرعامل", "بنیانگذار و مدیرعامل", "Amministratore delegato", "Prezes zarządu", "Genel Müdür",
                "Algemeen directeur", "总经理", "代表取締役社長", "CEO at Acme", "CEO (EMEA)",
            )
        ),
        _becomes("CTO", "Chief Technology Officer"),
        _becomes("CTO & Co-Founder", "Chief Technology Officer"),
        _becomes("Directeur financier", "Chief Financial Officer"),
        _becomes("Geschäftsführer", "Managing Director"),
        _becomes("Geschaeftsfuehrerin", "Managing Director"),
        _becomes("Inhaber", "Owner"),
        _becomes("VP Sales", "Vice President of Sales"),
        _becomes("Vice President, Marketing", "Vice President of Marketing"),
        _becomes("SVP of Engineering", "Senior Vice President of Engineering"),
        _becomes("Head of HR", "Head of Human Resources"),
        _becomes("Leiterin Vertrieb", "Head of Sales"),
        _becomes("Vertriebsleiter", "Head of Sales"),
        _becomes("Director of Marketing", "Marketing Director"),
        _becomes("IT Manager", "Information Technology Manager"),
        _becomes("Sales Manger", "Sales Manager"),
        _becomes("Sales Director, North America", "Sales Director"),
        _becomes("Projektleiter (m/w/d)", "Project Manager"),
        _becomes("Buchhalter/in", "Accountant"),
        _is_left("Founder, Acme"),
        _is_left("International Sales Manager"),
        _is_left("Assistant to the CFO"),
        _is_left("Deputy CEO"),
        _is_left("former CEO"),
        _is_left("CXO"),
        _is_left("Produce Manager"),
        _is_left("Resident"),
        _is_left("Directeur marketing"),  # a chief's or a director's: nobody can tell
        _is_left("CEO's assistant"),
        _is_left("Head of Happiness"),
        _is_left(""),
        _is_left(None),
        Example(_CEO, FINE, {"job_title": "CEO"}),
        Example(_CEO, propose("Chief Technology Officer", _OTHER), {"job_title": "CTO"}),
        Example("Chefkoch", FINE, {"job_title": "Küchenchef"}),
        Example("Chefkoch", FINE),
        Example("Генеральный директор", propose(_CEO, _OTHER), {"job_title": "Генеральный директор"}),
    ),
)  # fmt: skip
