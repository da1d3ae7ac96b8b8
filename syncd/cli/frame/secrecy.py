"""What a command keeps to itself: the secrets of its settings never stand in what it says of a failure."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from syncd.telemetry import Redaction

_redaction: ContextVar[Redaction | None] = ContextVar("redaction", default=None)


def keep_to_oneself(secrets: Iterable[str], redaction: Redaction | None = None) -> None:
    """Take these out of whatever this command says from now on, besides what `redaction` hides already."""
    held = redaction or _made()
    for secret in secrets:
        held.hide(secret)
    _redaction.set(held)


def without_secrets(text: str) -> str:
    """Return what may be said to whoever typed the command."""
    return (_redaction.get() or _made()).secrets_only(text)


def _made() -> Redaction:
    from syncd.telemetry import Redaction

    return Redaction()
