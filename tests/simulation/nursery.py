"""Where lives come from: a program that has imported everything heavy once, and forks for each life it is asked for.

It reads one wish a line, as JSON, and answers with one line: `end` is `ended`, `killed` or `crashed`.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
from importlib import import_module
from typing import Any

import orjson

from tests.journeys.killable import warm_up
from tests.simulation.lives import live
from tests.simulation.warmth import inherit, let_go, settings_of


def main() -> None:
    """Answer every line with a life."""
    inherit()
    is_warm = False
    for line in sys.stdin.buffer:
        wish = orjson.loads(line)
        if not is_warm:
            _warm_up(wish)
            is_warm = True
        if wish.get("warm"):
            answer = {"end": "ended", **live(wish)}
            let_go()
            gc.collect()
            gc.freeze()
        else:
            answer = _bear(wish)
        sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")
        sys.stdout.buffer.flush()


def _warm_up(wish: dict[str, Any]) -> None:
    for name in ("psycopg", "sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite"):
        import_module(name)
    warm_up(settings_of(wish))


def _bear(wish: dict[str, Any]) -> dict[str, Any]:
    settings_of(wish)
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        gc.disable()
        os.close(told)
        try:
            answer = {"end": "ended", **live(wish)}
        except BaseException:  # noqa: BLE001 - whatever it was, the parent hears of it
            answer = {"end": "crashed", "trace": traceback.format_exc()}
        with os.fdopen(tell, "wb") as pipe:
            pipe.write(orjson.dumps(answer))
        os._exit(0)
    os.close(tell)
    with os.fdopen(told, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if said:
        answer = orjson.loads(said)
        return dict(answer)
    died = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return {"end": "killed"} if died else {"end": "crashed", "trace": f"ended with {status} and without a word"}


if __name__ == "__main__":
    main()
