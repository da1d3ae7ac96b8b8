"""The plan: what `syncd apply` would write, what waits for a person, and what a stronger mode would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from syncd.cli.output.fix_lines import by_object, counts_by_rule, data_of, not_taken_back, show_fixes, show_sentences
from syncd.cli.output.screen import Screen
from syncd.engine import StreamSetup, preview
from syncd.engine.holds import held_streams, sentence_of
from syncd.model import Action, Ending, Fix, FixState, Mode, Stream
from syncd.store import Store

if TYPE_CHECKING:
    from syncd.wiring import Parts

#: Fixes read from the journal at a time.
BATCH = 1000
#: The part of the plan that stands in no journal.
OBSERVED = "observe"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the plan."""

    name: str
    title: str
    fixes: tuple[Fix, ...]

    @property
    def heading(self) -> str:
        """Return the title and the number of fixes, and how many of what is only observed would not be written yet."""
        waiting = sum(fix.state is FixState.PROPOSED for fix in self.fixes) if self.name == OBSERVED else 0
        rest = f", {waiting} of them only after a person's word" if waiting else ""
        return f"{self.title}: {len(self.fixes)}{rest}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of the findings, in three parts."""

    #: What `syncd apply` writes; the same set, read from the same journal.
    apply: Part
    review: Part
    #: What the streams in mode observe would have written. No part of the journal.
    observe: Part
    #: What no undo would bring back of all that, in sentences by what they are about.
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: What guards hold until it is over or a person says go on, in sentences.
    holds: Sequence[str] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return the parts, the most certain first."""
        return (self.apply, self.review, self.observe)

    def data(self) -> dict[str, Any]:
        """Return the plan as JSON data."""
        parts = {
            part.name: {
                "count": len(part.fixes),
                "by_rule": dict(counts_by_rule(part.fixes)),
                "fixes": [data_of(fix) for fix in part.fixes],
            }
            for part in self.parts
        }
        return {**parts, "not_undone": dict(self.notes), "holds": list(self.holds)}


def make_plan(parts: Parts) -> Plan:
    """Collect the plan of the opened streams from the journal and, for those that only observe, from the copy."""
    approved = [fix for setup in parts.setups for fix in _open(parts.tools.store, setup, FixState.APPROVED)]
    proposed = [fix for setup in parts.setups for fix in _open(parts.tools.store, setup, FixState.PROPOSED)]
    observed = [fix for setup in parts.setups if setup.mode is Mode.OBSERVE for fix in _preview(parts, setup)]
    return Plan(
        Part("apply", "Will be written by `syncd apply`", tuple(approved)),
        Part("review", "Waiting for a person: `syncd review`", tuple(proposed)),
        Part(OBSERVED, "Only observed; would be written if the stream's mode were apply", tuple(observed)),
        not_taken_back(parts.setups, _doing(parts, (*approved, *proposed, *observed))),
        _held(parts),
    )


def _held(parts: Parts) -> list[str]:
    with parts.tools.store.reading() as tx:
        return [sentence_of(one) for one in held_streams(tx, [setup.stream for setup in parts.setups])]


def show_plan(screen: Screen, plan: Plan, limit: int | None) -> None:
    """Show the plan; of each part, `limit` fixes of each stream."""
    for sentence in plan.holds:
        screen.line(f"{sentence}; `syncd holds --release` lets it go")
    for part in plan.parts:
        if part.name == OBSERVED and not part.fixes:
            continue
        screen.heading(part.heading)
        if not part.fixes:
            continue
        screen.table(("rule", "fixes"), counts_by_rule(part.fixes), numbers=("fixes",))
        first = [fix for fixes in by_object(part.fixes).values() for fix in weightiest_first(fixes)[:limit]]
        show_fixes(screen, first)
        left = len(part.fixes) - len(first)
        if left:
            screen.line(f"and {left} more: --all or --json shows them, --html writes a page of them")
        screen.line()
    if plan.notes:
        screen.heading("What `syncd undo` would not bring back")
        show_sentences(screen, plan.notes)


def weightiest_first(fixes: Sequence[Fix]) -> list[Fix]:
    """Return merges and removals first: nobody should overlook them behind many small changes."""
    return sorted(fixes, key=lambda fix: fix.action not in {Action.MERGE, Action.ARCHIVE})


def _doing(parts: Parts, fixes: Sequence[Fix]) -> Counter[tuple[Stream, Action | Ending]]:
    """Return how many fixes do what, by stream."""
    by_object = {(setup.stream.account, setup.stream.object): setup.stream for setup in parts.setups}
    return Counter((by_object[fix.ref.account, fix.ref.object], fix.ending or fix.action) for fix in fixes)


def _open(store: Store, setup: StreamSetup, state: FixState) -> list[Fix]:
    fixes: list[Fix] = []
    while True:
        with store.reading() as tx:
            after = fixes[-1].id if fixes else ""
            part = tx.journal.select(stream=setup.stream, states=(state,), limit=BATCH, after=after)
        if not part:
            return fixes
        fixes += part


def _preview(parts: Parts, setup: StreamSetup) -> list[Fix]:
    wanted = parts.settings.stream(setup.stream.name)
    return list(preview(parts.tools, setup, wanted.ruleset(Mode.APPLY) if wanted is not None else setup.ruleset))
