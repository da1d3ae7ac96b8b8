from __future__ import annotations

import http.client
import json
import socket
import threading
from datetime import UTC, datetime

import pytest

from syncd.errors import ConfigError, StoreError
from syncd.model import Stream
from syncd.telemetry import Telemetry
from syncd.web import Health, serve

CONTACTS = Stream("hubspot-main", "contacts", "person")


class HandClock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)

    def monotonic(self) -> float:
        return self.seconds

    def wait(self, seconds: float, stop: threading.Event | None = None) -> bool:
        self.seconds += seconds
        return stop is not None and stop.is_set()


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def health(clock):
    return Health(clock, limit_s=60)


@pytest.fixture
def server(clock, health):
    running = serve("127.0.0.1", 0, Telemetry(clock), health)
    yield running
    running.close()


def get(server, path, **headers):
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=5)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer, body


def test_process_without_progress_is_not_alive(server, health, clock):
    health.beat("loop")
    assert get(server, "/healthz")[0].status == 200

    clock.wait(61)
    answer, body = get(server, "/healthz")

    assert answer.status == 503
    assert json.loads(body) == {
        "alive": False,
        "reasons": ["loop: no progress for 61 s"],
        "idle_seconds": {"loop": 61.0},
    }


def test_one_dead_worker_is_not_hidden_by_another(health, clock):
    health.beat("loop")
    health.beat("writer")
    clock.wait(61)

    health.beat("loop")

    assert health.liveness().reasons == ("writer: no progress for 61 s",)


def test_long_pull_is_progress(clock, health):
    telemetry = Telemetry(clock)
    telemetry.hear_progress(lambda: health.beat("loop"))
    health.beat("loop")

    for _ in range(5):
        clock.wait(50)
        telemetry.request_answered("hubspot-main", "search", 200, 0.2)

    assert health.liveness().is_fine


def test_ready_once_every_stream_was_read(server, health):
    health.expect([CONTACTS])
    answer, body = get(server, "/readyz")
    assert answer.status == 503
    assert json.loads(body)["reasons"] == ["hubspot-main/contacts: the first pass is not done"]

    health.pass_done(CONTACTS)

    assert get(server, "/readyz")[0].status == 200


def test_alive_but_not_ready_while_a_crm_is_waited_for(health):
    health.beat("loop")
    health.unreached("hubspot-main", "no connection to http://127.0.0.1:1")
    waiting = health.readiness().reasons

    health.reached("hubspot-main")

    assert health.liveness().is_fine
    assert waiting == ("hubspot-main: not reached: no connection to http://127.0.0.1:1",)
    assert health.readiness().is_fine


def test_not_ready_while_the_store_cannot_be_used(clock):
    def broken() -> None:
        raise StoreError("The disk is full.")

    assert Health(clock, check_store=broken).readiness().reasons == ("store: The disk is full.",)


def test_metrics_are_served_in_the_text_format(server):
    answer, body = get(server, "/metrics")

    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert "syncd_build_info{" in body


def test_start_page_runs_no_script_and_may_not_be_framed(server, health):
    health.expect([Stream("<script>alert(1)</script>", "contacts", "person")])

    answer, body = get(server, "/")

    assert "<script" not in body
    assert "&lt;script&gt;" in body
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1:1", 200), ("localhost", 200), ("[::1]:80", 200), ("attacker.example", 421), ("", 421)],
)
def test_loopback_server_answers_to_its_own_names_only(server, host, status):
    assert get(server, "/metrics", Host=host)[0].status == status


def test_taken_port_is_one_clear_sentence(clock, health):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(ConfigError, match=f"Port {port} on 127.0.0.1 is taken") as raised:
            serve("127.0.0.1", port, Telemetry(clock), health)

    assert "web.port" in raised.value.hint


def test_unknown_address_is_one_clear_sentence(clock, health):
    with pytest.raises(ConfigError, match=r"Cannot serve on 203\.0\.113\.9:0"):
        serve("203.0.113.9", 0, Telemetry(clock), health)


def test_serving_to_other_machines_is_logged(clock, health, caplog):
    serve("0.0.0.0", 0, Telemetry(clock), health).close()

    assert caplog.records[0].msg["event"] == "web_exposed"


def test_port_is_free_again_after_close(clock, health):
    first = serve("127.0.0.1", 0, Telemetry(clock), health)
    port = int(first.url.rpartition(":")[2])
    first.close()

    second = serve("127.0.0.1", port, Telemetry(clock), health)

    second.close()
