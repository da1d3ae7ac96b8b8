"""What pydantic found wrong with a document, in our words and with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from syncd.errors import Mistake
from syncd.located.document import Document, Path
from syncd.located.likeness import did_you_mean

#: Types that pydantic words for programmers.
_TYPES = {
    "int_parsing": "should be a whole number",
    "int_type": "should be a whole number",
    "int_from_float": "should be a whole number",
    "float_parsing": "should be a number",
    "float_type": "should be a number",
    "bool_parsing": "should be true or false",
    "bool_type": "should be true or false",
    "list_type": "should be a list",
    "tuple_type": "should be a list",
    "model_type": "should be a mapping of keys to values",
    "dict_type": "should be a mapping of keys to values",
    "model_attributes_type": "should be a mapping of keys to values",
}


def mistakes_of(error: ValidationError, document: Document, model: type[BaseModel], at: Path = ()) -> list[Mistake]:
    """Return what pydantic found wrong with the part of `document` that stands at `at`, as located mistakes."""
    return [_mistake_of(dict(detail), document, model, at) for detail in error.errors(include_url=False)]


def _mistake_of(detail: dict[str, Any], document: Document, model: type[BaseModel], at: Path) -> Mistake:
    """Say what pydantic found in our words. The value itself is never repeated: it could be a secret."""
    loc, kind = tuple(detail["loc"]), detail["type"]
    path = document.path_of(loc, at)
    if kind == "missing":
        return document.mistake((*path, loc[-1]), "is missing", of_key=True)
    if kind == "extra_forbidden":
        known = _names_at(model.model_json_schema(), path[len(at) : -1])
        return document.mistake(path, f"unknown key{did_you_mean(str(path[-1]), known)}", of_key=True)
    if kind.startswith("union_tag_"):
        return document.mistake(path, _type_sentence(detail))
    return document.mistake(path, _sentence_of(detail), of_key=loc[-1:] == ("[key]",))


def _type_sentence(detail: dict[str, Any]) -> str:
    """Say what is wrong with the type that tells which keys may stand beside it."""
    if detail["type"] == "union_tag_not_found":
        return "does not say its type"
    expected = str(detail["ctx"]["expected_tags"])
    meant = did_you_mean(str(detail["ctx"]["tag"]), re.findall(r"'([^']*)'", expected))
    return f"its type should be one of {expected}{meant}"


def _sentence_of(detail: dict[str, Any]) -> str:
    kind, message, given = detail["type"], str(detail["msg"]), detail.get("input")
    if kind in {"enum", "literal_error"}:
        expected = str(detail["ctx"]["expected"])
        meant = did_you_mean(given, re.findall(r"'([^']*)'", expected)) if isinstance(given, str) else ""
        return f"should be {expected}{meant}"
    if kind == "string_type" and isinstance(given, int | float):
        return "should be text; quote it"
    if kind == "string_pattern_mismatch":
        return f"holds characters that cannot stand here; it should match {detail['ctx']['pattern']}"
    if kind == "too_short":
        return f"should have at least {detail['ctx']['min_length']}"
    if kind in _TYPES:
        return _TYPES[kind]
    return message.removeprefix("Value error, ").replace("Input should be", "should be", 1)


def _names_at(schema: Mapping[str, Any], path: Path) -> set[str]:
    """Return the keys a JSON schema knows at `path`."""
    definitions = schema.get("$defs", {})
    here = _branches(schema, definitions)
    for step in path:
        here = [deep for branch in here for child in _children(branch, step) for deep in _branches(child, definitions)]
    return {name for branch in here for name in branch.get("properties", {})}


def _children(schema: Mapping[str, Any], step: str | int) -> list[Mapping[str, Any]]:
    """Return the schemas of what stands one step deeper."""
    patterns = schema.get("patternProperties", {}).values()
    found = [schema.get("properties", {}).get(step), schema.get("additionalProperties"), schema.get("items"), *patterns]
    return [child for child in found if isinstance(child, Mapping)]


def _branches(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the schemas that may hold here, references followed."""
    if "$ref" in schema:
        return _branches(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    parts = (*schema.get("anyOf", ()), *schema.get("oneOf", ()))
    return [schema, *(deep for part in parts for deep in _branches(part, definitions))]
