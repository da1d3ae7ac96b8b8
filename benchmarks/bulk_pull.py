"""The first reading of many Salesforce contacts, by a bulk job and by queries, against a client that only reads.

    python benchmarks/bulk_pull.py [CONTACTS]           (default 200000)

The simulated org is a process of its own, and so is each client. The plain client makes the same calls and drops every
answer unread, packed as it came where it can: little can be faster in front of this org. `ratio` is the connector's
time over the plain client's; `CPU s` and `peak MB` are processor time and memory of the client's process. Contacts have
the fields of the shipped mapping.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import urllib3
from rich.console import Console
from rich.progress import track
from rich.table import Table

COLUMNS = ("way", "client", "records", "calls", "minimum", "seconds", "records/s", "ratio", "CPU s", "peak MB")
DATA = "/services/data/v64.0"
#: Rows that one call brings at most.
PAGE, PIECE = 2_000, 20_000
WAYS = ("bulk", "queries")
#: Each client works so often, in turns; the fastest time counts, for a busy machine only ever makes things slower.
ROUNDS = 2
#: A value for each field of the mapping that is a text; the rest stay empty.
VALUES = {"FirstName": "Ada {}", "LastName": "King", "Email": "ada.king.{}@example-works.com", "Title": "Head of Works",
          "Phone": "+49 30 5557{}", "MailingCity": "Kiel", "MailingCountry": "Germany"}  # fmt: skip


class Nothing:
    """A store that holds nothing yet."""

    def versions(self, _ids: Sequence[str]) -> dict[str, datetime]:
        """Return no versions."""
        return {}

    def count(self) -> int:
        """Return 0."""
        return 0

    def count_since(self, _since: datetime) -> int:
        """Return 0."""
        return 0


def serve(count: int) -> None:
    """Be the org, until the other end of the standard input is closed."""
    from connectors.sandbox import Sandbox

    with Sandbox.start(tier="off", crms=("salesforce",)) as sandbox:
        org = sandbox.org
        author, born = org.automated_user, datetime(2020, 1, 1, tzinfo=UTC)
        for number in range(count):
            at = born + timedelta(minutes=number)
            audit = {"CreatedDate": at, "LastModifiedDate": at, "SystemModstamp": at}
            people = {"CreatedById": author, "LastModifiedById": author, "OwnerId": author}
            values = {name: text.format(number) for name, text in VALUES.items()}
            org.add("Contact", {"Id": org.new_id("Contact"), **values, **audit, **people})
        sys.stdout.write(json.dumps({"url": sandbox.url, "token": sandbox.token}) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


def pull(way: str, url: str, token: str) -> int:
    """Pull all contacts through the connector; return how many came."""
    from connectors import Options, open_connector
    from connectors.protocol import Want
    from connectors.salesforce import full
    from syncd.clock import SystemClock
    from syncd.telemetry import Telemetry

    full.BULK_FROM = 0 if way == "bulk" else sys.maxsize
    clock = SystemClock()
    options = Options(share=1.0)
    connector = open_connector("salesforce", "bench", url, {"token": token}, options, Telemetry(clock), clock)
    want = Want("Contact", fields(url, token), ("Account",))
    return sum(len(page.records) for page in connector.pull(want, None, Nothing()))


def fields(url: str, token: str) -> tuple[str, ...]:
    """Return the fields of the shipped mapping that the org has."""
    from mappings import shipped_mappings

    (mapping,) = (one for one in shipped_mappings("salesforce") if one.object == "Contact")
    http = urllib3.PoolManager(headers={"Authorization": f"Bearer {token}"})
    described = json.loads(http.request("GET", f"{url}{DATA}/sobjects/Contact/describe").data)
    there = {field["name"] for field in described["fields"]}
    return tuple(name for name in mapping.properties if name in there)


def read(way: str, url: str, token: str) -> int:
    """Make the calls of a pull and drop the answers; return how many records they held."""
    http = urllib3.PoolManager(headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"})
    names = ("Id", "CreatedDate", "SystemModstamp", "LastModifiedById", "IsDeleted", "MasterRecordId", "AccountId")
    soql = f"SELECT {', '.join(dict.fromkeys((*names, *fields(url, token))))} FROM Contact"
    steps = _pieces(http, url, soql) if way == "bulk" else _pages(http, url, soql)
    return sum(steps)


def _pieces(http: urllib3.PoolManager, url: str, soql: str) -> Iterator[int]:
    from syncd.clock import SystemClock

    clock = SystemClock()
    body = json.dumps({"operation": "query", "query": soql}).encode()
    head = {**http.headers, "Content-Type": "application/json"}
    made = http.request("POST", f"{url}{DATA}/jobs/query", body=body, headers=head)
    if made.status != 200:
        raise SystemExit(made.data.decode())
    job = json.loads(made.data)["id"]
    wait = 1.0
    while json.loads(http.request("GET", f"{url}{DATA}/jobs/query/{job}").data)["state"] != "JobComplete":
        clock.wait(wait)
        wait = min(2 * wait, 30.0)
    locator = ""
    while locator != "null":
        place = f"{url}{DATA}/jobs/query/{job}/results?maxRecords={PIECE}" + (f"&locator={locator}" if locator else "")
        answer = http.request("GET", place, decode_content=False, headers={**http.headers, "Accept": "text/csv"})
        locator = answer.headers.get("Sforce-Locator", "null")
        yield int(answer.headers["Sforce-NumberOfRecords"])


def _pages(http: urllib3.PoolManager, url: str, soql: str) -> Iterator[int]:
    """Ask page after page in the order of ids; of an answer only the last id is looked for, so these come unpacked."""
    after, count = "", PAGE
    while count >= PAGE:
        behind = f" WHERE Id > '{after}'" if after else ""
        place = f"{url}{DATA}/query?q={quote(f'{soql}{behind} ORDER BY Id LIMIT {PAGE}')}"
        body = http.request("GET", place, headers={"Authorization": http.headers["Authorization"]}).data
        count = body.count(b'"Id":')
        after = body[body.rindex(b'"Id":') :].split(b'"')[3].decode() if count else ""
        yield count


def client(what: str, way: str, url: str, token: str) -> None:
    """Be a client, and print what it took."""
    work = {"syncd": pull, "plain": read}[what]
    started = time.monotonic()
    records = work(way, url, token)
    seconds = time.monotonic() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {
        "records": records,
        "seconds": seconds,
        "cpu": used.ru_utime + used.ru_stime,
        "peak": used.ru_maxrss // 1024,
    }
    sys.stdout.write(json.dumps(told) + "\n")


def measured(what: str, way: str, url: str, token: str) -> dict[str, float]:
    """Let a client of its own process work; return what it took, and its calls."""
    http = urllib3.PoolManager()
    http.request("DELETE", f"{url}/_sandbox/requests")
    done = subprocess.run(
        [sys.executable, __file__, "client", what, way, url, token], check=True, stdout=subprocess.PIPE, text=True
    )
    told: dict[str, float] = json.loads(done.stdout)
    return {**told, "calls": json.loads(http.request("GET", f"{url}/_sandbox/requests").data)["total"]}


def row(found: dict[str, float], plain: dict[str, float], least: int) -> tuple[str, ...]:
    """Return the figures of one client."""
    rate = f"{found['records'] / found['seconds']:,.0f}"
    ratio = f"{found['seconds'] / plain['seconds']:.2f}"
    counts = (f"{found['records']:.0f}", f"{found['calls']:.0f}", str(least))
    return (*counts, f"{found['seconds']:.1f}", rate, ratio, f"{found['cpu']:.1f}", f"{found['peak']:.0f}")


def main(count: int) -> None:
    """Measure each way, first plain and then through the connector."""
    table = Table(*COLUMNS, title=f"{count:,} contacts")
    org = subprocess.Popen(
        [sys.executable, __file__, "serve", str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        told = json.loads(org.stdout.readline() if org.stdout else "")
        pairs = [(way, what) for way in WAYS for what in ("plain", "syncd")]
        best: dict[tuple[str, str], dict[str, float]] = {}
        for way, what in track(pairs * ROUNDS, description="pulling", console=Console(stderr=True)):
            found = measured(what, way, told["url"], told["token"])
            best[way, what] = min(found, best.get((way, what), found), key=lambda one: one["seconds"])
        for (way, what), found in best.items():
            table.add_row(way, what, *row(found, best[way, "plain"], -(-count // (PIECE if way == "bulk" else PAGE))))
    finally:
        org.terminate()
        org.wait()
    Console(width=max(100, Console().width)).print(table)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(int(sys.argv[2]))
    elif sys.argv[1:2] == ["client"]:
        client(*sys.argv[2:])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
