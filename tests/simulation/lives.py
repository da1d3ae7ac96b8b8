"""What one life of syncd does in a simulation: the parts are those of the program, only time and chance are given."""

from __future__ import annotations

import os
import random
import secrets
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson
import urllib3
from sqlalchemy import event
from sqlalchemy.engine import Engine

from syncd.daemon.arrivals import Arrivals
from syncd.daemon.following import Following
from syncd.daemon.hearing import Hearing
from syncd.daemon.loop import Daemon
from syncd.daemon.reloading import watch_file
from syncd.engine import Sweep, apply_approved, plan_undo, put_back, run_pass, sweep
from syncd.engine.preview import preview
from syncd.engine.review import approve, dismiss
from syncd.engine.setup import Tools
from syncd.errors import SyncdError
from syncd.model import FixState
from syncd.settings import Settings
from syncd.store import Store
from syncd.telemetry import Telemetry, configure_logs
from syncd.web import Health
from syncd.wiring import Parts, build, lay_out
from tests.simulation.warmth import settings_of

Wish = Mapping[str, Any]
_send = urllib3.connectionpool.HTTPConnectionPool.urlopen


class LifeClock:
    """Time as a life sees it: it moves with the calls and the waits of that life, and jumps when told to."""

    def __init__(self, start: datetime, url: str) -> None:
        self._start = start
        self._url = url
        self._elapsed = 0.0
        self._owed = 0.0
        self.skew = timedelta(0)

    def now(self) -> datetime:
        """Return the time of this machine, right or wrong."""
        return self._start + self.skew + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Return seconds of this life."""
        return self._elapsed

    def wait(self, seconds: float, stop: threading.Event | None = None) -> bool:
        """Let time pass at once, here and, before the next call, in the CRM."""
        is_stopped = stop is not None and stop.is_set()
        if seconds > 0 and not is_stopped:
            self._elapsed += seconds
            self._owed += seconds
        return is_stopped

    def call_took(self, seconds: float) -> None:
        """Hear that a call was made, with which the CRM's time has moved on by itself."""
        self._elapsed += seconds

    def pay(self) -> None:
        """Let the CRM's time catch up."""
        owed, self._owed = self._owed, 0.0
        if owed:
            body = orjson.dumps({"shift_s": owed})
            _send(_pool(self._url), "POST", "/_sandbox/clock", body=body, retries=False)


_pools: dict[str, urllib3.HTTPConnectionPool] = {}


def _pool(url: str) -> urllib3.HTTPConnectionPool:
    return _pools.setdefault(url, urllib3.connection_from_url(url))


class Fate:
    """Counts what leaves the process, and lets the life end, stop, or its clock jump where it was written."""

    def __init__(self, wish: Wish, clock: LifeClock, stop: threading.Event) -> None:
        self._die_at = int(wish.get("die_at", 0))
        self._stop_at = int(wish.get("stop_at", 0))
        self._jumps = {int(at): float(seconds) for at, seconds in wish.get("jumps", ())}
        self._unheard = {int(at) for at in wish.get("unheard", ())}
        self._tick_s = float(wish["tick_ms"]) / 1000
        self._clock = clock
        self._stop = stop
        self.points = 0
        self.calls = 0

    def step(self, *_: object) -> None:
        """Pass a point, or die there."""
        self.points += 1
        if self.points == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.points == self._stop_at:
            self._stop.set()

    def hang_over(self) -> None:
        """Watch everything that leaves the process."""
        event.listen(Engine, "before_cursor_execute", self.step)
        event.listen(Engine, "after_cursor_execute", self.step)
        event.listen(Engine, "commit", self.step)
        fate = self

        def counted(pool: Any, *given: Any, **named: Any) -> Any:
            fate.step()
            fate._clock.pay()
            fate.calls += 1
            fate._clock.skew += timedelta(seconds=fate._jumps.pop(fate.calls, 0.0))
            try:
                answer = _send(pool, *given, **named)
            finally:
                fate._clock.call_took(fate._tick_s)
            fate.step()
            if fate.calls in fate._unheard:
                raise urllib3.exceptions.ReadTimeoutError(pool, "", "no answer in time")
            return answer

        urllib3.connectionpool.HTTPConnectionPool.urlopen = counted  # type: ignore[assignment]


