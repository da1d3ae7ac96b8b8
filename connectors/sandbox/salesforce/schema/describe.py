"""Describe answers, in the shape real orgs give them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from connectors.sandbox.salesforce.schema.model import ChildRelationship, FieldSchema, ObjectSchema

Wire = dict[str, Any]
_LINKS = ("compactLayouts", "rowTemplate", "approvalLayouts", "listviews", "describe", "quickActions", "layouts")
#: What the full describe says beside the flags of the global one.
_MORE: Wire = {
    "actionOverrides": [], "compactLayoutable": True, "defaultImplementation": None, "extendedBy": None,
    "extendsInterfaces": None, "implementedBy": None, "implementsInterfaces": None, "listviewable": None,
    "lookupLayoutable": None, "namedLayoutInfos": [], "networkScopeFieldName": None, "searchLayoutable": True,
    "sobjectDescribeOption": "FULL",
}  # fmt: skip
MASTER_RECORD_TYPE = "012000000000000AAA"


def describe_global(objects: Iterable[ObjectSchema], version: str) -> Wire:
    """Return what `GET /sobjects` says."""
    listed = [{**_flags(kind), "urls": _urls(kind, version)} for kind in objects]
    return {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": listed}


def describe_object(kind: ObjectSchema, version: str, host: str, record_types: Iterable[Mapping[str, Any]]) -> Wire:
    """Return what `GET /sobjects/X/describe` says."""
    page = f"https://{host}/{{ID}}"
    urls = _urls(kind, version) | {
        "uiDetailTemplate": page,
        "uiEditTemplate": f"{page}/e",
        "uiNewRecord": f"https://{host}/{kind.key_prefix}/e",
    }
    body: Wire = {
        **_MORE,
        **_flags(kind),
        "childRelationships": [_child(it) for it in kind.child_relationships],
        "fields": [describe_field(it) for it in kind.fields.values()],
        "recordTypeInfos": list(_record_types(kind, version, record_types)),
        "supportedScopes": [{"label": label, "name": name} for name, label in kind.scopes],
        "urls": urls,
    }
    return dict(sorted(body.items()))


def describe_field(it: FieldSchema) -> Wire:
    """Return one of the 57-attribute entries."""
    values = [
        {"active": value.is_active, "defaultValue": value.is_default, "label": value.label, "validFor": None,
         "value": value.value}
        for value in it.picklist_values
    ]  # fmt: skip
    return dict(sorted((dict(it.wire) | {"picklistValues": values}).items()))


def _flags(kind: ObjectSchema) -> Wire:
    return dict(sorted(kind.flags.items()))


def _urls(kind: ObjectSchema, version: str) -> Wire:
    place = f"/services/data/v{version}/sobjects/{kind.name}"
    made = {name: f"{place}/describe/{name}" for name in ("compactLayouts", "approvalLayouts", "layouts")}
    made |= {"listviews": f"{place}/listviews", "quickActions": f"{place}/quickActions"}
    made |= {"describe": f"{place}/describe", "rowTemplate": f"{place}/{{ID}}"}
    return {**{name: made[name] for name in _LINKS}, "sobject": place}


def _child(it: ChildRelationship) -> Wire:
    return {
        "cascadeDelete": it.is_cascading, "childSObject": it.child, "deprecatedAndHidden": False, "field": it.field,
        "junctionIdListNames": [], "junctionReferenceTo": [], "relationshipName": it.name,
        "restrictedDelete": it.is_restricting,
    }  # fmt: skip


def _record_types(kind: ObjectSchema, version: str, own: Iterable[Mapping[str, Any]]) -> Iterable[Wire]:
    rows = [(it["Id"], it["Name"], it["DeveloperName"], bool(it["IsActive"])) for it in own]
    place = f"/services/data/v{version}/sobjects/{kind.name}/describe/layouts"
    for number, (record_type, name, developer_name, is_active) in enumerate(
        [*rows, (MASTER_RECORD_TYPE, "Master", "Master", True)]
    ):
        yield {
            "active": is_active, "available": is_active, "defaultRecordTypeMapping": number == 0,
            "developerName": developer_name, "master": record_type == MASTER_RECORD_TYPE, "name": name,
            "recordTypeId": record_type, "urls": {"layout": f"{place}/{record_type}"},
        }  # fmt: skip
