"""What the demonstration came to, as a table and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from quality import description_of
from syncd.cli.demonstration.merges import MergeScore
from syncd.cli.demonstration.score import Score
from syncd.cli.output.fix_lines import shown
from syncd.cli.output.screen import Screen
from syncd.engine import PassResult
from syncd.model import Severity

#: Wrong fixes shown at most.
SHOWN = 10
#: Findings are those of severity warning or error, notes those of severity info.
COLUMNS = ("stream", "records", "clean", "findings", "notes", "to review", "without company", "stale")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The cycles, what they cost, and the score."""

    before: Sequence[PassResult]
    #: Of both cycles that write, one after the other.
    written: Sequence[PassResult]
    after: Sequence[PassResult]
    pull_calls: Mapping[str, int]
    write_calls: Mapping[str, int]
    idle_calls: Mapping[str, int]
    score: Score
    #: The merges that syncd proposes; the demonstration makes none of them.
    merges: MergeScore = field(default_factory=MergeScore)

    @property
    def fixes_left(self) -> int:
        """Return how many fixes the last cycle still wrote: 0 when it is done."""
        return sum(one.report.fixes_applied for one in self.after)

    @property
    def left(self) -> Counter[str]:
        """Return how many findings of weight are left, by rule."""
        left: Counter[str] = Counter()
        for one in self.after:
            for (rule, severity), count in one.kpis.findings.items():
                left[rule] += count if severity >= Severity.WARNING else 0
        return +left

    def _became(self, stream: str) -> dict[str, int]:
        """Return what became of a stream's fixes in all writing cycles."""
        reports = [one.report for one in self.written if one.setup.stream.name == stream]
        return {
            "applied": sum(one.fixes_applied for one in reports),
            "rejected": sum(one.fixes_rejected for one in reports),
            "stale": sum(one.fixes_stale for one in reports),
            "unknown": sum(one.fixes_unknown for one in reports),
        }

    def data(self) -> dict[str, Any]:
        """Return the outcome as JSON data."""
        return {
            "kpis": figures_data(self.before, self.after),
            "fixes": {before.setup.stream.name: self._became(before.setup.stream.name) for before in self.before},
            "score": self.score.data(),
            "merges": self.merges.data(),
            "left": dict(self.left.most_common()),
            "calls": {"pull": dict(self.pull_calls), "write": dict(self.write_calls), "idle": dict(self.idle_calls)},
            "idle_fixes": self.fixes_left,
        }


def calls_between(earlier: Mapping[str, int], later: Mapping[str, int]) -> dict[str, int]:
    """Return the calls made since, by endpoint and object."""
    made = {name: count - earlier.get(name, 0) for name, count in later.items()}
    return {name: count for name, count in sorted(made.items()) if count}


def figures_data(before: Sequence[PassResult], after: Sequence[PassResult]) -> dict[str, Any]:
    """Return the figures of each stream before and after, as JSON data."""
    return {
        first.setup.stream.name: {"before": _figures(first), "after": _figures(last)}
        for first, last in zip(before, after, strict=True)
    }


def show_cleanliness(screen: Screen, before: Sequence[PassResult], after: Sequence[PassResult]) -> None:
    """Show the figures of each stream before and after."""
    screen.line()
    screen.heading("Cleanliness, before and after")
    screen.table(COLUMNS, [_row(*pair) for pair in zip(before, after, strict=True)], numbers=COLUMNS[1:])
    screen.line()


def show(screen: Screen, outcome: Outcome) -> None:
    """Show the outcome to a person."""
    show_cleanliness(screen, outcome.before, outcome.after)
    result = outcome.score
    names = sorted({*result.right, *result.wrong, *result.missed})
    fields = [(name, result.right[name], result.wrong[name], result.missed[name]) for name in names]
    total = ("all", result.right.total(), result.wrong.total(), result.missed.total())
    screen.heading(f"Fixes against the sandbox's truth: {result.share_right:.2%} right")
    screen.table(("field", "right", "wrong", "missed"), [*fields, total], numbers=("right", "wrong", "missed"))
    for record, name, was, became, true in result.examples[:SHOWN]:
        screen.line(f"wrong: {record} {name}: {shown(was)} became {shown(became)}, true is {shown(true)}")
    screen.line(f"Values that were right and were made wrong: {result.harmed.total()}.")
    screen.line()
    merges = outcome.merges
    told = [
        ("beyond doubt", merges.sure_right, merges.sure_wrong),
        ("to be asked about", merges.asked_right, merges.asked_wrong),
    ]
    screen.heading("Twins that syncd would merge, against the sandbox's truth")
    screen.table(("proposals", "right", "wrong"), told, numbers=("right", "wrong"))
    screen.line(f"Twins that nobody would merge: {merges.missed}.")
    screen.line()
    screen.heading("What is left for people: no rule is sure what would be right")
    left = [(rule, count, description_of(rule)) for rule, count in outcome.left.most_common()]
    screen.table(("rule", "findings", "what it asks for"), left, numbers=("findings",))
    screen.line()
    cycles = [
        ("first reading", sum(outcome.pull_calls.values()), _told(outcome.pull_calls)),
        ("writing", sum(outcome.write_calls.values()), _told(outcome.write_calls)),
        ("a cycle with nothing to do", sum(outcome.idle_calls.values()), _told(outcome.idle_calls)),
    ]
    screen.heading("API calls")
    screen.table(("cycle", "calls", "of these"), cycles, numbers=("calls",))
    screen.line(f"The last cycle wrote {outcome.fixes_left} fixes.")
    screen.line()


def _row(before: PassResult, after: PassResult) -> tuple[str, ...]:
    first, last = _kpis(before), _kpis(after)
    return (before.setup.stream.name, last["records"], *(_both(first[name], last[name]) for name in list(first)[1:]))


def _both(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"


def _kpis(result: PassResult) -> dict[str, str]:
    figures = _figures(result)
    told = {name: "-" if figure is None else f"{figure}" for name, figure in figures.items()}
    return {**told, "clean": f"{figures['clean']:.1%}"}


def _figures(result: PassResult) -> dict[str, int | float | None]:
    kpis = result.kpis
    findings: Counter[str] = Counter()
    for (_, severity), count in kpis.findings.items():
        findings["serious" if severity >= Severity.WARNING else "notes"] += count
    return {
        "records": kpis.records,
        "clean": round(kpis.clean_ratio, 4),
        "findings": findings["serious"],
        "notes": findings["notes"],
        "to review": kpis.review_pending,
        "without company": kpis.unassociated.get("company"),
        "stale": sum(kpis.stale.values()),
    }


def _told(calls: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in calls.items())
