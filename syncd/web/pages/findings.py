"""What is wrong now, narrowed down by rule, severity, field, owner and where it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from starlette.responses import Response

from syncd.engine import find_records
from syncd.model import Maker, Role, Severity
from syncd.settings import StreamSettings
from syncd.store import OpenFinding, Sought, StreamTally, Transaction
from syncd.web.ask import Ask, NotThereError
from syncd.web.page import Menu, page
from syncd.web.told import People, label_of, spelled_by_us

SHOWN = 50
#: Choices of a filter that are listed at most.
LISTED = 300
_GRADES = {"info": Severity.INFO, "warning": Severity.WARNING, "error": Severity.ERROR}


@page("/findings", role=Role.VIEWER, shows_records=True, menu=Menu("Findings", 20))
def findings(ask: Ask) -> Response:
    """Show a page of them. Costs the same however large the base is."""
    streams = ask.settings.streams
    with ask.reading() as tx:
        tallies = {one.stream.name: tx.findings.tally(one.stream) for one in streams}
        chosen = _stream(ask, tallies)
        tally = tallies[chosen.stream.name]
        makers = {f"#{number}": maker for number, maker in tx.makers.all(chosen.stream.account).items()}
        sought = _sought(ask, tally, chosen)
        page_of = tx.findings.find(chosen.stream, sought, after=ask.query("after"), limit=SHOWN)
        found = _named_first(tx, chosen, sought, page_of.found, is_first=not ask.query("after"))
        sources = tx.records.read(chosen.stream, list(dict.fromkeys(one.finding.ref.id for one in found)))
        people = People.of(tx, [chosen.stream.account])
        owners = _owners(tx, chosen, people)
    records = {record_id: spelled_by_us(chosen, source) for record_id, source in sources.items()}
    ask.counted(records=len(records))
    return ask.show(
        "findings.html",
        streams=[(one.stream.name, f"{one.stream.name} ({_open(tallies[one.stream.name])})") for one in streams],
        chosen=chosen,
        found=found,
        after=page_of.after,
        sought=sought,
        rules=_rules(tally, sought),
        fields=[(name, name) for name in sorted(chosen.ruleset().fields)],
        owners=owners,
        origins=_origins(tally, makers),
        records=records,
        labels={record_id: label_of(record) for record_id, record in records.items()},
        people=people,
        rule_owner={one.finding.rule: chosen.owner_of(one.finding.rule) for one in found},
    )


def _stream(ask: Ask, tallies: Mapping[str, StreamTally]) -> StreamSettings:
    """Return the stream that is asked for, or else the one with the most to find."""
    name = ask.query("stream") or max(tallies, key=lambda one: _open(tallies[one]), default="")
    found = ask.settings.stream(name)
    if found is None:
        raise NotThereError(f"There is no stream {name}.")
    return found


def _open(tally: StreamTally) -> int:
    return sum(count for (_, grade), count in tally.findings.items() if grade >= Severity.WARNING)


def _sought(ask: Ask, tally: StreamTally, chosen: StreamSettings) -> Sought:
    """Return what is looked for. What is rare is looked up by the rules that may have found it."""
    at_least = _GRADES.get(ask.query("severity"), Severity.WARNING)
    rule, came_by = ask.query("rule"), ask.query("origin")
    having = {name for (name, grade), count in tally.findings.items() if grade >= at_least and count}
    if ask.query("field"):
        having &= {step.name for step in chosen.ruleset().steps if step.field in {"", ask.query("field")}}
    owner = ask.query("owner")
    return Sought(
        at_least=at_least,
        rules=(rule,) if rule else sorted(having) or ("",),
        field=ask.query("field"),
        owner=None if not owner else "" if owner == "nobody" else owner,
        source="" if came_by.startswith("#") else came_by,
        maker=int(came_by[1:]) if came_by.startswith("#") and came_by[1:].isdigit() else None,
        text=ask.query("q").strip()[:300],
    )


def _named_first(
    tx: Transaction, chosen: StreamSettings, sought: Sought, found: Sequence[OpenFinding], *, is_first: bool
) -> Sequence[OpenFinding]:
    """Put in front what is wrong with the records that the text names as a whole, wherever in the base they are."""
    if not sought.text or sought.is_by_record:
        return found
    named = dict.fromkeys(find_records(tx, [chosen.stream], sought.text))
    fitting = [one for ref in named if is_first for one in tx.findings.of(ref) if _fits(one, sought)]
    return [*fitting, *(one for one in found if one.finding.ref not in named)]


def _fits(one: OpenFinding, sought: Sought) -> bool:
    finding = one.finding
    is_meant = finding.rule in sought.rules and sought.field in {"", finding.field}
    return finding.severity >= sought.at_least and is_meant


def _rules(tally: StreamTally, sought: Sought) -> list[tuple[str, str]]:
    counts = Counter[str]()
    for (rule, grade), count in tally.findings.items():
        counts[rule] += count if grade >= sought.at_least else 0
    return [(rule, f"{rule} ({count:,})") for rule, count in counts.most_common() if count]


def _owners(tx: Transaction, chosen: StreamSettings, people: People) -> list[tuple[str, str]]:
    """Return the owners with records that are not clean, the most first."""
    found = [(dirty, owner) for owner, (_, dirty) in tx.records.by_owner(chosen.stream).items() if dirty]
    account = chosen.stream.account
    worst = sorted(found, reverse=True)[:LISTED]
    return [(owner or "nobody", f"{people.name(account, owner)} ({dirty:,})") for dirty, owner in worst]


def _origins(tally: StreamTally, makers: Mapping[str, Maker]) -> list[tuple[str, str]]:
    """Return what made records that are not clean: kinds of things first, then single ones."""
    kinds = Counter[str]()
    for maker, dirty in tally.dirty.items():
        kinds[maker.kind] += dirty
    single = [
        (key, f"{maker.kind}: {maker.name or maker.mark} ({tally.dirty[maker]:,})")
        for key, maker in makers.items()
        if maker.mark and tally.dirty.get(maker)
    ]
    return [(kind, f"{kind} ({dirty:,})") for kind, dirty in kinds.most_common() if kind][:LISTED] + single[:LISTED]
