"""YAML text → plain data with places.

Stricter than YAML: a key stands once, keys are text as spelled, aliases and depth have limits, and nothing is ever
constructed but text, numbers, truth values, lists and mappings.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from syncd.errors import ConfigError, Mistake
from syncd.located.document import Document, Path, Place

_MAX_BYTES = 1_048_576
_MAX_DEPTH = 40
_MAX_NODES = 50_000

_LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+")
_TAG = "tag:yaml.org,2002:"

#: Dates stay text: whoever expects one says so, and parses it.
_SCALARS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "timestamp": str,
    "null": lambda _: None,
    "bool": lambda text: text.lower() == "true",
    "int": lambda text: int(text.replace("_", ""), 0),
    "float": lambda text: float(text.replace("_", "")),
}
_NEVER_CLOSED = "but got '<stream end>'"
#: What the parser says of the commonest slips, and what it means to whoever made one.
_SYNTAX = {
    "'\\t'": "a tab cannot indent; use spaces",
    _NEVER_CLOSED: "a bracket that is opened here is never closed",
    "found '<block mapping start>'": "this line is indented like none above it",
    "found '<block sequence start>'": "this line is indented like none above it",
    "could not find expected ':'": "a colon is missing behind a key, or a quote is not closed",
    "mapping values are not allowed here": "a colon too many (quote a text that has one), or a line indented too deep",
}


def read_document(text: str, file: str) -> Document:
    """Return the data of `text` with its places; raise ConfigError with every mistake found."""
    if len(text.encode()) > _MAX_BYTES:
        raise ConfigError([Mistake(file, 0, 0, f"the file is larger than {_MAX_BYTES} bytes")])
    try:
        top = _composed(text)
    except MarkedYAMLError as error:
        raise ConfigError([_syntax_mistake(error, file)]) from None
    except YAMLError as error:
        raise ConfigError([Mistake(file, 0, 0, f"not YAML: {str(error).splitlines()[0]}")]) from None
    reading = _Reading(file)
    data = reading.value(top, (), ()) if top is not None else {}
    if reading.mistakes:
        raise ConfigError(sorted(reading.mistakes))
    return Document(file, data, reading.values, reading.keys, text)


class _LimitError(MarkedYAMLError):
    """The text would take long to read."""


class _BoundedComposer(Composer):
    """Composes nodes, and stops where it would take long."""

    def __init__(self, loader: Any = None) -> None:
        super().__init__(loader)
        self._nodes = 0
        self._depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Compose one node and what is in it."""
        event = self.parser.peek_event()
        is_collection = isinstance(event, CollectionStartEvent)
        self._nodes += 1
        self._depth += is_collection
        if self._depth > _MAX_DEPTH:
            raise _LimitError(problem=f"nested deeper than {_MAX_DEPTH} levels", problem_mark=event.start_mark)
        if self._nodes > 2 * _MAX_NODES:
            raise _LimitError(problem="too many values", problem_mark=event.start_mark)
        node = super().compose_node(parent, index)
        self._depth -= is_collection
        return node


def _composed(text: str) -> Node | None:
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _BoundedComposer
    top: Node | None = yaml.compose(text)
    return top


def _syntax_mistake(error: MarkedYAMLError, file: str) -> Mistake:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or error.context or "cannot be read"
    if _NEVER_CLOSED in problem:
        mark = error.context_mark or mark
    problem = next((told for sign, told in _SYNTAX.items() if sign in problem), problem)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
    return Mistake(file, line, column, problem if isinstance(error, _LimitError) else f"not YAML: {problem}")


class _Reading:
    """One walk over the composed nodes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.values: dict[Path, Place] = {}
        self.keys: dict[Path, Place] = {}
        self.mistakes: list[Mistake] = []
        self._node_count = 0

    def value(self, node: Node, path: Path, parents: tuple[int, ...]) -> Any:
        self._node_count += 1
        if self._node_count > _MAX_NODES:
            raise ConfigError([self._mistake(node, "too many values; do aliases repeat each other?")])
        if id(node) in parents:
            raise ConfigError([self._mistake(node, "an alias that contains itself")])
        self.values[path] = _place(node)
        if isinstance(node, MappingNode):
            return self._mapping(node, path, (*parents, id(node)))
        if isinstance(node, SequenceNode):
            self._expect_tag(node, "seq")
            return [self.value(item, (*path, n), (*parents, id(node))) for n, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: MappingNode, path: Path, parents: tuple[int, ...]) -> dict[str, Any]:
        self._expect_tag(node, "map")
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key is None:
                continue
            if key in data:
                first = self.keys[(*path, key)]
                self.mistakes.append(self._mistake(key_node, f"'{key}' stands here twice (first in line {first.line})"))
                continue
            self.keys[(*path, key)] = _place(key_node)
            data[key] = self.value(value_node, (*path, key), parents)
        return data

    def _key(self, node: Node) -> str | None:
        """Return a key as it is spelled: `NO`, `1` and `true` are text here."""
        if not isinstance(node, ScalarNode):
            self.mistakes.append(self._mistake(node, "a key must be text"))
            return None
        if node.tag == f"{_TAG}merge":
            self.mistakes.append(self._mistake(node, "'<<' is not supported; repeat the keys"))
            return None
        return str(node.value)

    def _scalar(self, node: Node) -> Any:
        text, tag = str(node.value), str(node.tag).removeprefix(_TAG)
        construct = _SCALARS.get(tag)
        if construct is None:
            self.mistakes.append(self._mistake(node, f"the tag '{node.tag}' is not supported"))
            return None
        if tag in {"int", "float"} and _LEADING_ZERO.fullmatch(text):
            self.mistakes.append(self._mistake(node, f"{text} would lose its leading zero; quote it: '{text}'"))
            return text
        try:
            return construct(text)
        except ValueError:
            self.mistakes.append(self._mistake(node, f"'{text}' is not a number; quote it if it is text"))
            return None

    def _expect_tag(self, node: Node, tag: str) -> None:
        if node.tag != _TAG + tag:
            self.mistakes.append(self._mistake(node, f"the tag '{node.tag}' is not supported"))

    def _mistake(self, node: Node, message: str) -> Mistake:
        place = _place(node)
        return Mistake(self.file, place.line, place.column, message)


def _place(node: Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)
