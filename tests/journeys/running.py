"""A daemon as a process of its own, watched from outside as an operator does."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import urllib3

from syncd.clock import SystemClock
from tests.journeys.journey import Journey

#: Longer than anything here takes on a busy machine.
PATIENCE_S = 60.0
_PAUSE_S = 0.05


class Running:
    """`syncd run` on a journey's configuration."""

    def __init__(self, journey: Journey) -> None:
        journey.port = journey.port or free_port()
        self.url = f"http://127.0.0.1:{journey.port}"
        self.config = journey.folder / "syncd.yaml"
        self.config.write_text(journey.text(), "utf-8")
        self._log = Path(journey.folder / f"daemon-{journey.port}.log")
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "syncd", "run", "--config", str(self.config)],
                env={**os.environ, **journey.environment()},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._http = urllib3.PoolManager(retries=False)
        self._clock = SystemClock()

    @property
    def pid(self) -> int:
        """Return the number of the process."""
        return self._process.pid

    def status(self, path: str) -> int:
        """Return what a probe says; 0 while nobody answers."""
        try:
            return self._http.request("GET", f"{self.url}{path}").status
        except urllib3.exceptions.HTTPError:
            return 0

    def reasons(self) -> str:
        """Return why it is not ready."""
        return self._http.request("GET", f"{self.url}/readyz").data.decode()

    def metric(self, name: str) -> float | None:
        """Return a metric by its name with labels, as it is printed; None when it is not there."""
        text = self._http.request("GET", f"{self.url}/metrics").data.decode()
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else None

    def until(self, is_so: Callable[[], object], *, patience_s: float = PATIENCE_S) -> None:
        """Wait until something is so; fail loudly when the daemon ends or patience does."""
        deadline = self._clock.monotonic() + patience_s
        while not is_so():
            assert self._process.poll() is None, self.said()
            assert self._clock.monotonic() < deadline, self.said()
            self._clock.wait(_PAUSE_S)

    def is_ready(self) -> bool:
        """Return whether every stream has been read once."""
        return self.status("/readyz") == 200

    def ended(self) -> int:
        """Wait for the end; return the exit code."""
        return self._process.wait(PATIENCE_S)

    def stop(self) -> tuple[int, float]:
        """Ask it to end; return its exit code and how many seconds it took."""
        started = self._clock.monotonic()
        self._process.send_signal(signal.SIGTERM)
        return self.ended(), self._clock.monotonic() - started

    def said(self) -> str:
        """Return everything it has said so far."""
        return self._log.read_text()

    def close(self) -> None:
        """End it, however it is."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._http.clear()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
