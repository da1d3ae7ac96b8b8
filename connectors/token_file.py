"""Where a refresh token is kept that the CRM has changed: one process asks at a time, and none is spent unkept."""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from syncd.errors import RefusedError

#: Room that is taken before a token is spent, so that its successor has a place.
_ROOM = 8192
_LATER = "Nothing was asked of the CRM: a token that is spent while its successor cannot be kept is lost."


class TokenFile:
    """A file for its owner only. Several processes of a machine (or of a shared disk) may use it.

    Salesforce takes the whole grant back when a token is used twice. So whoever renews it holds the file's lock, reads
    what the last one kept, and makes sure of a place for the successor before it asks.
    """

    def __init__(self, path: Path, given: str, hide: Callable[[str], None] = lambda _token: None) -> None:
        """`given` is the token of the settings: what was kept came after it, or is not looked at."""
        self._path = path
        self._given = given
        self._origin = hashlib.sha256(given.encode()).hexdigest()[:16]
        self._hide = hide

    @contextmanager
    def alone(self) -> Iterator[str]:
        """Keep everybody else from renewing until the block ends; yield the token of the moment."""
        try:
            guard = os.open(self._path.with_name(f"{self._path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise self._unusable(f"cannot be locked: {error.strerror}") from error
        try:
            fcntl.flock(guard, fcntl.LOCK_EX)
            self._make_room()
            yield self.read()
        finally:
            os.close(guard)

    def read(self) -> str:
        """Return the newest token: what was kept, or what the settings give when that is newer."""
        try:
            lines = self._path.read_text("utf-8").split()
            mode = self._path.stat().st_mode
        except FileNotFoundError:
            return self._given
        except OSError as error:
            raise self._unusable(f"cannot be read: {error.strerror}") from error
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise self._unusable("is open to others than its owner", f"chmod 600 {self._path}")
        # Somebody who authorised the app anew has put another token into the settings: what was kept is of no use.
        if not lines or (len(lines) > 1 and lines[1] != self._origin):
            return self._given
        self._hide(lines[0])
        return lines[0]

    def keep(self, token: str) -> None:
        """Keep a token, whole or not at all, before it is used for the first time."""
        self._hide(token)
        beside = self._beside
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as written:
                written.write(f"{token}\n{self._origin}\n")
                written.truncate()
                written.flush()
                os.fsync(written.fileno())
            beside.replace(self._path)
            _sync_folder(self._path.parent)
        except OSError as error:
            raise self._unusable(f"cannot be written: {error.strerror}") from error

    def _make_room(self) -> None:
        """Take the room that the next token will need; RefusedError when there is none."""
        try:
            room = os.open(self._beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.write(room, b" " * _ROOM)
                os.fsync(room)
            finally:
                os.close(room)
        except OSError as error:
            raise self._unusable(f"cannot be written: {error.strerror}") from error

    @property
    def _beside(self) -> Path:
        return self._path.with_name(f"{self._path.name}.new")

    def _unusable(self, why: str, hint: str = _LATER) -> RefusedError:
        return RefusedError(f"The token file {self._path} {why}.", hint=hint)


def _sync_folder(folder: Path) -> None:
    """Have the new name on the disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
