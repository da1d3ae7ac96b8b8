"""Connections that lead where they are said to: the address that was judged is the one that is connected to.

A name is looked up once, every address it leads to is judged, and the connection goes to one of those: a name that
leads elsewhere a moment later leads nowhere. Nothing here follows a redirect.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from contextlib import suppress
from http.client import HTTPConnection

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NoWayError(Exception):
    """There is no way there, or none that may be taken."""


class GuardedConnection(HTTPConnection):
    """A connection to an address that was judged; the certificate and the `Host` are of the name."""

    def __init__(
        self, host: str, port: int | None, place: tuple[str, int], *, is_protected: bool, timeout_s: float
    ) -> None:
        # With the usual port the name stands alone in `Host`, as the other side expects it.
        self.default_port = 443 if is_protected else 80
        super().__init__(host, port, timeout=timeout_s)
        self._place = place
        self._is_protected = is_protected
        #: The socket, as long as anybody reads from it.
        self.line: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the address, whatever the name leads to by now."""
        self.sock = self.line = socket.create_connection(self._place, self.timeout)
        if self._is_protected:
            context = ssl.create_default_context()
            protected = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = self.line = protected
            protected.do_handshake()

    def cut(self) -> None:
        """End the connection at once, from another thread."""
        if self.line is not None:
            with suppress(OSError):
                self.line.shutdown(socket.SHUT_RDWR)


def judged_place(host: str, port: int, *, allow_private: bool) -> tuple[str, int]:
    """Return the address and the port to connect to; NoWayError when one of them is not public and must be."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NoWayError("leads nowhere") from None
    addresses = [str(one[4][0]).partition("%")[0] for one in found]
    if not addresses or not (allow_private or all(is_public(ipaddress.ip_address(one)) for one in addresses)):
        raise NoWayError("leads to an address that is not public")
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
