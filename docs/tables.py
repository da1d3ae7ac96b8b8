"""Write the tables of the documents from the code: rules, metrics, commands, settings.

A document holds a table between `<!-- begin: NAME -->` and `<!-- end: NAME -->`. `make docs` writes them anew;
`tests/house` fails when one is out of date.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sized
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo
from ruamel.yaml import YAML
from typer.core import TyperGroup
from typer.main import get_command

from syncd.settings.values.secret import Secret

#: Types as a reader of the settings calls them.
WORDS = {
    "Any": "anything",
    "bool": "true or false",
    "float": "number",
    "int": "whole number",
    "Path": "path",
    "Secret": "reference",
    "SecretStr": "reference",
    "str": "text",
    "timedelta": "duration",
}
DOCS = Path(__file__).resolve().parent


def rules() -> str:
    """Return what each rule says of itself, and its options."""
    from quality import catalog, description_of

    parts = []
    for name, rule in sorted(catalog().items()):
        lines = [f"## {name}", "", description_of(name), "", f"* severity: `{rule.severity.name.lower()}`"]
        lines.append(f"* mode: `{rule.mode.value}`" + ("" if rule.is_on else "; off unless enabled"))
        lines.append(f"* phase: {rule.phase.name.lower()}")
        lines.append(f"* looks at: {_fields(rule.fields)}")
        if rule.flag:
            lines.append(f"* flag: `{rule.flag}`")
        lines.extend(f"* option {_option_of_rule(rule.options, option)}" for option in rule.options.model_fields)
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def metrics() -> str:
    """Return a table of every metric with its labels."""
    from syncd.telemetry.metrics import Metrics

    rows = []
    for family in vars(Metrics()).values():
        if not hasattr(family, "_labelnames"):
            continue
        name = family._name + ("_total" if family._type == "counter" else "")
        labels = " ".join(f"`{label}`" for label in family._labelnames)
        rows.append((f"`{name}`", family._type, labels, family._documentation))
    return _table(("metric", "type", "labels", "what it says"), rows)


def commands() -> str:
    """Return every command with its arguments and options, and the exit codes."""
    from syncd.cli import ExitCode
    from syncd.cli.frame.start import build_app

    root = get_command(build_app())
    parts = [_command(name, command) for name, command in _walk(root)]
    codes = [(str(code.value), f"`{code.name.lower()}`", _comment_above(ExitCode, code.name)) for code in ExitCode]
    parts.append("## Exit codes\n\n" + _table(("code", "name", "meaning"), codes))
    return "\n\n".join(parts)


def settings() -> str:
    """Return every setting by its path in the file, with default and meaning."""
    from syncd.settings.shape import SettingsFile

    places: dict[type[BaseModel], list[str]] = {}
    for path, model in _models(SettingsFile, ""):
        places.setdefault(model, []).append(f"`{path}`" if path else "At the top")
    return "\n\n".join(_settings_of(model, paths) for model, paths in places.items())


def capabilities() -> str:
    """Return what practitioners ask and what answers it; raise ValueError when an answer does not exist."""
    asked = YAML(typ="safe").load((DOCS / "capabilities.yaml").read_text())
    known = _answers_there_are()
    parts = []
    for heading, entries in asked.items():
        rows = [(number, entry["asks"], _answer(number, entry, known)) for number, entry in entries.items()]
        parts.append(f"## {heading}\n\n" + _table(("#", "what is asked", "what answers it"), rows))
    return "\n\n".join(parts)


def _answers_there_are() -> dict[str, set[str]]:
    from quality import catalog
    from syncd.cli.frame.start import build_app

    headings = re.findall(r"^## (.+)$", settings(), re.MULTILINE)
    return {
        "rules": set(catalog()),
        "metrics": {row.split("`")[1] for row in metrics().splitlines() if row.startswith("| `")},
        "commands": {name.split()[1] for name, _ in _walk(get_command(build_app()))},
        "settings": {path for heading in headings for path in re.findall(r"`([^`]+)`", heading)},
    }


def _answer(number: str, entry: dict[str, Any], known: dict[str, set[str]]) -> str:
    said = []
    for what, names in known.items():
        given = entry.get(what, [])
        if unknown := [name for name in given if name not in names]:
            raise ValueError(f"docs/capabilities.yaml: {number}: there are no {what} {', '.join(unknown)}")
        if given:
            shown = [f"`syncd {name}`" if what == "commands" else f"`{name}`" for name in given]
            said.append((what if len(given) > 1 else what.removesuffix("s")) + " " + ", ".join(shown))
    said += [f"still missing: {entry['partly']}"] if entry.get("partly") else []
    said += [f"later: {entry['later']}"] if entry.get("later") else []
    said += [f"not ours: {entry['not_ours']}"] if entry.get("not_ours") else []
    if not said:
        raise ValueError(f"docs/capabilities.yaml: {number} has no answer")
    return "; ".join(said)


def promises() -> str:
    """Return what can go wrong, what happens then, and by which tests; raise ValueError when there is no such test."""
    cases = YAML(typ="safe").load((DOCS / "promises.yaml").read_text())
    written = {name for path in (DOCS.parent / "tests").rglob("test_*.py") for name in _tests_in(path)}
    parts = []
    for heading, entries in cases.items():
        rows = [
            (number, entry["happens"], _promise(entry), _proof(number, entry, written))
            for number, entry in entries.items()
        ]
        parts.append(f"## {heading}\n\n" + _table(("#", "what happens", "what syncd does", "made to happen by"), rows))
    return "\n\n".join(parts)


def _tests_in(path: Path) -> list[str]:
    return re.findall(r"^ *def test_(\w+)\(", path.read_text(), re.MULTILINE)


def _promise(entry: dict[str, Any]) -> str:
    return str(entry["does"]) + (f"; still missing: {entry['open']}" if entry.get("open") else "")


def _proof(number: str, entry: dict[str, Any], written: set[str]) -> str:
    if unknown := [name for name in entry["tests"] if name not in written]:
        raise ValueError(f"docs/promises.yaml: {number}: there is no test {', '.join(unknown)}")
    return ", ".join(name.replace("_", " ") for name in entry["tests"])


TABLES: dict[str, tuple[str, Callable[[], str]]] = {
    "rules": ("rules.md", rules),
    "metrics": ("metrics.md", metrics),
    "commands": ("commands.md", commands),
    "settings": ("configuration.md", settings),
    "capabilities": ("capabilities.md", capabilities),
    "promises": ("promises.md", promises),
}


def with_table(name: str) -> tuple[Path, str]:
    """Return the document that holds the table, and its text with the table as the code has it now."""
    file, write = TABLES[name]
    path = DOCS / file
    begin, end = f"<!-- begin: {name} -->", f"<!-- end: {name} -->"
    before, rest = path.read_text().split(begin)
    _, after = rest.split(end)
    return path, f"{before}{begin}\n\n{write()}\n\n{end}{after}"


def _fields(fields: Any) -> str:
    return "; ".join(
        f"{kind}: " + (", ".join(f"`{name}`" for name in names) or "the record as a whole")
        for kind, names in fields.items()
    )


def _option_of_rule(options: type[BaseModel], name: str) -> str:
    field = options.model_fields[name]
    meaning = meaning_of_option(options, name)
    return f"`{name}` ({_type(field.annotation)}, default {_default(field) or 'none'}): {meaning}"


def meaning_of_option(options: type[BaseModel], name: str) -> str:
    """Return what an option of a rule is for: its description, the comment above it, or what all of them are for."""
    declares = next(one for one in options.__mro__ if name in inspect.get_annotations(one))
    own = _meaning(options.model_fields[name]) or _comment_above(declares, name)
    return own or (inspect.cleandoc(declares.__doc__).split("\n\n")[0] if declares.__doc__ else "")


def _settings_of(model: type[BaseModel], paths: Iterable[str]) -> str:
    fields = model.model_fields
    rows = [(f"`{name}`", _type(field.annotation), _default(field), _meaning(field)) for name, field in fields.items()]
    table = _table(("setting", "type", "default", "meaning"), rows)
    heading = f"## {', '.join(dict.fromkeys(paths))}{_of_type(model)}"
    return "\n\n".join([heading, _first_paragraph(model), table])


def _of_type(model: type[BaseModel]) -> str:
    """Return what tells a part from the others that may stand in its place; empty where there are none."""
    types = get_args(model.model_fields["type"].annotation) if "type" in model.model_fields else ()
    return f" of type {types[0]}" if len(types) == 1 else ""


def _type(annotation: Any) -> str:
    """Return a type in words."""
    if get_origin(annotation) is Annotated:
        return _type(get_args(annotation)[0])
    if get_args(annotation):
        return _composed_type(get_origin(annotation), [one for one in get_args(annotation) if one is not type(None)])
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " or ".join(f"`{member.name.lower()}`" for member in annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "part, below"
    name = getattr(annotation, "__name__", str(annotation))
    return WORDS.get(name, name)


def _composed_type(origin: Any, inner: list[Any]) -> str:
    if origin is dict:
        return f"mapping of names to {_type(inner[1])}"
    if origin in {tuple, list, set, frozenset}:
        return f"list of {_type(inner[0])}"
    if origin is Literal:
        return " or ".join(f"`{one}`" for one in inner)
    return " or ".join(dict.fromkeys(_type(one) for one in inner))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, BaseModel):
        return "as below"
    if value is None or (isinstance(value, Sized) and not len(value)):
        return ""
    return f"`{_shown(value, field)}`"


def _shown(value: Any, field: FieldInfo) -> str:
    """Return a default as one would write it."""
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, Secret):
        return value.reveal()  # a default is known to all
    ordered = sorted(value) if isinstance(value, (set, frozenset)) else value
    plain = TypeAdapter(field.rebuild_annotation()).dump_python(ordered, mode="json", warnings=False)
    if isinstance(plain, list):
        return ", ".join(map(str, plain[:8])) + (", ..." if len(plain) > 8 else "")
    return str(plain).lower() if isinstance(plain, bool) else str(plain)


def _meaning(field: FieldInfo) -> str:
    return " ".join((field.description or "").split()).replace("|", "\\|")


def _first_paragraph(model: type[BaseModel]) -> str:
    return inspect.cleandoc(model.__doc__ or "").split("\n\n")[0]


def _models(model: type[BaseModel], path: str) -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the model and every model inside it, with the path of keys that leads there."""
    yield path, model
    for name, field in model.model_fields.items():
        here = f"{path}.{name}" if path else name
        for inner, is_named in _inner_models(field.annotation):
            yield from _models(inner, f"{here}.NAME" if is_named else here)