class OneAfterTheOther(ThreadPoolExecutor):
    """Threads that take turns: what would run at the same time runs in the order it was asked for."""

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(work(*given, **named))
        except BaseException as problem:  # noqa: BLE001 - as the threads do
            future.set_exception(problem)
        return future


def without_chance(seed: int) -> None:
    """Let everything that is drawn follow from the seed: ids, and how long is waited."""
    random.seed(seed)
    dice = random.Random(seed)
    setattr(secrets, "randbelow", dice.randrange)  # noqa: B010 - mypy knows another signature
    for threaded in ("connectors.hubspot.connector", "syncd.daemon.lanes"):
        setattr(import_module(threaded), "ThreadPoolExecutor", OneAfterTheOther)  # noqa: B010 - likewise


def live(wish: Wish) -> dict[str, Any]:
    """Live once; return what was done, as plain data."""
    if not wish.get("warm"):
        without_chance(int(wish["seed"]))
    stop = threading.Event()
    start = datetime.fromtimestamp(wish["now_ms"] / 1000, UTC) + timedelta(seconds=wish.get("skew_s", 0.0))
    clock = LifeClock(start, wish["url"])
    fate = Fate(wish, clock, stop)
    folder = Path(wish["folder"])
    done: dict[str, Any] = {}
    with (folder / "said.log").open("a", encoding="utf-8") as said:
        telemetry = Telemetry(clock)
        configure_logs(telemetry.redaction, level="debug", stream=said)
        try:
            settings = settings_of(wish)
            if not wish.get("warm"):
                fate.hang_over()
            life = _Life(wish, settings, clock, telemetry, stop)
            try:
                done = DOINGS[wish["what"]](life)
            finally:
                if wish.get("warm"):
                    life.close()
        except SyncdError as error:
            done["refused"] = f"{type(error).__name__}: {error.message} {error.hint or ''}"
        finally:
            said.write(str(done.get("refused", "")) + "\n")
            if wish.get("metrics"):
                said.write(telemetry.exposition()[0].decode() + "\n")
    clock.pay()
    return {**done, "points": fate.points, "calls": fate.calls}


class _Life:
    def __init__(
        self, wish: Wish, settings: Settings, clock: LifeClock, telemetry: Telemetry, stop: threading.Event
    ) -> None:
        self.wish = wish
        self.settings = settings
        self.clock = clock
        self.telemetry = telemetry
        self.stop = stop
        self._opened: list[Parts] = []

    def close(self) -> None:
        """Let go of what a refusal left open: one that only warms up does not end with a process of its own."""
        for parts in self._opened:
            parts.close()

    def parts(self) -> Parts:
        parts = build(self.settings, clock=self.clock, telemetry=self.telemetry, stop=self.stop, holder="simulation")
        self._opened.append(parts)
        return replace(parts, tools=self.tools(parts))

    def tools(self, parts: Parts) -> Tools:
        return replace(parts.tools, settle_after_s=0.0)


def _pass(life: _Life) -> dict[str, Any]:
    """Make passes in one life; counts the calls of the last."""
    parts = life.parts()
    told: dict[str, Any] = {"passes": []}
    for kind in life.wish.get("kinds", ()):
        for setup in parts.setups:
            sweep(parts.tools, setup, Sweep(kind))
    for _ in range(int(life.wish.get("count", 1))):
        run, results = run_pass(
            parts.tools, parts.setups, trigger="simulation", may_write=bool(life.wish.get("may_write", True))
        )
        told["passes"].append(
            {
                "run": run,
                "calls": sum(one.tally.calls for one in results),
                "streams": len(results),
                "errors": {
                    one.setup.stream.name: f"{type(one.error).__name__}: {one.error.message}"
                    for one in results
                    if one.error is not None
                },
                "fixes": {
                    one.setup.stream.name: {state.value: count for state, count in one.tally.fixes.items() if count}
                    for one in results
                },
            }
        )
        if life.wish.get("until_quiet") and not any(told["passes"][-1]["fixes"].values()):
            break
    parts.close()
    return told


