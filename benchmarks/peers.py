"""Pulling contacts by syncd and by public connectors, from one simulated account with its limits on: what each costs.

    python benchmarks/peers.py --envs DIR [--contacts N] [--latency SECONDS ...] [--crm NAME] [--only NAME ...]
        [--parts table drift kill curve idle] [--picture FILE]

The connectors are installed in DIR, each with an environment of its own, and run as they come (`peer_connectors.py`
says how they reach the sandbox). Figures are gathered in DIR/peers-CRM.json, also those of earlier runs, so that parts
can be run one at a time. Calls are those that read records, from the sandbox's own counters. Seconds and processor
time are from the first call on: programs that start for each pull are not charged for it, and syncd, which stays, is
its connector's pull alone. Peers fetch all properties of a contact, syncd those it has a use for, and links.

* table: a full pull, nothing new, 500 changes. A record is missing if it was not told, or not as it is now.
* drift: somebody edits while pages are read; what is still not known as it is after two more pulls is lost.
* kill: killed in the middle of a full pull, and started again with the last state it told.
* curve: calls by the number of changes. idle: calls of a pull that finds nothing, by the size of the base.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import peer_picture
import pulling
from peer_clients import Client, PeerClient, SyncdClient, Took, change, current, syncd
from peer_connectors import HUBSPOT_PEERS, NOT_RUN, SALESFORCE_PEERS, Installed
from rich.console import Console
from rich.table import Table

Row = dict[str, Any]
CHANGES = 500
CURVE = (0, 10, 100, 500, 1_000, 2_000)
SIZES = (500, 1_000, 2_000, 4_000)
#: Contacts where people edit while pages are read, and how many of them were changed before an incremental pull.
DRIFTING, DRIFTED = 2_000, 500
#: The calls that bring pages; and how many fields of all its rows a page of Salesforce's holds: some 300 rows with
#: everything, more with less.
PAGES = {"hubspot": ("list", "search"), "salesforce": ("query*", "bulk_query_results")}
PAGE_CELLS = 20_000
KILL_LATENCY_S = 0.1
TIER = "pro"


class Bench:
    """The peers that could be installed, and the measurements."""

    def __init__(self, crm: str, installed: Sequence[Installed], only: Sequence[str]) -> None:
        self.crm = crm
        self.names = [name for name in ("syncd", *(one.peer.name for one in installed)) if not only or name in only]
        self._installed = {one.peer.name: one for one in installed}

    @contextmanager
    def client(self, name: str, contacts: int, latency: float = 0.0) -> Iterator[tuple[pulling.Base, Client]]:
        """Have a fresh account, and one client of it that has started."""
        with ExitStack() as stack:
            place = stack.enter_context(pulling.base(self.crm, contacts, latency=latency, tier=TIER))
            if name == "syncd":
                yield place, stack.enter_context(syncd(place))
                return
            self._installed[name].discover(place.crm.url)
            yield place, PeerClient(self._installed[name], place)

    def table(self, contacts: int, latencies: Sequence[float]) -> Iterator[Row]:
        """Yield a row for every client, latency and thing to do."""
        for latency in latencies:
            for name in self.names:
                with self.client(name, contacts, latency) as (place, client):
                    yield from self._rows(place, client, latency)

    def _rows(self, place: pulling.Base, client: Client, latency: float) -> Iterator[Row]:
        ids = everybody(place)

        def row(what: str, took: Took, expected: Callable[[dict[str, str]], int]) -> Row:
            missing = expected(client.titles())
            return {"client": client.name, "what": what, "latency": latency, "missing": missing, **asdict(took)}

        yield row(f"full pull of {len(ids):,}", client.pull(), lambda seen: len(set(ids) - set(seen)))
        client.settle()
        yield row("nothing new", client.pull(), lambda seen: len(set(ids) - set(seen)))
        changed = change(place, random.Random(1).sample(ids, CHANGES), "1")
        yield row(f"{CHANGES} changes", client.pull(),
                  lambda seen: sum(seen.get(id_) != title for id_, title in changed.items()))  # fmt: skip

    def drift(self) -> Iterator[Row]:
        """Yield what each has lost of records edited while it paged, in a full and in an incremental pull."""
        for name in self.names:
            with self.client(name, DRIFTING) as (place, client):
                late = everybody(place)[-1]
                yield {"client": name, "what": "full pull", **self._drifting(place, client, late)}
            with self.client(name, DRIFTING) as (place, client):
                client.pull()
                client.settle()
                change(place, random.Random(2).sample(everybody(place), DRIFTED), "2")
                yield {"client": name, "what": "incremental pull", **self._drifting(place, client, "")}

    def _drifting(self, place: pulling.Base, client: Client, late: str) -> Row:
        """Pull while the first record of each page is edited once it was served, and `late` before it is."""
        kind, field = pulling.OBJECTS[self.crm]
        if self.crm == "salesforce":
            place.ask("POST", "settings", {"crm": self.crm, "readings": {"page_cells": PAGE_CELLS}})
        for endpoint in PAGES[self.crm]:
            edit = {"kind": "edit", "endpoint": endpoint, "object": kind, "properties": {field: "Edited meanwhile"}}
            place.ask("POST", "faults", {**edit, "when": "after", "id": "first", "crm": self.crm})
            if late:
                place.ask("POST", "faults", {**edit, "when": "before", "id": late, "crm": self.crm})
        client.pull()
        place.ask("DELETE", "faults")
        for _ in range(2):
            client.pull()
        seen, now = client.titles(), current(place)
        edited = sum(title == "Edited meanwhile" for title in now.values())
        return {"edited": edited, "lost": sum(seen.get(id_) != title for id_, title in now.items())}

    def kill(self, contacts: int) -> Iterator[Row]:
        """Yield the calls of a full pull taken up again after a kill half-way."""
        pages = -(-contacts // (pulling.PAGE if self.crm == "hubspot" else pulling.SALESFORCE_PAGE))
        for name in self.names:
            with ExitStack() as stack:
                place, client = stack.enter_context(self.client(name, contacts, KILL_LATENCY_S))
                client.killed(pages // 2)
                if isinstance(client, SyncdClient):
                    took = client.revived(stack.enter_context(pulling.daemon(place)))
                else:
                    took = client.pull()
                missing = len(set(everybody(place)) - set(client.titles()))
            yield {"client": name, "pages": pages, "calls": took.calls, "missing": missing}

    def curve(self, contacts: int) -> Iterator[Row]:
        """Yield the cost by the number of changes."""
        for name in self.names:
            with self.client(name, contacts) as (place, client):
                ids = everybody(place)
                client.pull()
                for count in CURVE:
                    client.settle()
                    change(place, random.Random(count).sample(ids, count), f"c{count}")
                    yield {"client": name, "contacts": len(ids), "changes": count, **asdict(client.pull())}

    def idle(self, sizes: Sequence[int]) -> Iterator[Row]:
        """Yield the cost of a pull that finds nothing, by the size of the base."""
        for name in self.names:
            for size in sizes:
                with self.client(name, size) as (_, client):
                    client.pull()
                    client.settle()
                    yield {"client": name, "contacts": size, **asdict(client.pull())}


def everybody(place: pulling.Base) -> list[str]:
    """Return the ids of all records there are, in their order."""
    kind, _ = pulling.OBJECTS[place.name]
    found = [str(row["id"]) for row in place.crm.truth(place.name) if row["object"] == kind]
    return sorted(found, key=lambda id_: (len(id_), id_))


def gathered(file: Path, part: str, rows: Iterator[Row], keys: Sequence[str]) -> None:
    """Put rows into the file as they come, in the place of those that were measured before."""
    console = Console(stderr=True)
    for row in rows:
        told: dict[str, list[Row]] = json.loads(file.read_text()) if file.exists() else {}
        kept = [old for old in told.get(part, []) if any(old.get(key) != row.get(key) for key in keys)]
        told[part] = [*kept, row]
        file.write_text(json.dumps(told, indent=1))
        console.print(part, *(f"{name}={value}" for name, value in row.items()), highlight=False)


def shown(told: dict[str, list[Row]], crm: str) -> Iterator[Table]:
    """Yield the tables of what was measured."""
    table = Table("client", "what", "ms", "calls", "429", "missing", "seconds", "CPU s", "with start", "MB", title=crm)
    for row in sorted(told.get("table", []), key=lambda row: (row["latency"], row["what"])):
        whole = "" if row["whole_cpu"] is None else f"{row['whole_cpu']:.2f}"
        counts = (f"{row['latency'] * 1000:.0f}", str(row["calls"]), str(row["refused"]), str(row["missing"]))
        times = (f"{row['seconds']:.2f}", f"{row['cpu']:.2f}", whole, f"{row['peak']:.0f}")
        table.add_row(row["client"], row["what"], *counts, *times)
    yield table
    for part in ("drift", "kill"):
        rows = told.get(part, [])
        if rows:
            other = Table(*rows[0], title=part)
            for row in rows:
                other.add_row(*map(str, row.values()))
            yield other
    for part, by in (("curve", "changes"), ("idle", "contacts")):
        rows = told.get(part, [])
        if rows:
            steps = sorted({row[by] for row in rows})
            other = Table("calls", *map(str, steps), title=f"calls by {by}")
            for name in dict.fromkeys(row["client"] for row in rows):
                calls = {row[by]: row["calls"] for row in rows if row["client"] == name}
                other.add_row(name, *(str(calls.get(step, "")) for step in steps))
            yield other


def main() -> None:
    """Measure what was asked for."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--envs", type=Path, required=True)
    asked.add_argument("--contacts", type=int, default=5_000)
    asked.add_argument("--latency", nargs="+", type=float, default=[0.0, 0.1, 0.3])
    asked.add_argument("--crm", default="hubspot", choices=sorted(pulling.OBJECTS))
    asked.add_argument("--only", nargs="*", default=[])
    asked.add_argument("--parts", nargs="*", default=["table", "drift", "kill", "curve", "idle"])
    asked.add_argument("--picture", type=Path)
    given = asked.parse_args()
    installed = [
        Installed(peer, given.envs) for peer in (HUBSPOT_PEERS if given.crm == "hubspot" else SALESFORCE_PEERS)
    ]
    for one in installed:
        one.install()
    bench, file = Bench(given.crm, installed, given.only), given.envs / f"peers-{given.crm}.json"
    measured: dict[str, tuple[Callable[[], Iterator[Row]], Sequence[str]]] = {
        "table": (lambda: bench.table(given.contacts, given.latency), ("client", "what", "latency")),
        "drift": (bench.drift, ("client", "what")),
        "kill": (lambda: bench.kill(given.contacts), ("client", "pages")),
        "curve": (lambda: bench.curve(given.contacts), ("client", "changes")),
        "idle": (lambda: bench.idle(SIZES), ("client", "contacts")),
    }
    for part in given.parts:
        rows, keys = measured[part]
        gathered(file, part, rows(), keys)
    told = json.loads(file.read_text())
    for table in shown(told, given.crm):
        Console(width=max(120, Console().width)).print(table)
    for name, reason in NOT_RUN.items():
        Console().print(f"not run: {name}: {reason}")
    if given.picture is not None:
        given.picture.write_text(peer_picture.drawn(told["curve"], told["idle"]))


if __name__ == "__main__":
    main()
