"""The rules there are: every module in `quality/rules`, named after its file. There is no list to edit."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

import quality.rules
from quality.rule import Options, Rule


@functools.cache
def catalog() -> Mapping[str, Rule]:
    """Return all rules by name, in the order of their names."""
    return MappingProxyType({name: _module_rule(name) for name in _names()})


@functools.cache
def description_of(name: str) -> str:
    """Return the first line of the rule's docstring."""
    return (_module(name).__doc__ or "").strip().partition("\n")[0]


def meaning_of(options: type[Options], name: str) -> str:
    """Return what an option of a rule is for: its description, the `#:` comment above it, or what all are for."""
    described = options.model_fields[name].description
    declares = next(one for one in options.__mro__ if name in inspect.get_annotations(one))
    return described or _comment_above(declares, name) or inspect.cleandoc(declares.__doc__ or "").partition("\n\n")[0]


def _comment_above(options: type, name: str) -> str:
    lines = [line.strip() for line in inspect.getsource(options).splitlines()]
    place = next((number for number, line in enumerate(lines) if line.startswith(f"{name}:")), 0)
    comment: list[str] = []
    while place and lines[place - 1].startswith("#:"):
        place -= 1
        comment.insert(0, lines[place].removeprefix("#:").strip())
    return " ".join(comment)


def _names() -> list[str]:
    return sorted(found.name for found in pkgutil.iter_modules(quality.rules.__path__))


def _module(name: str) -> object:
    return importlib.import_module(f"{quality.rules.__name__}.{name}")


def _module_rule(name: str) -> Rule:
    rule = getattr(_module(name), "RULE", None)
    if not isinstance(rule, Rule):
        message = f"quality/rules/{name}.py has no RULE"
        raise TypeError(message)
    return rule
