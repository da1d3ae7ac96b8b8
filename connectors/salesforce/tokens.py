"""Keeps an access token that works, for all threads of an account.

Salesforce does not tell how long a token lasts: it ends after some hours of silence, and sooner when an admin says so.
So it is replaced when an answer says that it has ended, by one thread for all of them.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Protocol

from connectors.salesforce.credentials import Credentials
from connectors.salesforce.login import Grant
from connectors.token_file import TokenFile
from syncd.clock import Clock
from syncd.errors import AnswerLostError, RetryableError


class Tokens(Protocol):
    """Where the access token comes from."""

    @property
    def grant(self) -> Grant:
        """Return the grant of the moment, without a call."""

    def prepare(self) -> None:
        """Make sure that there is a token."""

    def renew(self, sent_at: float) -> bool:
        """Replace the token a call sent at that (monotonic) moment carried; return whether there is a newer one."""


class GivenToken:
    """A token that somebody else looks after."""

    def __init__(self, credentials: Credentials) -> None:
        self.grant = Grant(credentials.token)

    def prepare(self) -> None:
        """Do nothing."""

    def renew(self, sent_at: float) -> bool:
        """Return False."""
        del sent_at
        return False


class GrantedToken:
    """A token asked for when it is needed. However many threads need it, one asks."""

    def __init__(
        self,
        credentials: Credentials,
        log_in: Callable[[str], Grant],
        file: TokenFile | None,
        clock: Clock,
    ) -> None:
        """`log_in` takes the refresh token of the moment; `file` gets its successor before that is used at all."""
        self._refresh_token = credentials.refresh_token
        self._log_in = log_in
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._renewed_at = -math.inf
        self.grant = Grant("")

    def prepare(self) -> None:
        """Log in when that has not been done."""
        if not self.grant.token:
            with self._lock:
                if not self.grant.token:
                    self._replace()

    def renew(self, sent_at: float) -> bool:
        """Log in again, unless another thread has done so since the call was sent."""
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
            grant = self._log_in(refresh_token)
        except AnswerLostError as problem:
            # Of the login, not of the call that waits for it: that one has not been sent.
            raise RetryableError(problem.message) from problem
        if grant.refresh_token and grant.refresh_token != refresh_token:
            if self._file is not None:
                self._file.keep(grant.refresh_token)
            self._refresh_token = grant.refresh_token
        self.grant = grant
        self._renewed_at = self._clock.monotonic()
