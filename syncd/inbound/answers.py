"""A form's request as it was sent, and what is answered: words a form can show, and nothing of anybody's record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Posting:
    """A request, exactly as it was sent."""

    method: str
    path: str
    #: Path and query, with their escapes.
    target: str
    #: By names in small letters.
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
