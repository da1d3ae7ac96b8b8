"""Looks up in the DNS which mail domains are dead: a few in each pass, outside any transaction, bounded in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from quality import EMAIL_DOMAIN, MAIL_DOMAINS, Keys
from syncd.clock import Clock
from syncd.store import Store, Transaction
from syncd.telemetry import Telemetry

#: What nobody could tell of is looked up again after this.
TRY_AGAIN = timedelta(days=1)


class Resolver(Protocol):
    """Who tells which mail domains are dead."""

    def look_up(self, domains: Sequence[str]) -> Mapping[str, bool | None]:
        """Return whether no mail can be sent to a domain, None where that cannot be told.

        Bounded in time: what there was no time for is left out, and everything when the DNS itself cannot be reached.
        """


@dataclass(frozen=True, slots=True)
class DomainLookups:
    """How mail domains are looked up, where somebody has switched that on."""

    resolver: Resolver
    #: At most so many in a pass.
    per_pass: int
    #: How long an answer is good for.
    keep: timedelta

    def work(self, store: Store, telemetry: Telemetry, clock: Clock) -> None:
        """Look up what is due; persons who write from a domain that died, or came back, are judged again."""
        with store.reading() as tx:
            is_any = tx.mail_domains.is_any_due()
        if not is_any:
            return
        with store.transaction() as tx:
            due = tx.mail_domains.due(EMAIL_DOMAIN, self.per_pass)
        if not due:
            return
        started = clock.monotonic()
        verdicts = self.resolver.look_up(due)
        telemetry.domains_looked_up(
            asked=len(due),
            told=len(verdicts),
            dead=sum(dead is True for dead in verdicts.values()),
            seconds=clock.monotonic() - started,
        )
        now = clock.now()
        again_at = {True: now + self.keep, False: now + self.keep, None: now + min(TRY_AGAIN, self.keep)}
        with store.transaction() as tx:
            changed = tx.mail_domains.keep(verdicts, again_at)
            keys = {(EMAIL_DOMAIN, domain) for domain in changed}
            for account in tx.accounts.names() if keys else ():
                tx.records.wake(account, "person", keys, now, unlinked_only=False)


def want_domains(tx: Transaction, asks: frozenset[str], keys: Iterable[Keys]) -> None:
    """Have the mail domains of records looked up, if a rule wants to know and nobody has looked yet."""
    if MAIL_DOMAINS in asks:
        tx.mail_domains.want({value for one in keys for name, value in one if name == EMAIL_DOMAIN})
