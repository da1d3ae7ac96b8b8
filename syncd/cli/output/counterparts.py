"""How pairs of linked accounts look to a person, and as data for a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncd.cli.output.fix_lines import shown
from syncd.cli.output.merges import chance, data_of_pair, show_reasons
from syncd.review import PairShown, Saying, who

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from syncd.cli.output.screen import Screen
    from syncd.model import Ref
    from syncd.store import CounterpartCount, PairInQuestion


def show_counts(screen: Screen, counts: Mapping[str, CounterpartCount], records: Mapping[str, int]) -> None:
    """Show of each stream how many records have a counterpart, and of how many that is in question."""
    if not counts:
        screen.line("No accounts are linked: see `linked_accounts` in the settings.")
        return
    rows = [
        (name, records[name], found.sure, found.asked, max(0, records[name] - found.sure - found.asked))
        for name, found in counts.items()
    ]
    columns = ("stream", "records", "with a counterpart", "in question", "without")
    screen.table(columns, rows, title="Counterparts", numbers=columns[1:], whole=("stream",))


def show_pairs(screen: Screen, pairs: Sequence[PairInQuestion], names: Mapping[Ref, str], count: int) -> None:
    """Show pairs in question, the likeliest first."""
    if not pairs:
        screen.line("No pair is in question.")
        return
    rows = [
        (
            (str(pair.one), str(pair.other)),
            (names.get(pair.one, ""), names.get(pair.other, "")),
            chance(pair.probability),
            pair.doubt,
        )
        for pair in pairs
    ]
    screen.table(
        ("records", "who", "sure", "why a person is asked"),
        rows,
        title="Are these one?",
        numbers=("sure",),
        whole=("records",),
    )
    if count > len(pairs):
        screen.line(f"and {count - len(pairs)} more; --json shows all, --out writes them into a CSV")
    screen.line("`syncd counterparts RECORD OTHER` shows two; --join or --apart says whether they are one.")


def show_pair(screen: Screen, pair: PairShown) -> None:
    """Show two records side by side, and why they are or may be one."""
    for record in (pair.one, pair.other):
        screen.line(f"{record.ref}  {who(record)}")
    if pair.said is not None:
        told = "that they are one" if pair.said is Saying.JOIN else "that they are not one"
        screen.line(f"{pair.by or 'Somebody'} said {told}.")
    if pair.pair is None:
        screen.line("They are not matched with each other yet: the next pass does that.")
    else:
        screen.heading(f"That they are one is {chance(pair.pair.probability)} sure")
        if pair.pair.doubt:
            screen.line(pair.pair.doubt)
        show_reasons(screen, pair.pair)
    rows = [(name, shown(ours), shown(theirs)) for name, ours, theirs in pair.differing]
    if rows:
        screen.table(("field", pair.one.ref.account, pair.other.ref.account), rows, title="Where they differ")


def data_of_pair_shown(pair: PairShown) -> dict[str, Any]:
    """Return two records and what matching says of them as JSON data."""
    return {
        "one": str(pair.one.ref),
        "other": str(pair.other.ref),
        "said": None if pair.said is None else pair.said.value,
        "by": pair.by,
        "pair": None if pair.pair is None else data_of_pair(pair.pair),
        "differ": [{"field": name, "one": ours, "other": theirs} for name, ours, theirs in pair.differing],
    }
