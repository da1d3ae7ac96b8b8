"""Which mail domains are dead, as far as a look-up has told, and which are to be looked up.

A domain is looked up for everybody who writes from it, in whatever account.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select, true

from syncd.store import schema
from syncd.store.records.keeping import short
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks, insert, upsert

_DOMAINS = schema.mail_domains
_KEYS = schema.lookup_keys
#: A verdict whose look-up is overdue for longer than this is believed no more: look-ups may have been switched off.
_BELIEVED = timedelta(days=30)


class MailDomains(Room):
    """What is known of domains, and what is wanted to be known."""

    def want(self, domains: Collection[str]) -> None:
        """Have domains looked up that never were."""
        held = {row.domain for row in self._rows(domains)}
        rows = [{"domain": one, "is_dead": None, "due_at": self.now} for one in sorted({*domains} - held)]
        insert(self.connection, _DOMAINS, rows)

    def is_any_due(self) -> bool:
        """Return whether there is anything to look up now; costs next to nothing."""
        query = select(_DOMAINS.c.domain).where(_DOMAINS.c.due_at <= self.now).limit(1)
        return self.connection.execute(query).first() is not None

    def due(self, key: str, limit: int) -> list[str]:
        """Return at most `limit` domains to be looked up now, the longest due first.

        Those that no live person holds any more under the lookup key `key` are forgotten instead.
        """
        query = select(_DOMAINS.c.domain).where(_DOMAINS.c.due_at <= self.now)
        found = self.connection.execute(query.order_by(_DOMAINS.c.due_at, _DOMAINS.c.domain).limit(limit)).scalars()
        due = list(found)
        held = self._held(key, due)
        for chunk in chunks(one for one in due if one not in held):
            self.connection.execute(delete(_DOMAINS).where(_DOMAINS.c.domain.in_(chunk)))
        return [one for one in due if one in held]

    def let_go(self, key: str, domains: Collection[str]) -> None:
        """Forget domains that no live person holds any more under the lookup key `key`."""
        held = self._held(key, domains)
        for chunk in chunks(one for one in domains if one not in held):
            self.connection.execute(delete(_DOMAINS).where(_DOMAINS.c.domain.in_(chunk)))

    def keep(self, verdicts: Mapping[str, bool | None], again_at: Mapping[bool | None, datetime]) -> frozenset[str]:
        """Keep whether domains are dead, None where that could not be told; `again_at`: when to look again.

        Return those that are dead now and were not believed to be, or the other way round.
        """
        before = self.dead(verdicts)
        rows = [{"domain": one, "is_dead": dead, "due_at": again_at[dead]} for one, dead in verdicts.items()]
        upsert(self.connection, _DOMAINS, rows)
        return before ^ frozenset(one for one, dead in verdicts.items() if dead)

    def dead(self, domains: Collection[str]) -> frozenset[str]:
        """Return those of `domains` that no mail can be sent to."""
        oldest = self.now - _BELIEVED
        return frozenset(row.domain for row in self._rows(domains, only_dead=True) if row.due_at > oldest)

    def _rows(self, domains: Collection[str], *, only_dead: bool = False) -> list[Row[Any, Any]]:
        query = select(_DOMAINS.c.domain, _DOMAINS.c.due_at)
        query = query.where(_DOMAINS.c.is_dead.is_(True) if only_dead else true())
        return [
            row
            for chunk in chunks(domains)
            for row in self.connection.execute(query.where(_DOMAINS.c.domain.in_(chunk)))
        ]

    def _held(self, key: str, domains: Collection[str]) -> set[str]:
        """Return those of `domains` that any live person holds."""
        people = [number for number, stream in self.streams.all().items() if stream.kind == "person"]
        by_value = {short(one): one for one in domains}
        query = select(_KEYS.c.value).distinct().where(_KEYS.c.stream_id.in_(people), _KEYS.c.name == key)
        return {
            by_value[value]
            for chunk in chunks(by_value)
            for value in self.connection.execute(query.where(_KEYS.c.value.in_(chunk))).scalars()
        }
