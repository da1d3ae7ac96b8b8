"""`syncd explain`: why this record is dirty, what was changed, when and by which rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath

if TYPE_CHECKING:
    from syncd.cli.output.screen import Screen
    from syncd.settings import Settings
    from syncd.store import Transaction

#: States of a fix that may still be written.
_STILL_TO_COME = frozenset({"proposed", "approved", "intended", "unknown", "applied"})
_SOURCE_WORDS = {"created_source_id": "id", "created_source_user": "by user"}


def explain(
    stream: Annotated[str, typer.Argument(help="The stream, `hubspot-main/contacts`.")],
    record_id: Annotated[str, typer.Argument(metavar="ID", help="The record's id in the CRM.")],
    *,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="ID",
            help="Say why it is or is not the same as another record, OBJECT/ID for one of another object.",
        ),
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> ExitCode:
    """Show what is held of a record, what is wrong with it, and the history of its fixes. Makes no call."""
    from syncd.cli.explaining.pair import data_of_two, show_two, two_records
    from syncd.cli.frame.noting import counted
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.errors import UnknownNameError
    from syncd.model import Ref
    from syncd.settings.reading.names import stream_named

    with open_store(config) as (settings, store), store.reading() as tx:
        found = stream_named(settings, stream)
        counted(records=1 if against is None else 2)
        if against is not None:
            two = two_records(tx, settings, found, record_id, against)
            if as_json:
                Screen().json(data_of_two(two))
            else:
                show_two(Screen(), two)
            return ExitCode.OK
        current = tx.aliases.current(found, record_id)
        data = collect(tx, Ref(found.account, found.object, current), found)
        _add_reasons(data, tx, settings, stream, current)
        if not data["values"] and not data["fixes"]:
            raise UnknownNameError(
                f"{stream} holds no record {record_id}.", hint="`syncd sync` brings the copy up to date."
            )
        data["asked_for"] = record_id
    screen = Screen()
    if as_json:
        screen.json(data)
    else:
        _show(screen, data)
    return ExitCode.OK


def _add_reasons(data: dict[str, Any], tx: Transaction, settings: Settings, stream: str, record_id: str) -> None:
    """Add where the record came from, and who is responsible for each finding and what it rests on."""
    from syncd.cli.explaining.counterparts import data_of_counterparts
    from syncd.cli.explaining.golden import golden_data
    from syncd.cli.explaining.outside import data_of_outside
    from syncd.clock import SystemClock
    from syncd.engine import evidence_for
    from syncd.engine.judging.taken import holders_beside

    wanted = settings.stream(stream)
    source = tx.records.read(wanted.stream, [record_id]).get(record_id) if wanted is not None else None
    if wanted is None or source is None:
        return
    data["taken_by"] = [str(one) for one in holders_beside(tx, wanted.stream, record_id)]
    now = SystemClock().now()
    record, evidence = evidence_for(tx, wanted, settings.streams, source, now)
    data["counterparts"] = data_of_counterparts(tx, wanted, settings, source)
    data["golden"] = golden_data(tx, wanted, settings, source, now)
    names = ("created_source", "created_source_id", "created_source_user", "owner")
    data["created_at"] = record.created_at
    data["source"] = {name: record.values[name] for name in names if record.values.get(name)}
    data["provided"] = data_of_outside(tx, settings, wanted, source, record)
    for one in data["findings"]:
        one["owner"] = wanted.owner_of(one["rule"])
        one["description"] = settings.description_of(one["rule"]) if one["rule"] in settings.rule_names else ""
        seen = evidence.get((one["rule"], one["field"]), {})
        one["evidence"] = {name: str(value) if value is not None else None for name, value in sorted(seen.items())}


def collect(tx: Transaction, ref: Any, stream: Any) -> dict[str, Any]:
    """Return all that the store knows of a record, as JSON data."""
    from syncd.cli.output.fix_lines import data_of
    from syncd.model import Merge
    from syncd.rulebook import proposed

    copy = tx.records.read(stream, [ref.id]).get(ref.id)
    old_ids = tx.aliases.old_ids(stream, ref.id)
    fixes = {fix.id: fix for fix in (*tx.journal.select(ref=ref), *tx.journal.merges_of(stream, [ref.id, *old_ids]))}
    return {
        "record": str(ref),
        "old_ids": list(old_ids),
        "values": dict(copy.values) if copy is not None else {},
        "links": {name: list(ids) for name, ids in copy.links.items()} if copy is not None else {},
        "modified_at": copy.modified_at if copy is not None else None,
        "findings": [
            {
                "rule": one.finding.rule,
                "field": one.finding.field,
                "severity": one.finding.severity.name.lower(),
                "message": one.finding.message,
                "mode": one.finding.mode.value,
                "proposal": proposed(one.finding.proposal) if one.finding.has_proposal else None,
                "twin": one.finding.proposal.into.id if isinstance(one.finding.proposal, Merge) else None,
                "since": one.opened_at,
            }
            for one in tx.findings.of(ref)
        ],
        "fixes": [
            {
                **data_of(fix),
                "history": [
                    {"at": entry.at, "became": entry.became.value, "by": entry.by or "syncd", "detail": entry.detail}
                    for entry in tx.journal.events(fix.id)
                ],
            }
            for _, fix in sorted(fixes.items())
        ],
        "overrides": [
            {"field": one.field, "rule": one.rule, "value": one.value, "since": one.at}
            for one in tx.overrides.select(ref=ref)
        ],
    }


def _show(screen: Screen, data: dict[str, Any]) -> None:
    from syncd.cli.explaining.outside import show_outside
    from syncd.cli.output.fix_lines import shown

    screen.heading(str(data["record"]))
    current = data["record"].rpartition("/")[2]
    if data["asked_for"] != current:
        is_back = any(fix["undoes"] and fix["id"] == data["asked_for"] for fix in data["fixes"])
        why = "an undo brought it back under this id" if is_back else "it was merged into it"
        screen.line(f"{data['asked_for']} is now record {current}: {why}")
    others = [old for old in data["old_ids"] if old != data["asked_for"]]
    if others:
        screen.line(f"answers for {', '.join(others)}, too, merged into it before")
    filled = [(name, shown(value)) for name, value in data["values"].items() if value not in (None, "")]
    if filled:
        screen.table(("property", "value"), filled, title="What the CRM held when it was last read")
    elif not data["values"]:
        screen.line("The CRM does not hold it any more.")
    for name, ids in data["links"].items():
        screen.line(f"linked {name}: {', '.join(ids) or 'none'}")
    _show_source(screen, data)
    columns = ("rule", "field", "severity", "message", "proposal", "since")
    if data["findings"]:
        screen.table(columns, [[one[name] for name in columns] for one in data["findings"]], title="Open findings")
        rows = [(one["rule"], one["field"], _seen(one), one.get("owner", "")) for one in data["findings"]]
        screen.table(("rule", "field", "looked at", "owner"), rows, title="What they rest on")
    elif data["values"]:
        screen.line("Nothing is wrong with it.")
    _show_taken(screen, data)
    show_outside(screen, data)
    for fix in data["fixes"]:
        _show_fix(screen, fix, data["record"])
    left = [(one["field"], one["rule"], shown(one["value"]), one["since"]) for one in data["overrides"]]
    if left:
        screen.table(("field", "rule", "left as", "since"), left, title="Left alone because a person decided so")


def _show_taken(screen: Screen, data: dict[str, Any]) -> None:
    for one in data.get("taken_by", ()):
        held_by = one.rpartition("/")[2]
        screen.line(f"{one} holds a value that it should hold: `--against {held_by}` compares the two")


def _show_source(screen: Screen, data: dict[str, Any]) -> None:
    from syncd.cli.explaining.counterparts import show_counterparts
    from syncd.cli.explaining.golden import show_golden

    show_counterparts(screen, data.get("counterparts"))
    show_golden(screen, data.get("golden"))
    source = data.get("source", {})
    if "created_source" in source:
        rest = [f"{label} {source[name]}" for name, label in _SOURCE_WORDS.items() if name in source]
        screen.line(f"came in through {', '.join([source['created_source'], *rest])}")


def _seen(finding: dict[str, Any]) -> str:
    """Return the fields a finding rests on, and what they held when its rule judged."""
    from syncd.cli.output.fix_lines import shown

    if finding["twin"]:
        return f"all of both records: `--against {finding['twin']}` compares them"
    return ", ".join(f"{name}={shown(value)}" for name, value in finding.get("evidence", {}).items())


def _show_fix(screen: Screen, fix: dict[str, Any], record: str) -> None:
    """Show a fix: what it changes and why, then what became of it."""
    from syncd.cli.output.fix_lines import shown
    from syncd.model import Action

    takes_back = f", takes back {fix['undoes']}" if fix["undoes"] else ""
    screen.heading(f"Fix {fix['fix']}: {fix['state']}, of run {fix['run']}{takes_back}")
    if fix["link"]:
        screen.line(f"link to {fix['link']['to']}: {'; '.join(fix['reasons'])}")
    if fix["action"] == Action.ARCHIVE:
        what = "brought back" if fix["undoes"] else "to the recycle bin"
        screen.line(f"{what}: {', '.join(fix['rules'])}: {'; '.join(fix['reasons'])}")
    if fix["action"] == Action.MERGE:
        screen.line(f"{_merge_in_words(fix, record)}: {', '.join(fix['rules'])}: {'; '.join(fix['reasons'])}")
    changes = [
        (one["property"], shown(one["before"]), shown(one["after"]), ", ".join(one["rules"]), "; ".join(one["reasons"]))
        for one in fix["changes"]
    ]
    if changes:
        screen.table(("property", "before", "after", "rule", "why"), changes)
    events = [(one["at"], one["became"], one["by"], one["detail"]) for one in fix["history"]]
    screen.table(("at", "became", "by", "detail"), events)


def _merge_in_words(fix: dict[str, Any], record: str) -> str:
    """Return what a merge, or its undo, means to the record that is explained."""
    from syncd.model import FixState

    is_done, is_over = fix["state"] == FixState.APPLIED, fix["state"] not in _STILL_TO_COME
    goes = fix["record"] == record
    other = (fix["into"] if goes else fix["record"]).partition("/")[2]
    if fix["undoes"]:
        return f"taken apart again from {other}"
    if is_over and not is_done:
        return f"merge with {other}"
    if goes:
        return f"{'was' if is_done else 'is to be'} merged into {other}"
    return f"{'took' if is_done else 'will take'} in {other}"
