"""Open findings a page at a time, narrowed down; as quick at a million records as at a thousand.

Every way through is along an index, in its order, and a page ends after so many records whatever it has found: the next
one goes on from there.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice, product
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, select, text, tuple_

from syncd.model import Ref, Severity, Stream
from syncd.store import schema
from syncd.store.findings.open import OpenFinding, to_finding
from syncd.store.findings.words import saying
from syncd.store.rows.room import StreamIds

_FINDINGS = schema.findings
_RECORDS = schema.records
_KEY = (_FINDINGS.c.record_id, _FINDINGS.c.rule, _FINDINGS.c.field)
_IN_RULE = (_FINDINGS.c.record_id, _FINDINGS.c.field)
#: Records that are not clean and of the owner or maker asked for, or findings, looked through for one page at most.
_MOST = 20_000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for. Nothing said: everything of weight."""

    at_least: Severity = Severity.WARNING
    rules: Sequence[str] = ()
    field: str = ""
    #: The owner's id; empty: nobody's; None: whoever.
    owner: str | None = None
    #: What kind of thing made the record, and which one.
    source: str = ""
    maker: int | None = None
    #: What some value of the record contains.
    text: str = ""

    @property
    def is_by_record(self) -> bool:
        """Return whether records are asked for by what they are rather than by what is wrong."""
        return self.owner is not None or bool(self.source) or self.maker is not None


@dataclass(frozen=True, slots=True)
class FindingPage:
    """One page, and where the next one begins; empty: there is none."""

    found: Sequence[OpenFinding]
    after: str = ""


def find_page(
    connection: Connection, streams: StreamIds, stream: Stream, sought: Sought, *, after: str = "", limit: int = 50
) -> FindingPage:
    """Return the findings of a stream from behind `after` on; a page of something else begins at the beginning."""
    number = streams.find(stream)
    if number is None:
        return FindingPage(())
    rows, key = _way(sought)(connection, number, sought, _read(after), limit)
    found = [to_finding(Ref(stream.account, stream.object, row.record_id), row) for row in rows]
    return FindingPage(found, _spelled(key) if key else "")


Found = tuple[list[Any], Sequence[Any]]
Way = Callable[[Connection, int, Sought, Sequence[Any], int], Found]


def _way(sought: Sought) -> Way:
    """Return how to get at what is looked for."""
    if sought.is_by_record:
        return _by_record
    if not sought.text:
        return _by_rule if sought.rules else _by_id
    if len(sought.rules) == 1:
        return _saying(_by_rule)
    # Of many rules each would be asked for as much as all of them together are looked through.
    return _by_record if sought.at_least > Severity.INFO else _saying(_by_id)


