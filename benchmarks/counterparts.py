"""How well two linked, dirty bases find each other: `python benchmarks/counterparts.py [PEOPLE] [SEED…]`; what that
costs, and what 1,000 changes cost then: `python benchmarks/counterparts.py scale PEOPLE…`.

Nothing is written: both bases are read once and matched as they are. Held against the sandbox's truth, by kind: people,
companies and deals that are in both CRMs and have a sure counterpart, sure pairs that are wrong, those that lack one;
and what a person would be asked. `tied` is the share of the pairs whose id HubSpot keeps; some of those are stale or
wrong. The processor time is that of the sandbox, too.

`scale` has the sandbox in a process of its own: what is told is syncd's, its helpers' included. Everything is read,
judged and matched, nothing is written; then a person edits 1,000 contacts of HubSpot, and one pass is made.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3
from rich.console import Console
from rich.table import Table

from connectors.sandbox import Sandbox
from connectors.sandbox.population import Overlap, generate_sides
from syncd.cli.demonstration.kin import Kin
from syncd.cli.demonstration.linked_facts import pairs
from syncd.cli.demonstration.linked_score import score_counterparts
from syncd.clock import SystemClock
from syncd.engine import run_pass
from syncd.settings import LogFormat, LogLevel, LogSettings, load_settings
from syncd.wiring import Parts, build, open_telemetry

SEEDS = (1, 2, 3)
TIED = (0.5, 0.0)
CONFIGURATION = """\
accounts:
  hubspot-main: {{crm: hubspot, token: '${{TOKEN}}', url: '{url}', share: 1.0}}
  salesforce-main: {{crm: salesforce, token: '${{TOKEN}}', url: '{url}', share: 1.0}}
