"""What made a record, in words that a metric may say, and which integration, form, import or user it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from syncd.model import Maker, Record

#: What a maker that none of these fits counts as.
OTHER = "other"
#: Kinds of things that make records and values, as metrics may name them.
SOURCES = ("API", "AUTOMATION_PLATFORM", "CRM_UI", "FORMS", "IMPORT", "INTEGRATION", OTHER)


def maker_of(record: Record) -> Maker:
    """Return what made a record, as far as the CRM tells."""
    values = record.values
    kind = values.get("created_source")
    mark = values.get("created_source_id") or values.get("created_source_user") or ""
    return Maker(str(kind) if kind in SOURCES else OTHER, str(mark), str(values.get("created_source_name") or ""))


def by_kind(counts: Mapping[Maker, int]) -> dict[str, int]:
    """Return counts by kinds of makers."""
    found = Counter[str]()
    for maker, count in counts.items():
        found[maker.kind if maker.kind in SOURCES else OTHER] += count
    return dict(found)
