"""The files that come with syncd: our own fields, the CRMs it knows, and a mapping for each of their usual objects."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

from mappings.spec import CanonicalFieldSpec, CanonicalSpec, CrmSpec
from syncd.located import read_document

_CANONICAL = "canonical"
_CRM_FILE = "_crm.yaml"


@functools.cache
def kinds() -> tuple[str, ...]:
    """Return the kinds of records there are to us."""
    return tuple(sorted(_yaml_files(files("mappings") / _CANONICAL)))


@functools.cache
def canonical_fields(kind: str) -> Mapping[str, CanonicalFieldSpec]:
    """Return our fields of one kind, in the order they are shown; KeyError when there is no such kind."""
    file = _yaml_files(files("mappings") / _CANONICAL)[kind]
    spec = CanonicalSpec.model_validate(read_document(file.read_text("utf-8"), file.name).data)
    return MappingProxyType(spec.fields)


@functools.cache
def crms() -> tuple[str, ...]:
    """Return the CRMs for which there are mappings."""
    folders = (folder for folder in files("mappings").iterdir() if folder.is_dir())
    return tuple(sorted(folder.name for folder in folders if (folder / _CRM_FILE).is_file()))


@functools.cache
def crm_spec(crm: str) -> CrmSpec:
    """Return what holds for a CRM whatever the object."""
    file = files("mappings") / crm / _CRM_FILE
    return CrmSpec.model_validate(read_document(file.read_text("utf-8"), file.name).data)


def mapping_file(crm: str, object_name: str) -> Traversable | None:
    """Return the shipped mapping file of an object; None when there is none."""
    return _yaml_files(files("mappings") / crm).get(object_name) if crm in crms() else None


def mapped_objects(crm: str) -> tuple[str, ...]:
    """Return the objects of a CRM for which a mapping is shipped."""
    return tuple(sorted(_yaml_files(files("mappings") / crm))) if crm in crms() else ()


def usual_objects(crm: str) -> tuple[str, ...]:
    """Return the objects of a CRM that are watched where none is named."""
    return tuple(crm_spec(crm).usual) if crm in crms() else ()


def _yaml_files(folder: Traversable) -> dict[str, Traversable]:
    """Return the files of a folder that describe something, by their name without the ending."""
    names = {file.name: file for file in folder.iterdir() if file.name.endswith(".yaml")}
    return {name.removesuffix(".yaml"): file for name, file in names.items() if not name.startswith("_")}
