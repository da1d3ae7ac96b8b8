"""The counterparts of an explained record in linked accounts: how sure each is, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from syncd.cli.output.screen import Screen
    from syncd.model import SourceRecord
    from syncd.settings import Settings, StreamSettings
    from syncd.store import Transaction

#: Reasons shown of each.
_SHOWN = 2


def data_of_counterparts(
    tx: Transaction, wanted: StreamSettings, settings: Settings, source: SourceRecord
) -> list[dict[str, Any]]:
    """Return the counterparts as JSON data: the sure ones first; none where no account is linked."""
    from mappings import to_canonical
    from syncd.engine.judging.counterparts import counterparts_of
    from syncd.engine.judging.evidence import setup_of
    from syncd.review import who

    setup = setup_of(wanted, settings.streams, source)
    found = counterparts_of(tx, setup, [to_canonical(setup.mapping, source)]).get(source.ref, ())
    return [
        {
            "record": str(one.record.ref),
            "who": who(one.record),
            "is_sure": one.is_sure,
            "probability": one.probability,
            "reasons": list(one.reasons),
        }
        for one in found
    ]


def show_counterparts(screen: Screen, found: list[dict[str, Any]] | None) -> None:
    """Show the counterparts; nothing where there are none."""
    from syncd.cli.output.merges import chance

    rows = [
        (
            one["record"],
            one["who"],
            "surely" if one["is_sure"] else f"{chance(one['probability'])}: a person is asked",
            " ".join(one["reasons"][:_SHOWN]),
        )
        for one in found or ()
    ]
    if rows:
        screen.table(("record", "who", "the same", "why"), rows, title="In linked accounts", whole=("record",))
