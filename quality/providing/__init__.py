"""Values from outside: by what a provider is asked, which answer of several counts, whether a value may come in."""

from __future__ import annotations

from quality.providing.asking import asks_key, form_of, question_of, read_question
from quality.providing.proper import proper_values
from quality.providing.waterfall import Choice, Enriching, Told, Waterfall, choose

__all__ = [
    "Choice",
    "Enriching",
    "Told",
    "Waterfall",
    "asks_key",
    "choose",
    "form_of",
    "proper_values",
    "question_of",
    "read_question",
]
