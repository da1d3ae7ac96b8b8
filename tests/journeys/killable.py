"""A syncd that dies on request: run as a program, it lives once for each line it reads and kills itself on the way.

A line holds the number of the point to die at, 0 for none, and what to live for: a `pass`, to `apply` what is approved,
or to `undo` a fix that is named behind it, or all of `rule:NAME`. A point is any statement or commit in the store, and
any call to the CRM, before it is sent and after its answer has come: between two points nothing leaves the process.
Answers `killed` or `ended <points passed>`. Everything heavy is imported once; a life is a fork, and dies by SIGKILL.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import orjson
import urllib3
from sqlalchemy import event
from sqlalchemy.engine import Engine

from quality import Surroundings, catalog
from quality.rule import Case
from syncd.clock import SystemClock
from syncd.engine import Choice, apply_approved, plan_undo, put_back, run_pass
from syncd.model import Record, Ref
from syncd.settings import Settings, load_settings
from syncd.telemetry import Redaction, Telemetry, configure_logs
from syncd.wiring import build, open_connectors
from tests.journeys.journey import HurriedClock


class Fate:
    """Counts the points of a life, and ends it at the one that was chosen."""

    def __init__(self, point: int) -> None:
        self.point = point
        self.passed = 0

    def step(self, *_: object) -> None:
        """Pass a point, or die there."""
        self.passed += 1
        if self.passed == self.point:
            os.kill(os.getpid(), signal.SIGKILL)

    def hang_over(self) -> None:
        """Watch everything that leaves the process."""
        event.listen(Engine, "before_cursor_execute", self.step)
        event.listen(Engine, "after_cursor_execute", self.step)
        event.listen(Engine, "commit", self.step)
        send = urllib3.connectionpool.HTTPConnectionPool.urlopen

        def counted(*given: object, **named: object) -> object:
            self.step()
            answer = send(*given, **named)  # type: ignore[arg-type]
            self.step()
            return answer

        urllib3.connectionpool.HTTPConnectionPool.urlopen = counted  # type: ignore[assignment]


def live(settings: Settings, point: int, what: str, target: str) -> int:
    """Live once; return the points passed."""
    fate = Fate(point)
    clock = HurriedClock(timedelta(0), pass_time)
    parts = build(settings, clock=clock, telemetry=Telemetry(clock), holder="killable")
    fate.hang_over()
    tools = replace(parts.tools, settle_after_s=0.0)
    if what == "undo":
        wanted = Choice(target.removeprefix("rule:")) if target.startswith("rule:") else target
        put_back(tools, parts.setups, plan_undo(tools, parts.setups, wanted))
    elif what == "apply":
        apply_approved(tools, parts.setups, trigger="test")
    else:
        run_pass(tools, parts.setups, trigger="test", may_write=True)
    return fate.passed


def pass_time(seconds: float) -> None:
    """Let the CRM's time pass instead of waiting."""
    body = orjson.dumps({"shift_s": seconds})
    urllib3.request("POST", f"{os.environ['SANDBOX']}/_sandbox/clock", body=body)


def warm_up(settings: Settings) -> None:
    """Import what would else be imported anew in every life: the rules' libraries, the SDKs, the migrations."""
    for name in ("alembic.autogenerate", "alembic.command"):
        import_module(name)
    for connector in open_connectors(settings, clock=SystemClock(), telemetry=Telemetry(SystemClock())).values():
        connector.identify()
        connector.close()
    for rule in catalog().values():
        for example in rule.examples:
            kind = example.kind or next(iter(rule.fields))
            field = example.field or next(iter(rule.fields[kind]), "")
            values = {**example.record, field: example.value} if field else dict(example.record)
            record = Record(Ref("main", "contacts", "1"), kind, values, example.links or {})
            around = example.surroundings or Surroundings(SystemClock().now())
            options = rule.options.model_validate(dict(example.options))
            rule.check(Case(record, field, example.value, around, options))


def main() -> None:
    """Answer every line with a life."""
    settings = load_settings(Path(sys.argv[1]), os.environ)
    warm_up(settings)
    configure_logs(Redaction(), level="error")
    for line in sys.stdin:
        point, what, target = (*line.split(), "", "")[:3]
        told, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(tell, str(live(settings, int(point), what, target)).encode())
            os._exit(0)
        os.close(tell)
        _, status = os.waitpid(child, 0)
        passed = os.read(told, 100).decode()
        os.close(told)
        died = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        sys.stdout.write(("killed" if died else f"ended {passed}" if passed else f"failed {status}") + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
