"""How many writes get through each guard, with the guards as they come: `python -m benchmarks.guards [records]`.

A simulated HubSpot with so many clean contacts, and then a poisoned rule (its stand-in: data that makes a rule speak),
an import or a workflow. Writes are counted by the sandbox's own log of effects.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from connectors.sandbox import Sandbox
from syncd.engine import Sweep, sweep
from syncd.model import Stream
from syncd.store import Hold, Transaction
from tests.journeys.crms import HUBSPOT
from tests.journeys.journey import Journey

GERMANY = ("Germany", "Deutschland", "GERMANY", "germany")
CITIES = ("BERLIN", "BREMEN", "HAMBURG", "DRESDEN")


class Base:
    """Contacts that nothing is wrong with, seen by syncd."""

    def __init__(self, journey: Journey, count: int) -> None:
        self.journey = journey
        journey.guards = "{}"
        journey.rules = "{duplicate: off}"
        self.ids = [
            journey.create(
                email=f"p{n}@example-works.com", first_name="Ada", last_name="King", city="Berlin", country="DE"
            )
            for n in range(count)
        ]
        for _ in range(2):
            journey.pass_once()
        journey.control("DELETE", "effects")

    def part(self, share: float, begin: float = 0.0) -> list[str]:
        """Return a part of the contacts."""
        count = len(self.ids)
        return self.ids[int(begin * count) : int((begin + share) * count)]

    def spell(self, ids: list[str], name: str = "country", spellings: tuple[str, ...] = GERMANY) -> None:
        """Let an import write to contacts, not everywhere the same."""
        for number, one in enumerate(ids):
            self.journey.edit(one, "", "import", **{name: spellings[number % len(spellings)]})

    def written(self, name: str = "country") -> int:
        """Return how many values of a field syncd has written."""
        return len(self.journey.written(property=name))

    def passes(self, count: int = 3) -> None:
        """Pass several times."""
        for _ in range(count):
            self.journey.pass_once()


def all_of_them(base: Base) -> int:
    """A rule wants to change all records."""
    base.spell(base.ids)
    base.passes()
    return base.written()


def a_part_at_once(base: Base) -> int:
    """A rule suddenly wants to change 15 % of the records."""
    base.spell(base.part(0.15))
    base.passes()
    return base.written()


def bit_by_bit(base: Base) -> int:
    """A rule wants to change 8 % of the records in each of ten runs of a day."""
    for turn in range(10):
        base.spell(base.part(0.08, turn * 0.08))
        base.passes(1)
    return base.written()


def set_back_at_once(base: Base) -> int:
    """A workflow sets back at once what a rule writes (9 % of the records)."""
    ids = base.part(0.09)
    base.spell(ids, spellings=("Germany",) * 4)
    for one in ids:
        base.journey.edited_meanwhile(one, HUBSPOT.writes, {"country": "Germany"}, when="after", count=100)
    base.passes(5)
    return base.written()


def _set_back_later(base: Base) -> int:
    for begin in (0.0, 0.05):
        ids = base.part(0.05, begin)
        base.spell(ids)
        base.passes(1)
        for number, one in enumerate(ids):
            if base.journey.value(one, "country") == "DE":
                base.journey.edit(one, "", {"kind": "workflow", "id": "7"}, country=GERMANY[number % 4])
        base.passes(2)
    return base.written()


def set_back_later(base: Base) -> int:
    """A workflow sets back minutes later what a rule writes (5 % of the records, then as many again)."""
    return _set_back_later(base)


def set_back_later_with_a_pause(base: Base) -> int:
    """The same with `canary_pause: 1h`."""
    base.journey.guards = "{canary_pause: 1h}"
    return _set_back_later(base)


def emptied(base: Base) -> int:
    """An import empties a field in 15 % of the records; what changes that field elsewhere is counted."""
    for one in base.part(0.15):
        base.journey.edit(one, "", "import", city=None)
    base.spell(base.part(0.05, 0.5), "city", CITIES)
    base.passes()
    return base.written("city")


def flooded(base: Base) -> int:
    """An import writes one text that a rule objects to into 15 % of the records."""
    base.spell(base.part(0.15), "city", ("BERLIN",))
    base.passes()
    return base.written("city")


def gone(base: Base) -> int:
    """Of 40 % of the records the CRM knows nothing any more; fixes of the others are counted."""
    for one in base.part(0.4):
        base.journey.act("archive", object="contacts", id=one)
    with base.journey.life() as parts:
        setup = next(one for one in parts.setups if one.stream == base.journey.stream())
        sweep(parts.tools, setup, Sweep.CENSUS)
    base.spell(base.part(0.05, 0.5))
    base.passes()
    return base.written()


def stopped(base: Base) -> int:
    """Somebody reaches for the stop switch during the first batch behind the canary (9 % of the records)."""
    base.spell(base.part(0.09))
    stop = base.journey.folder / "syncd.stop"
    with base.journey.life() as parts:
        connector: Any = parts.connectors["main"]
        calls: list[int] = []
        update = connector.update

        def updated(object_name: str, updates: list[Any]) -> Any:
            calls.append(len(updates))
            if len(calls) == 2:
                stop.touch()
            return update(object_name, updates)

        connector.update = updated
        base.journey.live(parts)
    return base.written()


SCENES: tuple[Callable[[Base], int], ...] = (
    all_of_them, a_part_at_once, bit_by_bit, set_back_at_once, set_back_later, set_back_later_with_a_pause, emptied,
    flooded, gone, stopped,
)  # fmt: skip


@contextmanager
def life() -> Iterator[Journey]:
    """Yield an empty account and an empty store."""
    with tempfile.TemporaryDirectory() as folder, Sandbox.start(tier="off", crms=("hubspot",)) as sandbox:
        journey = Journey(sandbox.url, f"sqlite:///{folder}/syncd.db", Path(folder))
        yield journey
        journey.close()


def _holds(stream: Stream, tx: Transaction) -> list[Hold]:
    return tx.holds.of(stream)


def main() -> None:
    """Play each scene on a base of its own, and print what got through."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print("| what happens | held by | writes that got through |\n| --- | --- | --: |")
    for scene in SCENES:
        with life() as journey:
            got_through = scene(Base(journey, count))
            stream = journey.stream()
            held = journey.with_store(partial(_holds, stream))
        print(f"| {scene.__doc__} | {', '.join(one.guard for one in held) or 'a limit'} | {got_through} |", flush=True)


if __name__ == "__main__":
    main()
