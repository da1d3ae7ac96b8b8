"""Where a simulated daemon keeps what it knows: a fresh SQLite file, or an emptied PostgreSQL database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from syncd.clock import SystemClock
from syncd.store import Store
from tests.postgres import Databases


class Stores(Protocol):
    """Makes stores with all tables and nothing in them."""

    def fresh(self, folder: Path) -> str:
        """Return the URL of the store of the next schedule."""

    def let_go(self) -> None:
        """Wait until a life that was killed holds nothing any more."""


class Files:
    """SQLite files."""

    def __init__(self, migrated: Path) -> None:
        self._migrated = migrated

    def fresh(self, folder: Path) -> str:
        return self.named(folder, "store.db")

    def let_go(self) -> None:
        """Do nothing: locks on files end with their process."""

    def named(self, folder: Path, name: str) -> str:
        """Return a store under a name of its own."""
        for old in folder.glob(f"{name}*"):
            old.unlink()
        shutil.copyfile(self._migrated, folder / name)
        return f"sqlite:///{folder / name}"


class Server:
    """One database of a PostgreSQL server, emptied before each schedule."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def fresh(self, folder: Path) -> str:
        url = self._databases.migrated()
        self._databases.wipe()
        return url

    def let_go(self) -> None:
        """Wait for the server to notice: an account belongs to a connection."""
        self._databases.wait_until_alone()


@contextmanager
def migrated(folder: Path) -> Iterator[Path]:
    """Make a SQLite file with all tables, to be copied."""
    path = folder / "migrated.db"
    store = Store.open(f"sqlite:///{path}", SystemClock())
    store.migrate()
    store.close()
    yield path
