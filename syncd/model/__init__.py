"""The nouns: what every layer of syncd talks about.

All are frozen, all moments are aware and in UTC. Nothing here reads, writes or decides.
Two spellings of a record exist and are never mixed: `SourceRecord` as the CRM spells it, `Record` as we spell it.
In both, an absent key was not fetched, `None` is empty, anything else is a value.
"""

from __future__ import annotations

from syncd.model.fixes import (
    CREATION_TOKEN,
    Action,
    Change,
    CreateWrite,
    Ending,
    Fix,
    FixState,
    LinkWrite,
    MergeWrite,
    Outcome,
    Update,
)
from syncd.model.judging import (
    BESIDE,
    PARENT,
    PROMOTE,
    TURNED,
    Create,
    Deed,
    Finding,
    KeptValue,
    Link,
    Merge,
    Mode,
    Removal,
    Severity,
)
from syncd.model.people import Maker, Owner, Role
from syncd.model.provided import Offered
from syncd.model.reading import Announcement, Cursor, Gone, News, Page
from syncd.model.records import Field, FieldType, Raw, Record, Ref, Schema, SourceRecord, Stream, Value
from syncd.model.versions import Version

__all__ = [
    "BESIDE",
    "CREATION_TOKEN",
    "PARENT",
    "PROMOTE",
    "TURNED",
    "Action",
    "Announcement",
    "Change",
    "Create",
    "CreateWrite",
    "Cursor",
    "Deed",
    "Ending",
    "Field",
    "FieldType",
    "Finding",
    "Fix",
    "FixState",
    "Gone",
    "KeptValue",
    "Link",
    "LinkWrite",
    "Maker",
    "Merge",
    "MergeWrite",
    "Mode",
    "News",
    "Offered",
    "Outcome",
    "Owner",
    "Page",
    "Raw",
    "Record",
    "Ref",
    "Removal",
    "Role",
    "Schema",
    "Severity",
    "SourceRecord",
    "Stream",
    "Update",
    "Value",
    "Version",
]
