"""Encryption at rest: how a database comes by its seal, and what may be opened with which key.

Values are encrypted once the settings name a key. Every store has a key of its own, made at random, under which its
values lie; it is kept in the store, encrypted with the one of the settings: another key there costs one row, not the
whole base. A store is encrypted or it is not, never in part; `resealing` leads from one to the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Table, delete, insert, literal, select

from syncd.errors import StoreError
from syncd.store import schema
from syncd.store.columns.sealed import Sealed, SealedLine, VeiledLine

if TYPE_CHECKING:
    from syncd.store.columns.ciphers import MasterKey, Seal

_SEALS = schema.seals


@dataclass(frozen=True, slots=True)
class StoreKeys:
    """The keys of the settings: the one in force, and those that were."""

    first: MasterKey | None = None
    older: tuple[MasterKey, ...] = ()

    @classmethod
    def of(cls, first: str | None, older: Sequence[str] = ()) -> StoreKeys:
        """Return keys from how the settings spell them; StoreError when one is none."""
        if first is None and not older:
            return cls()
        from syncd.store.columns.ciphers import MasterKey

        return cls(None if first is None else MasterKey.of(first), tuple(MasterKey.of(one) for one in older))

    def named(self, name: str) -> MasterKey | None:
        """Return the key of this name."""
        every = self.older if self.first is None else (self.first, *self.older)
        return next((one for one in every if one.name == name), None)


@dataclass(frozen=True, slots=True)
class HeldSeal:
    """What a store is encrypted with: nothing, or a key that lies in it encrypted."""

    seal: Seal | None = None
    wrapped: bytes = b""
    #: The key of the settings that opens it.
    key_name: str = ""


def held_seal(connection: Connection) -> bytes:
    """Return the encrypted key of a store; empty when its values lie there in plain."""
    found = connection.execute(select(_SEALS.c.wrapped)).scalar()
    return b"" if found is None else bytes(found)


def open_seal(connection: Connection, keys: StoreKeys, place: str) -> HeldSeal:
    """Return what a store is encrypted with; StoreError when that is not what the settings say."""
    held = read_seal(connection, keys, place)
    if held.seal is None and keys.first is not None and not _is_empty(connection):
        raise StoreError(
            f"The store {place} is not encrypted, and the settings name a key.",
            hint="`syncd rekey` encrypts it, once the daemon has ended.",
        )
    if held.seal is not None and keys.first is None:
        raise StoreError(
            f"The store {place} is encrypted, and the settings name none but old keys.",
            hint="`syncd rekey` decrypts it, once the daemon has ended; or name the key again.",
        )
    return held


def read_seal(connection: Connection, keys: StoreKeys, place: str) -> HeldSeal:
    """Return what a store is encrypted with; StoreError when none of the keys opens it."""
    row = connection.execute(select(_SEALS)).one_or_none()
    if row is None:
        return HeldSeal()
    master = keys.named(row.key_name)
    if master is None:
        raise StoreError(
            f"The store {place} is encrypted with the key {row.key_name}, which the settings do not name.",
            hint="Set store.key to that key, or put it among store.old_keys and run `syncd rekey`.",
        )
    from syncd.store.columns.ciphers import Seal

    wrapped = bytes(row.wrapped)
    return HeldSeal(Seal(master.unwrap(wrapped)), wrapped, row.key_name)


def settle_seal(connection: Connection, keys: StoreKeys, place: str, at: datetime) -> HeldSeal:
    """Return what a store is encrypted with: an empty one with a new key, and any other under the key in force."""
    held = open_seal(connection, keys, place)
    if keys.first is None or held.key_name == keys.first.name:
        return held
    from syncd.store.columns.ciphers import Seal

    return keep_seal(connection, held.seal or Seal.fresh(), keys.first, at)


def keep_seal(connection: Connection, seal: Seal | None, key: MasterKey | None, at: datetime) -> HeldSeal:
    """Keep a store's own key under the one in force; none where there is none."""
    connection.execute(delete(_SEALS))
    if seal is None or key is None:
        return HeldSeal()
    held = HeldSeal(seal, key.wrap(seal.key), key.name)
    connection.execute(insert(_SEALS), {"key_name": held.key_name, "wrapped": held.wrapped, "at": at})
    return held


def _is_empty(connection: Connection) -> bool:
    """Return whether a store holds nothing yet that is to be encrypted."""
    return not any(
        connection.execute(select(literal(1)).select_from(table).limit(1)).first() for table, _ in sealed_tables()
    )


def sealed_tables() -> Iterator[tuple[Table, list[Column[Any]]]]:
    """Yield every table that holds values of records, with the columns that do."""
    for table in schema.metadata.sorted_tables:
        columns = [one for one in table.columns if isinstance(one.type, Sealed | SealedLine | VeiledLine)]
        if columns:
            yield table, columns
