"""Runs: what each of them read and wrote, by rule, and how to take one back."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from syncd.model import FixState, Role
from syncd.web.ask import Ask, NotThereError
from syncd.web.page import Menu, page
from syncd.web.rendering import did_something
from syncd.web.told import labels

SHOWN = 40
#: Runs looked through for one page: most passes find nothing to do, and are not shown unless asked for.
LOOKED_THROUGH = 2000
FIXES = 50


@page("/runs", role=Role.VIEWER, menu=Menu("Runs", 40))
def runs(ask: Ask) -> Response:
    """Show the latest that did something, or all of them."""
    is_all = ask.query("all") == "yes"
    with ask.reading() as tx:
        looked = tx.runs.page(SHOWN if is_all else LOOKED_THROUGH, ask.query("before"))
    found = [one for one in looked if is_all or did_something(one)][:SHOWN]
    last = found[-1] if len(found) == SHOWN else looked[-1] if len(looked) == LOOKED_THROUGH else None
    return ask.show("runs.html", found=found, is_all=is_all, before=last.id if last else "")


@page("/runs/{run}", role=Role.VIEWER, shows_records=True)
def run(ask: Ask) -> Response:
    """Show what one run did, stream by stream and rule by rule, and its fixes."""
    with ask.reading() as tx:
        found = tx.runs.find(ask.path("run"))
        if found is None:
            raise NotThereError("There is no such run.")
        counts = tx.journal.of_run(found.id)
        fixes = tx.journal.select(run=found.id, limit=FIXES + 1, after=ask.query("after"))
        names = labels(tx, ask.settings, [one for fix in fixes for one in (fix.ref, fix.into) if one])
    ask.counted(fixes=len(fixes[:FIXES]))
    return ask.show(
        "run.html",
        run=found,
        parts={name: part for name, part in found.report.items() if isinstance(part, Mapping)},
        counts=counts,
        accounts=sorted({one.stream.account for one in counts if one.state is FixState.APPLIED}),
        applied=sum(one.count for one in counts if one.state is FixState.APPLIED),
        fixes=fixes[:FIXES],
        names=names,
        after=fixes[FIXES - 1].id if len(fixes) > FIXES else "",
    )
