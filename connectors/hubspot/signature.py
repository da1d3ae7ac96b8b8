"""Signatures of what HubSpot posts, in their third version: over method, address, body and time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import timedelta

from connectors.announcing import FORGED, STALE, UNSIGNED, Posted
from syncd.clock import Clock

SIGNATURE = "x-hubspot-signature-v3"
TIMESTAMP = "x-hubspot-request-timestamp"
#: Older than this is a replay; the other way round, clocks do not differ by so much.
WINDOW = timedelta(minutes=5)
#: What HubSpot decodes in an address before it signs it. Other escapes stay as they are.
_DECODED = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(", "%29": ")",
    "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip
_ESCAPES = re.compile("|".join(_DECODED), re.IGNORECASE)
#: A SHA-256 in base64.
_DIGEST_CHARACTERS = 44
_TIMESTAMP = re.compile(r"[0-9]{12,14}", re.ASCII)


class Signatures:
    """Checks signatures made with one app's secret."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._secret = secret.encode()
        self._clock = clock

    def refusal(self, posted: Posted) -> str:
        """Return why a request cannot be genuine, by its headers; empty when it may be."""
        stamp = posted.headers.get(TIMESTAMP, "")
        if len(posted.headers.get(SIGNATURE, "")) != _DIGEST_CHARACTERS or not _TIMESTAMP.fullmatch(stamp):
            return UNSIGNED
        age_ms = self._clock.now().timestamp() * 1000 - int(stamp)
        return STALE if abs(age_ms) > WINDOW / timedelta(milliseconds=1) else ""

    def verify(self, posted: Posted) -> str:
        """Return why a request is not genuine; empty when it is."""
        refusal = self.refusal(posted)
        if refusal:
            return refusal
        signed = posted.headers[SIGNATURE].encode("utf-8", "replace")
        return "" if hmac.compare_digest(self._expected(posted), signed) else FORGED

    def _expected(self, posted: Posted) -> bytes:
        said = (posted.method + decoded(posted.url)).encode()
        digest = hmac.new(self._secret, said + posted.body + posted.headers[TIMESTAMP].encode(), hashlib.sha256)
        return base64.b64encode(digest.digest())


def decoded(url: str) -> str:
    """Return an address as HubSpot signs it."""
    return _ESCAPES.sub(lambda found: _DECODED[found[0].upper()], url)
