"""`${NAME}`, `${NAME:-default}` and `file:/path` in any text of the settings → what they stand for."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any, Self

from syncd.errors import Mistake
from syncd.located import Document, Path, did_you_mean

_REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)(?:\}|\Z)")
_INSIDE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?", re.DOTALL)
_FILE = "file:"
_MAX_FILE_BYTES = 65_536
#: Shorter values are ordinary words, and no secrets.
_TELLING = 8
#: Container engines put secrets here, readable by all inside: nobody chose that, and nobody else is there.
_MOUNTED = (FilePath("/run/secrets"), FilePath("/var/run/secrets"))


class Resolved(str):
    """Text that came by reference, from the environment or from a file."""

    __slots__ = ("has_default", "template")

    #: The text as it stands in the settings.
    template: str
    #: Whether a default in the settings took the place of a missing variable.
    has_default: bool

    def __new__(cls, text: str, template: str, *, has_default: bool = False) -> Self:
        """Return `text`, which stands in the settings as `template`."""
        made = super().__new__(cls, text)
        made.template = template
        made.has_default = has_default
        return made


@dataclass(slots=True)
class Resolution:
    """A document with its references resolved, and what was odd on the way."""

    document: Document
    mistakes: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)
    #: The files that were read.
    files: list[FilePath] = field(default_factory=list)
    #: Places that could not be resolved: nothing more is to be said of them.
    failed: set[Path] = field(default_factory=set)


def resolve(document: Document, env: Mapping[str, str], folder: FilePath, *, logs_in: bool = True) -> Resolution:
    """Resolve every reference in the values of `document`; relative files are looked for in `folder`.

    Who never logs in to a CRM needs no secret of one: such a reference then stands for itself where nothing answers it.
    """
    resolution = Resolution(document)
    resolving = _Resolving(resolution, env, folder, logs_in=logs_in)
    resolution.document = replace(document, data=resolving.value(document.data, ()))
    return resolution


class _Resolving:
    """One walk over the data of a document."""

    def __init__(self, resolution: Resolution, env: Mapping[str, str], folder: FilePath, *, logs_in: bool) -> None:
        self._resolution = resolution
        self._logs_in = logs_in
        self._env = env
        self._folder = folder

    def value(self, data: Any, path: Path) -> Any:
        if isinstance(data, dict):
            return {key: self.value(item, (*path, key)) for key, item in data.items()}
        if isinstance(data, list):
            return [self.value(item, (*path, position)) for position, item in enumerate(data)]
        if isinstance(data, str) and data.startswith(_FILE):
            return self._from_file(data, path)
        return self._from_environment(data, path) if isinstance(data, str) and "${" in data else data

    def _from_environment(self, text: str, path: Path) -> str:
        has_default, pieces, end = False, [], 0
        for found in _REFERENCE.finditer(text):
            pieces.append(text[end : found.start()])
            end = found.end()
            if found.group(1) is None:
                pieces.append("${")
                continue
            name, default = self._name_and_default(found.group(1) if found[0].endswith("}") else "", path)
            if name in self._env:
                pieces.append(self._env[name])
            elif default is not None:
                pieces.append(default)
                has_default = True
            elif name and self._is_spared(path):
                pieces.append(found.group())
            elif name:
                guess = did_you_mean(name, self._env)
                self._fail(path, f"the environment has no variable {name}{guess}")
        return Resolved("".join([*pieces, text[end:]]), text, has_default=has_default)

    def _is_spared(self, path: Path) -> bool:
        """Return whether what stands here is only needed to log in to a CRM, or to take what is posted."""
        is_form = path[:2] == ("inbound", "forms") and path[-1] == "secret"
        return not self._logs_in and (is_form or (path[:1] == ("accounts",) and path[-1] != "url"))

    def _name_and_default(self, inside: str, path: Path) -> tuple[str, str | None]:
        found = _INSIDE.fullmatch(inside)
        if found is None:
            self._fail(path, "a reference is ${NAME} or ${NAME:-default}; write $${ for a plain ${")
            return "", None
        return found.group(1), found.group(2)

    def _from_file(self, text: str, path: Path) -> str:
        file = self._folder / text.removeprefix(_FILE).removeprefix("//")
        try:
            mode = file.stat().st_mode
            content = file.read_bytes() if stat.S_ISREG(mode) else None
        except OSError as error:
            if self._is_spared(path):
                return Resolved(text, text)
            self._fail(path, f"{file} cannot be read: {error.strerror}")
            return Resolved("", text)
        if content is None or len(content) > _MAX_FILE_BYTES:
            self._fail(path, f"{file} is not a small file")
            return Resolved("", text)
        self._resolution.files.append(file)
        self._judge_permissions(file, mode, path)
        return Resolved(content.decode("utf-8", "replace").strip(), text)

    def _judge_permissions(self, file: FilePath, mode: int, path: Path) -> None:
        if mode & (stat.S_IWGRP | stat.S_IWOTH):
            self._fail(path, f"{file} can be written by others than its owner; chmod 600 {file}")
        elif mode & (stat.S_IRGRP | stat.S_IROTH) and not any(file.is_relative_to(place) for place in _MOUNTED):
            warning = f"{file} can be read by others than its owner; chmod 600 {file}"
            self._resolution.warnings.append(self._resolution.document.mistake(path, warning))

    def _fail(self, path: Path, message: str) -> None:
        self._resolution.mistakes.append(self._resolution.document.mistake(path, message))
        self._resolution.failed.add(path)


def without_values(mistakes: Iterable[Mistake], data: Any) -> list[Mistake]:
    """Return mistakes in which every value that came by reference stands as the settings spell it.

    A person who puts the reference to a secret into the wrong place is not to read the secret in the message.
    """
    spelled = {str(one): one.template for one in _resolved_in(data) if len(one) >= _TELLING and not one.has_default}
    longest_first = sorted(spelled, key=len, reverse=True)
    told = list(mistakes)
    for text in longest_first:
        told = [replace(one, message=one.message.replace(text, spelled[text])) for one in told]
    return told


def _resolved_in(data: Any) -> Iterator[Resolved]:
    match data:
        case Resolved():
            yield data
        case dict():
            for item in data.values():
                yield from _resolved_in(item)
        case list():
            for item in data:
                yield from _resolved_in(item)
