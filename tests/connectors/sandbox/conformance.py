"""Holds answers to the contracts in `contracts/`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

_FOLDER = Path(__file__).parent / "contracts"
_INTEGERS = {"toObjectId", "fromObjectId"}
_LOOSE = {"StandardError"}


class Contracts:
    """All contracts, found by path."""

    def __init__(self) -> None:
        self._routes: list[tuple[re.Pattern[str], dict[str, dict[str, str]], dict[str, Any]]] = []
        for file in sorted(_FOLDER.glob("*.json")):
            document = json.loads(file.read_text())
            schemas = {name: _wire(name, schema) for name, schema in document["components"]["schemas"].items()}
            for path, methods in document["responses"].items():
                self._routes.append((_pattern(path), methods, schemas))
        self._routes.sort(key=lambda route: route[0].pattern.count("[^/]+"))

    def check(self, method: str, path: str, status: int, body: Any) -> str:
        """Raise where an answer breaks its contract; return the schema it was held to (empty: none is known)."""
        for pattern, methods, schemas in self._routes:
            if pattern.fullmatch(path.rstrip("/")) and method.lower() in methods:
                by_status = methods[method.lower()]
                name = by_status.get(str(status)) or (by_status.get("default") if status >= 400 else None)
                if name is None or status == 429:
                    return ""
                Draft7Validator({"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}).validate(
                    body
                )
                return name
        return ""


def _pattern(path: str) -> re.Pattern[str]:
    path = path.rstrip("/").replace("/crm/v3/objects/contacts", "/crm/v3/objects/{type}")
    return re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path))


def _wire(name: str, schema: Any, key: str = "") -> Any:
    if isinstance(schema, list):
        return [_wire(name, part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {part: _wire(name, value, part) for part, value in schema.items()}
    if isinstance(kept.get("type"), str) and kept["type"] not in {"object", "array"}:
        kept["type"] = ["integer", "string"] if key in _INTEGERS else [kept["type"], "null"]
        if "enum" in kept:
            kept["enum"] = [*kept["enum"], None]
    if name in _LOOSE:
        kept.pop("required", None)
    return kept
