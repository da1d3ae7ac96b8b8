"""The first load of a large base, killed in the middle and taken up again: calls, time, peak memory.

    python benchmarks/first_load.py [CONTACTS] [STORE]   (default 1000000, an SQLite file; or postgresql://…)

The sandbox is a process of its own, and so is each of syncd's two lives; the first one is killed once half of the
pages were asked for. 20,000 generated contacts, dirty as ever, are taken again and again, each time under other names,
numbers and addresses. There is no limit on the pace: HubSpot itself would take nine minutes for a million contacts at
the least. The base is read, judged and kept; it is not matched. A call too many is one that brought what was read
before the kill, and was not kept yet.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import pulling
import urllib3
from rich.console import Console
from rich.table import Table

from syncd.clock import SystemClock

GENERATED = 20_000
COLUMNS = ("life", "records", "calls", "seconds", "CPU s", "peak MB", "records / CPU s")
#: How often it is looked how far a life is.
_LOOK_S = 0.5


def serve(contacts: int) -> None:
    """Be the account, until the other end of the standard input is closed."""
    from connectors.sandbox import Sandbox
    from connectors.sandbox.population import generate

    people = min(contacts, GENERATED)
    population = generate(people, people // 5, now=SystemClock().now())
    with Sandbox.start(tier="off", crms=("hubspot",), population=population) as sandbox:
        widen(sandbox.account.tables["contacts"], contacts)
        sys.stdout.write(json.dumps({"url": sandbox.url, "token": sandbox.token}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


def widen(table: object, contacts: int) -> None:
    """Let a table have so many contacts: those it has, again and again, each time as others."""
    from connectors.sandbox.hubspot.records import Record, Table

    assert isinstance(table, Table), "the account's own"
    known = [table.records[id_] for id_ in table.live]
    chance = random.Random(7)
    records = list(known)
    while len(records) < contacts:
        one, other = known[len(records) % len(known)], chance.choice(known)
        values = {
            **one.values,
            **{name: other.values[name] for name in ("lastname", "jobtitle") if name in other.values},
        }
        if "email" in values:
            values["email"] = f"{chance.randrange(10_000)}{values['email']}"
        for name in ("phone", "mobilephone"):
            if name in values:
                values[name] = values[name][:-4] + "".join(
                    str(chance.randrange(10)) if sign.isdigit() else sign for sign in values[name][-4:]
                )
        records.append(Record(table.take_id(), values, one.created_ms, one.modified_ms))
    table.fill(records)


def life(config: Path, account: dict[str, str], kill_after: int | None) -> dict[str, float]:
    """Live until everything is read, or be killed after so many calls; return what it took."""
    clock, before = SystemClock(), calls(account)
    command = [sys.executable, str(Path(pulling.__file__)), "--serve", str(config)]
    started = clock.monotonic()
    process = subprocess.Popen(
        command, env={**os.environ, "TOKEN": account["token"]}, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"read\n")
    process.stdin.flush()
    if kill_after is None:
        records = json.loads(process.stdout.readline())["records"]
    else:
        records = 0
        while calls(account) - before < kill_after:
            clock.wait(_LOOK_S)
    seconds = clock.monotonic() - started
    process.kill()
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return {
        "records": records,
        "calls": calls(account) - before,
        "seconds": seconds,
        "cpu": used.ru_utime + used.ru_stime,
        "peak": used.ru_maxrss // 1024,
    }


def calls(account: dict[str, str]) -> int:
    """Return the calls so far that read contacts."""
    rows = json.loads(urllib3.request("GET", f"{account['url']}/_sandbox/requests").data)["requests"]
    return sum(row["count"] for row in rows if row["endpoint"] in {"list", "search", "batch_read"})


def main(contacts: int, store: str) -> None:
    """Measure both lives."""
    command = [sys.executable, __file__, "serve", str(contacts)]
    crm = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    table = Table(*COLUMNS, title=f"{contacts:,} contacts, {store.partition(':')[0] or 'sqlite'}")
    try:
        account = json.loads(crm.stdout.readline() if crm.stdout else "")
        with tempfile.TemporaryDirectory() as folder:
            config = Path(folder) / "syncd.yaml"
            url = store or f"sqlite:///{folder}/syncd.db"
            settings = pulling.CONFIGURATION.format(crm="hubspot", url=account["url"], store=url, object="contacts")
            config.write_text(settings)
            lives = [life(config, account, contacts // pulling.PAGE // 2), life(config, account, None)]
    finally:
        crm.terminate()
        crm.wait()
    held = lives[1]["records"]
    for name, one in zip(("killed half-way", "to the end"), lives, strict=True):
        rate = f"{held / sum(it['cpu'] for it in lives):,.0f}" if one is lives[1] else ""
        table.add_row(name, f"{one['records']:,.0f}", f"{one['calls']:,}", f"{one['seconds']:.0f}", f"{one['cpu']:.0f}",
                      f"{one['peak']:.0f}", rate)  # fmt: skip
    total, least = sum(one["calls"] for one in lives), -(-contacts // pulling.PAGE)
    table.add_row("both", "", f"{total:,} of {least:,} = {total / least:.4f}", "", "", "", "")
    Console(width=max(110, Console().width)).print(table)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, sys.argv[2] if len(sys.argv) > 2 else "")
