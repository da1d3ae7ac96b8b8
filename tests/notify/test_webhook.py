"""A webhook is called once, at the address that was looked at; what answers badly is told in our words."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from connectors.guarded import is_public
from syncd.notify import DeliveryError
from syncd.notify.webhook import post


class HookServer(ThreadingHTTPServer):
    """What was posted, and what is answered."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hook)
        self.taken: list[tuple[str, dict[str, str], bytes]] = []
        self.answer = 200
        self.headers: dict[str, str] = {}


class Hook(BaseHTTPRequestHandler):
    """Takes what is posted, and answers what it is told to."""

    server: HookServer

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        self.server.taken.append((self.path, dict(self.headers), self.rfile.read(size)))
        self.send_response(self.server.answer)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def hook() -> Iterator[HookServer]:
    """A webhook on this machine."""
    server = HookServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def url_of(hook: HookServer, path: str = "/T0/B0?x=1") -> str:
    return f"http://127.0.0.1:{hook.server_port}{path}"


def test_message_is_posted_with_its_headers(hook):
    post(url_of(hook), b"{}", {"X-Syncd-Id": "01J"}, allow_private=True)

    path, headers, body = hook.taken[0]
    assert (path, body) == ("/T0/B0?x=1", b"{}")
    assert headers["X-Syncd-Id"] == "01J"
    assert headers["Host"] == f"127.0.0.1:{hook.server_port}"


@pytest.mark.parametrize(
    ("status", "headers", "failure", "pause"),
    [
        (500, {}, "the webhook answered 500", None),
        (429, {"Retry-After": "30"}, "the webhook answered 429", 30.0),
        (429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, "the webhook answered 429", None),
        # A redirect might lead into the house: it is not followed.
        (302, {"Location": "http://169.254.169.254/"}, "the webhook answered 302", None),
    ],
)
def test_answer_that_is_no_success_is_a_failure(hook, status, headers, failure, pause):
    hook.answer, hook.headers = status, headers

    with pytest.raises(DeliveryError) as caught:
        post(url_of(hook), b"{}", {}, allow_private=True)

    assert (caught.value.failure, caught.value.retry_after_s) == (failure, pause)
    assert len(hook.taken) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0x7f000001", "2130706433"])
def test_webhook_in_the_own_network_is_refused_however_it_is_spelled(hook, host):
    with pytest.raises(DeliveryError, match=r"not public|leads nowhere"):
        post(f"http://{host}:{hook.server_port}/", b"{}", {}, allow_private=False)

    assert hook.taken == []


def test_name_of_which_one_address_is_private_is_refused(hook, monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_more: found)

    with pytest.raises(DeliveryError, match="not public"):
        post("https://hooks.example.com/", b"{}", {}, allow_private=False)


def test_name_is_looked_up_once_and_what_it_leads_to_later_does_not_count(hook, monkeypatch):
    asked = []

    def look_up(host: str, port: int, *_family: object, **_more: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    connect = socket.create_connection
    places = []

    def note(place: tuple[str, int], timeout: float) -> socket.socket:
        places.append(place)
        return connect(place, timeout)

    monkeypatch.setattr("connectors.guarded.socket.getaddrinfo", look_up)
    monkeypatch.setattr("connectors.guarded.socket.create_connection", note)

    post(f"http://hooks.example.com:{hook.server_port}/", b"{}", {}, allow_private=True)

    assert places == [("127.0.0.1", hook.server_port)]
    assert asked.count("hooks.example.com") == 1
    assert hook.taken[0][1]["Host"] == f"hooks.example.com:{hook.server_port}"


def test_nobody_there_is_a_failure():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(DeliveryError, match="cannot be reached"):
        post(f"http://127.0.0.1:{port}/", b"{}", {}, allow_private=True)


def test_certificate_that_is_not_good_is_a_failure(hook):
    with pytest.raises(DeliveryError, match=r"certificate|cannot be reached"):
        post(f"https://127.0.0.1:{hook.server_port}/", b"{}", {}, allow_private=True)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("2002:a00:1::", False),
        ("64:ff9b::a00:1", False),
    ],
)
def test_address_is_public_or_not_whatever_it_is_wrapped_in(address, expected):
    assert is_public(ipaddress.ip_address(address)) is expected
