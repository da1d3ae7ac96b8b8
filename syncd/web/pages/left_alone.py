"""What people decided against a rule and syncd leaves alone: values set back, and records kept apart."""

from __future__ import annotations

from starlette.responses import Response

from syncd.model import Role, Stream
from syncd.settings.reading.names import stream_named
from syncd.web.ask import Ask
from syncd.web.page import Menu, action, page
from syncd.web.told import labels

#: Lines of each list.
SHOWN = 200


@page("/left-alone", role=Role.VIEWER, shows_records=True, menu=Menu("Left alone", 50))
def left_alone(ask: Ask) -> Response:
    """Show both lists, the latest first, of one stream or of all."""
    names = [one.stream.name for one in ask.settings.streams]
    streams = [one.stream for one in ask.settings.streams if ask.query("stream") in {"", one.stream.name}]
    rule = ask.query("rule") or None
    with ask.reading() as tx:
        counts = {stream: tx.overrides.counts(stream) for stream in streams}
        values = [one for each in streams for one in tx.overrides.select(stream=each, rule=rule, limit=SHOWN)]
        pairs = [] if rule else [(each, pair) for each in streams for pair in tx.twins.apart(each, SHOWN)]
        values = sorted(values, key=lambda one: one.at, reverse=True)[:SHOWN]
        pairs = sorted(pairs, key=lambda one: one[1].at, reverse=True)[:SHOWN]
        refs = [*(one.ref for one in values), *(ref for _, pair in pairs for ref in (pair.one, pair.other))]
        told = labels(tx, ask.settings, refs)
    ask.counted(records=len(set(refs)))
    return ask.show(
        "left_alone.html",
        streams=[(name, name) for name in names],
        rules=[(name, name) for name in sorted({name for found in counts.values() for name in found})],
        count=sum(number for found in counts.values() for name, number in found.items() if rule in {None, name}),
        values=values,
        pairs=pairs,
        names=told,
    )


@action("/left-alone/look-afresh", role=Role.REVIEWER, name="release override")
def look_afresh(ask: Ask) -> Response:
    """Let a rule look afresh at a field: the next pass judges the record again."""
    stream, record = _stream(ask), ask.field("record")
    with ask.transaction() as tx:
        count = tx.overrides.clear(stream, record_id=record, field=ask.field("field"), rule=ask.field("rule"))
        tx.records.make_due(stream, [record])
    ask.counted(released=count)
    return ask.go("/left-alone", "The rule looks at it afresh in the next pass." if count else "That was done already.")


@action("/left-alone/join", role=Role.REVIEWER, name="let pair be one")
def join(ask: Ask) -> Response:
    """Let two records be taken for one again."""
    stream = _stream(ask)
    with ask.transaction() as tx:
        was_apart = tx.twins.join(stream, ask.field("one"), ask.field("other"), by=ask.user.name)
    ask.counted(joined=int(was_apart))
    return ask.go("/left-alone", "They are compared anew in the next pass." if was_apart else "That was done already.")


def _stream(ask: Ask) -> Stream:
    """Return the stream that a form names."""
    return stream_named(ask.settings, ask.field("stream"))
