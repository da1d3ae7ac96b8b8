"""Reading 20,000 HubSpot contacts, 500 changes of them and nothing at all, with HubSpot's limits on: calls and time.

    python benchmarks/pulling.py [CONTACTS] [--latency SECONDS ...] [--tier NAME] [--crm NAME]

The sandbox is a process of its own, and so is syncd: one that stays, as the daemon does, so that its start is in no
figure. `pull` is the connector alone, and what other connectors are compared with: every record fetched, with its
links, and made one of ours. `read` is the same pulled, judged, decided and stored. `pass` is everything else a pass
does besides: matching, judging again, measuring. The theoretical minimum is one call for every full page; of changes,
one search for every 200, one read for every 100, and one call for the links of up to 1,000. Calls are those of `pull`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import urllib3
from rich.console import Console
from rich.table import Table

from syncd.cli.demonstration.counterpart import Counterpart, running
from syncd.clock import SystemClock

CONFIGURATION = """\
accounts: {{main: {{crm: {crm}, token: "${{TOKEN}}", url: "{url}", share: 1.0}}}}
streams: {{main/{object}: {{mode: observe}}}}
store: {{url: "{store}"}}
log: {{level: error}}
"""
#: What is read, and a property that people change in it.
OBJECTS = {"hubspot": ("contacts", "jobtitle"), "salesforce": ("Contact", "Title")}
#: Records that one call brings: of a list, of a search, of a read by id, of links.
PAGE, SEARCHED, READ, LINKED = 100, 200, 100, 1_000
SALESFORCE_PAGE = 2_000
#: Changes in what is called an incremental pull.
CHANGES = 500
#: What people change titles to: some of it known, some not, some dirty.
TITLES = ("Head of Works", "VP Sales", "Sr. Software Enginer", "CFO", "project manager", "Leiter Einkauf", "n/a")
#: No window of a limit is longer: after it a measurement does not feel the one before.
WINDOW_S = 11.0
COLUMNS = ("what", "latency", "calls", "minimum", "ratio", "pull s", "CPU s", "read s", "CPU s ", "pass s", "MB", "429")


@dataclass(frozen=True, slots=True)
class Base:
    """A simulated account with its limits on, and syncd's settings for it."""

    crm: Counterpart
    name: str
    config: Path

    def calls(self) -> int:
        """Return the calls so far that read records."""
        asking = ("account", "properties", "describe", "query Organization", "limits", "oauth", "userinfo", "token",
                  "owners", "query User", "query Group")  # fmt: skip
        return sum(count for name, count in self.crm.calls().items() if not name.startswith(asking))

    def refusals(self) -> int:
        """Return the calls that were refused for coming too fast."""
        rows = json.loads(self.ask("GET", "requests"))["requests"]
        return sum(row["count"] for row in rows if row["status"] in {403, 429})

    def change(self, count: int, seed: int = 1) -> None:
        """Let a person change so many records, here and there."""
        kind, field = OBJECTS[self.name]
        truth = [row for row in self.crm.truth(self.name) if row["object"] == kind]
        for number, row in enumerate(random.Random(seed).sample(truth, count)):
            act = {"do": "update", "as": "person", "crm": self.name, "object": kind, "id": row["id"]}
            self.ask("POST", "act", {**act, "properties": {field: f"{TITLES[number % len(TITLES)]}"}})

    def ask(self, method: str, place: str, body: object = None) -> bytes:
        """Ask the sandbox's control interface."""
        data = None if body is None else json.dumps(body).encode()
        return urllib3.request(method, f"{self.crm.url}/_sandbox/{place}", body=data).data


