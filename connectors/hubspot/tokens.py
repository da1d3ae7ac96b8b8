"""Keeps an access token that works, for all threads of an account."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from connectors.hubspot.credentials import Credentials
from connectors.token_file import TokenFile
from syncd.clock import Clock
from syncd.errors import AnswerLostError, BrokenPromiseError, RetryableError

#: A token is replaced this long before it runs out; no call with all its waits should outlive that.
_AHEAD_SECONDS = 300.0


class Tokens(Protocol):
    """Where the access token comes from."""

    @property
    def value(self) -> str:
        """Return the token of the moment, without a call."""

    def prepare(self) -> None:
        """Make sure that the token is good for a while."""

    def renew(self, sent_at: float) -> bool:
        """Replace the token a call sent at that (monotonic) moment carried; return whether there is a newer one."""


class PrivateToken:
    """A token that never runs out and cannot be renewed."""

    def __init__(self, credentials: Credentials) -> None:
        self.value = credentials.token

    def prepare(self) -> None:
        """Do nothing."""

    def renew(self, sent_at: float) -> bool:
        """Return False."""
        del sent_at
        return False


class RefreshedToken:
    """An OAuth token of half an hour, refreshed ahead of its end. However many threads need it, one asks."""

    def __init__(
        self,
        credentials: Credentials,
        refresh: Callable[[Credentials, str], Mapping[str, Any]],
        file: TokenFile | None,
        clock: Clock,
    ) -> None:
        self._credentials = credentials
        self._refresh_token = credentials.refresh_token
        self._refresh = refresh
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._renewed_at = -math.inf
        self._good_until = -math.inf
        self.value = ""

    def prepare(self) -> None:
        """Refresh the token when it ends soon."""
        if self._clock.monotonic() >= self._good_until:
            with self._lock:
                if self._clock.monotonic() >= self._good_until:
                    self._replace()

    def renew(self, sent_at: float) -> bool:
        """Refresh the token, unless another thread has done so since the call was sent."""
        with self._lock:
            if self._renewed_at <= sent_at:
                self._replace()
        return True

    def _replace(self) -> None:
        if self._file is None:
            self._ask(self._refresh_token)
            return
        with self._file.alone() as newest:
            self._ask(newest)

    def _ask(self, refresh_token: str) -> None:
        try:
            answer = self._refresh(self._credentials, refresh_token)
        except AnswerLostError as problem:
            # Of the refresh, not of the call that waits for it: that one has not been sent.
            raise RetryableError(problem.message) from problem
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            raise BrokenPromiseError("HubSpot refreshed the token and sent none")
        rotated = answer.get("refresh_token")
        if isinstance(rotated, str) and rotated and rotated != refresh_token:
            if self._file is not None:
                self._file.keep(rotated)
            self._refresh_token = rotated
        lifetime = float(answer.get("expires_in") or 0.0)
        self.value = token
        self._renewed_at = self._clock.monotonic()
        self._good_until = self._renewed_at + max(lifetime - _AHEAD_SECONDS, lifetime / 2)
