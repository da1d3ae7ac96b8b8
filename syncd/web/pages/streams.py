"""How each stream and each account stands: lag, first loads, calls left, what waits and why; and the stop switch."""

from __future__ import annotations

from starlette.responses import Response

from syncd.engine.figures.standing import standing_of
from syncd.engine.holds import held_streams, release
from syncd.model import Role
from syncd.switch import switch_off, switch_on, why_off
from syncd.web.ask import Ask, NotThereError
from syncd.web.page import Menu, action, page

#: Why work waits, as people say it.
_WAITS = {
    "quiet_hours": "for quiet hours",
    "daily_budget": "for calls",
    "failure": "before it is tried again",
}


@page("/streams", role=Role.VIEWER, menu=Menu("Streams", 60))
def streams(ask: Ask) -> Response:
    """Show it, from what the daemon tells and the store counts; no CRM is asked."""
    stopped = why_off(ask.settings, ask.console.store)
    with ask.reading() as tx:
        standing = standing_of(tx, ask.settings, ask.console.clock.now(), stopped=stopped)
        holds = held_streams(tx, [one.stream for one in ask.settings.streams])
    return ask.show("streams.html", standing=standing, holds=holds, waits=_WAITS)


@action("/holds/release", role=Role.ADMIN, name="release hold")
def let_go(ask: Ask) -> Response:
    """Say go on to what a guard holds: the next pass writes it, within the limits."""
    wanted = ask.field("stream"), ask.field("guard"), ask.field("key")
    with ask.transaction() as tx:
        held = held_streams(tx, [one.stream for one in ask.settings.streams])
        found = [one for one in held if (one.stream.name, one.guard, one.key) == wanted]
        if not found:
            raise NotThereError("This is not held any more.")
        release(tx, found)
    ask.counted(released=len(found))
    return ask.go("/streams", "Released: what was held is written by the next pass, within the limits.")


@action("/stop", role=Role.REVIEWER, name="stop writing")
def stop(ask: Ask) -> Response:
    """Stop all writing at once, whoever is at it."""
    why = f": {ask.field('why')}" if ask.field("why") else ""
    note = f"{ask.user.name}, {ask.console.clock.now():%Y-%m-%d %H:%M} UTC{why}"
    switch_off(ask.settings, ask.console.store, note)
    return ask.go("/streams", "Nothing is written any more, until somebody says go on.")


@action("/go-on", role=Role.ADMIN, name="go on writing")
def go_on(ask: Ask) -> Response:
    """Let writing go on."""
    there, said = switch_on(ask.settings, ask.console.store)
    return ask.go("/streams", "Writing goes on." if there or said else "Nothing was stopped.")
