"""`/describe/layouts` and `/describe/compactLayouts`: one page for everybody, with every field there is."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.errors import not_found
from connectors.sandbox.salesforce.ids import make_id, to_18
from connectors.sandbox.salesforce.schema import MASTER_RECORD_TYPE, FieldSchema, describe_field

Wire = dict[str, Any]
_PREFIX = "00h"
_COLUMNS = 2


def layouts(call: Call) -> Answer:
    """Answer every layout of an object, and which record type has which."""
    layout = _layout(call)
    mappings: list[Wire] = [
        {
            "available": True, "defaultRecordTypeMapping": place == 0, "layoutId": layout["id"],
            "master": record_type == MASTER_RECORD_TYPE, "name": name, "picklistsForRecordType": [],
            "recordTypeId": record_type,
        }
        for place, (record_type, name) in enumerate(_record_types(call))
    ]  # fmt: skip
    return call.answer({
        "layouts": [layout], "recordTypeMappings": mappings, "recordTypeSelectorRequired": [len(mappings) > 1],
    })  # fmt: skip


def layout(call: Call) -> Answer:
    """Answer the layout of a record type."""
    wanted = to_18(call.parts["type"])
    if wanted not in {record_type for record_type, _ in _record_types(call)}:
        raise not_found()
    return call.answer(_layout(call))


def compact_layouts(call: Call) -> Answer:
    """Answer the layout phones show, which is the system's own."""
    name = next((it for it in call.kind.fields.values() if it.name_field), None)
    items = [] if name is None else [_item(name)]
    mappings: list[Wire] = [
        {"available": True, "compactLayoutId": None, "compactLayoutName": "SYSTEM", "recordTypeId": record_type,
         "recordTypeName": label, "urls": {}}
        for record_type, label in _record_types(call)
    ]  # fmt: skip
    shown = {
        "actions": [], "fieldItems": items, "id": None, "imageItems": [], "label": "System Default", "name": "SYSTEM",
        "objectType": call.kind.name,
    }  # fmt: skip
    return call.answer({
        "compactLayouts": [shown], "defaultCompactLayoutId": None, "recordTypeCompactLayoutMappings": mappings,
        "urls": {},
    })  # fmt: skip


def _record_types(call: Call) -> list[tuple[str, str]]:
    own = [(row.id, str(row["Name"])) for row in call.org.record_types(call.kind.name)]
    return [*own, (MASTER_RECORD_TYPE, "Master")]


def _layout(call: Call) -> Wire:
    kind = call.kind
    # Parts of compound fields stand within them on a page; here each stands for itself.
    fields = [it for it in kind.fields.values() if not it.is_compound]
    written = [it for it in fields if it.createable or it.updateable]
    related: list[Wire] = [
        {"label": it.child, "name": it.name, "sobject": it.child, "field": f"{it.child}.{it.field}", "columns": [],
         "sort": [], "limitRows": 5, "custom": it.child.endswith("__c"), "buttons": None}
        for it in kind.child_relationships if it.name
    ]  # fmt: skip
    return {
        "buttonLayoutSection": None, "detailLayoutSections": [_section(fields)],
        "editLayoutSections": [_section(written)], "feedView": None, "highlightsPanelLayoutSection": None,
        "id": make_id(_PREFIX, 1), "multirowEditLayoutSections": [], "offlineLinks": [],
        "quickActionList": {"quickActionListItems": []}, "relatedContent": None, "relatedLists": related,
        "saveOptions": [],
    }  # fmt: skip


def _section(fields: list[FieldSchema]) -> Wire:
    rows = [fields[start : start + _COLUMNS] for start in range(0, len(fields), _COLUMNS)]
    return {
        "collapsed": False, "columns": _COLUMNS, "heading": "Information", "layoutRows": [
            {"layoutItems": [_item(it) for it in row], "numItems": len(row)} for row in rows
        ],
        "layoutSectionId": None, "parentLayoutId": make_id(_PREFIX, 1), "rows": len(rows), "tabOrder": "TopToBottom",
        "useCollapsibleSection": False, "useHeading": True,
    }  # fmt: skip


def _item(it: FieldSchema) -> Wire:
    component = {
        "details": describe_field(it), "displayLines": 1, "tabOrder": 1, "type": "Field", "value": it.name,
    }  # fmt: skip
    return {
        "editableForNew": it.createable, "editableForUpdate": it.updateable, "label": it.label,
        "layoutComponents": [component], "placeholder": False, "required": it.is_required,
    }  # fmt: skip
