"""Who owns the records of an account, and who of them has left."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select

from syncd.model import Owner
from syncd.store import schema
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks, insert, upsert

_LISTS = schema.owner_lists
_OWNERS = schema.owners


class Owners(Room):
    """The owners of each account as the CRM told them last, and when it was asked."""

    def asked_at(self, account: str) -> datetime | None:
        """Return when the CRM was asked last, whether it told or not; None when it never was."""
        return self.connection.execute(select(_LISTS.c.asked_at).where(_LISTS.c.account == account)).scalar()

    def keep(self, account: str, owners: Mapping[str, Owner] | None) -> frozenset[str]:
        """Keep who the owners are and whether they are active, None when that may not be read.

        Return those who are known to have left and were not before, or the other way round.
        """
        left_before = self._left(account)
        self.connection.execute(delete(_OWNERS).where(_OWNERS.c.account == account))
        rows = [
            {
                "account": account,
                "id": owner,
                "is_active": told.is_active,
                "seen_at": self.now,
                "name": told.name or None,
                "login": told.user or None,
            }
            for owner, told in (owners or {}).items()
        ]
        insert(self.connection, _OWNERS, rows)
        upsert(self.connection, _LISTS, [{"account": account, "asked_at": self.now, "is_known": owners is not None}])
        return frozenset(left_before ^ self._left(account))

    def among(self, account: str, ids: Collection[str]) -> dict[str, bool] | None:
        """Return whether owners are active, of those of `ids` that are known; None when nobody is."""
        if not self.connection.execute(select(_LISTS.c.is_known).where(_LISTS.c.account == account)).scalar():
            return None
        query = select(_OWNERS.c.id, _OWNERS.c.is_active).where(_OWNERS.c.account == account)
        return {
            row.id: row.is_active
            for chunk in chunks(ids)
            for row in self.connection.execute(query.where(_OWNERS.c.id.in_(chunk)))
        }

    def all(self, account: str) -> dict[str, Owner]:
        """Return every owner of an account, by the id that records name."""
        query = select(_OWNERS).where(_OWNERS.c.account == account)
        return {row.id: Owner(row.is_active, row.name or "", row.login or "") for row in self.connection.execute(query)}

    def _left(self, account: str) -> set[str]:
        query = select(_OWNERS.c.id).where(_OWNERS.c.account == account, _OWNERS.c.is_active.is_(False))
        return set(self.connection.execute(query).scalars())
