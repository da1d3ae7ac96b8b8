"""What an order is carried out with, and how what came of it is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from syncd.engine import Choice, StreamSetup, Tools
from syncd.errors import UnknownNameError
from syncd.model import Fix, Ref
from syncd.settings import Settings
from syncd.store import Order

#: Fixes that a result names; what is beyond is counted.
MOST_NAMED = 500


@dataclass(frozen=True, slots=True)
class OrderedWork:
    """The tools, and the streams of the order's account as they are set up now."""

    tools: Tools
    setups: tuple[StreamSetup, ...]
    settings: Settings

    def setup(self, stream: str) -> StreamSetup:
        """Return the setup of a stream by its name; UnknownNameError when it is not worked on now."""
        found = next((one for one in self.setups if one.stream.name == stream), None)
        if found is None:
            raise UnknownNameError(f"{stream} is not worked on now.", hint="The streams' page tells why.")
        return found

    def is_mine(self, fix: Fix) -> bool:
        """Return whether a fix is one of this account."""
        return any(fix.ref.account == one.stream.account for one in self.setups)


def target_of(work: OrderedWork, order: Order) -> str | Choice:
    """Return what is to be taken back: a run or fix by its id, or what was chosen by rule, stream and record."""
    asked = order.request
    if asked.get("target"):
        return str(asked["target"])
    streams = (work.setup(asked["stream"]).stream,) if asked.get("stream") else ()
    ref = Ref(streams[0].account, streams[0].object, str(asked["record"])) if streams and asked.get("record") else None
    if ref is None and not asked.get("rule"):
        raise UnknownNameError("Nothing was chosen to be taken back.")
    return Choice(str(asked.get("rule") or ""), None, streams, ref)


def named(fixes: Iterable[Fix]) -> list[str]:
    """Return the ids of fixes."""
    return [fix.id for fix in fixes][:MOST_NAMED]


def reasoned(fixes: Iterable[tuple[Fix, str]]) -> list[dict[str, str]]:
    """Return fixes with why they are not what was wanted."""
    return [{"fix": fix.id, "reason": reason} for fix, reason in fixes][:MOST_NAMED]
