"""`python -m tests.simulation`: play schedules, replay one, cut a failing one down.

--crm hubspot --store sqlite --seed 17 --trace      replay one, step by step
--count 500 --first 1000                            play many; the figures at the end
--shrink                                            cut failing schedules down to the steps that matter
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from tests.journeys.crms import HUBSPOT, SALESFORCE
from tests.simulation.checks import Verdicts
from tests.simulation.ground import Ground
from tests.simulation.run import Figures, Nursery, Theatre
from tests.simulation.schedules import Step, schedule
from tests.simulation.shrinking import shrunk
from tests.simulation.stores import Files, Server, Stores, migrated

CRMS = {"hubspot": HUBSPOT, "salesforce": SALESFORCE}
ROOT = Path(__file__).parents[2]
#: Where files cost no disk, if there is such a place: every commit of a store waits for the disk.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


@contextmanager
def theatre(crm: str, store: str, server: Any = None) -> Iterator[Theatre]:
    """Open everything that many schedules share."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="syncd-simulation-", dir=MEMORY)))
        files = Files(stack.enter_context(migrated(folder)))
        stores: Stores = files
        if store == "postgresql":
            stores = Server(server or stack.enter_context(_server()))
        ground = stack.enter_context(Ground.start(tier="off", crms=(crm,)))
        nursery = Nursery(ROOT)
        stack.callback(nursery.close)
        stage = Theatre(CRMS[crm], ground, nursery, stores, files, folder)
        stage.run(0).warm_up()
        yield stage


@contextmanager
def _server() -> Iterator[Any]:
    from tests.postgres import running

    with running() as databases:
        yield databases


def play(stage: Theatre, seed: int, figures: Figures, *, trace: bool = False) -> Verdicts:
    """Play the schedule of a seed."""
    return play_steps(stage, seed, schedule(seed, stage.crm.name), figures, trace=trace)


def play_steps(stage: Theatre, seed: int, steps: list[Step], figures: Figures, *, trace: bool = False) -> Verdicts:
    """Play these steps."""
    run = stage.run(seed, _print if trace else lambda _line: None)
    found = run.play(steps)
    figures.add(run.figures)
    return found


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Play what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--crm", choices=[*CRMS, "both"], default="both")
    parser.add_argument("--store", choices=["sqlite", "postgresql", "both"], default="sqlite")
    parser.add_argument("--seed", type=int, action="append", help="only this one")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--trace", action="store_true", help="print each step")
    parser.add_argument("--shrink", action="store_true", help="cut failing schedules down")
    parser.add_argument("--steps", type=Path, help="play the steps in this JSON file")
    given = parser.parse_args()
    seeds = given.seed or range(given.first, given.first + given.count)
    is_broken = False
    for crm in CRMS if given.crm == "both" else [given.crm]:
        for store in ("sqlite", "postgresql") if given.store == "both" else (given.store,):
            figures, broken, started = Figures(), {}, time.monotonic()
            with theatre(crm, store) as stage:
                for number, seed in enumerate(seeds, 1):
                    steps = orjson.loads(given.steps.read_bytes()) if given.steps else schedule(seed, crm)
                    found = play_steps(stage, seed, steps, figures, trace=given.trace)
                    if found:
                        broken[seed] = found.laws
                        _print(f"{crm} {store} seed {seed}: {found.laws}")
                        for law, what in found.broken[:6]:
                            _print(f"    {law}: {what[:1500]}")
                        if given.shrink:
                            _shrink(stage, seed, steps, found)
                    if not number % 25:
                        _print(f"{crm} {store}: {figures.schedules} schedules, {figures.kills} kills so far")
            seconds = time.monotonic() - started
            _print(f"{crm} {store}: {asdict(figures)} in {seconds:.0f} s; broken: {broken}")
            is_broken = is_broken or bool(broken)
    return int(is_broken)


def _shrink(stage: Theatre, seed: int, steps: list[Step], found: Verdicts) -> None:
    def still_fails(tried: list[Step]) -> bool:
        return bool(set(play_steps(stage, seed, tried, Figures()).laws) & set(found.laws))

    _print("    cut down to:")
    for step in shrunk(steps, still_fails):
        _print(f"    {orjson.dumps(step).decode()}")


if __name__ == "__main__":
    sys.exit(main())