def _daemon(life: _Life) -> dict[str, Any]:
    """Work as the daemon does, sweeps, reloading and waiting for the CRM included, for so many passes."""
    file = Path(life.wish["folder"]) / "syncd.yaml"
    file.write_text(life.wish["config"], "utf-8")
    os.environ.update(life.wish["environment"])
    parts = lay_out(life.settings, clock=life.clock, telemetry=life.telemetry, stop=life.stop, holder="simulation")
    tools = life.tools(parts)
    parts = replace(parts, tools=tools)
    health = Health(tools.clock)
    arrivals = Arrivals(parts, health)
    left = int(life.wish.get("count", 2))
    errors: list[str] = []

    def after_pass(_run: str, results: Sequence[Any]) -> None:
        nonlocal left
        left -= 1
        errors.extend(f"{type(one.error).__name__}: {one.error.message}" for one in results if one.error is not None)
        if left <= 0 or life.clock.monotonic() > float(life.wish.get("at_most_s", 7200.0)):
            life.stop.set()

    def reload() -> Any:
        if life.clock.monotonic() > float(life.wish.get("at_most_s", 7200.0)):
            life.stop.set()
        return watch()

    watch = watch_file(file)(tools, arrivals)
    hearing = Hearing(tools, lambda: arrivals.settings)
    Daemon(tools, arrivals, health, hearing, Following(tools, hearing), reload, after_pass).run()
    parts.close()
    return {"errors": errors}


def _apply(life: _Life) -> dict[str, Any]:
    parts = life.parts()
    apply_approved(parts.tools, parts.setups, trigger="simulation", over_guards=bool(life.wish.get("over_guards")))
    parts.close()
    return {}


def _sweep(life: _Life) -> dict[str, Any]:
    parts = life.parts()
    for kind in life.wish["kinds"]:
        for setup in parts.setups:
            sweep(parts.tools, setup, Sweep(kind))
    parts.close()
    return {}


def _undo(life: _Life) -> dict[str, Any]:
    """Take back one of the applied fixes, or the run it was part of."""
    parts = life.parts()
    with parts.store.reading() as tx:
        applied = [fix for fix in tx.journal.select(states=(FixState.APPLIED,)) if not fix.undoes]
        actions = life.wish.get("actions")
        applied = [fix for fix in applied if not actions or fix.action.value in actions] or applied
        runs = {fix.id: tx.journal.events(fix.id)[-1].run for fix in applied}
    if applied:
        fix = applied[-1 - int(life.wish["nth"]) % len(applied)]
        target = runs[fix.id] if life.wish.get("whole_run") and runs[fix.id] else fix.id
        put_back(parts.tools, parts.setups, plan_undo(parts.tools, parts.setups, target), by="somebody")
    parts.close()
    return {"undone": len(applied)}


def _review(life: _Life) -> dict[str, Any]:
    """Say yes or no to some of the proposed fixes, as `syncd review` does: beside a daemon, without the lock."""
    store = Store.open(life.settings.store.url.reveal(), life.clock)
    streams = [one.stream for one in life.settings.streams]
    with store.transaction() as tx:
        proposed = tx.journal.select(states=(FixState.PROPOSED,))
        actions = life.wish.get("actions")
        proposed = [fix for fix in proposed if not actions or fix.action.value in actions]
        chosen = [fix.id for place, fix in enumerate(proposed) if place % 3 in life.wish["thirds"]]
        if life.wish["word"] == "approve":
            approve(tx, streams, chosen, "somebody")
        else:
            dismiss(tx, streams, chosen, "somebody", "no")
    store.close()
    return {"reviewed": len(chosen)}


def _plan(life: _Life) -> dict[str, Any]:
    """Show what would be written; nothing is."""
    parts = life.parts()
    count = sum(1 for setup in parts.setups for _ in preview(parts.tools, setup, setup.ruleset))
    parts.close()
    return {"planned": count}


#: What a life can be for. Whoever adds a feature that works by itself adds it here and to `steps.py`.
DOINGS: dict[str, Callable[[_Life], dict[str, Any]]] = {
    "pass": _pass,
    "daemon": _daemon,
    "apply": _apply,
    "sweep": _sweep,
    "undo": _undo,
    "review": _review,
    "plan": _plan,
}
