"""Two records side by side: why matching takes them for one, or does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from syncd.cli.output.fix_lines import shown
from syncd.cli.output.merges import chance, data_of_pair, show_reasons
from syncd.errors import UnknownNameError
from syncd.review import who

if TYPE_CHECKING:
    from syncd.cli.output.screen import Screen
    from syncd.engine import PairReading
    from syncd.model import Record, Stream
    from syncd.settings import Settings
    from syncd.store import Transaction


@dataclass(frozen=True, slots=True)
class TwoRecords:
    """Two records of a stream, and what matching says of them."""

    one: Record
    other: Record
    pair: PairReading
    #: Whether somebody said that they are not one.
    is_apart: bool

    @property
    def verdict(self) -> str:
        """Return what matching does with the two, in a sentence."""
        if self.is_apart:
            return "They are kept apart: somebody said that they are not one."
        if self.pair.probability >= self.pair.merge_from and not self.pair.doubt:
            if self.one.ref.object != self.other.ref.object:
                return "They are one, and the CRM cannot merge records of two objects."
            return "They are sure enough to be merged without asking, where the rule may."
        if self.pair.probability >= self.pair.ask_from:
            doubt = self.pair.doubt or f"it takes {chance(self.pair.merge_from)} to merge without asking."
            return f"A person is asked: {doubt}"
        return f"They are taken for two: it takes {chance(self.pair.ask_from)} to ask a person about them."


def two_records(tx: Transaction, settings: Settings, stream: Stream, one_id: str, other_id: str) -> TwoRecords:
    """Compare a kept record of a stream with another one: of the same, or `OBJECT/ID` of another of the account.

    UnknownNameError where one is not held, is the other, or is of a kind that is not matched.
    """
    from syncd.engine import read_pair
    from syncd.settings.reading.names import stream_named

    object_name, _, rest = other_id.rpartition("/")
    account, _, _ = object_name.rpartition("/")
    if account and account != stream.account:
        hint = f"`syncd counterparts {stream.name}/{one_id} {other_id}` shows two of linked accounts side by side."
        raise UnknownNameError(f"{other_id} is a record of another account than {stream.name}.", hint=hint)
    object_name = object_name.removeprefix(f"{stream.account}/")
    other_stream = stream_named(settings, f"{stream.account}/{object_name}") if object_name else stream
    one, other = _kept(tx, settings, stream, one_id), _kept(tx, settings, other_stream, rest)
    if one.ref == other.ref:
        raise UnknownNameError(f"{one_id} and {rest} are one record: {one.ref.object}/{one.ref.id}.")
    pair = read_pair(tx, one, other)
    if pair is None:
        kinds = " and ".join(dict.fromkeys((stream.kind, other_stream.kind)))
        raise UnknownNameError(f"Records of the kind {kinds} are not matched.")
    is_apart = pair.is_apart or (stream == other_stream and tx.twins.is_apart(stream, one.ref.id, other.ref.id))
    return TwoRecords(one, other, pair, is_apart)


def _kept(tx: Transaction, settings: Settings, stream: Stream, record_id: str) -> Record:
    from syncd.engine import as_ours

    current = tx.aliases.current(stream, record_id)
    copy = tx.records.read(stream, [current]).get(current)
    wanted = settings.stream(stream.name)
    if copy is None or wanted is None:
        hint = "`syncd sync` brings the copy up to date."
        raise UnknownNameError(f"{stream.name} holds no record {record_id}.", hint=hint)
    return as_ours(wanted, copy)


def show_two(screen: Screen, two: TwoRecords) -> None:
    """Show two records, and why they are or are not twins."""
    for record in (two.one, two.other):
        screen.line(f"{record.ref.object}/{record.ref.id}  {who(record)}")
    screen.heading(f"That they are one is {chance(two.pair.probability)} sure")
    screen.line(two.verdict)
    show_reasons(screen, two.pair)
    rows = [
        (name, shown(ours), shown(theirs))
        for name in dict.fromkeys((*two.one.values, *two.other.values))
        if (ours := _text(two.one, name)) != (theirs := _text(two.other, name))
    ]
    if rows:
        screen.table(("field", two.one.ref.id, two.other.ref.id), rows, title="Where they differ")


def data_of_two(two: TwoRecords) -> dict[str, Any]:
    """Return two records and what matching says of them as JSON data."""
    return {
        "record": str(two.one.ref),
        "against": str(two.other.ref),
        "verdict": two.verdict,
        "is_apart": two.is_apart,
        "pair": data_of_pair(two.pair),
    }


def _text(record: Record, name: str) -> str:
    value = record.values.get(name)
    return "" if value is None else "; ".join(value) if isinstance(value, tuple) else str(value)