def _saying(way: Way) -> Way:
    """Return a way on which only findings of records are picked up that say the text."""

    def found_by(connection: Connection, number: int, sought: Sought, after: Sequence[Any], limit: int) -> Found:
        found: list[Any] = []
        for _ in range(_MOST // _AT_ONCE):
            rows, after = way(connection, number, sought, after, _AT_ONCE)
            ids = saying(connection, number, [row.record_id for row in rows], sought.text)
            found += [row for row in rows if row.record_id in ids and _is_sought(row, sought)]
            if len(found) > limit:
                return found[:limit], _key_of(found[limit - 1])
            if not after:
                return found, ()
        return found, after

    return found_by


def _by_id(connection: Connection, number: int, sought: Sought, after: Sequence[Any], limit: int) -> Found:
    query = select(_FINDINGS).where(_FINDINGS.c.stream_id == number).order_by(*_KEY).limit(limit)
    if sought.at_least > Severity.INFO:
        query = query.where(_FINDINGS.c.severity >= int(sought.at_least))
    if sought.field:
        query = query.where(_FINDINGS.c.field == sought.field)
    if len(after) == 3:
        query = query.where(tuple_(*_KEY) > tuple(after))
    return _ended(connection.execute(query).all(), limit)


def _by_rule(connection: Connection, number: int, sought: Sought, after: Sequence[Any], limit: int) -> Found:
    """Each rule has its findings of a severity in the order of records; of several, the pages are merged."""
    lists = []
    for rule, severity in product(sought.rules, Severity):
        if severity >= sought.at_least:
            # No condition may stand beside the index: with one more, a planner sorts all findings of the rule.
            query = select(_FINDINGS).where(_FINDINGS.c.stream_id == number, _FINDINGS.c.rule == rule)
            query = query.where(_FINDINGS.c.severity == int(severity), *_behind(rule, after))
            query = query.where(_FINDINGS.c.field == sought.field) if sought.field else query
            lists.append(connection.execute(query.order_by(*_IN_RULE).limit(limit)).all())
    return _ended(list(islice(merge(*lists, key=_key_of), limit)), limit)


def _behind(rule: str, after: Sequence[Any]) -> list[ColumnElement[bool]]:
    """Return the condition that a finding of a rule comes behind a place in the order of all rules."""
    if len(after) != 3:
        return []
    record_id, other, field = after
    if rule == other:
        return [tuple_(*_IN_RULE) > (record_id, field)]
    return [_FINDINGS.c.record_id > record_id if rule < other else _FINDINGS.c.record_id >= record_id]


def _by_record(connection: Connection, number: int, sought: Sought, after: Sequence[Any], limit: int) -> Found:
    """Walk through the records that are not clean, those of an owner or maker."""
    found: list[Any] = []
    place = ("by", *after[1:]) if len(after) == 4 else None
    for records in _dirty(connection, number, sought, place):
        # Nothing else is asked of the database: with one more condition, a planner looks through all of a rule.
        query = select(_FINDINGS).where(_FINDINGS.c.stream_id == number)
        query = query.where(_FINDINGS.c.record_id.in_([row.id for row in records])).order_by(*_KEY)
        theirs: dict[str, list[Any]] = {}
        for row in connection.execute(query):
            if _is_sought(row, sought):
                theirs.setdefault(row.record_id, []).append(row)
        shown = saying(connection, number, theirs, sought.text) if sought.text else theirs
        for row in records:
            found += theirs[row.id] if row.id in shown else []
            place = ("by", row.owner, row.created_source, row.id)
            if len(found) >= limit:
                return found, place
        if len(records) < _AT_ONCE:
            return found, ()
    return found, place or ()


def _dirty(connection: Connection, number: int, sought: Sought, after: Sequence[Any] | None) -> Iterator[Sequence[Any]]:
    """Yield the records in the order of the index, some hundred at a time, fewer at the end."""
    columns = (_RECORDS.c.owner, _RECORDS.c.created_source, _RECORDS.c.id)
    # What is the same in all of them is no part of the order: with it, a planner sorts them.
    same = 0 if sought.owner is None else 2 if sought.source else 1
    order = columns[same:]
    query = select(*columns).where(_RECORDS.c.stream_id == number, _RECORDS.c.gone_at.is_(None), text("NOT is_clean"))
    if sought.owner is not None:
        query = query.where(_RECORDS.c.owner == sought.owner)
    if sought.source:
        query = query.where(_RECORDS.c.created_source == sought.source)
    if sought.maker is not None:
        query = query.where(_RECORDS.c.made_by == sought.maker)
    query = query.order_by(*order).limit(_AT_ONCE)
    for _ in range(_MOST // _AT_ONCE):
        rows = connection.execute(
            query if after is None else query.where(tuple_(*order) > tuple(after[1 + same :]))
        ).all()
        yield rows
        if not rows:
            return
        last = rows[-1]
        after = ("by", last.owner, last.created_source, last.id)


def _is_sought(row: Any, sought: Sought) -> bool:
    is_of_rule = not sought.rules or row.rule in sought.rules
    return is_of_rule and row.severity >= sought.at_least and sought.field in {"", row.field}


def _key_of(row: Any) -> tuple[str, str, str]:
    return row.record_id, row.rule, row.field


def _ended(rows: Sequence[Any], limit: int) -> Found:
    return list(rows), _key_of(rows[-1]) if len(rows) == limit else ()


def _spelled(key: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(key))).rstrip(b"=").decode()


def _read(after: str) -> Sequence[Any]:
    """Return a key that `_spelled` was given; what somebody made up is no key."""
    try:
        found = orjson.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except (ValueError, binascii.Error):
        return ()
    return found if isinstance(found, list) and all(isinstance(one, str) for one in found) else ()
