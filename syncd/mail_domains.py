"""Asks the DNS whether mail can be sent to a domain. The only place that does; it opens no connection to a mail server.

A domain is dead when the DNS says that there is none of this name, that it takes no mail, or that it has neither a mail
server nor an address. Silence and trouble tell nothing, and neither does a DNS that does not even know a domain that
certainly takes mail: some networks answer for their own names only.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from syncd.clock import Clock

if TYPE_CHECKING:
    import dns.resolver

#: Domains asked for at the same time.
AT_ONCE = 4
#: No further domains are begun after so many seconds.
ENOUGH_S = 30.0
#: Takes mail as long as there is any.
SURELY_ALIVE = "gmail.com"


class MailDomains:
    """A view of the DNS, by the machine's own name servers unless others are given."""

    def __init__(
        self,
        clock: Clock,
        *,
        timeout_s: float,
        stop: threading.Event | None = None,
        nameservers: Sequence[str] = (),
        port: int = 53,
    ) -> None:
        self._clock = clock
        self._timeout_s = timeout_s
        self._stop = stop or threading.Event()
        self._nameservers = list(nameservers)
        self._port = port

    def look_up(self, domains: Sequence[str]) -> dict[str, bool | None]:
        """Return whether domains are dead, None where that cannot be told; what there was no time for is left out."""
        resolver = self._resolver()
        if resolver is None or self._is_dead(resolver, SURELY_ALIVE) is not False:
            return {}
        began, found = self._clock.monotonic(), dict[str, bool | None]()
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="dns") as threads:
            for start in range(0, len(domains), AT_ONCE):
                if self._stop.is_set() or self._clock.monotonic() - began >= ENOUGH_S:
                    break
                some = domains[start : start + AT_ONCE]
                verdicts = threads.map(lambda domain: self._is_dead(resolver, domain), some)
                found.update(zip(some, verdicts, strict=True))
        return found

    def _resolver(self) -> dns.resolver.Resolver | None:
        """Return what asks the name servers; None when the machine has none."""
        import dns.resolver

        try:
            resolver = dns.resolver.Resolver(configure=not self._nameservers)
        except dns.resolver.NoResolverConfiguration:
            return None
        if self._nameservers:
            resolver.nameservers, resolver.port = self._nameservers, self._port
        return resolver

    def _is_dead(self, resolver: dns.resolver.Resolver, domain: str) -> bool | None:
        import dns.exception
        import dns.resolver

        for kind in ("MX", "A", "AAAA"):
            try:
                answer = resolver.resolve(f"{domain}.", kind, lifetime=self._timeout_s, search=False)
            except dns.resolver.NXDOMAIN:
                return True
            except dns.resolver.NoAnswer:
                # None of this kind; mail goes to the address where no mail server is named.
                continue
            except dns.exception.DNSException:
                return None
            # A single mail server without a name says that no mail is taken.
            return kind == "MX" and all(str(one.exchange) == "." for one in answer)
        return True
