"""The part of `syncd explain` on values from outside: what each provider knows of a record, and how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from syncd.cli.output.screen import Screen
    from syncd.model import Record, SourceRecord
    from syncd.settings import Settings, StreamSettings
    from syncd.store import Transaction


def data_of_outside(
    tx: Transaction, settings: Settings, wanted: StreamSettings, source: SourceRecord, record: Record
) -> list[dict[str, Any]]:
    """Return what providers said of a record, as JSON data."""
    from syncd.engine.judging.evidence import setup_of
    from syncd.engine.outside.enriching import known_of

    return [
        {"provider": one.provider, "field": name, "value": one.value, "confidence": one.confidence, "at": one.known_at}
        for offers in known_of(tx, setup_of(wanted, settings.streams, source), record).values()
        for name, one in sorted(offers.items())
    ]


def show_outside(screen: Screen, data: dict[str, Any]) -> None:
    """Show what providers know of a record; nothing where none does."""
    from syncd.cli.output.fix_lines import shown

    known = [
        (one["field"], shown(one["value"]), one["provider"], f"{one['confidence']:.0%}", one["at"])
        for one in data.get("provided", ())
    ]
    if known:
        screen.table(("field", "value", "provider", "sure", "asked"), known, title="What providers outside know of it")
