"""Regular expressions whose search takes a time linear in the text, whoever wrote them: RE2."""

from __future__ import annotations

import functools
from typing import Any

#: What a pattern may need; a larger one is refused.
_MAX_BYTES = 1 << 20


@functools.lru_cache(maxsize=1024)
def linear_pattern(pattern: str) -> Any:
    """Return a compiled pattern, with `search`, `sub` and `groups`; ValueError says why it cannot be read."""
    import re2  # type: ignore[import-untyped]  # only where there are patterns

    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_BYTES
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        said = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error.args[0])
        message = f"the pattern cannot be read: {said}"
        raise ValueError(message) from None
