"""How fast the store keeps and finds records: `python benchmarks/store_speed.py URL [RECORDS]`.

A record has 30 properties, two findings and two lookup keys, like a dirty contact. The database should be a fresh one.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from syncd.clock import SystemClock
from syncd.model import Action, Change, Finding, Fix, FixState, Mode, Ref, Severity, SourceRecord, Stream
from syncd.store import KeptRecord, Store

STREAM = Stream("bench", "contacts", "person")
BATCH = 1000
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def row(number: int, generation: int = 0) -> KeptRecord:
    """Return one dirty contact."""
    ref = Ref(STREAM.account, STREAM.object, str(10_000_000 + number))
    values = {f"property_{index}": f"value {number} {index} {generation}" if index % 3 else None for index in range(30)}
    findings = tuple(
        Finding(
            ref, rule, field, Severity.WARNING, "not in normal form", Mode.APPLY, f"right {number}", has_proposal=True
        )
        for rule, field in (("email_form", "email"), ("phone_e164", "phone"))
    )
    keys = frozenset({("email_domain", f"company{number % 5000}.com"), ("email", f"p{number}@company.com")})
    source = SourceRecord(ref, values, NOW, NOW, {"companies": (str(number),)})
    return KeptRecord(source, number * 7 + generation, "rules", findings, None, keys, "12", "API", is_clean=False)


def fix(number: int) -> Fix:
    """Return a fix of one contact."""
    ref = Ref(STREAM.account, STREAM.object, str(10_000_000 + number))
    change = Change("email", "email", "A@B.C", "a@b.c", ("email_form",), ("not in lower case",))
    return Fix("", ref, Action.UPDATE, FixState.APPROVED, (change,), None, ("email_form",), ("not in lower case",))


@contextmanager
def timed(what: str, count: int) -> Iterator[None]:
    """Print how many a second."""
    began, began_cpu = time.perf_counter(), time.process_time()
    yield
    seconds, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    print(f"{what:30} {seconds:8.3f} s {count / seconds:10,.0f} /s {cpu:10.3f} s of CPU here")


def main(url: str, total: int) -> None:
    """Measure."""
    store = Store.open(url, SystemClock())
    store.migrate()
    with timed("first load, keep", total):
        for start in range(0, total, BATCH):
            with store.transaction() as tx:
                tx.records.keep(STREAM, [row(number) for number in range(start, start + BATCH)])
    some = sorted(random.Random(1).sample(range(total), BATCH))
    ids = [str(10_000_000 + number) for number in some]
    steps = {
        "keep 1,000 changed records": lambda tx: tx.records.keep(STREAM, [row(number, 1) for number in some]),
        "states of 1,000": lambda tx: tx.records.states(STREAM, ids),
        "versions of 1,000": lambda tx: tx.records.versions(STREAM, ids),
        "read 1,000": lambda tx: tx.records.read(STREAM, ids),
        "with_key of 1,000": lambda tx: tx.records.with_key(
            "bench", "person", {("email", f"p{number}@company.com") for number in some}
        ),
        "decide 1,000 clean records": lambda tx: tx.journal.decide(STREAM, ids, [], "run"),
        "decide 1,000 fixes": lambda tx: tx.journal.decide(STREAM, ids, [fix(number) for number in some], "run"),
        "decide the same again": lambda tx: tx.journal.decide(STREAM, ids, [fix(number) for number in some], "run"),
        "last_written of 1,000": lambda tx: tx.journal.last_written(STREAM, ids),
        "intend 1,000": lambda tx: tx.journal.intend(
            [one.id for one in tx.journal.approved(STREAM, BATCH)], "run", NOW
        ),
        "settle 1,000": lambda tx: tx.journal.settle(
            [(one.id, FixState.APPLIED, "") for one in tx.journal.unsettled(STREAM)], NOW
        ),
        "tally": lambda tx: tx.findings.tally(STREAM),
        "judged_otherwise, none": lambda tx: tx.records.judged_otherwise(STREAM, "rules", "", 500),
    }
    for what, step in steps.items():
        with timed(what, BATCH), store.transaction() as tx:
            step(tx)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20_000)
