"""How fixes and passes look: the rows of tables, and the data of JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, repeat
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from syncd.errors import SyncdError
from syncd.model import Action, Ending, Fix, Raw, Stream

if TYPE_CHECKING:
    from syncd.cli.output.screen import Screen
    from syncd.engine import PassResult, StreamSetup

#: Columns of a list of fixes.
COLUMNS = ("fix", "record", "field", "now", "will be", "rule", "why")
#: The same, for a person's eyes.
READ_COLUMNS = ("record, fix", "field", "now", "will be", "why")
PASS_COLUMNS = (
    "stream",
    "records",
    "clean",
    "pulled",
    "judged",
    "proposed",
    "approved",
    "applied",
    "stale",
    "held",
    "",
)


#: Merges that the CRM does not make, by whether the record that goes stays and is marked.
_PRESERVING = {
    True: "mark as superseded, its values and links into",
    False: "to the recycle bin, its values and links into",
}


def rows_of(fixes: Iterable[Fix]) -> list[tuple[object, ...]]:
    """Return one row for each changed field, and one for each deed. A merge changes fields of the one that stays."""
    rows: list[tuple[object, ...]] = []
    for fix in fixes:
        target = deed_of(fix)
        if target:
            rows.append((fix.id, str(fix.ref), "", "", target, ", ".join(fix.rules), "; ".join(fix.reasons)))
        rows += [
            (
                fix.id,
                str(fix.changed),
                change.property,
                shown(change.before),
                shown(change.after),
                ", ".join(change.rules),
                "; ".join(change.reasons),
            )
            for change in fix.changes
        ]
    return rows


def deed_of(fix: Fix) -> str:
    """Return in words what a fix does to its record beside setting values; empty when it does nothing else."""
    if fix.action is Action.LINK and fix.link is not None:
        return f"{'unlink from' if fix.undoes else 'link to'} {fix.link.to.object}/{fix.link.to.id}"
    if fix.action is Action.CREATE:
        return "to the recycle bin, as it was made by syncd" if fix.undoes else _made_with(fix)
    if fix.action is Action.ARCHIVE:
        return "restore" if fix.undoes else "to the recycle bin"
    if fix.action is Action.MERGE and fix.into is not None:
        deed = "part from" if fix.undoes else "merge into" if fix.ending is None else _PRESERVING[bool(fix.ending.mark)]
        return f"{deed} {fix.into.object}/{fix.into.id}"
    return ""


def _made_with(fix: Fix) -> str:
    tied = ", ".join(f"{tie.to.object}/{tie.to.id}" for tie in fix.ties)
    made_for = f" for {fix.cause}" if fix.cause is not None else ""
    return f"make{made_for}{f', linked to {tied}' if tied else ''}"


def show_fixes(screen: Screen, fixes: Sequence[Fix]) -> None:
    """Show fixes, and what became of those that are settled; nothing when there are none.

    A script gets every cell on one line. A person gets a table for each stream, in which each fix is named once.
    """
    if screen.is_terminal:
        for stream, its_own in by_object(fixes).items():
            screen.table(READ_COLUMNS, _read_rows(its_own), title=stream, whole=READ_COLUMNS[:1])
        return
    first = 0 if any(fix.id for fix in fixes) else 1
    columns, rows = COLUMNS[first:], [row[first:] for row in rows_of(fixes)]
    if any(fix.detail for fix in fixes):
        became = [fix.detail for fix in fixes for _ in rows_of([fix])]
        columns, rows = (*columns, "became"), [(*row, told) for row, told in zip(rows, became, strict=True)]
    if rows:
        screen.table(columns, rows)


def _read_rows(fixes: Iterable[Fix]) -> list[tuple[object, ...]]:
    """Return the rows a person reads: record and fix in the first one of a fix, what became of it in a last one."""
    rows: list[tuple[object, ...]] = []
    for fix in fixes:
        cells: list[tuple[object, ...]] = [
            (_named(fix, record, name), before, after, f"{rules}: {why}" if why else rules)
            for _, record, name, before, after, rules, why in rows_of([fix])
        ]
        if fix.detail:
            cells.append(("", "", f"({fix.state.value})", fix.detail))
        names = (fix.ref.id, fix.id) if fix.id else (fix.ref.id,)
        rows += [(name, *row) for name, row in zip(chain([names], repeat("")), cells, strict=False)]
    return rows


def _named(fix: Fix, record: object, name: object) -> str:
    """Return the name of a field, with its record where that is not the one the fix is of."""
    return f"{name} of {fix.changed.id}" if name and record != str(fix.ref) else str(name)


def shown(value: Raw) -> str:
    """Return a raw value for a table: emptiness is said, blanks are seen."""
    if value in (None, ""):
        return "(empty)"
    text = str(value)
    return f"“{text}”" if text != text.strip() or "  " in text else text


def data_of(fix: Fix) -> dict[str, Any]:
    """Return a fix as JSON data."""
    return {
        "fix": fix.id,
        "record": str(fix.ref),
        "account": fix.ref.account,
        "object": fix.ref.object,
        "id": fix.ref.id,
        "action": fix.action.value,
        "state": fix.state.value,
        "changes": [
            {
                "field": change.field,
                "property": change.property,
                "before": change.before,
                "after": change.after,
                "rules": list(change.rules),
                "reasons": list(change.reasons),
            }
            for change in fix.changes
        ],
        "link": {"to": str(fix.link.to), "label": fix.link.label} if fix.link is not None else None,
        "cause": str(fix.cause) if fix.cause is not None else None,
        "ties": [{"to": str(tie.to), "label": tie.label} for tie in fix.ties],
        "into": str(fix.into) if fix.into is not None else None,
        "ending": None if fix.ending is None else "mark" if fix.ending.mark else "archive",
        "rules": list(fix.rules),
        "reasons": list(fix.reasons),
        "run": fix.run,
        "decided_at": fix.decided_at,
        "settled_at": fix.settled_at,
        "detail": fix.detail,
        "undoes": fix.undoes or None,
    }


def by_object(fixes: Iterable[Fix]) -> dict[str, list[Fix]]:
    """Return the fixes of each stream, by the stream's name."""
    found: dict[str, list[Fix]] = {}
    for fix in fixes:
        found.setdefault(f"{fix.ref.account}/{fix.ref.object}", []).append(fix)
    return found


