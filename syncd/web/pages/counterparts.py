"""Records of linked accounts that may be one: how many there are, which are in question, what people said."""

from __future__ import annotations

from starlette.responses import Response

from syncd.errors import UnknownNameError
from syncd.model import Role
from syncd.review import Saying, WantedPairs, ends_of, linked_streams, pairs_in_question, say, shown_pair
from syncd.settings.reading.names import stream_named
from syncd.web.ask import Ask
from syncd.web.page import Menu, action, page
from syncd.web.told import labels

#: Lines of each list.
SHOWN = 100
_DONE = {
    Saying.JOIN: "They are one from the next pass on.",
    Saying.APART: "They are kept apart.",
    Saying.TAKE_BACK: "They are compared anew in the next pass.",
}


@page(
    "/counterparts",
    role=Role.VIEWER,
    shows_records=True,
    menu=Menu("Counterparts", 35, lambda told: told.linked_accounts),
)
def counterparts(ask: Ask) -> Response:
    """Show how many records have a counterpart, and the pairs in question, of one stream or of all."""
    streams = linked_streams(ask.settings)
    chosen = stream_named(ask.settings, ask.query("stream")) if ask.query("stream") else None
    with ask.reading() as tx:
        counts = [(one, tx.records.count(one), tx.counterparts.counts(one)) for one in streams]
        pairs = pairs_in_question(tx, ask.settings, WantedPairs(chosen))
        words = tx.counterparts.words([chosen] if chosen else streams, SHOWN)
        refs = [*ends_of(pairs[:SHOWN]), *(ref for word in words for ref in (word.one, word.other))]
        told = labels(tx, ask.settings, refs)
    ask.counted(records=len(set(refs)))
    return ask.show(
        "counterparts.html",
        streams=[(one.name, one.name) for one in streams],
        counts=counts,
        count=len(pairs),
        pairs=pairs[:SHOWN],
        words=words,
        names=told,
    )


@page("/counterparts/pair", role=Role.VIEWER, name="counterparts_pair", shows_records=True)
def pair(ask: Ask) -> Response:
    """Show two records side by side, and why they are or may be one."""
    with ask.reading() as tx:
        shown = shown_pair(tx, ask.settings, ask.query("one"), ask.query("other"))
        told = labels(tx, ask.settings, [shown.one.ref, shown.other.ref])
    ask.counted(records=2)
    return ask.show("counterparts_pair.html", shown=shown, names=told)


@action("/counterparts/say", role=Role.REVIEWER, name="say of counterparts")
def say_of(ask: Ask) -> Response:
    """Take a person's word on two records."""
    saying = next((one for one in Saying if one == ask.field("saying")), None)
    if saying is None:
        raise UnknownNameError("Nothing like that can be said of two records.")
    with ask.transaction() as tx:
        is_new = say(tx, ask.settings, (ask.field("one"), ask.field("other")), saying, ask.user.name)
    ask.counted(decided=int(is_new))
    return ask.go("/counterparts", _DONE[saying] if is_new else "That was done already.")
