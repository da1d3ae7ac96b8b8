"""The golden record that an explained record is part of: each value's origin, time and losers, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from syncd.cli.output.screen import Screen
    from syncd.model import SourceRecord
    from syncd.settings import Settings, StreamSettings
    from syncd.store import Transaction


def golden_data(
    tx: Transaction, wanted: StreamSettings, settings: Settings, source: SourceRecord, now: datetime
) -> dict[str, Any] | None:
    """Return the golden record as JSON data; None where the record surely has no counterpart in another account."""
    from quality.fields import is_empty
    from quality.golden import head_of
    from syncd.cli.output.golden_files import origin_of
    from syncd.engine.linked.golden_records import golden_of_record

    found = golden_of_record(tx, wanted, settings.streams, source, now)
    if found is None:
        return None
    golden, authority = found
    return {
        "records": [str(ref) for ref in golden.members],
        "values": [
            {
                "field": name,
                "value": one.value,
                "policy": authority.fields[head_of(name)].policy.value,
                "direction": authority.fields[head_of(name)].direction,
                "is_sure": one.is_sure,
                **origin_of(one),
            }
            for name, one in golden.values.items()
            if not is_empty(one.value)
        ],
    }


def show_golden(screen: Screen, golden: dict[str, Any] | None) -> None:
    """Show the golden record, a line a field; nothing where there is none."""
    from syncd.cli.output.fix_lines import shown

    if golden is None:
        return
    screen.line(f"the same as {', '.join(golden['records'])}: what they come to")
    rows = [
        (
            one["field"],
            shown(one["value"]),
            one["from"],
            one["at"] or "not told",
            one["by"],
            f"{one['policy']}: {one['why']}",
            "; ".join(f"{loser['record']}: {loser['why']}" for loser in one["losers"]),
        )
        for one in golden["values"]
    ]
    screen.table(("field", "value", "from", "set", "by", "why", "against"), rows, title="Golden record")