def counts_by_rule(fixes: Iterable[Fix]) -> list[tuple[str, int]]:
    """Return how many fixes each rule has a part in, the most first."""
    counts = Counter(rule for fix in fixes for rule in fix.rules)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def show_passes(screen: Screen, results: Sequence[PassResult]) -> None:
    """Show what a pass came to, one line a stream."""
    rows = [
        (
            one.setup.stream.name,
            one.kpis.records,
            f"{one.kpis.clean_ratio:.1%}",
            one.report.pulled,
            one.report.judged,
            one.report.fixes_proposed,
            one.report.fixes_approved,
            one.report.fixes_applied,
            one.report.fixes_stale,
            one.tally.held,
            "" if one.error is None else f"failed: {one.error.message}",
        )
        for one in results
    ]
    screen.table(PASS_COLUMNS, rows, numbers=PASS_COLUMNS[1:-1])
    for hint in dict.fromkeys(one.error.hint for one in results if one.error is not None and one.error.hint):
        screen.line(f"→ {hint}")


def show_run(
    screen: Screen,
    run: str,
    results: Sequence[PassResult],
    written: Mapping[tuple[Stream, Action | Ending], int] = MappingProxyType({}),
) -> None:
    """Name the run, tell what went wrong in it and what to do with what it wrote, and what no undo takes back."""
    for one in results:
        odd = {"rejected": one.report.fixes_rejected, "unknown": one.report.fixes_unknown}
        told = " and ".join(f"{count} {state}" for state, count in odd.items() if count)
        if told:
            screen.line(f"{one.setup.stream.name}: {told}; `syncd review list --state STATE` shows them")
    for reason in dict.fromkeys(one.tally.stopped for one in results if one.tally.stopped):
        screen.line(f"what is approved waits: {reason}")
    held = sum(one.tally.held for one in results if not one.tally.stopped)
    if held:
        screen.line(
            f"{held} approved fixes are held back by a guard: `syncd plan` shows them, --over-guards writes them"
        )
    for sentence in (sentence for one in results for sentence in one.tally.holds):
        screen.line(f"{sentence}; `syncd holds --release` lets it go")
    waiting = sum(one.kpis.review_pending for one in results)
    if waiting:
        screen.line(f"{waiting} fixes wait for a person: `syncd review`")
    if not any(one.report.fixes_applied for one in results):
        screen.line(f"run {run}; nothing was written")
        return
    left = not_taken_back([one.setup for one in results], written)
    screen.line(f"run {run}; `syncd undo {run}` takes it back{', but for this:' if left else ''}")
    show_sentences(screen, left)


def show_sentences(screen: Screen, told: Mapping[str, Sequence[str]]) -> None:
    """Show sentences below what they are about."""
    for what, sentences in told.items():
        screen.line(f"  {what}:")
        for sentence in sentences:
            screen.line(f"    - {sentence}")


def not_taken_back(
    setups: Iterable[StreamSetup], doing: Mapping[tuple[Stream, Action | Ending], int]
) -> dict[str, list[str]]:
    """Return what an undo of so many removals and merges could not do, in sentences by what they are about."""
    found: dict[str, list[str]] = {}
    for setup in setups:
        removed = doing.get((setup.stream, Action.ARCHIVE), 0)
        why = setup.connector.why_not_restored(setup.stream.object) if removed else ""
        if why:
            found.setdefault(why, []).append(f"removals from {setup.stream.name} ({removed})")
        for (stream, deed), count in doing.items():
            if stream == setup.stream and count and (deed is Action.MERGE or isinstance(deed, Ending)):
                ending = deed if isinstance(deed, Ending) else None
                said = (
                    f"merges in {stream.name} ({count})"
                    if ending is None
                    else f"two made one in {stream.name} ({count})"
                )
                for sentence in setup.connector.merge_fidelity(stream.object, ending).cannot:
                    found.setdefault(sentence, []).append(said)
    by_what: dict[str, list[str]] = {}
    for sentence, what in found.items():
        by_what.setdefault(", ".join(what), []).append(sentence)
    return by_what


def show_refused(refused: Mapping[Stream, SyncdError]) -> None:
    """Tell of the streams that were left out, and why: on standard error, so that data for scripts stays data."""
    from syncd.cli.output.screen import error_screen

    screen = error_screen()
    for stream, error in refused.items():
        screen.failure(f"{stream.name} was left out: {error.message}", error.hint)


def pass_data(run: str, results: Sequence[PassResult]) -> dict[str, Any]:
    """Return what a pass came to as JSON data."""
    return {
        "run": run,
        "streams": {
            one.setup.stream.name: {
                **one.report.facts(),
                "held": one.tally.held,
                "holds": list(one.tally.holds),
                "records": one.kpis.records,
                "clean": one.kpis.clean,
                "error": one.error.message if one.error is not None else None,
                "hint": one.error.hint if one.error is not None else None,
            }
            for one in results
        },
    }
