"""What changed, as events that lie ready for three days, each with a replay id."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from connectors.sandbox.effects import SYSTEM, Actor, Effect

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.org import Org

#: Objects whose changes are told until somebody says otherwise; five may be without an add-on.
OBJECTS = ("Account", "Contact", "Lead", "Opportunity", "Case")
RETENTION_MS = 72 * 3_600_000
_TYPES = {"create": "CREATE", "update": "UPDATE", "archive": "DELETE", "purge": "DELETE", "merge": "DELETE",
          "restore": "UNDELETE"}  # fmt: skip
_SOAP = frozenset({"soap_merge", "soap_undelete"})
#: A replay id is a number, and not the next one.
_STEP, _FIRST = 7, 1000


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """One event."""

    replay: int
    at_ms: int
    object: str
    ids: tuple[str, ...]
    change: str
    origin: str = ""
    user: str = ""
    #: Only the object is known: more changed than is told.
    transaction: str = ""
    changed: frozenset[str] = frozenset()
    nulled: frozenset[str] = frozenset()
    #: Values by field, as the effect log spells them.
    values: dict[str, str | None] = field(default_factory=dict)

    @property
    def topics(self) -> tuple[str, str]:
        """Return the channels it is on."""
        return f"/data/{self.object}ChangeEvent", "/data/ChangeEvents"


class Server(Protocol):
    """Whoever serves subscribers."""

    @property
    def url(self) -> str:
        """Return where it is reached."""

    def close(self) -> None:
        """Serve nobody any more."""


class Bus:
    """The events of one org. Written on the server's thread, read by those that serve subscribers.

    `serve` begins to serve subscribers on a port.
    """

    def __init__(self, org: Org, serve: Callable[[Org, Bus, int], Server]) -> None:
        self._org = org
        self._serve = serve
        self.changed = threading.Condition()
        self._server: Server | None = None
        self.clear()

    def clear(self) -> None:
        """Begin anew: nothing happened yet."""
        with self.changed:
            self.events: list[ChangeEvent] = []
            self.objects = set(OBJECTS)
            #: How the next events of an object are told: `GAP`, `OVERFLOW`, `DROP`, and of how many.
            self.wishes: dict[str, int] = {}
            self.keep_alive_s = 270.0
            #: Grows when subscribers shall be cut off.
            self.cut = 0
        self._seen = self._org.world.effects.last_seq
        self._next = _FIRST

    def step(self) -> None:
        """Turn what happened since the last step into events."""
        effects = self._org.world.effects
        if effects.last_seq < self._seen:
            self._seen = 0
        since, self._seen = self._seen, effects.last_seq
        if since == self._seen or self._server is None:
            self._org.causes.clear()
            return
        made = [one for group in _grouped(effects.since(since), self._org.causes) for one in self._told(group)]
        self._org.causes.clear()
        if made:
            with self.changed:
                self.events += made
                self.changed.notify_all()

    def behind(self, topic: str, replay: int) -> list[ChangeEvent]:
        """Return the events of a topic behind a replay id, as long as they are kept."""
        oldest_ms = self._org.now_ms() - RETENTION_MS
        return [one for one in self.events if one.replay > replay and topic in one.topics and one.at_ms >= oldest_ms]

    @property
    def newest(self) -> int:
        """Return the replay id of the newest event; that before the first one when there is none."""
        return self.events[-1].replay if self.events else _FIRST - _STEP

    def is_known(self, replay: int) -> bool:
        """Return whether a replay id is one that was given out and is kept."""
        oldest_ms = self._org.now_ms() - RETENTION_MS
        return replay == _FIRST - _STEP or any(one.replay == replay and one.at_ms >= oldest_ms for one in self.events)

    def set_up(self, wish: dict[str, Any]) -> dict[str, Any]:
        """`listen` (a port; 0 for any), `objects`, `gap`, `overflow` or `drop` (so many of the next events), `expire`
        (forget what happened), `disconnect` (cut subscribers off), `keep_alive_s`. Return how things stand."""
        rest = dict(wish)
        if "listen" in rest:
            self._listen(int(rest.pop("listen")))
        with self.changed:
            if "objects" in rest:
                self.objects = {str(one) for one in rest.pop("objects")}
            if rest.pop("expire", False):
                self.events.clear()
                self._next += 1_000_000
            self.cut += bool(rest.pop("disconnect", False))
            self.keep_alive_s = float(rest.pop("keep_alive_s", self.keep_alive_s))
            for name in ("gap", "overflow", "drop"):
                if name in rest:
                    self.wishes[name] = int(rest.pop(name))
            self.changed.notify_all()
        if rest:
            raise ValueError(f"no such wish: {', '.join(sorted(rest))}")
        url = self._server.url if self._server else ""
        return {"url": url, "objects": sorted(self.objects), "events": len(self.events)}

    def close(self) -> None:
        """Serve nobody any more."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def _listen(self, port: int) -> None:
        if self._server is None:
            self._server = self._serve(self._org, self, port)
            self._org.is_heard = True

    def _told(self, group: list[Effect]) -> Iterator[ChangeEvent]:
        first = group[0]
        change = "CREATE" if any(one.kind == "create" for one in group) else _TYPES.get(first.kind, "")
        if not change or first.object not in self.objects:
            return
        actor = self._org.causes.get(first.seq, SYSTEM)
        values = {one.property: one.after for one in group if one.kind == "update"}
        event = ChangeEvent(
            self._take(), first.at_ms, first.object, (first.id,), change, _origin(actor, first.endpoint),
            actor.user_id or self._org.automated_user, first.request_id or f"{first.at_ms}-{first.seq}",
            frozenset(values), frozenset(name for name, value in values.items() if value is None), values,
        )  # fmt: skip
        yield from self._bent(event)

    def _bent(self, event: ChangeEvent) -> Iterator[ChangeEvent]:
        """Yield the event as it is wished to be told: whole, as a gap, as an overflow, or not at all."""
        for name in ("drop", "overflow", "gap"):
            if self.wishes.get(name, 0) > 0:
                self.wishes[name] -= 1
                if name == "gap":
                    yield replace(event, change=f"GAP_{event.change}", changed=frozenset(), values={})
                elif name == "overflow":
                    yield replace(event, change="GAP_OVERFLOW", ids=(), changed=frozenset(), values={})
                return
        yield event

    def _take(self) -> int:
        self._next += _STEP
        return self._next


def _grouped(effects: Iterator[Effect], causes: Mapping[int, Actor]) -> list[list[Effect]]:
    """Put together what one call of one actor did to one record."""
    groups: OrderedDict[tuple[object, ...], list[Effect]] = OrderedDict()
    for effect in effects:
        what = "put" if effect.kind in {"create", "update"} else effect.kind
        call = effect.request_id or effect.at_ms
        groups.setdefault((effect.object, effect.id, what, call, causes.get(effect.seq)), []).append(effect)
    return list(groups.values())


def _origin(actor: Actor, endpoint: str) -> str:
    """Return through which API a change came; nothing for what people do."""
    if actor.kind != "app":
        return ""
    api = "soap" if endpoint in _SOAP else "rest"
    return f"com/salesforce/api/{api}/64.0" + (f";client={actor.label}" if actor.label else "")
