"""Mappings: which property of a CRM is which of our fields, both ways. Pure."""

from __future__ import annotations

from mappings.apply import (
    SUPERSEDED_BY,
    Problem,
    is_left_alone,
    is_writable,
    mapping_problems,
    to_canonical,
    to_new_source,
    to_source,
)
from mappings.bind import bind, with_filter, with_properties, with_values
from mappings.compile import load_mapping, parse_mapping, shipped_mapping, shipped_mappings
from mappings.mapping import FieldMapping, Filter, ReadOnlyFieldError, RecordMapping, UnmappedValueError
from mappings.shipped import canonical_fields, crms, kinds, mapped_objects, usual_objects
from mappings.spec import CanonicalFieldSpec, MappingSpec
from mappings.transforms import transform_names
from mappings.values import ValueType

__all__ = [
    "SUPERSEDED_BY",
    "CanonicalFieldSpec",
    "FieldMapping",
    "Filter",
    "MappingSpec",
    "Problem",
    "ReadOnlyFieldError",
    "RecordMapping",
    "UnmappedValueError",
    "ValueType",
    "bind",
    "canonical_fields",
    "crms",
    "is_left_alone",
    "is_writable",
    "kinds",
    "load_mapping",
    "mapped_objects",
    "mapping_problems",
    "parse_mapping",
    "shipped_mapping",
    "shipped_mappings",
    "to_canonical",
    "to_new_source",
    "to_source",
    "transform_names",
    "usual_objects",
    "with_filter",
    "with_properties",
    "with_values",
]