def _inner_models(annotation: Any, *, is_named: bool = False) -> Iterator[tuple[type[BaseModel], bool]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, is_named
        return
    origin = getattr(annotation, "__origin__", None)
    holds_names = is_named or (isinstance(origin, type) and issubclass(origin, dict)) or "Mapping" in str(origin)
    for argument in get_args(annotation):
        yield from _inner_models(argument, is_named=holds_names)


def _walk(command: Any, path: str = "syncd") -> Iterator[tuple[str, Any]]:
    if not isinstance(command, TyperGroup):
        yield path, command
        return
    for name, inner in command.commands.items():
        if not inner.hidden:
            yield from _walk(inner, f"{path} {name}")


def _command(name: str, command: Any) -> str:
    context = command.make_context(name, [], resilient_parsing=True)
    pieces = [piece for parameter in command.params for piece in parameter.get_usage_pieces(context)]
    options = _parameters(command, "option")
    usage = " ".join([name, *(["[OPTIONS]"] if options else []), *pieces])
    text = re.sub(r"[ \t]*\f", "", inspect.cleandoc(command.help or ""))
    rows = [(f"`{piece}`", _help_of(one)) for one, piece in zip(_parameters(command, "argument"), pieces, strict=True)]
    rows += [(f"`{', '.join(option.opts + option.secondary_opts)}`", _help_of(option)) for option in options]
    table = _table(("given", "meaning"), rows) if rows else ""
    return "\n\n".join(part for part in (f"## {name}", f"```\n{usage}\n```", text, table) if part)


def _parameters(command: Any, kind: str) -> list[Any]:
    return [one for one in command.params if getattr(one, "param_type_name", "") == kind and one.name != "help"]


def _help_of(option: Any) -> str:
    return " ".join((option.help or "").split()).replace("|", "\\|")


def _comment_above(owner: type, name: str) -> str:
    """Return the `#:` comment above the line of `owner` that gives `name` its value."""
    lines = inspect.getsource(owner).splitlines()
    place = next((number for number, line in enumerate(lines) if re.match(rf"\s*{name}\s*[:=]", line)), 0)
    comment: list[str] = []
    while place and lines[place - 1].strip().startswith("#:"):
        place -= 1
        comment.insert(0, lines[place].strip().removeprefix("#:").strip())
    return " ".join(comment)


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = tuple(heads)
    lines = ["| " + " | ".join(heads) + " |", "| " + " | ".join("---" for _ in heads) + " |"]
    lines.extend("| " + " | ".join(row) + " |" for row in rows)
    return "\n".join(lines)


def main() -> None:
    """Write every table anew."""
    for name in TABLES:
        path, text = with_table(name)
        path.write_text(text)


if __name__ == "__main__":
    main()
