from __future__ import annotations

import ast
import hashlib
import re
from pathlib import Path

#: What may lie at the top. A new name here is a decision.
TOP_LEVEL = {
    ".ci", ".dockerignore", ".editorconfig", ".gitattributes", ".gitignore", ".pre-commit-config.yaml",
    "CHANGELOG.md", "CONTRIBUTING.md", "DECISIONS.md", "Dockerfile", "LICENSE", "Makefile", "README.md", "SECURITY.md",
    "benchmarks", "compose.example.yaml", "config", "connectors", "deploy", "docs", "mappings", "pyproject.toml",
    "quality", "requirements.lock", "syncd", "tests",
}  # fmt: skip
CODE = ("syncd", "connectors", "mappings", "quality")
#: Paths of one machine, addresses of package registries, and names of drawers instead of things. Written in pieces,
#: because this file is looked through as well.
FOREIGN = [
    "/" + "work/", "/" + "farm/", "/" + "root/", "." + "library/", "../" + "shared", "sub" + "agent",
    "pypi" + ".org", "python" + "hosted", "npm" + "js.org", "deb." + "debian",
]  # fmt: skip
DRAWERS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "managers",
    "base",
    "handler",
    "handlers",
    "info",
}
#: Files longer than this are rare, and each has its reason here.
LONGEST = 400
LONG_FOR_A_REASON: dict[str, str] = {}
APACHE_2_0 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"


def python_files(kept_files, root, *folders):
    return [path for path in kept_files if path.suffix == ".py" and path.relative_to(root).parts[0] in folders]


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_top_level_holds_only_what_was_agreed(kept_files, root):
    names = {path.relative_to(root).parts[0] for path in kept_files}

    assert names - TOP_LEVEL == set()


def test_no_file_names_a_machine_or_a_registry(kept_files, root):
    found = [
        f"{path.relative_to(root)}:{number}: {word}"
        for path in kept_files
        for number, line in enumerate(text_of(path).splitlines(), 1)
        for word in FOREIGN
        if word in line.lower()
    ]

    assert found == []


def test_no_file_holds_a_secret(kept_files, root):
    pattern = re.compile(
        r"pat-(na|eu)\d-(?!1{8})[0-9a-f]{8}-[0-9a-f]{4}|-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}"
    )

    found = [str(path.relative_to(root)) for path in kept_files if pattern.search(text_of(path))]

    assert found == []


def test_every_package_has_a_readme(kept_files, root):
    packages = {path.parent for path in python_files(kept_files, root, *CODE) if path.name == "__init__.py"}
    places = {package.relative_to(root).parts for package in packages}

    silent = ["/".join(parts) for parts in sorted(places) if not is_described(root, parts)]

    assert silent == []


def is_described(root: Path, parts: tuple[str, ...]) -> bool:
    """Return whether there is a README: `syncd/store` needs its own, rooms further in may share the one above."""
    if parts == ("quality", "rules"):  # one file for each rule; `quality` says how to write one
        parts = ("quality",)
    own = range(min(2, len(parts)), len(parts) + 1)
    return any(root.joinpath(*parts[:depth], "README.md").exists() for depth in own)


def test_every_folder_with_code_is_a_package(kept_files, root):
    folders = {path.parent for path in python_files(kept_files, root, *CODE)}

    missing = [str(folder.relative_to(root)) for folder in sorted(folders) if not (folder / "__init__.py").exists()]

    # Alembic loads its migrations by path.
    assert [name for name in missing if not name.startswith("syncd/store/migrations")] == []


def test_no_package_hides_under_tests(kept_files, root):
    hidden = [path for path in python_files(kept_files, root, "tests") if path.name == "__init__.py"]

    assert hidden == []


def test_names_of_test_files_are_unique(kept_files, root):
    names = [path.name for path in python_files(kept_files, root, "tests") if path.name.startswith("test_")]

    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_no_file_is_named_after_a_drawer(kept_files, root):
    names = [path.relative_to(root) for path in python_files(kept_files, root, *CODE, "tests")]

    assert [str(name) for name in names if DRAWERS & {*name.parts[:-1], name.stem}] == []


def test_files_stay_small(kept_files, root):
    lengths = {
        str(path.relative_to(root)): len(text_of(path).splitlines()) for path in python_files(kept_files, root, *CODE)
    }

    long = {name: length for name, length in lengths.items() if length > LONGEST}
    middle = sorted(lengths.values())[len(lengths) // 2]

    assert {name: length for name, length in long.items() if name not in LONG_FOR_A_REASON} == {}
    assert middle <= 150


def test_every_module_says_what_it_is_for(kept_files, root):
    files = [path for path in python_files(kept_files, root, *CODE) if text_of(path).strip()]

    silent = [str(path.relative_to(root)) for path in files if not ast.get_docstring(ast.parse(text_of(path)))]

    assert silent == []


def test_every_ignored_warning_names_its_code(kept_files, root):
    files = python_files(kept_files, root, *CODE, "tests", "docs", "benchmarks")
    bare = re.compile(r"#\s*(noqa(?!:)|type:\s*ignore(?!\[)|pragma: no cover\s*$)")

    found = [str(path.relative_to(root)) for path in files if bare.search(text_of(path)) and path != Path(__file__)]

    assert found == []


def test_no_work_is_left_for_later_in_a_comment(kept_files, root):
    pattern = re.compile(r"#.*\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b|raise NotImplementedError\b")

    found = [
        f"{path.relative_to(root)}:{number}"
        for path in python_files(kept_files, root, *CODE, "tests", "docs")
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if pattern.search(line)
    ]

    assert [place for place in found if not place.startswith("tests/house/test_repository.py")] == []


def test_licence_is_intact(root):
    digest = hashlib.sha256((root / "LICENSE").read_bytes()).hexdigest()

    assert digest == APACHE_2_0
