"""The rules there are: every module in `quality/rules`, named after its file. There is no list to edit."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

import quality.rules
from quality.rule import Rule


@functools.cache
def catalog() -> Mapping[str, Rule]:
    """Return all rules by name, in the order of their names."""
    return MappingProxyType({name: _module_rule(name) for name in _names()})


@functools.cache
def description_of(name: str) -> str:
    """Return the first line of the rule's docstring."""
    return (_module(name).__doc__ or "").strip().partition("\n")[0]


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
