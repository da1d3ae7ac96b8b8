"""Field histories: what tracked fields held before, as records of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from connectors.sandbox.effects import Cause
from connectors.sandbox.salesforce.rows import Row, Value
from connectors.sandbox.salesforce.schema import FieldSchema, ObjectSchema

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.org import Org

#: History object and the field that points at the record.
HISTORIES = {
    "Account": ("AccountHistory", "AccountId"),
    "Contact": ("ContactHistory", "ContactId"),
    "Lead": ("LeadHistory", "LeadId"),
    "Case": ("CaseHistory", "CaseId"),
    "Opportunity": ("OpportunityFieldHistory", "OpportunityId"),
    "Project__c": ("Project__History", "ParentId"),
}
#: At most 20 fields an object.
_TRACKED = {
    "Account": "Name Phone Website Industry NumberOfEmployees OwnerId ParentId BillingStreet BillingCity BillingState "
    "BillingPostalCode BillingCountry Type",
    "Contact": "FirstName LastName Email Phone MobilePhone Title AccountId OwnerId LeadSource HasOptedOutOfEmail "
    "DoNotCall MailingStreet MailingCity MailingState MailingPostalCode MailingCountry Description",
    "Lead": "FirstName LastName Email Phone MobilePhone Title Company Status OwnerId LeadSource HasOptedOutOfEmail "
    "DoNotCall Street City State PostalCode Country Website",
    "Case": "Status OwnerId Priority",
    "Opportunity": "Name StageName Amount CloseDate OwnerId",
    "Project__c": "Name Status__c Account__c",
}


def fresh_tracking() -> dict[str, frozenset[str]]:
    """Return which fields are tracked, by object."""
    return {name: frozenset(fields.split()) for name, fields in _TRACKED.items()}


def remember(org: Org, kind: ObjectSchema, row: Row, changed: Mapping[str, Value], cause: Cause) -> None:
    """Keep what is about to be overwritten."""
    place = HISTORIES.get(kind.name)
    tracked = org.tracked.get(kind.name, frozenset())
    if place is None:
        return
    for name, after in changed.items():
        field = org.objects[kind.name].fields.get(name)
        if field is None or name not in tracked:
            continue
        before = row[name]
        if field.type == "reference" and org.readings.history_doubles_ids:
            _add(org, place, row.id, field, (_label(org, before), _label(org, after)), cause)
        _add(org, place, row.id, field, (before, after), cause)


def _add(
    org: Org, place: tuple[str, str], record_id: str, field: FieldSchema, pair: tuple[Value, Value], cause: Cause
) -> None:
    name, parent = place
    before, after = pair
    if field.type == "textarea" and field.length > 255:
        # Of long texts it is told only that they changed.
        before = after = None
    spelled = _FIELD_NAMES.get(field.name, field.name)
    values: dict[str, Value] = {
        "Id": org.new_id(name), "IsDeleted": False, parent: record_id, "CreatedById": org.user_of(cause),
        "CreatedDate": org.stamp(), "Field": spelled, "DataType": _DATA_TYPES.get(field.type, "Text"),
        "OldValue": before, "NewValue": after,
    }  # fmt: skip
    org.add(name, {key: value for key, value in values.items() if value is not None})


#: What the histories call these fields.
_FIELD_NAMES = {"OwnerId": "Owner", "AccountId": "Account", "ParentId": "Parent"}
_DATA_TYPES = {
    "reference": "EntityId", "boolean": "Boolean", "currency": "Currency", "double": "Double", "int": "Integer",
    "date": "DateOnly", "datetime": "DateTime", "picklist": "DynamicEnum", "email": "Email", "phone": "PhoneNumber",
    "url": "Url", "textarea": "TextArea",
}  # fmt: skip


def _label(org: Org, record_id: Value) -> Value:
    name = org.object_of(str(record_id)) if record_id else None
    row = org.tables[name].rows.get(str(record_id)) if name else None
    return row["Name"] if row is not None else None
