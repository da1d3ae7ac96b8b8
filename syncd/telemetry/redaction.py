"""What must never reach a log: secrets, e-mail addresses, and characters that drive a terminal.

Secrets are found by the name they stand under, by their form, and (surest) because they were planted with `hide`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from collections import deque
from collections.abc import Mapping
from typing import Any

from syncd.controls import escape_controls

REDACTED = "[redacted]"
#: A hidden value shorter than this would blank out ordinary words.
_SHORTEST_SECRET = 6
#: Secrets remembered of those that pass: an account gets a new token every half hour or so.
_PASSING = 64

_SECRET_KEY = re.compile(
    r"(?:^|[_\-.\s])(?:token|secret|passw(?:or)?d|authorization|api_?key|cookie|private_?key|credentials?|session_?id|dsn)$",
    re.IGNORECASE,
)
_NAMED = r"access_token|refresh_token|client_secret|id_token|hapikey|api_?key|passw(?:or)?d|secret|token|assertion"
#: `accounts.main.token: the environment has no variable` is a place and a sentence: two plain words are no secret,
#: nor is the file that holds it.
_SENTENCE = r"(?<=: )(?-i:[a-z]{1,12} [a-z]|/\S+ (?:cannot be|can be|is not) )"
#: Each pattern keeps its group 1 and loses the rest.
_SECRET_FORMS = (
    re.compile(r"(\b(?:Bearer|Basic|OAuth)\s+)[A-Za-z0-9._~+/=!\-]{6,}", re.IGNORECASE),
    re.compile(rf"((?<!\.)\b(?:{_NAMED})[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;}}\])]+", re.IGNORECASE),
    re.compile(rf"(\.(?:{_NAMED})[\"']?\s*[=:]\s*[\"']?)(?!{_SENTENCE})[^\s\"'&,;}}\])]+", re.IGNORECASE),
    re.compile(r"(<(?:sessionId|password)>)[^<]+", re.IGNORECASE),
    re.compile(r"(\bpat-)[a-z0-9]{2,4}-[A-Za-z0-9\-]{8,}", re.IGNORECASE),
    re.compile(r"()\beyJ[A-Za-z0-9_\-]{6,}\.[A-Za-z0-9_\-]{4,}\.[A-Za-z0-9_\-]*"),
    re.compile(r"(\b00D)[A-Za-z0-9]{12,15}![A-Za-z0-9._]{8,}"),
    re.compile(r"(://[^\s/:@]*:)[^\s/@]+(?=@)"),
)
_EMAIL = re.compile(r"[^\s@<>\"'(),:;=\[\]{}]{1,64}@[^\s@<>\"'(),:;=\[\]{}/]{1,190}\.[^\W\d_]{2,24}")


class Redaction:
    """Takes secrets and addresses out of anything that is about to be logged. Safe to share between threads."""

    def __init__(self, key: bytes | None = None) -> None:
        #: Makes the short hash of an address: the same address has the same hash under the same key only.
        self._key = key or secrets.token_bytes(32)
        self._hidden: frozenset[str] = frozenset()
        #: Those that are good for a while only: the newest ones.
        self._passing: deque[str] = deque(maxlen=_PASSING)
        self._hidden_pattern: re.Pattern[str] | None = None
        self._lock = threading.Lock()

    def hide(self, secret: str) -> None:
        """Plant a secret: wherever it turns up from now on, it is taken out."""
        secret = secret.strip()
        if len(secret) < _SHORTEST_SECRET:
            return
        with self._lock:
            self._hidden |= {secret}
            self._find()

    def hide_for_a_while(self, secret: str) -> None:
        """Plant a secret that others take the place of: of those, the newest are remembered."""
        secret = secret.strip()
        if len(secret) < _SHORTEST_SECRET:
            return
        with self._lock:
            if secret not in self._passing:
                self._passing.append(secret)
                self._find()

    def text(self, text: str, *, keep_newlines: bool = False) -> str:
        """Return `text` without secrets, addresses and control characters."""
        text = self.secrets_only(text)
        if "@" in text:
            text = _EMAIL.sub(self._hash_of, text)
        return escape_controls(text, keep_newlines=keep_newlines)

    def secrets_only(self, text: str) -> str:
        """Return `text` without secrets; addresses stay, for the person who typed the command."""
        if self._hidden_pattern is not None:
            text = self._hidden_pattern.sub(REDACTED, text)
        for form in _SECRET_FORMS:
            text = form.sub(rf"\g<1>{REDACTED}", text)
        return text

    def value(self, value: Any, key: str = "") -> Any:
        """Return `value` fit for a log line; `key` is the name it stands under."""
        if isinstance(value, (bool, int, float)) or value is None:
            return value
        if key and _SECRET_KEY.search(key):
            return REDACTED
        if isinstance(value, str):
            return self.text(value, keep_newlines=key in {"exception", "stack"})
        if isinstance(value, Mapping):
            return {self.text(str(name)): self.value(inner, str(name)) for name, inner in value.items()}
        if isinstance(value, (list, tuple, set, frozenset)):
            return [self.value(inner) for inner in value]
        return self.text(str(value))

    def __call__(self, _logger: Any, _method: str, event: Any) -> Any:
        """Redact a whole log line; the shape structlog wants of a processor."""
        return {name: value if name.startswith("_") else self.value(value, name) for name, value in event.items()}

    def _find(self) -> None:
        longest_first = sorted({*self._hidden, *self._passing}, key=len, reverse=True)
        self._hidden_pattern = re.compile("|".join(map(re.escape, longest_first)))

    def _hash_of(self, found: re.Match[str]) -> str:
        digest = hmac.new(self._key, found[0].casefold().encode(), hashlib.sha256).hexdigest()
        return f"email#{digest[:10]}"
