"""What a level of a declared comparison says, in a sentence."""

from __future__ import annotations

from quality.declarations import CREATED_AT
from quality.dedupe.declared.levels import AGREED, IDENTIFIED, UNKNOWN, VERDICT, worded

_VERDICTS = {
    AGREED: "All agrees that has to for such records to be one.",
    "open": "Something is different, or missing, that has to agree for such records to be one.",
}
_FIELDS = {
    "text_same": "Both say the same under {}.",
    "text_alike": "They say nearly the same under {}.",
    "text_differ": "They say something else under {}.",
    "exact_same": "They have the same {}.",
    "exact_differ": "They have a different {}.",
    "number_same": "They have the same {}.",
    "number_alike": "Their {} is nearly the same.",
    "number_differ": "Their {} is far apart.",
    "date_same": "Their {} is the same day.",
    "date_alike": "Their {} is a few days apart.",
    "date_differ": "Their {} is far apart.",
    "link_same": "They belong to the same {}.",
    "link_differ": "They belong to a different {}.",
    UNKNOWN: "In one or both, {} is missing.",
}
_WORDS = {CREATED_AT: "day of creation", "person": "contact", "close_date": "closing day"}


def declared_sentence(evidence: str, level: str) -> str:
    """Return the level of a field, or what all fields come to, in a sentence."""
    if evidence == VERDICT:
        name = level.removeprefix(IDENTIFIED).strip()
        return _VERDICTS.get(level) or f"They share what belongs to one record only: {worded(name)}."
    return _FIELDS[level].format(_WORDS.get(evidence) or worded(evidence))
