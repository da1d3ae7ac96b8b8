"""The effect log: who did what to which record, and when. The witness of every test, never the client's own word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something in the CRM."""

    #: `app`, `person`, `form`, `import`, `workflow`, `system`.
    kind: str
    #: App id, user id, form id ...
    id: str = ""
    label: str = ""
    #: The user behind an import or a click; empty when there is none.
    user_id: str = ""


SYSTEM = Actor("system")


@dataclass(frozen=True, slots=True)
class Cause:
    """Where an effect came from: the actor, and the request that carried it."""

    actor: Actor
    request_id: str = ""
    endpoint: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that happened to one record."""

    seq: int
    at_ms: int
    #: `update` (one property), `create`, `archive`, `restore`, `merge`, `purge`, `link`, `unlink`.
    kind: str
    object: str
    id: str
    property: str
    before: str | None
    after: str | None
    actor_kind: str
    actor_id: str
    request_id: str
    endpoint: str


class EffectLog:
    """An append-only list of effects, numbered from 1."""

    def __init__(self) -> None:
        self._effects: list[Effect] = []

    def add(  # noqa: PLR0913, PLR0917 - an effect has that many parts, and every caller names them
        self,
        at_ms: int,
        cause: Cause,
        kind: str,
        object_name: str,
        record_id: str,
        property_name: str = "",
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        """Note one effect."""
        actor = cause.actor
        self._effects.append(
            Effect(
                len(self._effects) + 1, at_ms, kind, object_name, record_id, property_name, before, after,
                actor.kind, actor.id, cause.request_id, cause.endpoint,
            )
        )  # fmt: skip

    @property
    def last_seq(self) -> int:
        """The number of the newest effect; 0 when nothing happened yet."""
        return len(self._effects)

    def since(self, seq: int = 0, **wanted: str) -> Iterator[Effect]:
        """Yield effects after number `seq` whose named parts have the wanted values."""
        for effect in self._effects[max(0, seq) :]:
            if all(getattr(effect, part) == value for part, value in wanted.items()):
                yield effect

    def rewind(self, seq: int) -> None:
        """Forget what came after number `seq`: a transaction was taken back."""
        del self._effects[seq:]

    def clear(self) -> None:
        """Forget everything; numbering starts anew."""
        self._effects.clear()

    def state(self) -> list[dict[str, Any]]:
        """Return what a snapshot has to keep."""
        return [asdict(effect) for effect in self._effects]

    def restore(self, state: list[dict[str, Any]]) -> None:
        """Take up a kept state."""
        self._effects = [Effect(**row) for row in state]
