"""Who looked at records, took them out or changed something: by a command or in the console."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from syncd.model import Role
from syncd.web.ask import Ask
from syncd.web.page import Menu, page

SHOWN = 100


@page("/accesses", role=Role.ADMIN, menu=Menu("Access log", 90))
def accesses(ask: Ask) -> Response:
    """Show the notes, newest first."""
    days = ask.query("days", "30")
    since = ask.console.clock.now() - timedelta(days=int(days) if days.isdigit() and int(days) < 10_000 else 30)
    with ask.reading() as tx:
        found = tx.accesses.page(since, SHOWN + 1, by=ask.query("by"), before=_number(ask.query("before")))
    return ask.show("accesses.html", found=found[:SHOWN], has_more=len(found) > SHOWN)


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None
