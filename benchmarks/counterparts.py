"""How well two linked, dirty bases find each other: `python benchmarks/counterparts.py [PEOPLE] [SEED…]`.

Nothing is written: both bases are read once and matched as they are. Held against the sandbox's truth, by kind: people,
companies and deals that are in both CRMs and have a sure counterpart, sure pairs that are wrong, those that lack one;
and what a person would be asked. `tied` is the share of the pairs whose id HubSpot keeps; some of those are stale or
wrong. The processor time is that of the sandbox, too.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
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
from syncd.wiring import build, open_telemetry

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


def truth(url: str, crm: str) -> list[dict[str, Any]]:
    """Return what is true of every record of a CRM."""
    answer = urllib3.request("GET", f"{url}/_sandbox/truth?crm={crm}")
    return [json.loads(line) for line in answer.data.decode().splitlines()]


def measure(people: int, seed: int, tied: float) -> list[tuple[str, ...]]:
    """Return a row a kind."""
    clock = SystemClock()
    overlap = Overlap(tied=tied)
    sides = generate_sides(people, people // 4, seed=seed, now=clock.now(), dirt=1.0, overlap=overlap)
    with Sandbox.start(tier="off", population=sides) as sandbox, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "syncd.yaml"
        text = CONFIGURATION.format(url=sandbox.url, streams=", ".join(f"{name}: {{}}" for name in STREAMS))
        file.write_text(text, "utf-8")
        settings = load_settings(file, {**os.environ, "TOKEN": sandbox.token})
        telemetry = open_telemetry(clock, LogSettings(level=LogLevel.ERROR, format=LogFormat.JSON))
        parts = build(settings, clock=clock, telemetry=telemetry, stop=threading.Event(), holder="benchmark")
        started = time.process_time()
        run_pass(parts.tools, parts.setups, trigger="benchmark", may_write=False)
        seconds = time.process_time() - started
        kin = Kin.of({name: truth(sandbox.url, name) for name in ("hubspot", "salesforce")}, [])
        sure, asked = score_counterparts(kin, pairs(parts))
        parts.close()
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


def main(people: int, seeds: tuple[int, ...]) -> None:
    """Measure all and print the table."""
    table = Table(*COLUMNS)
    for tied in TIED:
        for seed in seeds:
            for row in measure(people, seed, tied):
                table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    chosen = [int(one) for one in sys.argv[1:]]
    main(chosen[0] if chosen else 2000, tuple(chosen[1:]) or SEEDS)
