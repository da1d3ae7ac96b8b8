"""How submissions are signed: what is not, or is too old, is never looked into.

What is signed are five lines: the method, the path, the moment in seconds, the key by which a repeat is known (empty
where there is none), and the body as it is sent.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

#: Headers, in small letters.
SIGNATURE, STAMP, UNIQUE = "x-syncd-signature", "x-syncd-timestamp", "idempotency-key"
#: A request is good for so long, before and after the moment it says.
WINDOW = timedelta(minutes=5)
#: Why a request is refused by its headers alone.
UNSIGNED, EXPIRED, FORGED = "unsigned", "expired", "forged"
_FORM = re.compile(r"v1=[0-9a-f]{64}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_LONGEST_KEY = 200


def signature(secret: str, method: str, target: str, stamp: str, key: str, body: bytes) -> str:
    """Return what stands in the header."""
    signed = b"\n".join([method.encode(), target.encode(), stamp.encode(), key.encode(), body])
    return f"v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def refusal(headers: Mapping[str, str], now: datetime) -> str:
    """Return why a request cannot be genuine, by its headers alone; empty when it may be."""
    stamp, key = headers.get(STAMP, ""), headers.get(UNIQUE, "")
    if not _FORM.fullmatch(headers.get(SIGNATURE, "")) or not _SECONDS.fullmatch(stamp):
        return UNSIGNED
    if len(key) > _LONGEST_KEY or not key.isascii() or not (key.isprintable() or not key):
        return UNSIGNED
    return EXPIRED if abs(now.timestamp() - int(stamp)) > WINDOW.total_seconds() else ""


def is_genuine(secret: str, method: str, target: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether a request was signed with the secret; takes the same time whatever is wrong."""
    wanted = signature(secret, method, target, headers[STAMP], headers.get(UNIQUE, ""), body)
    return hmac.compare_digest(wanted.encode(), headers[SIGNATURE].encode())


def mark_of(headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
    """Return by what a submission is known when it comes again, and a hash of all it says: neither tells a value."""
    digest = hashlib.sha256(body).hexdigest()
    key = headers.get(UNIQUE, "")
    # Without a key of its own, only the very same request is a repeat: somebody may say the same twice.
    told = f"key {key}" if key else f"signed {headers[SIGNATURE]}"
    return hashlib.sha256(told.encode()).hexdigest(), digest
