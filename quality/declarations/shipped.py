"""The declarations that come with syncd: one file a kind, named after it, with a `DECLARATION`."""

from __future__ import annotations

import functools
import importlib
import importlib.util

from quality.declarations.declaration import Declaration

_KINDS = "quality.declarations.kinds"


@functools.cache
def shipped_declaration(kind: str) -> Declaration | None:
    """Return by what records of a kind are compared where nobody says otherwise; None: they are not."""
    if importlib.util.find_spec(f"{_KINDS}.{kind}") is None:
        return None
    declaration: Declaration = importlib.import_module(f"{_KINDS}.{kind}").DECLARATION
    return declaration
