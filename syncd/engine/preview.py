"""What would be written if a stream were allowed to: the same judgement and the same decisions, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from quality import Ruleset
from syncd.engine.judging.decide import to_fixes
from syncd.engine.judging.judge import judge
from syncd.engine.setup import StreamSetup, Tools
from syncd.model import Fix, Mode

#: Records judged at a time.
BATCH = 500


def preview(tools: Tools, setup: StreamSetup, ruleset: Ruleset) -> Iterator[Fix]:
    """Yield the fixes that `ruleset` would bring about on the local copy if the stream's mode were apply."""
    allowed = replace(setup, ruleset=ruleset, mode=Mode.APPLY)
    after = ""
    while True:
        with tools.store.reading() as tx:
            ids = tx.records.ids(setup.stream, after, BATCH)
            copies = list(tx.records.read(setup.stream, ids).values())
            fixes = to_fixes(allowed, judge(tx, allowed, copies, tools.clock.now()))
        yield from fixes
        if not ids:
            return
        after = ids[-1]
