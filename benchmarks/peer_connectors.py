"""Public connectors as they come from the package index, and how each is installed, asked and understood.

Nothing of a package is changed. Its hosts are written into it, so a `sitecustomize.py` in a folder of its own, named by
PYTHONPATH, sends what the HTTP library `requests` would send to an https address to the sandbox instead, and notes
when the first call was made: what a program needs to start is told apart from what it needs to pull.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REDIRECT = '''\
"""Sends what goes to a CRM to the sandbox; notes what was used since the first call."""
import atexit, json, os, time
from urllib.parse import urlsplit, urlunsplit


def redirect():
    try:
        from requests.adapters import HTTPAdapter
    except ImportError:
        return
    place, real, first = urlsplit(os.environ["PEER_URL"]), HTTPAdapter.send, []

    def send(self, request, **more):
        parts = urlsplit(request.url)
        if parts.scheme == "https":
            if not first:
                first.extend((time.monotonic(), time.process_time()))
            request.url = urlunsplit((place.scheme, place.netloc, parts.path, parts.query, ""))
        return real(self, request, **more)

    def note():
        if first:
            used = {"seconds": time.monotonic() - first[0], "cpu": time.process_time() - first[1]}
            with open("/proc/self/status") as status:
                peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
            with open(os.environ["PEER_NOTES"], "w") as file:
                json.dump({**used, "peak": int(peak) / 1024}, file)

    HTTPAdapter.send = send
    atexit.register(note)


if "PEER_URL" in os.environ:
    redirect()
'''
_START = "2015-01-01T00:00:00Z"
_SALESFORCE = {
    "client_id": "sandbox-consumer-key",
    "client_secret": "sandbox-consumer-secret",
    "refresh_token": "sandbox-refresh-token",
    "start_date": _START,
}


@dataclass(frozen=True, slots=True)
class Peer:
    """A connector, and how it is called."""

    name: str
    crm: str
    #: What is installed, with its version.
    package: str
    program: str
    #: The stream that is pulled, and the properties that people change in the measurements.
    stream: str
    settings: Mapping[str, Any]
    is_airbyte: bool = False
    #: How it wants to be told which streams are chosen.
    catalog_flag: str = "--catalog"

    def asked(self, *, config: Path, catalog: Path | None = None, state: Path | None = None) -> list[str]:
        """Return the arguments: without a catalog it says what it has, with one it reads."""
        if catalog is None:
            return ["discover", "--config", str(config)] if self.is_airbyte else ["--config", str(config), "--discover"]
        words = ["read"] if self.is_airbyte else []
        flag = "--catalog" if self.is_airbyte else self.catalog_flag
        words += ["--config", str(config), flag, str(catalog)]
        return [*words, "--state", str(state)] if state is not None else words

    def chosen(self, told: str) -> dict[str, Any]:
        """Return the catalog with the one stream chosen, all its properties, and as incrementally as it can."""
        if not self.is_airbyte:
            catalog: dict[str, Any] = json.loads(told)
            for stream in catalog["streams"]:
                is_wanted = self.stream in {stream.get("stream"), stream["tap_stream_id"]}
                for row in stream["metadata"]:
                    if not row["breadcrumb"]:
                        row["metadata"]["selected"] = is_wanted
                    elif is_wanted and row["metadata"].get("inclusion") == "available":
                        row["metadata"]["selected"] = True
            return catalog
        lines = (json.loads(line) for line in told.splitlines() if line.startswith("{"))
        streams = next(line["catalog"]["streams"] for line in lines if line["type"] == "CATALOG")
        stream = next(one for one in streams if one["name"] == self.stream)
        mode = "incremental" if "incremental" in stream["supported_sync_modes"] else "full_refresh"
        cursor = stream.get("default_cursor_field", [])
        return {"streams": [{"stream": stream, "sync_mode": mode, "destination_sync_mode": "append",
                             "cursor_field": cursor}]}  # fmt: skip


HUBSPOT_PEERS = (
    Peer("Singer tap-hubspot", "hubspot", "tap-hubspot==4.5.0", "tap-hubspot", "contacts",
         {"start_date": _START, "api_key": "pat-na1-sandbox"}, catalog_flag="--properties"),
    Peer("Meltano tap-hubspot", "hubspot", "meltano-tap-hubspot==0.10.1", "tap-hubspot", "contacts",
         {"start_date": _START, "access_token": "pat-na1-sandbox"}),
    Peer("airbyte-source-hubspot", "hubspot", "airbyte-source-hubspot==5.7.0", "source-hubspot", "contacts",
         {"start_date": _START, "enable_experimental_streams": False,
          "credentials": {"credentials_title": "Private App Credentials", "access_token": "pat-na1-sandbox"}},
         is_airbyte=True),
)  # fmt: skip
SALESFORCE_PEERS = (
    Peer("Singer tap-salesforce", "salesforce", "tap-salesforce==2.8.1", "tap-salesforce", "Contact",
         {**_SALESFORCE, "api_type": "REST", "select_fields_by_default": "true"}, catalog_flag="--properties"),
    Peer("airbyte-source-salesforce", "salesforce", "airbyte-source-salesforce==2.10.3", "source-salesforce", "Contact",
         {**_SALESFORCE, "is_sandbox": False, "auth_type": "Client", "force_use_bulk_api": False}, is_airbyte=True),
)  # fmt: skip
#: What was looked for and cannot be run as it comes.
NOT_RUN = {
    "dlt": "the package brings no HubSpot or Salesforce source: `dlt init` copies one from GitHub into a project, and "
    "dlt-community-sources 0.8.0 (Python 3.12 and later) has neither",
}


@dataclass(slots=True)
class Heard:
    """What a connector said."""

    #: By id, the last title it told.
    titles: dict[str, str] = field(default_factory=dict)
    told: int = 0
    state: Any = None


class Installed:
    """A connector in a virtual environment of its own, with the files it reads and writes."""

    def __init__(self, peer: Peer, envs: Path) -> None:
        self.peer = peer
        self.home = envs.resolve() / peer.package.partition("==")[0]
        self.redirect = self.home / "redirect"
        self.files = self.home / "files"

    def install(self) -> None:
        """Make the environment, unless it is there; subprocess.CalledProcessError says that it cannot be made."""
        self.files.mkdir(parents=True, exist_ok=True)
        self.redirect.mkdir(exist_ok=True)
        (self.redirect / "sitecustomize.py").write_text(REDIRECT)
        (self.files / "config.json").write_text(json.dumps(self.peer.settings))
        if (self.home / "env" / "bin" / self.peer.program).exists():
            return
        uv = shutil.which("uv") or "uv"
        env = str(self.home / "env")
        subprocess.run([uv, "venv", "-q", "--python", "3.11", "--clear", env], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", f"{env}/bin/python", self.peer.package], check=True)

    def discover(self, url: str) -> None:
        """Have it say what there is, and choose."""
        words = self.peer.asked(config=self.files / "config.json")
        done = subprocess.run(self._command(words), env=self._environment(url), capture_output=True, text=True,
                              cwd=self.files, check=False)  # fmt: skip
        if done.returncode != 0:
            raise SystemExit(f"{self.peer.name} cannot discover: {done.stderr[-2000:]}")
        (self.files / "catalog.json").write_text(json.dumps(self.peer.chosen(done.stdout)))

    def start(self, url: str, state: Any) -> subprocess.Popen[bytes]:
        """Start a pull that goes on from `state`, or from nothing; what it says goes into a file."""
        self.notes.unlink(missing_ok=True)
        stored = None
        if state is not None:
            stored = self.files / "state.json"
            stored.write_text(json.dumps(state))
        words = self.peer.asked(config=self.files / "config.json", catalog=self.files / "catalog.json", state=stored)
        with self.said.open("wb") as out, (self.files / "err.txt").open("wb") as err:
            return subprocess.Popen(self._command(words), env=self._environment(url), stdout=out, stderr=err,
                                    cwd=self.files)  # fmt: skip

    @property
    def said(self) -> Path:
        """The file with what it said."""
        return self.files / "said.jsonl"

    @property
    def notes(self) -> Path:
        """The file with what it used since its first call."""
        return self.files / "notes.json"

    def heard(self, before: Any = None) -> Heard:
        """Return what it said; the state is the one `before` if it told none."""
        found, pieces = Heard(state=before), {}
        for message in self._messages():
            if message["type"] == "RECORD":
                record = message["record"]["data"] if self.peer.is_airbyte else message["record"]
                found.told += 1
                found.titles[str(record.get("id") or record.get("Id"))] = _title(record)
            elif message["type"] == "STATE" and self.peer.is_airbyte:
                pieces[message["state"]["stream"]["stream_descriptor"]["name"]] = message["state"]
                found.state = list(pieces.values())
            elif message["type"] == "STATE":
                found.state = message["value"]
        return found

    def _messages(self) -> Iterator[dict[str, Any]]:
        with self.said.open("rb") as lines:
            for line in lines:
                if line.startswith(b"{") and line.endswith(b"}\n"):
                    yield json.loads(line)

    def _command(self, words: list[str]) -> list[str]:
        return [str(self.home / "env" / "bin" / self.peer.program), *words]

    def _environment(self, url: str) -> dict[str, str]:
        notes = {"PEER_URL": url, "PEER_NOTES": str(self.notes), "PYTHONPATH": str(self.redirect)}
        return {**os.environ, **notes}


def _title(record: Mapping[str, Any]) -> str:
    """Return the job title of a contact, however the connector lays it out."""
    inner = record.get("properties")
    places = [record, inner if isinstance(inner, dict) else {}]
    for place in places:
        for name in ("jobtitle", "property_jobtitle", "properties_jobtitle", "Title"):
            value = place.get(name)
            if value is not None:
                return str(value.get("value") or "") if isinstance(value, dict) else str(value)
    return ""