@contextmanager
def base(crm: str, contacts: int, *, latency: float = 0.0, tier: str = "pro", store: str = "") -> Iterator[Base]:
    """Have an account of so many contacts; `store` is the URL of syncd's store, a file by default."""
    sandbox = ["--people", str(contacts), "--companies", str(contacts * 3 // 10 + 1), "--port", "0", "--tier", tier]
    with tempfile.TemporaryDirectory() as folder, running([*sandbox, "--latency", str(latency)]) as counterpart:
        config = Path(folder) / "syncd.yaml"
        url = store or f"sqlite:///{folder}/syncd.db"
        kind, _ = OBJECTS[crm]
        config.write_text(CONFIGURATION.format(crm=crm, url=counterpart.url, store=url, object=kind))
        yield Base(counterpart, crm, config)


@contextmanager
def daemon(place: Base) -> Iterator[subprocess.Popen[str]]:
    """Have a syncd that reads and passes on request."""
    command = [sys.executable, __file__, "--serve", str(place.config)]
    environment = {**os.environ, "TOKEN": place.crm.token}
    process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def told(process: subprocess.Popen[str], what: str) -> dict[str, float]:
    """Have syncd do something; return what it took."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(what + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise SystemExit("syncd ended")
    answer: dict[str, float] = json.loads(line)
    return answer


def serve(config: str) -> None:
    """Be a syncd that has started: do what each line says."""
    from syncd.engine import run_pass
    from syncd.engine.reading.sync import Held, read_changes
    from syncd.engine.setup import StreamPass
    from syncd.engine.tally import Tally
    from syncd.settings import load_settings
    from syncd.telemetry import Telemetry, configure_logs
    from syncd.wiring import build

    clock = SystemClock()
    telemetry = Telemetry(clock)
    configure_logs(telemetry.redaction, level="error")
    parts = build(load_settings(Path(config), os.environ), clock=clock, telemetry=telemetry, holder="benchmark")

    def pull() -> None:
        for setup in parts.setups:
            with parts.store.reading() as tx:
                cursor = tx.cursors.read(setup.stream)
            for _ in setup.connector.pull(setup.want, cursor, Held(parts.store, setup.stream)):
                pass

    def read() -> None:
        with parts.store.transaction() as tx:
            run = tx.runs.start("benchmark", clock.now())
        for setup in parts.setups:
            read_changes(StreamPass(parts.tools, setup, run, Tally()))
        with parts.store.transaction() as tx:
            tx.runs.finish(run, clock.now(), {})

    def whole_pass() -> None:
        _, results = run_pass(parts.tools, parts.setups, trigger="benchmark", may_write=False)
        for result in results:
            if result.error is not None:
                raise result.error

    deeds = {"pull": pull, "read": read, "pass": whole_pass}
    for line in sys.stdin:
        started, used = clock.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
        deeds[line.strip()]()
        now = resource.getrusage(resource.RUSAGE_SELF)
        cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
        with parts.store.reading() as tx:
            records = sum(tx.records.count(setup.stream) for setup in parts.setups)
        took = {"seconds": clock.monotonic() - started, "cpu": cpu, "peak": now.ru_maxrss // 1024, "records": records}
        sys.stdout.write(json.dumps(took) + "\n")
        sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class Figures:
    """What one thing took: the calls and times of a pull, of reading and of the rest of a pass."""

    what: str
    latency_s: float
    calls: int
    #: The theoretical minimum of calls.
    minimum: int
    pull: Mapping[str, float]
    read: Mapping[str, float]
    rest: Mapping[str, float]
    #: Calls that the CRM refused for coming too fast.
    refused: int

    @property
    def row(self) -> tuple[str, ...]:
        """Return them for people."""
        counts = (f"{self.calls}", f"{self.minimum}", f"{self.calls / self.minimum:.3f}")
        times = (f"{took[name]:.2f}" for took in (self.pull, self.read) for name in ("seconds", "cpu"))
        last = (f"{self.rest['seconds']:.2f}", f"{self.rest['peak']:.0f}", str(self.refused))
        return (self.what, f"{self.latency_s * 1000:.0f} ms", *counts, *times, *last)


def measure(crm: str, contacts: int, latency: float, tier: str) -> Iterator[Figures]:
    """Yield the figures of a full pull, of nothing new, of changes, and of nothing new again."""
    with base(crm, contacts, latency=latency, tier=tier) as place, daemon(place) as syncd:
        full = figures(place, syncd, "", latency, 1)
        records, page = int(full.read["records"]), PAGE if crm == "hubspot" else SALESFORCE_PAGE
        yield replace(full, what=f"full pull of {records:,}", minimum=-(-records // page))
        yield figures(place, syncd, "nothing new", latency, 1)
        for _ in range(2):
            # What the first pull read lies in the overlap, and would be counted as seen twice.
            place.ask("POST", "clock", {"shift_s": 3600})
            told(syncd, "pass")
        place.change(CHANGES)
        hubspot = -(-CHANGES // SEARCHED) + -(-CHANGES // READ) + -(-CHANGES // LINKED)
        yield figures(place, syncd, f"{CHANGES} changes", latency, hubspot if crm == "hubspot" else 1)
        yield figures(place, syncd, "nothing new", latency, 1)


def figures(place: Base, syncd: subprocess.Popen[str], what: str, latency: float, least: int) -> Figures:
    """Have what is there to be read pulled once without keeping it, then read, then passed over."""
    before, refused = place.calls(), place.refusals()
    pull = told(syncd, "pull")
    calls = place.calls() - before
    SystemClock().wait(WINDOW_S)
    read = told(syncd, "read")
    held_back = place.refusals() - refused
    return Figures(what, latency, calls, least, pull, read, told(syncd, "pass"), held_back)


def main(arguments: Sequence[str]) -> None:
    """Measure what was asked for."""
    asked: Any = argparse.ArgumentParser()
    asked.add_argument("contacts", nargs="?", type=int, default=20_000)
    asked.add_argument("--latency", nargs="+", type=float, default=[0.1])
    asked.add_argument("--tier", default="pro")
    asked.add_argument("--crm", default="hubspot", choices=sorted(OBJECTS))
    given = asked.parse_args(arguments)
    table = Table(*COLUMNS, title=f"{given.crm}, {given.tier}")
    for latency in given.latency:
        for found in measure(given.crm, given.contacts, latency, given.tier):
            table.add_row(*found.row)
            Console(stderr=True).print(*found.row)
    Console(width=max(120, Console().width)).print(table)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2])
    else:
        main(sys.argv[1:])
