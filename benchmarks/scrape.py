"""What a scrape, and counting what it shows, cost at a large base: `python benchmarks/scrape.py FILE.db [RECORDS]`.

Fills a store of three objects with records of 300 owners and 120 makers, three in ten of them dirty, each with a
proposal that waits; then measures what a pass does to bring the metrics up to date, a scrape, and the report.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from mappings import shipped_mapping
from quality import compile_ruleset
from syncd.clock import SystemClock
from syncd.engine import Tools
from syncd.engine.figures.measure import count
from syncd.engine.guarding.guard import GUARDS
from syncd.engine.outside.origins import SOURCES
from syncd.model import Action, Change, Finding, Fix, FixState, Maker, Mode, Owner, Ref, Severity, SourceRecord, Stream
from syncd.report import Watched, make_report, page_of
from syncd.settings import FigureSettings, MetricsSettings, UpkeepSettings
from syncd.store import KeptRecord, Store
from syncd.telemetry import Telemetry

ACCOUNT = "bench"
STREAMS = {
    "contacts": (Stream(ACCOUNT, "contacts", "person"), 0.7),
    "companies": (Stream(ACCOUNT, "companies", "company"), 0.2),
    "deals": (Stream(ACCOUNT, "deals", "deal"), 0.1),
}
BATCH = 5000
NOW = datetime(2026, 3, 1, tzinfo=UTC)
RULES = ("phone_form", "email_form", "country_form", "person_name_case", "required_fields")


def row(stream: Stream, number: int) -> KeptRecord:
    """Return one record."""
    ref = Ref(stream.account, stream.object, str(10_000_000 + number))
    values = dict.fromkeys(("firstname", "lastname", "email", "phone", "country"), f"value {number}")
    is_clean = number % 10 > 2
    found = () if is_clean else (RULES[number % 5], RULES[(number + 2) % 5])
    findings = tuple(
        Finding(ref, rule, "phone", Severity.WARNING, "not in normal form", Mode.APPLY, "x", has_proposal=True)
        for rule in found
    )
    maker = Maker(SOURCES[number % 6], f"source-{number % 120}", f"Source {number % 120}")
    return KeptRecord(
        SourceRecord(ref, values, NOW, NOW),
        number,
        "rules",
        findings,
        owner=str(number % 300),
        created_source=maker.kind,
        maker=maker,
        is_clean=is_clean,
    )


def fix(stream: Stream, number: int) -> Fix:
    """Return a fix of one record that waits for a person."""
    change = Change("phone", "phone", "1", "+1", ("phone_form",), ("not in normal form",))
    ref = Ref(stream.account, stream.object, str(10_000_000 + number))
    return Fix("", ref, Action.UPDATE, FixState.PROPOSED, (change,), None, ("phone_form",), ("not in normal form",))


def fill(store: Store, total: int) -> Iterator[str]:
    """Put records, fixes that wait and a year of daily figures into the store."""
    for stream, part in STREAMS.values():
        for start in range(0, int(total * part), BATCH):
            numbers = range(start, min(start + BATCH, int(total * part)))
            dirty = [number for number in numbers if number % 10 <= 2]
            with store.transaction() as tx:
                tx.records.keep(stream, [row(stream, number) for number in numbers])
                fixes = [fix(stream, number) for number in dirty]
                tx.journal.decide(stream, [one.ref.id for one in fixes], fixes, "run")
                tx.cursors.succeeded(stream, NOW)
        yield f"{stream.object}: {int(total * part):,} records"
    with store.transaction() as tx:
        tx.owners.keep(ACCOUNT, {str(number): Owner(is_active=True, name=f"Owner {number}") for number in range(300)})
        figures = {name: {"records": 1000, "clean": 700} for name in (one.name for one, _ in STREAMS.values())}
        for day in range(400):
            tx.runs.snapshot(datetime.fromtimestamp(NOW.timestamp() - 86_400 * (400 - day), UTC), figures)


def milliseconds(what: Callable[[], object], times: int = 7) -> float:
    """Return the median of what something takes in processor time."""
    spent = []
    for _ in range(times):
        began = time.process_time()
        what()
        spent.append((time.process_time() - began) * 1000)
    return statistics.median(spent)


def main(file: str, total: int) -> None:
    """Fill, and measure."""
    store = Store.open(f"sqlite:///{file}", SystemClock())
    store.migrate()
    with store.reading() as tx:
        is_filled = tx.records.count(STREAMS["contacts"][0]) > 0
    for line in () if is_filled else fill(store, total):
        print(line)
    figures = FigureSettings(
        UpkeepSettings(tuple(one for one, _ in STREAMS.values()), 1), metrics=MetricsSettings(owners=50)
    )
    watched = []
    for stream, _ in STREAMS.values():
        mapping = shipped_mapping("hubspot", stream.object)
        assert mapping is not None
        watched.append(Watched(stream, mapping, compile_ruleset(stream.kind, {}, Mode.OBSERVE), figures))
    telemetry = Telemetry(SystemClock())
    telemetry.expect_account(ACCOUNT, ("search", "list", "batch_read", "batch_update"))
    tools = Tools(store, telemetry, SystemClock())
    for one in watched:
        rules = {step.name: step.severity for step in one.ruleset.steps}
        telemetry.expect(one.stream, rules=rules, fields=one.ruleset.fields, guards=GUARDS)
        telemetry.expect_sources(one.stream, SOURCES)

    def count_all() -> None:
        with tools.store.reading() as tx:
            for one in watched:
                telemetry.kpis_measured(one.stream, count(tx, one))

    def report() -> str:
        with tools.store.reading() as tx:
            return page_of(make_report(tx, watched, NOW))

    with store.reading() as tx:
        print(f"records                      {sum(count(tx, one).records for one in watched):>10,}")
    print(f"counting three objects       {milliseconds(count_all):10.1f} ms")
    print(f"a scrape                     {milliseconds(telemetry.exposition):10.1f} ms")
    text = telemetry.exposition()[0].decode()
    series = [line for line in text.splitlines() if line and not line.startswith("#")]
    print(f"series                       {len(series):>10,}")
    print(f"bytes                        {len(text):>10,}")
    print(f"the report with its page     {milliseconds(report, 3):10.1f} ms")
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
