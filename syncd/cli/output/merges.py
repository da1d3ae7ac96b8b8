"""How a merge looks: to a person who decides on it, and as data for a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncd.cli.output.fix_lines import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors import Fidelity
    from quality.dedupe import Reason
    from syncd.cli.output.screen import Screen
    from syncd.engine import PairReading
    from syncd.review import MergeView, Queued, SideBySide

#: Columns of the list of merges that wait.
LIST_COLUMNS = ("goes → stays, fix", "who", "sure", "will change", "why a person is asked")
#: Reasons shown of each side; the rest is summed up.
REASONS = 6
#: Fewer points than these are not worth a line.
FEWEST_POINTS = 0.2


def chance(probability: float | None) -> str:
    """Return a probability for people; never a rounded certainty."""
    if probability is None:
        return "?"
    return f"{min(max(probability, 0.001), 0.999):.1%}".replace(".0%", "%")


def show_merges(screen: Screen, title: str, queued: Sequence[Queued]) -> None:
    """Show merges that wait as a table for a person, the most worth deciding first."""
    rows = []
    for one in queued:
        view = one.view
        if view is None:
            continue
        ids = (view.fix.ref.id, f"→ {view.fix.changed.id}", view.fix.id)
        changed = ", ".join(change.property for change in view.fix.changes) or "nothing"
        rows.append((ids, (view.who_goes, view.who_stays), chance(view.probability), changed, view.why_asked))
    screen.table(LIST_COLUMNS, rows, title=f"{title}: merges", numbers=("sure",), whole=LIST_COLUMNS[:1])


def show_merge(screen: Screen, view: MergeView, pair: PairReading | None, fidelity: Fidelity) -> None:
    """Show one merge whole."""
    fix = view.fix
    screen.line(f"goes:  {fix.ref.object}/{fix.ref.id}  {view.who_goes}")
    screen.line(f"stays: {fix.changed.object}/{fix.changed.id}  {view.who_stays}")
    for reason in fix.reasons:
        screen.line(f"{', '.join(fix.rules)}: {reason}")
    screen.line()
    columns = ("property", f"{fix.ref.id} goes", f"{fix.changed.id} stays", "will be", "why")
    rows = [
        (row.name, shown(row.goes), shown(row.stays), shown(row.result) if row.is_open else "", _why(row))
        for row in view.differing
    ]
    if rows:
        screen.table(columns, rows, title="Where the two differ")
    if view.same:
        screen.line(f"the same in both: {', '.join(view.same)}")
    if view.goes is None or view.stays is None:
        screen.line("One of the two is not in the store any more, so that there is less to show.")
    screen.line()
    show_pair(screen, pair, probability=view.probability, doubt=view.doubt)
    show_fidelity(screen, fidelity)


def _why(row: SideBySide) -> str:
    return f"{row.why} (the other value is in no field then)" if row.is_lost else row.why


def show_pair(screen: Screen, pair: PairReading | None, *, probability: float | None, doubt: str) -> None:
    """Show how sure it is that two records are one, and what speaks for and against it."""
    known = pair.probability if probability is None and pair is not None else probability
    screen.heading(f"That they are one is {chance(known)} sure")
    doubt = doubt or (pair.doubt if pair is not None else "")
    if doubt:
        screen.line(f"A person has to say so: {doubt}")
    if pair is not None:
        show_reasons(screen, pair)


def show_reasons(screen: Screen, pair: PairReading) -> None:
    """Show what speaks for two records being one, and what against it, with what it counts."""
    sides = {
        "for": [one for one in pair.reasons if one.points > 0],
        "against": [one for one in pair.reasons if one.points < 0],
    }
    rows = [
        (name if place == 0 else "", f"{reason.points:+.1f}", reason.text)
        for name, reasons in sides.items()
        for place, reason in enumerate(_weighty(reasons))
    ]
    if rows:
        screen.table(("", "points", "reason"), rows, numbers=("points",))
    rest = sum(one.points for side in sides.values() for one in side if one not in _weighty(side))
    screen.line(f"What one of them lacks counts {pair.missing:+.1f}, and what is not named here {rest:+.1f}.")


def show_fidelity(screen: Screen, fidelity: Fidelity, what: str = "") -> None:
    """Say before it happens what can be taken back of a merge."""
    screen.heading(f"{what}{'what' if what else 'What'} an undo brings back")
    for sentence in fidelity.comes_back:
        screen.line(f"  + {sentence}")
    screen.heading(f"{what}{'what' if what else 'What'} it cannot bring back")
    for sentence in fidelity.cannot:
        screen.line(f"  - {sentence}")


def data_of_merge(view: MergeView) -> dict[str, Any]:
    """Return a merge as JSON data, beside what every fix has."""
    return {
        "goes": view.who_goes,
        "stays": view.who_stays,
        "probability": view.probability,
        "why_asked": view.why_asked,
        "stake": view.stake,
        "fields": [
            {
                "property": row.name,
                "goes": row.goes,
                "stays": row.stays,
                "result": row.result,
                "why": row.why,
                "is_open": row.is_open,
                "is_lost": row.is_lost,
            }
            for row in view.rows
        ],
    }


def data_of_pair(pair: PairReading | None) -> dict[str, Any] | None:
    """Return what matching says of a pair as JSON data."""
    if pair is None:
        return None
    return {
        "probability": pair.probability,
        "doubt": pair.doubt,
        "merge_from": pair.merge_from,
        "ask_from": pair.ask_from,
        "reasons": [{"text": reason.text, "points": round(reason.points, 2)} for reason in pair.reasons],
    }


def data_of_fidelity(fidelity: Fidelity) -> dict[str, Any]:
    """Return what can be taken back as JSON data."""
    return {"comes_back": list(fidelity.comes_back), "cannot": list(fidelity.cannot)}


def _weighty(reasons: Sequence[Reason]) -> Sequence[Reason]:
    return [one for one in reasons if abs(one.points) >= FEWEST_POINTS][:REASONS]
