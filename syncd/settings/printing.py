"""Files that are printed from the code: the schemas for editors, and every setting with its default."""

from __future__ import annotations

import enum
import json
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mappings import MappingSpec, crms, kinds, transform_names
from quality import CustomSpec, catalog, description_of, meaning_of
from syncd.settings.reading.custom_rules import NAME_PATTERN
from syncd.settings.shape import SettingsFile
from syncd.settings.values.duration import spell_duration
from syncd.settings.values.secret import Secret

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NAMES = {
    "accounts": "<account>",
    "streams": "<account>/<object>",
    "rules": "<rule>",
    "fields": "<field>",
    "compare": "<field>",
    "channels": "<channel>",
    "targets": "<target>",
    "linked_accounts": "<name>",
    "providers": "<provider>",
    "values": "<field>",
    "forms": "<form>",
    "folders": "<folder>",
}
_HEADING = """\
# Every setting, what it means and its default. Printed from the code: `python -m syncd.settings`.
# A line that is commented out has no default; <...> stands for a name of yours.
"""


def settings_schema() -> dict[str, Any]:
    """Return the JSON schema of `syncd.yaml`, with the names and options of all rules."""
    schema = {"$schema": _DIALECT, **SettingsFile.model_json_schema(mode="validation")}
    schema["title"] = "syncd.yaml"
    definitions = schema["$defs"]
    rules = _rule_schemas(definitions)
    own = {"anyOf": [{"enum": ["off", "observe", "suggest", "apply"]}, {"$ref": "#/$defs/RuleSettings"}]}
    definitions["Rules"] = {
        "type": "object",
        "additionalProperties": False,
        "properties": rules,
        "patternProperties": {f"^{NAME_PATTERN}$": own},
    }
    for holder in (schema, definitions["StreamChoice"]):
        description = holder["properties"]["rules"]["description"]
        holder["properties"]["rules"] = {"$ref": "#/$defs/Rules", "description": description}
    return schema


def mapping_schema() -> dict[str, Any]:
    """Return the JSON schema of a mapping file, with the names that may stand in it."""
    schema = {"$schema": _DIALECT, **MappingSpec.model_json_schema(mode="validation")}
    schema["title"] = "syncd mapping"
    schema["properties"]["crm"]["enum"] = list(crms())
    schema["properties"]["kind"]["enum"] = list(kinds())
    schema["$defs"]["FieldSpec"]["properties"]["read"]["items"]["enum"] = list(transform_names())
    return schema


def rule_schema() -> dict[str, Any]:
    """Return the JSON schema of a rule of an admin's own, with the kinds of records that may stand in it."""
    schema = {"$schema": _DIALECT, **CustomSpec.model_json_schema(mode="validation")}
    schema["title"] = "syncd rule"
    for branch in schema["properties"]["kind"]["anyOf"]:
        branch.get("items", branch)["enum"] = list(kinds())
    return schema


def defaults_text() -> str:
    """Return every setting with its meaning and default, as YAML."""
    return _HEADING + "".join(f"{line}\n".replace(" \n", "\n") for line in _lines(SettingsFile, 0))


def printed_files() -> Mapping[str, str]:
    """Return the printed files of the folder `config`, by name."""
    return {
        "defaults.yaml": defaults_text(),
        "mapping.schema.json": json.dumps(mapping_schema(), indent=2, ensure_ascii=False) + "\n",
        "rule.schema.json": json.dumps(rule_schema(), indent=2, ensure_ascii=False) + "\n",
        "syncd.schema.json": json.dumps(settings_schema(), indent=2, ensure_ascii=False) + "\n",
    }


def _rule_schemas(definitions: dict[str, Any]) -> dict[str, Any]:
    """Return a schema for each rule, and put what their options refer to with the other definitions."""
    schemas = {}
    for name, rule in catalog().items():
        options = rule.options.model_json_schema(mode="validation", ref_template="#/$defs/{model}")
        for option, schema in options.get("properties", {}).items():
            schema["description"] = meaning_of(rule.options, option)
        definitions.update(options.pop("$defs", {}))
        settings = definitions["RuleSettings"]
        own = {**settings, "properties": {**settings["properties"], "options": options}}
        own.pop("title", None)
        short = {"enum": ["off", "observe", "suggest", "apply"]}
        schemas[name] = {"description": description_of(name), "anyOf": [short, own]}
    return schemas


def _lines(model: type[BaseModel], depth: int) -> Iterator[str]:
    indent = "  " * depth
    for name, field in model.model_fields.items():
        yield from ([""] if depth == 0 else [])
        yield f"{indent}# {' '.join((field.description or '').split())}"
        parts, is_named = _parts_of(field)
        part = parts[0] if parts else None
        if part is None:
            yield indent + _setting(name, field)
        elif is_named:
            yield f"{indent}{name}:"
            for one in parts:
                yield f'{indent}  "{_NAMES[name]}{_type_of(one, parts)}":'
                yield from _lines(one, depth + 2)
        elif field.default is None:
            yield f"{indent}# {name}:"
            yield from (f"{line[: 2 * depth]}# {line[2 * depth :]}" for line in _lines(part, depth + 1))
        else:
            yield f"{indent}{name}:"
            yield from _lines(part, depth + 1)


def _parts_of(field: FieldInfo) -> tuple[list[type[BaseModel]], bool]:
    """Return the models of a setting that has settings of its own, and whether there may be several by name."""
    annotation = field.annotation
    is_named = typing.get_origin(annotation) is dict
    candidates, found = [typing.get_args(annotation)[1]] if is_named else [annotation], []
    while candidates:
        candidate = candidates.pop(0)
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            found.append(candidate)
        elif isinstance(candidate, types.UnionType) or typing.get_origin(candidate) in {typing.Annotated, typing.Union}:
            candidates += typing.get_args(candidate)
    return found, is_named


def _type_of(part: type[BaseModel], parts: list[type[BaseModel]]) -> str:
    """Return what tells a part from the others that may stand in its place; empty where there are none."""
    return f" of type {typing.get_args(part.model_fields['type'].annotation)[0]}" if len(parts) > 1 else ""


def _setting(name: str, field: FieldInfo) -> str:
    default = field.default
    if field.is_required() or default is None:
        return f"# {name}:"
    return f"{name}: {_spelled(default)}"


def _spelled(default: object) -> str:
    match default:
        case timedelta():
            return spell_duration(default)
        case Secret():  # a default that everybody may read
            return default.reveal()
        case enum.Enum():
            return str(default.value)
        case PurePath():
            return str(default)
        case _:
            return json.dumps(default)
