"""POST to a webhook: to the address that was looked at, and to no other; no redirect is followed."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from syncd.notify.failures import DeliveryError

#: How long one step (connecting, each piece of the answer) may take.
TIMEOUT_S = 10.0
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


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
    place = _chosen(host, parts.port or (443 if is_protected else 80), allow_private=allow_private)
    connection = _Connection(host, parts.port, place, is_protected=is_protected, timeout_s=timeout_s)
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


class _Connection(HTTPConnection):
    """A connection to an address that was judged; the certificate and the `Host` are of the name."""

    def __init__(
        self, host: str, port: int | None, place: tuple[str, int], *, is_protected: bool, timeout_s: float
    ) -> None:
        # With the usual port the name stands alone in `Host`, as the other side expects it.
        self.default_port = 443 if is_protected else 80
        super().__init__(host, port, timeout=timeout_s)
        self._place = place
        self._is_protected = is_protected

    def connect(self) -> None:
        """Connect to the address, whatever the name leads to by now."""
        self.sock = socket.create_connection(self._place, self.timeout)
        if self._is_protected:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _chosen(host: str, port: int, *, allow_private: bool) -> tuple[str, int]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise DeliveryError("the name of the webhook leads nowhere") from None
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if not addresses or not (allow_private or all(is_public(ipaddress.ip_address(one)) for one in addresses)):
        raise DeliveryError("the webhook leads to an address that is not public")
    return addresses[0], port


def is_public(address: Address) -> bool:
    """Return whether an address belongs to the public internet, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def _seconds(told: str | None) -> float | None:
    return float(told) if told and told.isascii() and told.isdigit() else None
