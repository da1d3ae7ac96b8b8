"""POST to a webhook: to the address that was looked at, and to no other; no redirect is followed."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from http.client import HTTPException
from urllib.parse import urlsplit

from connectors.guarded import GuardedConnection, NoWayError, judged_place
from syncd.notify.failures import DeliveryError

#: How long one step (connecting, each piece of the answer) may take.
TIMEOUT_S = 10.0


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, allow_private: bool, timeout_s: float = TIMEOUT_S
) -> None:
    """Send it; DeliveryError when it did not arrive.

    The name is looked up once, every address it leads to is judged, and the connection goes to the one that was judged:
    a name that leads elsewhere a moment later leads nowhere.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_protected = parts.scheme == "https"
    try:
        place = judged_place(host, parts.port or (443 if is_protected else 80), allow_private=allow_private)
    except NoWayError as error:
        raise DeliveryError(f"the webhook {error}") from None
    connection = GuardedConnection(host, parts.port, place, is_protected=is_protected, timeout_s=timeout_s)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        # Its head is all we want of the answer: what else it holds is never read.
        with connection.getresponse() as answer:
            status, wait_s = answer.status, _seconds(answer.headers["Retry-After"])
    except ssl.SSLError:
        raise DeliveryError("the certificate of the webhook is not good") from None
    except TimeoutError:
        raise DeliveryError("the webhook did not answer in time") from None
    except (OSError, HTTPException):
        raise DeliveryError("the webhook cannot be reached") from None
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise DeliveryError(f"the webhook answered {status}", retry_after_s=wait_s)


def _seconds(told: str | None) -> float | None:
    return float(told) if told and told.isascii() and told.isdigit() else None
