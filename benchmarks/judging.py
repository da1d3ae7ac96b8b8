"""How fast records are judged, all rules on, one core: `python benchmarks/judging.py [CONTACTS] [STREAMED]`.

Contacts (100,000) are those of the simulated base, two in five dirty, as HubSpot spells them, one JSON line each. In
one run and next to each other: decoding, handing on and encoding alone; a straightforward chain of the libraries behind
the rules (no memory, no phases, far fewer rules); the judgement of new values (cold), of the same values again (warm)
and of another base of the same kind (steady); its steps; what an unchanged record costs. Then STREAMED lines
(1,000,000) come through a pipe, and peak memory tells what is kept. Seconds are of this process's CPU.
"""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table

from connectors.sandbox.hubspot.loader import PERSON, SIGNALS
from connectors.sandbox.population import Person, generate
from mappings import shipped_mapping, to_canonical
from quality import Ruleset, Surroundings, compile_ruleset, evaluate, lookup_keys, resolve
from syncd.engine.judging.judge import content_of
from syncd.model import Mode, Ref, SourceRecord

NOW = datetime(2026, 3, 1, tzinfo=UTC)
AROUND = Surroundings(NOW)
CHUNK = 10_000


def lines(count: int, seed: int) -> Iterator[bytes]:
    """Return contacts as JSON lines; each chunk is a base of its own."""
    mapping = shipped_mapping("hubspot", "contacts")
    assert mapping is not None
    empty = dict.fromkeys(mapping.properties)
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        for number, person in enumerate(generate(size, size * 3 // 10, seed=seed + start, now=NOW).people):
            yield orjson.dumps(
                {
                    "id": str(start + number),
                    "properties": empty | _properties(person),
                    "updatedAt": person.modified_at.isoformat(),
                    "companies": [person.company] if person.company else [],
                }
            )


def _properties(person: Person) -> dict[str, str]:
    values = {PERSON[name]: value for name, value in person.values.items()}
    for name, moment in person.signals.items():
        values[SIGNALS[name]] = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if person.has_bounced:
        values |= {"hs_email_hard_bounce_reason_enum": "UNKNOWN_USER", "hs_email_bad_address": "true"}
    if person.has_opted_out:
        values["hs_email_optout"] = "true"
    return values | {"hs_object_source": person.source.type, "hubspot_owner_id": person.owner}


def source_of(line: bytes) -> SourceRecord:
    """Return the record in a line."""
    told = orjson.loads(line)
    modified_at = datetime.fromisoformat(told["updatedAt"])
    links = {"companies": tuple(told["companies"])}
    return SourceRecord(Ref("main", "contacts", told["id"]), told["properties"], None, modified_at, links)


def naive(properties: dict[str, Any]) -> list[object]:
    """Put one contact right the way a first script would: one call of a library for each field."""
    import phonenumbers
    import pycountry
    from email_validator import EmailNotValidError, validate_email
    from ftfy import fix_text

    found: list[object] = []
    texts = {name: fix_text(value).strip() for name, value in properties.items() if isinstance(value, str)}
    try:
        found.append(validate_email(texts.get("email", ""), check_deliverability=False).normalized.lower())
    except EmailNotValidError:
        found.append("not an address")
    region = None
    if name := texts.get("country"):
        try:
            region = pycountry.countries.lookup(name).alpha_2
        except LookupError:
            found.append("no country")
    for field in ("phone", "mobilephone"):
        if text := texts.get(field):
            try:
                number = phonenumbers.parse(text, region)
                found.append(phonenumbers.is_valid_number(number))
                found.append(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
            except phonenumbers.NumberParseException:
                found.append("not a number")
    return [
        *found,
        texts.get("firstname", "").title(),
        texts.get("lastname", "").title(),
        texts.get("city", "").title(),
    ]


def judge(ruleset: Ruleset, mapping: Any, source: SourceRecord) -> object:
    """Do all that judging one record takes, but for the store."""
    record = to_canonical(mapping, source)
    lookup_keys(record)
    findings = evaluate(ruleset, record, AROUND).findings
    return content_of(mapping, source), resolve(record, findings)


class Clock:
    """Times passes over records and gathers the rows of the table."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, int, float]] = []

    def over(self, what: str, items: Sequence[Any], each: Callable[[Any], object]) -> None:
        """Time `each` over all items."""
        gc.collect()
        gc.freeze()  # the lists of this benchmark are no part of what is measured: a pass holds some hundred records
        began = time.process_time()
        for item in items:
            each(item)
        self.rows.append((what, len(items), time.process_time() - began))

    def table(self) -> Table:
        """Return what was measured; the last column is against the chain of libraries."""
        rates = {what: count / seconds for what, count, seconds in self.rows}
        table = Table("", "records/s", "µs each", "× chain")
        for what, rate in rates.items():
            table.add_row(what, f"{rate:,.0f}", f"{1e6 / rate:.1f}", f"{rate / rates[_CHAIN]:.1f}")
        return table


_CHAIN = "a straightforward chain of the libraries"


def measure(count: int) -> Table:
    """Measure passes over `count` contacts."""
    mapping = shipped_mapping("hubspot", "contacts")
    assert mapping is not None
    packed = list(lines(count, seed=1))
    sources = [source_of(line) for line in packed]
    others = [to_canonical(mapping, source_of(line)) for line in lines(count, seed=2)]
    records = [to_canonical(mapping, source) for source in sources]
    ruleset = compile_ruleset("person", stream_mode=Mode.APPLY)
    clock = Clock()
    clock.over("decode and encode alone", packed, lambda line: orjson.dumps(orjson.loads(line)))
    clock.over(_CHAIN, sources[:5000], lambda source: naive(dict(source.values)))
    clock.over("evaluate, cold", records, lambda record: evaluate(ruleset, record, AROUND))
    clock.over("evaluate, warm", records, lambda record: evaluate(ruleset, record, AROUND))
    clock.over("evaluate, steady: another base", others, lambda record: evaluate(ruleset, record, AROUND))
    findings = [(record, evaluate(ruleset, record, AROUND).findings) for record in records[:20_000]]
    clock.over("read through the mapping", sources, lambda source: to_canonical(mapping, source))
    clock.over("lookup keys", records, lookup_keys)
    clock.over("resolve", findings, lambda both: resolve(*both))
    known = {source.ref.id: content_of(mapping, source) for source in sources}
    clock.over("an unchanged record", sources, lambda source: known[source.ref.id] == content_of(mapping, source))
    clock.over("all of it, warm", sources, lambda source: judge(ruleset, mapping, source))
    return clock.table()


def stream(incoming: Iterable[bytes]) -> str:
    """Judge lines as they come; return what it took."""
    mapping = shipped_mapping("hubspot", "contacts")
    ruleset = compile_ruleset("person", stream_mode=Mode.APPLY)
    count, began = 0, time.process_time()
    peaks = []
    for line in incoming:
        judge(ruleset, mapping, source_of(line))
        count += 1
        if count % 100_000 == 0:
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    seconds = time.process_time() - began
    return f"{count:,} streamed: {count / seconds:,.0f} records/s, peak MB after each 100,000: {peaks}"


def main(given: Sequence[str]) -> None:
    """Measure what was asked for; `--write N` and `--judge` are the two ends of the pipe."""
    if given[:1] == ["--write"]:
        for line in lines(int(given[1]), seed=1_000_003):
            sys.stdout.buffer.write(line + b"\n")
        return
    if given[:1] == ["--judge"]:
        print(stream(sys.stdin.buffer))
        return
    count, streamed = [*(int(one) for one in given), *(100_000, 1_000_000)[len(given) :]][:2]
    if count:
        Console().print(measure(count))
    if streamed:
        script = [sys.executable, __file__]
        with subprocess.Popen([*script, "--write", str(streamed)], stdout=subprocess.PIPE) as writer:
            subprocess.run([*script, "--judge"], stdin=writer.stdout, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
