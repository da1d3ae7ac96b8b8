"""Places in an answer of JSON: `company.offices.0.city`. Names and positions, and nothing that could be run."""

from __future__ import annotations

import re
from typing import Any

#: A place that can be looked up.
PATH = re.compile(r"[^.\s\x00-\x1f]+(\.[^.\s\x00-\x1f]+)*")
_POSITION = re.compile(r"[0-9]{1,4}", re.ASCII)


def picked(answer: Any, path: str) -> Any:
    """Return what stands at a path; None where nothing does, or where no single value stands."""
    for step in path.split("."):
        if isinstance(answer, dict):
            answer = answer.get(step)
        elif isinstance(answer, list) and _POSITION.fullmatch(step) and int(step) < len(answer):
            answer = answer[int(step)]
        else:
            return None
    return answer if isinstance(answer, str | int | float | bool) else None
