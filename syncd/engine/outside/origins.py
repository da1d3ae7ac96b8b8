"""What made a record, in words that a metric may say, and which integration, form, import or user it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from syncd.model import Maker, Record

#: What a maker that none of these fits counts as.
OTHER = "other"
#: Kinds of things that make records and values, as metrics may name them.
SOURCES = ("API", "AUTOMATION_PLATFORM", "CRM_UI", "FORMS", "IMPORT", "INTEGRATION", OTHER)
#: Kinds that are no matter of a single user.
_UNMANNED = frozenset({"FORMS", "IMPORT"})


def maker_of(record: Record) -> Maker:
    """Return what made a record, as far as the CRM tells."""
    values = record.values
    told = values.get("created_source")
    kind = str(told) if told in SOURCES else OTHER
    # Who was logged in while a form or a file was read in says nothing of which one it was.
    other_mark = values.get("lead_source" if kind in _UNMANNED else "created_source_user")
    mark = values.get("created_source_id") or other_mark or ""
    return Maker(kind, str(mark), str(values.get("created_source_name") or ""))


def by_kind(counts: Mapping[Maker, int]) -> dict[str, int]:
    """Return counts by kinds of makers."""
    found = Counter[str]()
    for maker, count in counts.items():
        found[maker.kind if maker.kind in SOURCES else OTHER] += count
    return dict(found)
