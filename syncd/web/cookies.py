"""What a browser is handed: signed, so that nobody makes one up, and never worth anything without the store."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from itsdangerous import BadSignature, Signer, URLSafeSerializer, URLSafeTimedSerializer

#: Names of the cookies. With https they get a prefix that keeps other hosts of a domain from setting them.
SESSION = "syncd_session"
VISIT = "syncd_visit"
SAID = "syncd_said"
ASKED = "syncd_asked"


class Signing:
    """Signs with one key. What was signed for one purpose is of no use for another."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._sessions = Signer(key, salt="session", digest_method=hashlib.sha256)
        self._said = URLSafeSerializer(key, salt="said", signer_kwargs={"digest_method": hashlib.sha256})
        self._asked = URLSafeTimedSerializer(key, salt="asked", signer_kwargs={"digest_method": hashlib.sha256})

    def signed(self, token: str) -> str:
        """Return a token as it goes to the browser."""
        return self._sessions.sign(token).decode()

    def token(self, cookie: str) -> str | None:
        """Return the token in a cookie; None when it is not one of ours."""
        try:
            return self._sessions.unsign(cookie).decode()
        except (BadSignature, UnicodeDecodeError):
            return None

    def form_token(self, token: str) -> str:
        """Return what every form of a browser with this token has to carry."""
        return hmac.new(self._key, b"form\0" + token.encode(), hashlib.sha256).hexdigest()

    def is_form_token(self, given: str, token: str) -> bool:
        """Return whether a form carries what it has to."""
        return hmac.compare_digest(given.encode(), self.form_token(token).encode())

    def say(self, words: str) -> str:
        """Return words for the next page as they go to the browser."""
        return str(self._said.dumps(words))

    def said(self, cookie: str) -> str:
        """Return the words for this page; empty when there are none of ours."""
        try:
            return str(self._said.loads(cookie))
        except BadSignature:
            return ""

    def ask(self, asked: dict[str, str]) -> str:
        """Return what is to be remembered while somebody is at the provider."""
        return str(self._asked.dumps(asked))

    def asked(self, cookie: str, most_s: int) -> dict[str, str] | None:
        """Return what was remembered, at most so long ago."""
        try:
            found: Any = self._asked.loads(cookie, max_age=most_s)
        except BadSignature:
            return None
        return found if isinstance(found, dict) else None

    def masked(self, text: str) -> bytes:
        """Return a keyed hash: known again, and told to nobody."""
        return hmac.new(self._key, b"mask\0" + text.encode(errors="replace"), hashlib.sha256).digest()


def new_token() -> str:
    """Return something that nobody can guess."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> bytes:
    """Return by what a session is known in the store."""
    return hashlib.sha256(token.encode()).digest()
