"""Passwords: kept as argon2id hashes, compared in the same time whether somebody exists or not."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

#: Shorter ones are refused; how they are made up is everybody's own affair.
SHORTEST = 12
#: Longer ones are refused before they are hashed.
LONGEST = 1000
#: Each comparison takes 64 MiB for a moment: no more than so many at once, whoever asks.
_turns = threading.BoundedSemaphore(2)


def weakness_of(password: str, name: str = "") -> str:
    """Return what is wrong with a new password; empty when it will do."""
    if len(password) < SHORTEST:
        return f"needs at least {SHORTEST} characters"
    if len(password) > LONGEST:
        return "is too long"
    if len(set(password)) < 5 or (name and name.lower() in password.lower()):
        return "is too easy to guess"
    return ""


def hash_of(password: str) -> str:
    """Return a password as it is kept."""
    with _turns:
        return _hasher().hash(password)


def is_right(kept: str, password: str) -> bool:
    """Return whether this is the password; takes as long, and says no, where none is kept."""
    with _turns:
        try:
            _hasher().verify(kept or _nobody(), password[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
    return bool(kept)


def is_outdated(kept: str) -> bool:
    """Return whether the hash should be made anew, now that the password is at hand."""
    return _hasher().check_needs_rehash(kept)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@cache
def _nobody() -> str:
    """Return the hash that stands for everybody who does not exist."""
    return _hasher().hash("nobody has this password")
