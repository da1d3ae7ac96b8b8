"""syncd and the public connectors as clients of one simulated account: each pulls, each in its way."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

import pulling
import urllib3
from peer_connectors import Installed

from syncd.clock import SystemClock

#: Calls that ask what an account is and what properties it has: everybody makes a few of them.
ASKING = ("account", "properties", "schemas", "describe", "query Organization", "limits", "oauth", "userinfo", "token",
          "owners", "query User", "query Group")  # fmt: skip
_LOOK_S = 0.05
_HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Took:
    """What one pull took, from the first call to the end."""

    #: Calls that read records.
    calls: int
    #: Calls that were refused for coming too fast.
    refused: int
    seconds: float
    cpu: float
    #: Peak memory in megabytes.
    peak: float
    #: Processor time with the program's start; None for what stays.
    whole_cpu: float | None = None


class Client(Protocol):
    """Something that pulls contacts, and goes on where it was."""

    @property
    def name(self) -> str:
        """What it is called."""

    def pull(self) -> Took:
        """Pull what is new."""

    def settle(self) -> None:
        """Let an hour pass if it matters."""

    def titles(self) -> dict[str, str]:
        """Return the title it has last seen of every record, by id."""

    def killed(self, calls: int) -> None:
        """Begin to pull and be killed, without warning, once so many calls were made."""


class PeerClient:
    """A public connector: a process for each pull, whose state is handed to the next."""

    def __init__(self, installed: Installed, place: pulling.Base) -> None:
        self.name = installed.peer.name
        self._installed, self._place = installed, place
        self._state: Any = None
        self._titles: dict[str, str] = {}

    def pull(self) -> Took:
        """Run it once."""
        clear(self._place)
        calls, refused = reading(self._place), self._place.refusals()
        process = self._installed.start(self._place.crm.url, self._state)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            reason = (self._installed.files / "err.txt").read_text()[-1500:]
            raise SystemExit(f"{self.name} ended with {process.returncode}: {reason}")
        self._hear()
        notes = json.loads(self._installed.notes.read_text())
        return Took(reading(self._place) - calls, self._place.refusals() - refused, notes["seconds"], notes["cpu"],
                    notes["peak"], used.ru_utime + used.ru_stime)  # fmt: skip

    def settle(self) -> None:
        """Do nothing: it reads no overlap."""

    def titles(self) -> dict[str, str]:
        """Return what it told."""
        return dict(self._titles)

    def killed(self, calls: int) -> None:
        """Run it and kill it; of the state it told, the last one is kept, as whoever runs it would."""
        clear(self._place)
        process = self._installed.start(self._place.crm.url, self._state)
        _kill_after(process, self._place, calls)
        self._hear()

    def _hear(self) -> None:
        heard = self._installed.heard(self._state)
        self._state = heard.state
        self._titles |= heard.titles


class SyncdClient:
    """syncd: the connector's pull is measured; then the same is read, judged and stored, which is not."""

    name = "syncd"

    def __init__(self, place: pulling.Base, process: subprocess.Popen[str]) -> None:
        self._place, self._process = place, process

    def pull(self) -> Took:
        """Have it pull, and then keep what it pulled."""
        clear(self._place)
        calls, refused = reading(self._place), self._place.refusals()
        took = pulling.told(self._process, "pull")
        calls, refused = reading(self._place) - calls, self._place.refusals() - refused
        clear(self._place)
        pulling.told(self._process, "read")
        return Took(calls, refused, took["seconds"], took["cpu"], took["peak"])

    def settle(self) -> None:
        """Let an hour pass, or what it read would lie in the overlap that it reads again."""
        self._place.ask("POST", "clock", {"shift_s": _HOUR_S})
        for _ in range(2):
            clear(self._place)
            pulling.told(self._process, "read")

    def titles(self) -> dict[str, str]:
        """Return what is in its store."""
        from syncd.model import Stream
        from syncd.settings import load_settings
        from syncd.wiring import open_store

        settings = load_settings(self._place.config, {**os.environ, "TOKEN": self._place.crm.token})
        kind, field = pulling.OBJECTS[self._place.name]
        stream, store = Stream("main", kind, "person"), open_store(settings, SystemClock())
        try:
            with store.reading() as tx:
                held = tx.records.read(stream, tx.records.ids(stream, "", 10_000_000))
            return {id_: str(record.values.get(field) or "") for id_, record in held.items()}
        finally:
            store.close()

    def killed(self, calls: int) -> None:
        """Have it read and kill it."""
        clear(self._place)
        assert self._process.stdin is not None
        self._process.stdin.write("read\n")
        self._process.stdin.flush()
        _kill_after(self._process, self._place, calls)

    def revived(self, process: subprocess.Popen[str]) -> Took:
        """Go on in a new process: here reading is what counts, because it keeps what it read page by page."""
        self._process = process
        calls = reading(self._place)
        took = pulling.told(process, "read")
        return Took(reading(self._place) - calls, 0, took["seconds"], took["cpu"], took["peak"])


@contextmanager
def syncd(place: pulling.Base) -> Iterator[SyncdClient]:
    """Have a syncd that has started."""
    with pulling.daemon(place) as process:
        yield SyncdClient(place, process)


def reading(place: pulling.Base) -> int:
    """Return the calls so far that read records."""
    return sum(count for name, count in place.crm.calls().items() if not name.startswith(ASKING))


def clear(place: pulling.Base) -> None:
    """Forget the calls before, as if the windows of the limits had passed."""
    place.ask("POST", "settings", {"crm": place.name, "clear": True})


def change(place: pulling.Base, ids: Sequence[str], mark: str) -> dict[str, str]:
    """Let a person change the titles of these records; return what they are now."""
    kind, field = pulling.OBJECTS[place.name]
    changed = {}
    for number, id_ in enumerate(ids):
        changed[id_] = f"{pulling.TITLES[number % len(pulling.TITLES)]} {mark}/{number}"
        act = {"do": "update", "as": "person", "crm": place.name, "object": kind, "id": id_}
        place.ask("POST", "act", {**act, "properties": {field: changed[id_]}})
    return changed


def current(place: pulling.Base) -> dict[str, str]:
    """Return every record's title as the CRM has it now. It costs calls, and is asked between measurements only."""
    kind, field = pulling.OBJECTS[place.name]
    place.ask("POST", "settings", {"crm": place.name, "tier": "off"})
    if place.name == "hubspot":
        path = f"/crm/v3/objects/{kind}?limit=100&properties={field}"
    else:
        path = "/services/data/v62.0/query?q=" + quote(f"SELECT Id, {field} FROM {kind}")
    found, http, more = {}, urllib3.PoolManager(), path
    while more:
        answer = http.request("GET", place.crm.url + more, headers={"Authorization": f"Bearer {place.crm.token}"})
        page = json.loads(answer.data)
        for row in page.get("results") or page.get("records", []):
            found[str(row.get("id") or row.get("Id"))] = str((row.get("properties") or row).get(field) or "")
        after = page.get("paging", {}).get("next", {}).get("after")
        more = f"{path}&after={after}" if after else page.get("nextRecordsUrl", "")
    return found


def _kill_after(process: subprocess.Popen[Any], place: pulling.Base, calls: int) -> None:
    before = reading(place)
    while process.poll() is None and reading(place) - before < calls:
        SystemClock().wait(_LOOK_S)
    process.kill()
    process.wait()
