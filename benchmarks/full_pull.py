"""The first reading of a whole base, and a cycle after it: calls against the theoretical minimum, time, peak memory.

    python benchmarks/full_pull.py [N ...]        (default 2000 10000 40000 contacts)

Each base is a sandbox in a process of its own; syncd is `syncd sync --no-write`, measured from outside. The theoretical
minimum is one call for every 100 records. Memory is flat when the last column does not grow with the first.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from syncd.cli.demonstration.counterpart import Counterpart, running

CONFIGURATION = """\
accounts: {{main: {{crm: hubspot, token: "${{TOKEN}}", url: "{url}", share: 1.0}}}}
streams: {{main/companies: {{mode: observe}}, main/contacts: {{mode: observe}}}}
store: {{url: "sqlite:///{store}"}}
log: {{level: error}}
"""


def measure(people: int) -> tuple[object, ...]:
    """Return one row of the table."""
    companies = max(1, people * 3 // 10)
    sandbox = ["--people", str(people), "--companies", str(companies), "--port", "0", "--tier", "off"]
    with tempfile.TemporaryDirectory() as folder, running(sandbox) as crm:
        config = Path(folder) / "syncd.yaml"
        config.write_text(CONFIGURATION.format(url=crm.url, store=f"{folder}/syncd.db"))
        first_calls, seconds, megabytes = _sync(config, crm)
        idle_calls, _, _ = _sync(config, crm)
    least = -(-people // 100) + -(-companies // 100)
    rate = f"{(people + companies) / seconds:,.0f}"
    return (
        people,
        companies,
        first_calls,
        least,
        f"{first_calls / least:.3f}",
        idle_calls,
        f"{seconds:.1f}",
        rate,
        megabytes,
    )


def _sync(config: Path, crm: Counterpart) -> tuple[int, float, int]:
    """Run one pass; return the calls that read records, the seconds, and the peak memory in MB."""
    before = _reading(crm)
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "syncd", "sync", "--no-write", "--config", str(config)],
        env={**os.environ, "TOKEN": crm.token},
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 8):
        raise SystemExit(f"syncd ended with {process.returncode}")
    return _reading(crm) - before, time.monotonic() - started, used.ru_maxrss // 1024


def _reading(crm: Counterpart) -> int:
    """Return the calls so far, without those that ask who and what the account is."""
    return sum(count for name, count in crm.calls().items() if not name.startswith(("account", "properties")))


def main() -> None:
    """Measure every size that was asked for."""
    sizes = [int(given) for given in sys.argv[1:]] or [2_000, 10_000, 40_000]
    table = Table("contacts", "companies", "calls", "minimum", "ratio", "idle calls", "seconds", "records/s", "peak MB")
    for size in track(sizes, description="pulling", console=Console(stderr=True)):
        table.add_row(*[str(value) for value in measure(size)])
    Console(width=max(100, Console().width)).print(table)


if __name__ == "__main__":
    main()
