"""Who may call: apps, their access tokens and scopes, and OAuth refresh tokens."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import Any

#: Works out of the box, with every scope.
DEFAULT_TOKEN = "pat-na1-sandbox"  # noqa: S105 - a documented token of a simulated account
DEFAULT_APP = "5670736"
OAUTH_APP = "7781221"
OAUTH_CLIENT_ID = "sandbox-client-id"
OAUTH_CLIENT_SECRET = "sandbox-client-secret"  # noqa: S105 - the same
OAUTH_REFRESH_TOKEN = "sandbox-refresh-token"  # noqa: S105 - the same
OAUTH_CODE = "sandbox-code"
OAUTH_LIFETIME_MS = 1_800_000


@dataclass(slots=True)
class Token:
    """An access token. `scopes` None means all of them."""

    value: str
    app: str = DEFAULT_APP
    scopes: frozenset[str] | None = None
    #: None: never, as private-app tokens.
    expires_ms: int | None = None
    user_id: str = ""

    def allows(self, any_of: tuple[str, ...]) -> bool:
        """Whether the token has one of these scopes (an empty tuple asks for none)."""
        return self.scopes is None or not any_of or not self.scopes.isdisjoint(any_of)


class TokenRing:
    """All tokens of the account."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Go back to what a fresh sandbox accepts."""
        self._tokens = {DEFAULT_TOKEN: Token(DEFAULT_TOKEN)}
        self.refresh_tokens: dict[str, tuple[str, ...]] = {OAUTH_REFRESH_TOKEN: ()}

    def find(self, value: str) -> Token | None:
        """Return the token of this value."""
        return self._tokens.get(value)

    def add(self, token: Token) -> Token:
        """Accept a token from now on."""
        self._tokens[token.value] = token
        return token

    def remove(self, value: str) -> bool:
        """Revoke a token; whether there was one."""
        return self._tokens.pop(value, None) is not None

    def issue(self, now_ms: int, scopes: tuple[str, ...] = ()) -> Token:
        """Make an OAuth access token that lives half an hour."""
        value = "CN" + secrets.token_urlsafe(48)
        granted = frozenset(scopes) or None
        return self.add(Token(value, OAUTH_APP, granted, now_ms + OAUTH_LIFETIME_MS, "959199"))

    def all(self) -> list[Token]:
        """Return every token, oldest first."""
        return list(self._tokens.values())

    def state(self) -> dict[str, Any]:
        """Return what a snapshot has to keep."""
        rows = [{**asdict(token), "scopes": sorted(token.scopes) if token.scopes else None} for token in self.all()]
        return {"tokens": rows, "refresh_tokens": {key: list(value) for key, value in self.refresh_tokens.items()}}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a kept state."""
        self._tokens = {}
        for row in state["tokens"]:
            scopes = row["scopes"]
            self.add(Token(**{**row, "scopes": frozenset(scopes) if scopes else None}))
        self.refresh_tokens = {key: tuple(value) for key, value in state["refresh_tokens"].items()}
