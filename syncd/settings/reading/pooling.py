"""Which streams of linked accounts are matched with each other, and by what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from quality.declarations import Declaration
from syncd.model import Stream
from syncd.settings.parts.matching import LEARNED
from syncd.settings.reading.streams import StreamSettings

#: Hears of a stream that is compared otherwise than its counterparts, by its name.
Say = Callable[[str], None]


def pooled(streams: Sequence[StreamSettings], say: Say) -> tuple[StreamSettings, ...]:
    """Return the streams, each with all that it is matched with in linked accounts, and compared by what they share."""
    found = []
    for one in streams:
        others = [other for other in streams if _are_linked(one, other)]
        if len({other.stream.account for other in others}) < 2:
            found.append(one)
            continue
        pool = tuple(sorted((other.stream for other in others), key=_name))
        if one.stream.kind in LEARNED:
            found.append(replace(one, pool=pool))
            continue
        shared = shared_declaration([other.matching for other in others])
        if shared is None:
            say(one.stream.name)
            continue
        found.append(replace(one, pool=pool, matching=shared))
    return tuple(found)


def shared_declaration(declarations: Sequence[Declaration | None]) -> Declaration | None:
    """Return what several objects can be compared by; None where one is not compared, or they contradict each other."""
    first = declarations[0]
    if first is None or any(one is None or one.answer != first.answer for one in declarations):
        return None
    known = [one for one in declarations if one is not None]
    compared = tuple(one for one in first.compared if all(one in other.compared for other in known))
    names = {one.field for one in compared}
    is_clash = any(
        one.field == its.field and one != its for other in known for its in other.compared for one in first.compared
    )
    if is_clash or any(one.identify != first.identify for one in known):
        return None
    agree = [tuple(name for name in line if name in names) for line in first.agree]
    return replace(
        first,
        compared=compared,
        agree=tuple(agree) if all(agree) else (),
        contradict=tuple(name for name in first.contradict if name in names),
    )


def _are_linked(one: StreamSettings, other: StreamSettings) -> bool:
    group = one.linked
    return (
        group is not None
        and one.stream.kind in group.kinds
        and other.stream.kind == one.stream.kind
        and other.stream.account in group.accounts
    )


def _name(stream: Stream) -> str:
    return stream.name
