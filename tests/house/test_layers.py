"""import-linter checks who imports whom (`make layers`). Here is what it cannot say."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

#: What the simulated CRM may know of us.
NOUNS = {"syncd.model", "syncd.errors", "syncd.clock", "syncd.located", "syncd.version"}


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_sandbox_knows_nothing_of_us_but_the_nouns(root):
    ours = ("syncd", "mappings", "quality", "connectors")

    known = {name for path in (root / "connectors/sandbox").rglob("*.py") for name in imports_of(path)}
    foreign = {name for name in known if name.split(".")[0] in ours and not name.startswith("connectors.sandbox")}

    assert foreign <= NOUNS


def test_face_of_syncd_imports_nothing(root):
    assert imports_of(root / "syncd/__init__.py") == set()


def test_every_layer_named_in_the_contract_exists(root):
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    names = {name.strip() for layer in layers for name in layer.split("|")}

    assert [name for name in names if name.startswith("(")] == []
    assert [name for name in names if not exists(root, name)] == []


def test_every_module_of_syncd_has_its_layer(root):
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    named = {name.strip(" ()") for layer in layers for name in layer.split("|")}
    modules = {f"syncd.{path.stem}" for path in (root / "syncd").glob("*.py") if path.name != "__init__.py"}
    packages = {f"syncd.{path.parent.name}" for path in (root / "syncd").glob("*/__init__.py")}

    assert (modules | packages) - named == set()


def exists(root: Path, name: str) -> bool:
    path = root.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").exists()
