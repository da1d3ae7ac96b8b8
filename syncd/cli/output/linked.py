"""How merges of linked accounts that are one plan look: to a person who decides on them, and as data for a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from syncd.cli.output.screen import Screen
    from syncd.engine import LinkedMerges


def show_plan(screen: Screen, plan: LinkedMerges) -> None:
    """Show in which order merges are done, and what they wait for."""
    rows = [
        (
            str(number),
            fix.id,
            f"{fix.ref.account}/{fix.ref.object}",
            f"{fix.ref.id} → {fix.changed.id}",
            fix.state.value,
        )
        for number, fix in enumerate(plan.steps, 1)
    ]
    screen.table(("step", "fix", "stream", "goes → stays", "state"), rows, title="One plan, all of it or nothing")
    for one in plan.waits:
        screen.line(f"waits: {one}")


def data_of_plan(plan: LinkedMerges | None) -> dict[str, Any] | None:
    """Return a plan as JSON data."""
    if plan is None:
        return None
    return {
        "steps": [
            {
                "fix": fix.id,
                "stream": f"{fix.ref.account}/{fix.ref.object}",
                "goes": fix.ref.id,
                "stays": fix.changed.id,
                "state": fix.state.value,
            }
            for fix in plan.steps
        ],
        "waits": list(plan.waits),
    }
