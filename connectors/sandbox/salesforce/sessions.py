"""Who may call: apps, the sessions they were given, and refresh tokens, single-use ones too."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

#: What works out of the box.
CONSUMER_KEY = "sandbox-consumer-key"
CONSUMER_SECRET = "sandbox-consumer-secret"  # noqa: S105 - a documented secret of a simulated org
USERNAME = "integration@syncd-sandbox.example"
PASSWORD = "sandbox-password"  # noqa: S105 - the same
SECURITY_TOKEN = "sandbox-token"  # noqa: S105 - the same
REFRESH_TOKEN = "sandbox-refresh-token"  # noqa: S105 - the same
#: An app whose refresh tokens can be used once.
ROTATING_KEY = "sandbox-rotating-key"
ROTATING_REFRESH_TOKEN = "sandbox-rotating-refresh-token"  # noqa: S105 - the same
#: A session that never ends.
ACCESS_TOKEN = "00D5g0000000001!AQsandbox"  # noqa: S105 - the same
LIFE_MS = 7_200_000
HOUR_MS = 3_600_000


@dataclass(slots=True)
class ConnectedApp:
    """An app that may ask for sessions."""

    key: str
    secret: str
    #: Username client-credentials sessions work as; empty: none was set.
    run_as: str = ""
    #: PEM of the certificate JWT assertions are signed for; empty: signatures are taken on trust.
    public_key: str = ""
    #: Usernames that have not approved the app.
    unapproved: set[str] = field(default_factory=set)
    is_rotating: bool = False
    may_use_password: bool = True


@dataclass(slots=True)
class Session:
    """One access token."""

    value: str
    user_id: str
    app: str = CONSUMER_KEY
    #: Idle time after which it ends; None: never.
    life_ms: int | None = LIFE_MS
    used_ms: int = 0
    #: The refresh token it came from.
    grant: str = ""
    #: A JWT-format token: SOAP does not take it.
    is_jwt: bool = False
    #: Why a living session is of no use: `This session is not valid for use with the REST API`.
    refusal: str = ""

    def is_over(self, now_ms: int) -> bool:
        """Whether it has been idle for too long."""
        return self.life_ms is not None and now_ms - self.used_ms >= self.life_ms


@dataclass(slots=True)
class Grant:
    """What a user allowed an app; its refresh tokens change where they rotate."""

    id: str
    app: str
    user_id: str
    is_revoked: bool = False


class Sessions:
    """All sessions of one org."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Go back to what a fresh org accepts; users are named by username until the org has them."""
        self.apps = {
            CONSUMER_KEY: ConnectedApp(CONSUMER_KEY, CONSUMER_SECRET, USERNAME),
            ROTATING_KEY: ConnectedApp(ROTATING_KEY, CONSUMER_SECRET, USERNAME, is_rotating=True),
        }
        self.sessions: dict[str, Session] = {}
        self.grants: dict[str, Grant] = {}
        #: Refresh token to grant; used ones stay, so that their reuse is noticed.
        self.refresh_tokens: dict[str, str] = {}
        self.used_refresh_tokens: set[str] = set()
        self.life_ms = LIFE_MS
        #: A new login ends the user's other sessions.
        self.is_single = False
        #: By user, of those who were given one of their own.
        self.passwords: dict[str, str] = {}
        self._logins: dict[str, deque[int]] = {}

    def begin(self, user_id: str, default_token: str) -> None:
        """Open the sessions and grants a fresh org knows, for its integration user."""
        for value in (ACCESS_TOKEN, default_token):
            self.sessions[value] = Session(value, user_id, life_ms=None)
        for app, value in ((CONSUMER_KEY, REFRESH_TOKEN), (ROTATING_KEY, ROTATING_REFRESH_TOKEN)):
            self.grants[app] = Grant(app, app, user_id)
            self.refresh_tokens[value] = app

    def find(self, value: str, now_ms: int) -> Session | None:
        """Return a living session, and count its use."""
        session = self.sessions.get(value)
        if session is None or session.is_over(now_ms):
            return None
        session.used_ms = max(session.used_ms, now_ms)
        return session

    def issue(self, org_id: str, user_id: str, app: str, now_ms: int, grant: str = "") -> Session:
        """Open a session."""
        if self.is_single:
            self.sessions = {
                value: it for value, it in self.sessions.items() if it.user_id != user_id or it.life_ms is None
            }
        value = f"{org_id[:15]}!AQ{secrets.token_urlsafe(60)}"
        session = Session(value, user_id, app, self.life_ms, now_ms, grant)
        self.sessions[value] = session
        return session

    def expire(self, value: str) -> bool:
        """End a session; whether there was one."""
        return self.sessions.pop(value, None) is not None

    def rotate(self, refresh_token: str) -> tuple[Grant, str] | None:
        """Use a refresh token: return the grant and the token to use next; None where it is no good.

        A single-use token that comes a second time revokes the whole grant, and ends its sessions.
        """
        grant = self.grants.get(self.refresh_tokens.get(refresh_token, ""))
        if grant is None or grant.is_revoked:
            return None
        if not self.apps[grant.app].is_rotating:
            return grant, refresh_token
        if refresh_token in self.used_refresh_tokens:
            grant.is_revoked = True
            self.sessions = {value: it for value, it in self.sessions.items() if it.grant != grant.id}
            return None
        self.used_refresh_tokens.add(refresh_token)
        following = f"5Aep{secrets.token_urlsafe(48)}"
        self.refresh_tokens[following] = grant.id
        return grant, following

    def may_log_in(self, user_id: str, now_ms: int, most: int) -> bool:
        """Count a login of a user; false when there were too many within the hour."""
        logins = self._logins.setdefault(user_id, deque())
        while logins and logins[0] <= now_ms - HOUR_MS:
            logins.popleft()
        if len(logins) >= most:
            return False
        logins.append(now_ms)
        return True

    def state(self) -> dict[str, Any]:
        """Return what a snapshot has to keep."""
        return {
            "apps": [{**asdict(app), "unapproved": sorted(app.unapproved)} for app in self.apps.values()],
            "sessions": [asdict(session) for session in self.sessions.values()],
            "grants": [asdict(grant) for grant in self.grants.values()],
            "refresh_tokens": dict(self.refresh_tokens),
            "used_refresh_tokens": sorted(self.used_refresh_tokens),
            "life_ms": self.life_ms,
            "is_single": self.is_single,
            "passwords": dict(self.passwords),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a kept state."""
        self.apps = {row["key"]: ConnectedApp(**{**row, "unapproved": set(row["unapproved"])}) for row in state["apps"]}
        self.sessions = {row["value"]: Session(**row) for row in state["sessions"]}
        self.grants = {row["id"]: Grant(**row) for row in state["grants"]}
        self.refresh_tokens = dict(state["refresh_tokens"])
        self.used_refresh_tokens = set(state["used_refresh_tokens"])
        self.passwords = dict(state.get("passwords") or {})
        self.life_ms, self.is_single = state["life_ms"], state["is_single"]
