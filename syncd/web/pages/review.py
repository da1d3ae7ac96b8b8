"""What waits for a person: the queue, one fix with all that speaks for it, and the word on it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

from starlette.responses import Response

from syncd import engine
from syncd.model import Action, Fix, FixState, Raw, Role, Stream
from syncd.review import (
    MergeView,
    Queued,
    Shown,
    SideBySide,
    Wanted,
    group_of,
    keep_by_hand,
    preview_by_hand,
    queue_page,
    waiting_merge,
)
from syncd.store import Transaction
from syncd.web.ask import Ask, NotAllowedError, NotThereError
from syncd.web.page import Menu, action, page
from syncd.web.told import labels

#: So many may be decided at once: what a page of the queue shows, and no more than a form holds.
MOST = 200
#: The two halves of the queue: each is decided in its own way.
_PARTS: Mapping[str, tuple[Action, ...]] = {
    "merges": (Action.MERGE,),
    "changes": tuple(one for one in Action if one is not Action.MERGE),
}
#: What a choice of a property's value begins with in the form.
_PICK, _OWN = "pick ", "own "


@page("/review", role=Role.VIEWER, shows_records=True, menu=Menu("Review", 30))
def review(ask: Ask) -> Response:
    """Show what waits, a page at a time."""
    part = ask.query("part")
    with ask.reading() as tx:
        counts = {one.stream.name: tx.journal.count(one.stream, FixState.PROPOSED) for one in ask.settings.streams}
        approved = {one.stream.account for one in ask.settings.streams if tx.journal.count_approved(one.stream)}
        found, rest = queue_page(tx, ask.settings, _wanted(ask), _PARTS.get(part, ()), after=ask.query("after"))
        names = labels(tx, ask.settings, [one.fix.ref for one in found if one.view is None])
    ask.counted(fixes=len(found))
    return ask.show(
        "review.html",
        merges=[one for one in found if one.view is not None],
        changes=[one for one in found if one.view is None],
        names=names,
        rest=rest,
        behind=_behind(ask),
        streams=[(name, f"{name} ({count:,})") for name, count in counts.items()],
        rules=[(name, name) for name in sorted(ask.settings.rule_names)],
        approved=sorted(approved),
    )


@page("/review/{fix}", role=Role.VIEWER, name="review fix", shows_records=True)
def fix(ask: Ask) -> Response:
    """Show one fix; of a merge both records side by side, and as it would be if the other one stayed."""
    keep = ask.query("keep")
    with ask.reading() as tx:
        held = _found(tx, ask.path("fix"))
        waits = held.state is FixState.PROPOSED
        shown = preview_by_hand(tx, ask.settings, waiting_merge(tx, held.id), keep) if keep and waits else held
        told = Shown.of(tx, ask.settings, shown)
        history = tx.journal.events(held.id)
        group = group_of(tx, ask.settings, [held.id]) if waits and held.action is Action.MERGE else []
        next_one = _next(tx, ask, held)
    ask.counted(fixes=1)
    return ask.show(
        "review_fix.html",
        fix=shown,
        held=held,
        waits=waits,
        told=told,
        history=history,
        group=group,
        next_one=next_one,
        behind=_behind(ask),
        filters=_filters(ask),
        seen=_seen(told.view) if told.view is not None else "",
        keep=shown.changed.id if shown is not held else "",
        pick=_PICK,
        own=_OWN,
    )


@action("/review/{fix}", role=Role.REVIEWER, name="decide")
def decide(ask: Ask) -> Response:
    """Take the word on one fix, with the values chosen, and go on to the next."""
    fix_id, streams = ask.path("fix"), _streams(ask)
    with ask.transaction() as tx:
        held = _found(tx, fix_id)
        next_one = _next(tx, ask, held)
        if ask.field("decision") == "approve":
            others = group_of(tx, ask.settings, [fix_id])[1:] if ask.field("group") else []
            count = engine.approve(tx, streams, [_by_hand(tx, ask, held), *others], ask.user.name)
            ask.counted(approved=count)
            said = f"{count} approved." if count else "Somebody, or time, was faster: nothing was approved."
        else:
            count = engine.dismiss(tx, streams, [fix_id], ask.user.name, ask.field("why"))
            ask.counted(dismissed=count)
            said = "Dismissed." if count else "Somebody, or time, was faster: nothing was dismissed."
    return ask.go(f"/review/{next_one}" if next_one else "/review", said, **_filters(ask))


@action("/review", role=Role.REVIEWER, name="decide on several")
def decide_on_several(ask: Ask) -> Response:
    """Take the word on all that were ticked; several are counted and confirmed before."""
    ids, verb = list(dict.fromkeys(ask.fields("fix")))[:MOST], ask.field("decision")
    if not ids:
        return ask.go("/review", "Nothing was ticked.", **_filters(ask))
    if verb not in {"approve", "dismiss"}:
        raise NotThereError("There is no such decision.")
    if len(ids) > 1 and not ask.field("sure"):
        return _asked_again(ask, ids, verb)
    with ask.transaction() as tx:
        if verb == "approve":
            count = engine.approve(tx, _streams(ask), ids, ask.user.name)
        else:
            count = engine.dismiss(tx, _streams(ask), ids, ask.user.name, ask.field("why"))
    told = "approved" if verb == "approve" else "dismissed"
    ask.counted(**{told: count})
    moved_on = f"; {len(ids) - count} had moved on and were left alone" if count < len(ids) else ""
    return ask.go("/review", f"{count} {told}{moved_on}.", **_filters(ask))


@action("/apply", role=Role.REVIEWER, name="apply")
def apply(ask: Ask) -> Response:
    """Have the daemon write what is approved now, not in its next pass."""
    known = {one.stream.account for one in ask.settings.streams}
    accounts = [one for one in dict.fromkeys(ask.fields("account")) if one in known]
    if not accounts:
        raise NotThereError("None of these accounts is in the settings any more.")
    placed = [ask.order("apply", account) for account in accounts]
    return ask.go(f"/orders/{'+'.join(placed)}")


def _asked_again(ask: Ask, ids: Sequence[str], verb: str) -> Response:
    with ask.reading() as tx:
        fixes = [one for fix_id in ids if (one := tx.journal.find(fix_id)) is not None]
    waiting = [one for one in fixes if one.state is FixState.PROPOSED]
    return ask.show(
        "review_sure.html", fixes=waiting, by_id={one.id: one for one in waiting}, verb=verb, fields=_filters(ask)
    )


def _found(tx: Transaction, fix_id: str) -> Fix:
    found = tx.journal.find(fix_id)
    if found is None:
        raise NotThereError("There is no such fix in the journal.")
    return found


def _by_hand(tx: Transaction, ask: Ask, held: Fix) -> str:
    """Return the fix to approve: as it was proposed, or as the person wants it."""
    if held.action is not Action.MERGE or held.state is not FixState.PROPOSED:
        return held.id
    shown = preview_by_hand(tx, ask.settings, held, ask.field("keep"))
    view = Shown.of(tx, ask.settings, shown).view
    if view is None or _seen(view) != ask.field("seen"):
        raise NotAllowedError("One of the two records has changed since this page was shown. Go back and look again.")
    chosen = dict(_chosen(ask, view))
    return keep_by_hand(tx, ask.settings, held, shown, chosen) if chosen or shown is not held else held.id


def _chosen(ask: Ask, view: MergeView) -> Iterator[tuple[str, Raw]]:
    """Yield the properties that shall hold something else than was proposed."""
    for row in view.differing:
        if not row.is_open:
            continue
        value = _value(ask, row)
        if value != row.result:
            yield row.name, value


def _value(ask: Ask, row: SideBySide) -> Raw:
    match ask.field(_PICK + row.name):
        case "goes":
            return row.goes
        case "stays":
            return row.stays
        case "own":
            return ask.field(_OWN + row.name).strip()
        case _:
            return row.result


def _seen(view: MergeView) -> str:
    """Return what stands for the values that were shown: a decision holds for these only."""
    told = repr([(row.name, row.goes, row.stays, row.result) for row in view.rows])
    return hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:32]


def _next(tx: Transaction, ask: Ask, held: Fix) -> str:
    """Return what comes behind a fix in the queue; empty at its end."""
    actions = _PARTS["merges" if held.action is Action.MERGE else "changes"]
    found: list[Queued] = queue_page(tx, ask.settings, _wanted(ask), actions, after=held.id)[0]
    return min((one.fix.id for one in found), default="")


def _wanted(ask: Ask) -> Wanted:
    said = _filters(ask)
    return Wanted(said.get("stream"), said.get("rule"), field=said.get("field"))


def _filters(ask: Ask) -> dict[str, str]:
    """Return by what the queue is narrowed down, as the address or a form says."""
    names = ("part", "stream", "rule", "field")
    return {name: value for name in names if (value := ask.query(name) or ask.field(name))}


def _behind(ask: Ask) -> str:
    """Return the same as the end of a link."""
    return f"?{urlencode(said)}" if (said := _filters(ask)) else ""


def _streams(ask: Ask) -> list[Stream]:
    return [one.stream for one in ask.settings.streams]
