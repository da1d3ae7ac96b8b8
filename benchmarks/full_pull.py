"""The first reading of a whole base, and a cycle after it: calls against the theoretical minimum, time, peak memory.

    python benchmarks/full_pull.py [CRM] [N ...]        (default hubspot, 2000 10000 40000 people)

Each base is a sandbox in a process of its own; syncd is `syncd sync --no-write`, measured from outside. The theoretical
minimum is one call for every full page of an object, 100 records on HubSpot and 2,000 on Salesforce (where a bulk job
takes over above 50,000). Memory is flat when the last column does not grow with the first.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from syncd.cli.demonstration.counterpart import Counterpart, running

CONFIGURATION = """\
accounts: {{main: {{crm: {crm}, token: "${{TOKEN}}", url: "{url}", share: 1.0}}}}
store: {{url: "sqlite:///{store}"}}
log: {{level: error}}
"""
#: Records that one call can bring.
PAGE = {"hubspot": 100, "salesforce": 2000}
COLUMNS = ("records", "calls", "minimum", "ratio", "idle calls", "seconds", "records/s", "peak MB")


def measure(crm_name: str, people: int) -> tuple[object, ...]:
    """Return one row of the table."""
    sandbox = ["--people", str(people), "--companies", str(people * 3 // 10 + 1), "--port", "0", "--tier", "off"]
    with tempfile.TemporaryDirectory() as folder, running(sandbox) as crm:
        config = Path(folder) / "syncd.yaml"
        config.write_text(CONFIGURATION.format(crm=crm_name, url=crm.url, store=f"{folder}/syncd.db"))
        first = _sync(config, crm)
        idle = _sync(config, crm)
    least = sum(-(-count // PAGE[crm_name]) for count in first.records)
    count = sum(first.records)
    rate = f"{count / first.seconds:,.0f}"
    ratio = f"{first.calls / least:.3f}"
    return count, first.calls, least, ratio, idle.calls, f"{first.seconds:.1f}", rate, first.megabytes


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass of syncd, seen from outside."""

    #: Calls that read records.
    calls: int
    #: Records held afterwards, by object.
    records: tuple[int, ...]
    seconds: float
    #: Peak memory.
    megabytes: int


def _sync(config: Path, crm: Counterpart) -> Pass:
    """Run one pass that writes nothing."""
    before, started = _reading(crm), time.monotonic()
    command = [sys.executable, "-m", "syncd", "sync", "--no-write", "--json", "--config", str(config)]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, env={**os.environ, "TOKEN": crm.token}, stdout=said)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - started
        said.seek(0)
        told = said.read()
    if process.returncode not in (0, 8):
        raise SystemExit(f"syncd ended with {process.returncode}")
    records = tuple(one["records"] for one in json.loads(told)["streams"].values())
    return Pass(_reading(crm) - before, records, seconds, used.ru_maxrss // 1024)


def _reading(crm: Counterpart) -> int:
    """Return the calls so far, without those that ask who and what the account is."""
    asking = ("account", "properties", "describe", "query Organization", "limits", "oauth", "userinfo", "token")
    return sum(count for name, count in crm.calls().items() if not name.startswith(asking))


def main() -> None:
    """Measure every size that was asked for."""
    given = sys.argv[1:]
    crm_name = given.pop(0) if given and given[0] in PAGE else "hubspot"
    sizes = [int(size) for size in given] or [2_000, 10_000, 40_000]
    table = Table(*COLUMNS, title=crm_name)
    for size in track(sizes, description="pulling", console=Console(stderr=True)):
        table.add_row(*[str(value) for value in measure(crm_name, size)])
    Console(width=max(100, Console().width)).print(table)


if __name__ == "__main__":
    main()
