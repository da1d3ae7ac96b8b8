"""Accounts that are persons, in orgs that have them: each with a contact behind it that carries the name.

What is written to the one is not carried over to the other later: only what tells a person account is simulated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from connectors.sandbox.effects import SYSTEM, Cause
from connectors.sandbox.salesforce.callers import WriteOptions
from connectors.sandbox.salesforce.computed import full_name
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.rows import Row, Value
from connectors.sandbox.salesforce.schema import FieldSchema, ObjectSchema, make_field

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.org import Org

RECORD_TYPE = "PersonAccount"
_QUIET = WriteOptions(is_raw=True)
_SHARED = {"PersonEmail": "Email", "PersonMobilePhone": "MobilePhone", "PersonTitle": "Title", "Phone": "Phone"}


def mark(objects: Mapping[str, ObjectSchema]) -> None:
    """Let contacts tell, too, whether they stand behind a person account."""
    row = {"name": "IsPersonAccount", "type": "boolean", "label": "Is Person Account", "createable": False,
           "updateable": False, "permissionable": False}  # fmt: skip
    field: FieldSchema = make_field(row)
    objects["Contact"].fields[field.name] = field


def is_person(org: Org, name: str, values: Mapping[str, Value]) -> bool:
    """Whether an account with these values is a person."""
    return name == "Account" and org.has_person_accounts and values.get("LastName") is not None


def check(org: Org, name: str, row: Row, values: Mapping[str, Value]) -> None:
    """Refuse a name for an account that has a person's."""
    if name == "Account" and org.has_person_accounts and row["IsPersonAccount"] is True and "Name" in values:
        raise SalesforceError(
            "INVALID_FIELD_FOR_INSERT_UPDATE", "Account: bad field names on insert/update call: Name", ["Name"]
        )


def clothe(org: Org, values: dict[str, Value]) -> None:
    """Give an account that is about to be made what makes it a person's."""
    kind = next((row.id for row in org.record_types("Account") if row["DeveloperName"] == RECORD_TYPE), None)
    if kind is None:
        audit = org.stamps_of(Cause(SYSTEM)) | {"CreatedById": org.automated_user, "CreatedDate": org.stamp()}
        kind = org.new_id("RecordType")
        told: dict[str, Value] = {
            "Name": "Person Account",
            "DeveloperName": RECORD_TYPE,
            "SobjectType": "Account",
            "IsActive": True,
        }
        org.add("RecordType", {"Id": kind, **told, **audit})
    values |= {"IsPersonAccount": True, "RecordTypeId": kind, "Name": full_name(Row(values, {}))}


def follow(org: Org, account: Row, cause: Cause) -> None:
    """Make the contact behind a new person account."""
    given = {ours: account[theirs] for theirs, ours in _SHARED.items()}
    given |= {"FirstName": account["FirstName"], "LastName": account["LastName"], "AccountId": account.id}
    made = org.create("Contact", given, cause, _QUIET)
    org.put("Contact", org.tables["Contact"].rows[made], {"IsPersonAccount": True})
    org.put("Account", account, {"PersonContactId": made})
