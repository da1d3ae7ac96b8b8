"""Who answers under the name of an account."""

from __future__ import annotations

from sqlalchemy import select

from syncd.errors import OtherAccountError
from syncd.store import schema
from syncd.store.leases.lock import WHOLE, fence_name, holder_of
from syncd.store.rows.room import Room
from syncd.store.rows.statements import insert

_ACCOUNTS = schema.accounts


class Accounts(Room):
    """The guard against another portal's credentials under a known name: its records would be taken for ours."""

    def remember_identity(self, account: str, identity: str) -> None:
        """Remember the CRM's own id of an account the first time; OtherAccountError when it is another one later.

        An empty id (the CRM does not tell) is neither remembered nor compared.
        """
        if not identity:
            return
        known = self.identity(account)
        if known == "":
            insert(self.connection, _ACCOUNTS, [{"account": account, "identity": identity, "seen_at": self.now}])
        elif known != identity:
            raise OtherAccountError(
                f"The account {account!r} was the CRM account {known} so far, and its credentials now open {identity}.",
                hint="Give the other CRM account a name of its own, or another store.",
            )

    def holder(self, account: str) -> str:
        """Return who was the last to work on an account, alive or not; empty when nobody has."""
        return holder_of(self.connection, fence_name(account)) or holder_of(self.connection, WHOLE)

    def names(self) -> tuple[str, ...]:
        """Return the accounts that streams are kept of."""
        return tuple(sorted({stream.account for stream in self.streams.all().values()}))

    def identity(self, account: str) -> str:
        """Return the CRM's own id of an account; empty when it is not known."""
        query = select(_ACCOUNTS.c.identity).where(_ACCOUNTS.c.account == account)
        return self.connection.execute(query).scalar() or ""
