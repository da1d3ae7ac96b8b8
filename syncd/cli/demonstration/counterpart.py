"""The CRM that the demonstration works against: a sandbox in a process of its own, reached over HTTP only."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import urllib3

from syncd.errors import SyncdError

#: How long a sandbox may take to end when it is asked to.
_END_S = 10.0


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A running sandbox."""

    url: str
    token: str
    #: Its process; None where it runs in this one.
    process: subprocess.Popen[str] | None
    _http: urllib3.PoolManager

    def truth(self, crm: str) -> list[dict[str, Any]]:
        """Return for every record of a CRM what is true of it, and what was done to it."""
        return [json.loads(line) for line in self._get(f"truth?crm={crm}").splitlines()]

    def effects(self, actor: str = "app") -> list[dict[str, Any]]:
        """Return everything that apps did to records, or whoever else (empty: all), oldest first."""
        found: list[dict[str, Any]] = json.loads(self._get(f"effects?actor={actor}&limit=100000000"))["effects"]
        return found

    def connect(self, **settings: Any) -> None:
        """Switch the CRMs' own connector on, with these settings."""
        self._post("native", {"is_on": True, **settings})

    def let_connect(self) -> dict[str, int]:
        """Let the CRMs' own connector work now; return what it did, by CRM and deed."""
        did: dict[str, int] = self._post("native/cycle", {})["did"]
        return did

    def calls(self) -> dict[str, int]:
        """Return how many calls were made, by endpoint and object."""
        counts: dict[str, int] = {}
        for row in json.loads(self._get("requests"))["requests"]:
            name = f"{row['endpoint']} {row['object']}".strip()
            counts[name] = counts.get(name, 0) + row["count"]
        return counts

    def _post(self, place: str, body: Mapping[str, Any]) -> Any:
        answer = self._http.request("POST", f"{self.url}/_sandbox/{place}", json=body)
        if answer.status >= 400:
            raise SyncdError(f"The sandbox does not do this: {answer.data.decode(errors='replace')}")
        return json.loads(answer.data)

    def _get(self, place: str) -> bytes:
        return self._http.request("GET", f"{self.url}/_sandbox/{place}").data


@contextmanager
def running(arguments: list[str]) -> Iterator[Counterpart]:
    """Start `syncd sandbox` with `arguments` in a process of its own, and end it afterwards."""
    command = [sys.executable, "-m", "syncd", "sandbox", "--json", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603 - ourselves
    try:
        told = _first_document(process)
        yield Counterpart(told["url"], told["token"], process, urllib3.PoolManager(retries=False, timeout=120))
    finally:
        process.terminate()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _first_document(process: subprocess.Popen[str]) -> dict[str, str]:
    """Read the JSON document that the sandbox prints when it is ready."""
    text = ""
    for line in process.stdout or ():
        text += line
        if line.startswith("}"):
            told: dict[str, str] = json.loads(text)
            return told
    process.wait()
    reason = (process.stderr.read() if process.stderr is not None else "").strip()
    raise SyncdError(f"The sandbox did not start: {reason.splitlines()[-1] if reason else 'it said nothing'}")
