"""A file that a person wrote: its data, and where each piece of it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from syncd.errors import Mistake

#: The way from the top of a document to one value: keys and positions.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file; both count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    """One file that a person wrote: its data, and where each piece of it stands."""

    file: str
    data: Any
    _values: Mapping[Path, Place] = field(repr=False)
    _keys: Mapping[Path, Place] = field(repr=False)
    _text: str = field(default="", repr=False)

    def __contains__(self, path: Path) -> bool:
        return path in self._values

    def place(self, path: Path, *, of_key: bool = False) -> Place:
        """Return where the value (or its key) stands; of what is not there, where its nearest parent begins."""
        if not of_key and path in self._values:
            return self._values[path]
        for length in range(len(path), 0, -1):
            if path[:length] in self._keys:
                return self._keys[path[:length]]
            if path[:length] in self._values:
                return self._values[path[:length]]
        return Place(1, 1)

    def mistake(self, path: Path, message: str, *, of_key: bool = False) -> Mistake:
        """Return `message` about the value (or the key) at `path`, with its place."""
        place = self.place(path, of_key=of_key)
        spelled = ".".join(str(step) for step in path)
        return Mistake(self.file, place.line, place.column, f"{spelled}: {message}" if spelled else message)

    def mistake_within(self, path: Path, offset: int, message: str) -> Mistake:
        """Return `message` about what stands `offset` characters into the text at `path`, with its place."""
        place = self._place_within(self.place(path), offset)
        return Mistake(self.file, place.line, place.column, f"{'.'.join(str(step) for step in path)}: {message}")

    def _place_within(self, start: Place, offset: int) -> Place:
        lines = self._text.splitlines()
        first = lines[start.line - 1] if start.line <= len(lines) else ""
        sign = first[start.column - 1 : start.column]
        if sign not in {"|", ">"}:
            column = start.column + offset + (sign in {"'", '"'})
            return Place(start.line, column) if column <= len(first) + 1 else start
        for number, line in enumerate(lines[start.line :], start.line + 1):
            text = line.strip()
            if offset <= len(text):
                return Place(number, len(line) - len(line.lstrip()) + 1 + offset)
            offset -= len(text) + 1
        return start

    def path_of(self, loc: Sequence[str | int], at: Path = ()) -> Path:
        """Return the steps of pydantic's `loc` that exist here: it adds names of its own for unions and keys."""
        path = at
        for step in loc:
            if (*path, step) in self:
                path = (*path, step)
        return path
