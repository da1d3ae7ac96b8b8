"""What the story of two linked CRMs came to, as tables and as data."""

from __future__ import annotations

from typing import Any

from syncd.cli.demonstration.linked import LinkedOutcome
from syncd.cli.demonstration.linked_score import Tally
from syncd.cli.demonstration.outcome import figures_data, show_cleanliness
from syncd.cli.output.fix_lines import shown
from syncd.cli.output.screen import Screen

_COLUMNS = ("right", "wrong", "missed")


def data(outcome: LinkedOutcome) -> dict[str, Any]:
    """Return the outcome as JSON data."""
    return {
        "kpis": figures_data(outcome.before, outcome.after),
        "counterparts": {"sure": outcome.sure.data(), "asked": outcome.asked.data()},
        "values": {
            "carried": outcome.carried.data(),
            "own": outcome.own.data(),
            "inherited": outcome.carried.inherited,
        },
        "links": outcome.linked.data(),
        "merges": outcome.merged.data(),
        "lost": outcome.lost,
        "resurrected": outcome.resurrected,
        "fixes": outcome.fixes,
        "connector": outcome.connector,
        "restless": outcome.restless,
    }


def show(screen: Screen, outcome: LinkedOutcome) -> None:
    """Show the outcome to a person."""
    show_cleanliness(screen, outcome.before, outcome.after)
    _tally(screen, "Who is who in the other CRM, against the sandbox's truth", "kind", outcome.sure)
    asked = outcome.asked
    screen.line(f"Asked about: {asked.right.total()} who are one, {asked.wrong.total()} who are not.")
    screen.line()
    _tally(screen, "Values carried from one CRM to the other", "field", outcome.carried, _COLUMNS[:2])
    screen.line(f"Handed on as they stood in the other CRM, and wrong there: {outcome.carried.inherited}.")
    own = outcome.own
    screen.line(f"Other values put right: {own.right.total()} right, {own.wrong.total()} wrong.")
    for name, *told in own.examples:
        screen.line(f"wrong: {name}: {', '.join(_word(one) for one in told)}")
    screen.line()
    _tally(screen, "Links that the other CRM knew", "link", outcome.linked)
    _tally(screen, "Twins merged in both CRMs", "kind", outcome.merged)
    screen.heading("The CRMs' own connector meanwhile")
    cycles = [
        (f"cycle {number}", fixes, sum(did.values()), _told(did))
        for number, (fixes, did) in enumerate(zip(outcome.fixes, outcome.connector, strict=True), 1)
    ]
    screen.table(("cycle", "our fixes", "its writes", "of these"), cycles, numbers=("our fixes", "its writes"))
    screen.line(f"Records that it brought back, or made of what was merged: {outcome.resurrected}.")
    screen.line(
        f"Records that it wrote somebody else's values over, by a wrong id; they count nowhere: {outcome.lost}."
    )
    screen.line(f"Fixes written in the last three cycles: {outcome.restless}.")
    screen.line()


def _tally(screen: Screen, heading: str, what: str, tally: Tally, columns: tuple[str, ...] = _COLUMNS) -> None:
    screen.heading(heading)
    screen.table((what, *columns), [row[: 1 + len(columns)] for row in tally.rows()], numbers=columns)
    for name, *told in tally.examples:
        screen.line(f"wrong: {name}: {', '.join(_word(one) for one in told)}")
    screen.line()


def _word(told: Any) -> str:
    return "/".join(told) if isinstance(told, tuple) else shown(told)


def _told(did: dict[str, int]) -> str:
    return ", ".join(f"{count} {deed}" for deed, count in sorted(did.items()))