streams: {{{streams}}}
linked_accounts: {{customers: {{accounts: [hubspot-main, salesforce-main], kinds: [person, company, deal]}}}}
store: {{url: 'sqlite:///syncd.db'}}
"""
STREAMS = (
    "hubspot-main/companies", "hubspot-main/contacts", "hubspot-main/deals", "salesforce-main/Account",
    "salesforce-main/Contact", "salesforce-main/Lead", "salesforce-main/Opportunity",
)  # fmt: skip
COLUMNS = ("tied", "seed", "kind", "in both", "right", "wrong", "missed", "asked: one", "asked: not", "CPU s")


SCALE_COLUMNS = ("records", "first load CPU s", "quiet pass CPU s", "1,000 changes CPU s", "peak MB", "store MB")
CHANGES = 1_000


def truth(url: str, crm: str) -> list[dict[str, Any]]:
    """Return what is true of every record of a CRM."""
    answer = urllib3.request("GET", f"{url}/_sandbox/truth?crm={crm}")
    return [json.loads(line) for line in answer.data.decode().splitlines()]


def measure(people: int, seed: int, tied: float) -> list[tuple[str, ...]]:
    """Return a row a kind."""
    clock = SystemClock()
    overlap = Overlap(tied=tied)
    sides = generate_sides(people, people // 4, seed=seed, now=clock.now(), dirt=1.0, overlap=overlap)
    with (
        Sandbox.start(tier="off", population=sides) as sandbox,
        tempfile.TemporaryDirectory() as folder,
        opened(Path(folder), sandbox.url, sandbox.token) as parts,
    ):
        seconds = one_pass(parts)
        kin = Kin.of({name: truth(sandbox.url, name) for name in ("hubspot", "salesforce")}, [])
        sure, asked = score_counterparts(kin, pairs(parts))
    return [
        (
            f"{tied:.0%}",
            str(seed),
            kind,
            str(sure.right[kind] + sure.missed[kind]),
            str(sure.right[kind]),
            str(sure.wrong[kind]),
            str(sure.missed[kind]),
            str(asked.right[kind]),
            str(asked.wrong[kind]),
            f"{seconds:.0f}",
        )
        for kind in ("person", "company", "deal")
    ]


@contextmanager
def opened(folder: Path, url: str, token: str) -> Iterator[Parts]:
    """Yield everything put together for both accounts, with an empty store in a folder."""
    file, clock = folder / "syncd.yaml", SystemClock()
    file.write_text(CONFIGURATION.format(url=url, streams=", ".join(f"{name}: {{}}" for name in STREAMS)), "utf-8")
    settings = load_settings(file, {**os.environ, "TOKEN": token})
    telemetry = open_telemetry(clock, LogSettings(level=LogLevel.ERROR, format=LogFormat.JSON))
    parts = build(settings, clock=clock, telemetry=telemetry, stop=threading.Event(), holder="benchmark")
    try:
        yield parts
    finally:
        parts.close()


def one_pass(parts: Parts) -> float:
    """Pass over everything without writing; return what that cost of the processor, helpers included."""
    before = busy()
    run_pass(parts.tools, parts.setups, trigger="benchmark", may_write=False)
    return busy() - before


def busy() -> float:
    """Return the seconds that the processor has given to this process, and to those it has waited for."""
    helpers = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + helpers.ru_utime + helpers.ru_stime


def serve(people: int) -> None:
    """Be the two CRMs until standard input ends."""
    sides = generate_sides(people, people // 4, seed=1, now=SystemClock().now(), dirt=1.0, overlap=Overlap(tied=0.5))
    with Sandbox.start(tier="off", population=sides) as sandbox:
        print(json.dumps({"url": sandbox.url, "token": sandbox.token}), flush=True)
        sys.stdin.read()


def edited(url: str) -> None:
    """Let a person edit contacts of HubSpot: a title, a phone number, an address."""
    dice = random.Random(7)
    ids = sorted(row["id"] for row in truth(url, "hubspot") if row["object"] == "contacts" and row["id"])
    for number, record in enumerate(dice.sample(ids, CHANGES)):
        values = ({"jobtitle": "Head of Sales"}, {"phone": f"+4930555{number:05}"}, {"city": "Leipzig"})[number % 3]
        act = {
            "do": "update",
            "crm": "hubspot",
            "object": "contacts",
            "id": record,
            "properties": values,
            "as": "person",
        }
        urllib3.request("POST", f"{url}/_sandbox/act", json=act)


def scale(people: int) -> tuple[str, ...]:
    """Return what linked bases of a size cost: the first load, a pass without news, and one with 1,000 changes."""
    command = [sys.executable, __file__, "serve", str(people)]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as crms,
        tempfile.TemporaryDirectory() as folder,
    ):
        assert crms.stdin is not None
        assert crms.stdout is not None
        told = json.loads(crms.stdout.readline())
        with opened(Path(folder), told["url"], told["token"]) as parts:
            loading = one_pass(parts)
            one_pass(parts)
            quiet = one_pass(parts)
            edited(told["url"])
            changing = one_pass(parts)
            with parts.store.reading() as tx:
                records = sum(tx.records.count(setup.stream) for setup in parts.setups)
        crms.stdin.close()
        size = sum(file.stat().st_size for file in Path(folder).glob("syncd.db*")) / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{records:,}", f"{loading:.1f}", f"{quiet:.2f}", f"{changing:.2f}", f"{peak:.0f}", f"{size:.0f}"


def main(people: int, seeds: tuple[int, ...]) -> None:
    """Measure all and print the table."""
    table = Table(*COLUMNS)
    for tied in TIED:
        for seed in seeds:
            for row in measure(people, seed, tied):
                table.add_row(*row)
    Console().print(table)


def scales(sizes: list[int]) -> None:
    """Measure what several sizes cost, and print the table; the smallest first, for memory is told as it peaked."""
    table = Table(*SCALE_COLUMNS)
    for people in sorted(sizes):
        table.add_row(*scale(people))
    Console().print(table)


if __name__ == "__main__" and sys.argv[1:2] == ["serve"]:
    serve(int(sys.argv[2]))
elif __name__ == "__main__" and sys.argv[1:2] == ["scale"]:
    scales([int(one) for one in sys.argv[2:]])
elif __name__ == "__main__":
    chosen = [int(one) for one in sys.argv[1:]]
    main(chosen[0] if chosen else 2000, tuple(chosen[1:]) or SEEDS)
