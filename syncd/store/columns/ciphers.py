"""The ciphers of encryption at rest. Imported where a key is given only: the library takes its time.

Every store has a key of its own, made at random, under which its values are encrypted. That key lies in the store,
encrypted with the one of the settings: another key in the settings costs one row, not the whole base.

* What is only read back is sealed: AES-256-GCM under a fresh nonce; the same value looks different every time.
* What is looked up by equality is veiled: AES-SIV; the same text looks the same every time, and nothing else shows.
* Hashes that matching looks up are masked: a keyed hash in the place of a plain one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV

from syncd.errors import StoreError
from syncd.store.columns.sealed import TEXT_MARK

#: What sealed bytes begin with.
MARK = b"\x01"
_KEY_BYTES = 32
_VEIL_BYTES = 64
_NONCE_BYTES = 12
#: Values that tell nothing of anybody stay as they are: the journal counts by them.
_EMPTY = frozenset({b"", b"null", b'""'})


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A key of the settings: it encrypts the store's own key, and nothing else."""

    secret: bytes

    @classmethod
    def of(cls, text: str) -> MasterKey:
        """Return the key that stands for 32 bytes in base64; StoreError, without the text, when it does not."""
        plain = text.replace("-", "+").replace("_", "/").rstrip("=")
        try:
            secret = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except ValueError:
            secret = b""
        if len(secret) != _KEY_BYTES:
            raise StoreError("A key of the store is not 32 bytes in base64.", hint="openssl rand -base64 32")
        return cls(secret)

    def __repr__(self) -> str:
        return f"<key {self.name}>"

    @property
    def name(self) -> str:
        """Return by what it is told from others; it gives nothing of the key away."""
        return hmac.digest(self.secret, b"syncd: name of a key", hashlib.sha256)[:4].hex()

    def wrap(self, key: bytes) -> bytes:
        """Return the store's key, encrypted."""
        return _encrypt(AESGCM(self.secret), key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Return what `wrap` was given; StoreError when another key wrapped it, or it was damaged."""
        return _decrypt(AESGCM(self.secret), wrapped)


class Seal:
    """The store's own key at work. Safe to share between threads."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self._sealing = AESGCM(key[:_KEY_BYTES])
        self._veiling = AESSIV(key[_KEY_BYTES : _KEY_BYTES + _VEIL_BYTES])
        self._masking = hashlib.blake2b(key=key[_KEY_BYTES + _VEIL_BYTES :], digest_size=8)

    @classmethod
    def fresh(cls) -> Seal:
        """Return a seal with a key nobody has."""
        return cls(secrets.token_bytes(_KEY_BYTES + _VEIL_BYTES + _KEY_BYTES))

    @classmethod
    def after(cls, before: Seal | None) -> Seal:
        """Return a seal that takes the place of another one: a new key for values, the same for what is looked up."""
        fresh = cls.fresh()
        return fresh if before is None else cls(fresh.key[:_KEY_BYTES] + before.key[_KEY_BYTES:])

    def __repr__(self) -> str:
        return "<seal>"

    def seal(self, value: bytes) -> bytes:
        """Return a packed value, encrypted."""
        return value if value in _EMPTY else MARK + _encrypt(self._sealing, value)

    def unseal(self, held: bytes) -> bytes:
        """Return what `seal` was given."""
        return _decrypt(self._sealing, held[1:]) if held.startswith(MARK) else held

    def seal_text(self, text: str) -> str:
        """Return a text, encrypted; an empty one stays."""
        return text and TEXT_MARK + _spelled(_encrypt(self._sealing, text.encode(errors="surrogatepass")))

    def unseal_text(self, held: str) -> str:
        """Return what `seal_text` was given."""
        if not held.startswith(TEXT_MARK):
            return held
        return _decrypt(self._sealing, _read(held)).decode(errors="surrogatepass")

    def veil(self, text: str) -> str:
        """Return a text, encrypted, always in the same way."""
        return text and TEXT_MARK + _spelled(self._veiling.encrypt(text.encode(errors="surrogatepass"), None))

    def unveil(self, held: str) -> str:
        """Return what `veil` was given."""
        if not held.startswith(TEXT_MARK):
            return held
        return _trusted(lambda: self._veiling.decrypt(_read(held), None)).decode(errors="surrogatepass")

    def mask(self, hashed: int) -> int:
        """Return a keyed hash of a 64-bit hash."""
        masked = self._masking.copy()
        masked.update(hashed.to_bytes(8, "big", signed=True))
        return int.from_bytes(masked.digest(), "big", signed=True)


def _encrypt(cipher: AESGCM, plain: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, None)


def _decrypt(cipher: AESGCM, held: bytes) -> bytes:
    return _trusted(lambda: cipher.decrypt(held[:_NONCE_BYTES], held[_NONCE_BYTES:], None))


def _trusted(decrypt: Callable[[], bytes]) -> bytes:
    try:
        return decrypt()
    except (InvalidTag, ValueError):
        raise StoreError(
            "An encrypted value of the store cannot be read: it was changed, or belongs to another store.",
            hint="Restore a backup.",
        ) from None


def _spelled(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _read(held: str) -> bytes:
    return base64.b64decode(held[1:])
