"""The objects and fields of an org, from captures of real ones."""

from __future__ import annotations

from connectors.sandbox.salesforce.schema.describe import (
    MASTER_RECORD_TYPE,
    describe_field,
    describe_global,
    describe_object,
)
from connectors.sandbox.salesforce.schema.model import ChildRelationship, FieldSchema, ObjectSchema, PicklistValue
from connectors.sandbox.salesforce.schema.reading import fresh_objects, make_field, make_object

__all__ = [
    "MASTER_RECORD_TYPE",
    "ChildRelationship",
    "FieldSchema",
    "ObjectSchema",
    "PicklistValue",
    "describe_field",
    "describe_global",
    "describe_object",
    "fresh_objects",
    "make_field",
    "make_object",
]
