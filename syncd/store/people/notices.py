"""What calls for a person, each told once; and the messages about it, until they have arrived."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from syncd.store import schema
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks, insert

_CONDITIONS = schema.conditions
_MESSAGES = schema.messages


class MessageState(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell. Holds no value of a record: names, figures and sentences of ours only."""

    event: str
    severity: str
    #: A stream, an account or nothing.
    about: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """A notice on its way to one channel."""

    id: str
    notice: Notice
    at: datetime
    #: How often it was tried, this time included.
    attempts: int


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How a channel does."""

    waiting: int
    #: The oldest one that waits.
    since: datetime | None
    #: Why it could not be delivered so far; empty when nobody has tried or nothing waits.
    failure: str
    #: When a message last arrived.
    sent_at: datetime | None


class Notices(Room):
    """Conditions begin and end; what is told of them is put out in the same transaction, or not at all."""

    def begin(self, key: str, notice: Notice, *, again_after: timedelta) -> bool:
        """Note that something calls for a person; return whether it is to be told: it is new, or back after a while."""
        told = {"severity": notice.severity, "about": notice.about, "subject": notice.subject, "begun_at": self.now}
        if self.connection.execute(select(_CONDITIONS.c.key).where(_CONDITIONS.c.key == key)).first() is None:
            # Several daemons may meet it at the same moment: the table takes one of them.
            return self._insert_new({"key": key, "event": notice.event, **told})
        is_back = (_CONDITIONS.c.ended_at.is_not(None)) & (_CONDITIONS.c.begun_at <= self.now - again_after)
        change = update(_CONDITIONS).where(_CONDITIONS.c.key == key)
        if self.connection.execute(change.where(is_back).values(**told, ended_at=None)).rowcount:
            return True
        self.connection.execute(change.values(ended_at=None))
        return False

    def end(self, keys: Iterable[str]) -> list[Notice]:
        """Note that these are over; return what was told of them, for the first time that it is over."""
        found = []
        for some in chunks(keys):
            going_on = (_CONDITIONS.c.key.in_(some), _CONDITIONS.c.ended_at.is_(None))
            told = select(_CONDITIONS).where(*going_on, _CONDITIONS.c.subject.is_not(None)).order_by(_CONDITIONS.c.key)
            rows = self.connection.execute(told.with_for_update()).all()
            found += [Notice(row.event, row.severity, row.about, row.subject, "") for row in rows]
            # What comes and goes is told once: as begun, and as over.
            self.connection.execute(update(_CONDITIONS).where(*going_on).values(ended_at=self.now, subject=None))
        return found

    def going_on(self, events: Collection[str]) -> frozenset[str]:
        """Return the keys of what goes on, of some events."""
        query = select(_CONDITIONS.c.key).where(_CONDITIONS.c.event.in_(events), _CONDITIONS.c.ended_at.is_(None))
        return frozenset(self.connection.execute(query).scalars())

    def is_known(self, key: str) -> bool:
        """Return whether something was ever told, as far as that is remembered."""
        return self.connection.execute(select(_CONDITIONS.c.key).where(_CONDITIONS.c.key == key)).first() is not None

    def put_out(self, notice: Notice, channels: Iterable[str]) -> None:
        """Let something be told to channels."""
        begun = {"at": self.now, "attempts": 0, "due_at": self.now, "state": MessageState.WAITING.value, "failure": ""}
        rows = [{"id": self.make_id(), "channel": channel, **asdict(notice), **begun} for channel in channels]
        insert(self.connection, _MESSAGES, rows)

    def is_due(self, channel: str, severities: Collection[str]) -> bool:
        """Return whether there is something to take for a channel: a look costs nothing, taking writes."""
        waits = (_MESSAGES.c.state == MessageState.WAITING, _MESSAGES.c.channel == channel)
        is_due = (_MESSAGES.c.due_at <= self.now, _MESSAGES.c.severity.in_(severities))
        return self.connection.execute(select(_MESSAGES.c.id).where(*waits, *is_due).limit(1)).first() is not None

    def take(self, channel: str, *, hold_for: timedelta, severities: Collection[str], at_most: int) -> list[Message]:
        """Return what waits for a channel, oldest first; nobody else gets it for a while, unless it is settled."""
        waits = (_MESSAGES.c.state == MessageState.WAITING, _MESSAGES.c.channel == channel)
        is_due = (_MESSAGES.c.due_at <= self.now, _MESSAGES.c.severity.in_(severities))
        ids = select(_MESSAGES.c.id).where(*waits, *is_due).order_by(_MESSAGES.c.at, _MESSAGES.c.id).limit(at_most)
        taken = (
            update(_MESSAGES)
            .where(_MESSAGES.c.id.in_(ids.scalar_subquery()), *waits, *is_due)
            .values(due_at=self.now + hold_for, attempts=_MESSAGES.c.attempts + 1)
        )
        rows = self.connection.execute(taken.returning(*_MESSAGES.c)).all()
        return sorted((_to_message(row) for row in rows), key=lambda one: (one.at, one.id))

    def settle(self, ids: Sequence[str], state: MessageState, failure: str = "") -> None:
        """Note what became of messages."""
        self._change(ids, {"state": state, "failure": failure, "settled_at": self.now})

    def try_again(self, ids: Sequence[str], at: datetime, failure: str) -> None:
        """Let messages be tried again later."""
        self._change(ids, {"due_at": at, "failure": failure})

    def state_of(self, channel: str) -> ChannelState:
        """Return how a channel does."""
        of_it = _MESSAGES.c.channel == channel
        waits = select(func.count(), func.min(_MESSAGES.c.at), func.max(_MESSAGES.c.failure))
        count, since, failure = self.connection.execute(
            waits.where(of_it, _MESSAGES.c.state == MessageState.WAITING)
        ).one()
        sent = select(func.max(_MESSAGES.c.settled_at)).where(of_it, _MESSAGES.c.state == MessageState.SENT)
        return ChannelState(count, since, failure or "", self.connection.execute(sent).scalar())

    def forget_before(self, moment: datetime) -> int:
        """Let go of messages settled, and of what was over, before `moment`; return how many there were."""
        old = delete(_MESSAGES).where(_MESSAGES.c.settled_at < moment)
        over = delete(_CONDITIONS).where(_CONDITIONS.c.ended_at < moment)
        return self.connection.execute(old).rowcount + self.connection.execute(over).rowcount

    def drop_of(self, channels: Collection[str]) -> None:
        """Give up what waits for channels that are not among these: nobody is there to take it."""
        query = update(_MESSAGES).where(_MESSAGES.c.state == MessageState.WAITING, _MESSAGES.c.channel.not_in(channels))
        self.connection.execute(
            query.values(state=MessageState.GIVEN_UP, failure="there is no such channel any more", settled_at=self.now)
        )

    def _insert_new(self, row: dict[str, object]) -> bool:
        # Both dialects spell it alike; the core knows no ON CONFLICT of its own.
        from sqlalchemy.dialects import postgresql, sqlite

        kind = sqlite if self.connection.dialect.name == "sqlite" else postgresql
        statement = kind.insert(_CONDITIONS).values(row).on_conflict_do_nothing().returning(_CONDITIONS.c.key)
        return self.connection.execute(statement).first() is not None

    def _change(self, ids: Sequence[str], values: dict[str, object]) -> None:
        for some in chunks(ids):
            query = update(_MESSAGES).where(_MESSAGES.c.id.in_(some), _MESSAGES.c.state == MessageState.WAITING)
            self.connection.execute(query.values(**values))


def _to_message(row: Row[Any]) -> Message:
    return Message(row.id, Notice(row.event, row.severity, row.about, row.subject, row.text), row.at, row.attempts)
