"""What the pages of the console work with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from syncd.clock import Clock
from syncd.report import Watched
from syncd.report.facts import watched_of
from syncd.settings import OidcSettings, Settings
from syncd.store import Store
from syncd.web.cookies import Signing
from syncd.web.oidc import Provider
from syncd.web.page import Page


@dataclass(slots=True)
class Console:
    """The store, the settings in force, the time; what is signed, who vouches for people. Shared by all requests."""

    store: Store
    clock: Clock
    #: The settings in force now: a changed file is taken over while the console runs.
    settings: Callable[[], Settings]
    #: Tells the daemon of this process that an order waits; another daemon sees it within a second.
    wake: Callable[[], object] = lambda: None
    #: The pages of the navigation, in its order.
    menu: Sequence[Page] = ()
    _watched: tuple[Settings, Sequence[Watched]] | None = None
    _signing: Signing | None = None
    _provider: Provider | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def watched(self) -> Sequence[Watched]:
        """Return all streams with what they are judged by; put together once for each settings."""
        settings = self.settings()
        if self._watched is None or self._watched[0] is not settings:
            self._watched = (settings, tuple(watched_of(settings)))
        return self._watched[1]

    @property
    def is_https(self) -> bool:
        """Return whether people reach the console by https, so that cookies must not go any other way."""
        return (self.settings().web.public_url or "").startswith("https://")

    @property
    def signing(self) -> Signing:
        """Return what cookies and forms are signed with; the same for all daemons of a store, and after a restart."""
        if self._signing is None:
            with self._lock, self.store.transaction() as tx:
                self._signing = Signing(tx.sessions.key("cookies"))
        return self._signing

    def provider(self, settings: OidcSettings) -> Provider:
        """Return the organisation's provider; what it says of itself is asked for once."""
        with self._lock:
            if self._provider is None or self._provider.settings != settings:
                self._provider = Provider(settings, self.clock)
            return self._provider
