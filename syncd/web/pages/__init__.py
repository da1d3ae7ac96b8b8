"""The pages of the console. Each file here is found by being here: whatever `Page` it holds is served."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from syncd.web.page import Page


@cache
def all_pages() -> tuple[Page, ...]:
    """Return every page of every file in this folder."""
    found = [
        one
        for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name)
        for one in vars(import_module(f"{__name__}.{module.name}")).values()
        if isinstance(one, Page)
    ]
    return tuple(dict.fromkeys(found))
