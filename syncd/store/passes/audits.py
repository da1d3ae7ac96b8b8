"""Audits that were made: when, of what, and what they found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from syncd.store import schema
from syncd.store.columns.packing import pack, unpack
from syncd.store.rows.room import Room
from syncd.store.rows.statements import insert

_AUDITS = schema.audits
#: Audits looked back over for the last one of an account.
_RECENT = 100


@dataclass(frozen=True, slots=True)
class Audit:
    """One audit."""

    at: datetime
    by: str
    accounts: tuple[str, ...]
    #: What it found, in words JSON knows.
    findings: Mapping[str, Any]


class Audits(Room):
    """Audits, newest first."""

    def keep(self, by: str, accounts: Collection[str], findings: Mapping[str, Any]) -> None:
        """Remember an audit that was made now."""
        row = {"at": self.now, "by": by, "accounts": ";".join(sorted(accounts)), "findings": pack(dict(findings))}
        insert(self.connection, _AUDITS, [row])

    def recent(self, limit: int = 20) -> list[Audit]:
        """Return the latest audits."""
        query = select(_AUDITS).order_by(_AUDITS.c.at.desc(), _AUDITS.c.id.desc()).limit(limit)
        return [
            Audit(row.at, row.by, tuple(row.accounts.split(";")), unpack(row.findings))
            for row in self.connection.execute(query)
        ]

    def last_of(self, account: str) -> datetime | None:
        """Return when an account was audited last; None when it never was."""
        query = select(_AUDITS.c.at, _AUDITS.c.accounts).order_by(_AUDITS.c.at.desc(), _AUDITS.c.id.desc())
        rows = self.connection.execute(query.limit(_RECENT))
        return next((row.at for row in rows if account in row.accounts.split(";")), None)
