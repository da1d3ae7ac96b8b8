"""What is kept of something that came in: how it reads, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from syncd.model import Mode, Ref, Stream, Value
from syncd.store.columns.packing import pack, pack_proposal, unpack, unpack_proposal


class ArrivalState(StrEnum):
    """How far something that came in has come."""

    #: It is to be matched.
    RECEIVED = "received"
    #: It was checked and matched, and nothing more may happen.
    NOTED = "noted"
    #: A person has to say whether it is one of some records.
    ASKED = "asked"
    #: A record is to be made of it, as soon as that may be written.
    PENDING = "pending"
    #: It is a record that there was: what it says is proposed there.
    KNOWN = "known"
    #: A record was made of it.
    CREATED = "created"
    #: The CRM would not make it.
    REFUSED = "refused"
    #: A person let it go.
    DROPPED = "dropped"


#: What waits for somebody, or for its turn.
WAITING = (ArrivalState.RECEIVED, ArrivalState.ASKED, ArrivalState.PENDING, ArrivalState.REFUSED)
#: Nothing more comes of these.
OVER = (ArrivalState.NOTED, ArrivalState.KNOWN, ArrivalState.CREATED, ArrivalState.DROPPED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that something which came in may be."""

    ref: Ref
    probability: float
    #: In sentences without values, the weightiest first.
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What something that came in says, put right."""

    values: Mapping[str, Value]
    #: What a new record gets beside that.
    adds: Mapping[str, Value] = field(default_factory=dict)
    #: Whether it brings the evidence of a double opt-in.
    has_evidence: bool = False
    #: A hash of all that was sent: something else under the same mark is none of its repeats.
    digest: str = ""


#: What a person may say of something that came in: it is the record named, or nobody who is known.
RECORD, NOBODY = "record", "nobody"


@dataclass(frozen=True, slots=True)
class Told:
    """What was found out about it."""

    #: What the record held when it was known to be that one.
    seen: Mapping[str, Value] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()
    #: Why it waits, or what became of it.
    detail: str = ""
    #: What a person said of it: RECORD (its `ref`), NOBODY who is known, or nothing yet.
    answer: str = ""
    #: How often a record was to be made of it, and was not because of what was there by then.
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that came in."""

    id: str
    stream: Stream
    door: str
    mark: str
    state: ArrivalState
    mode: Mode
    at: datetime
    moved_at: datetime
    said: Said
    told: Told = field(default_factory=Told)
    #: The record that it is.
    ref: Ref | None = None
    #: The fix that makes the record.
    fix: str = ""

    @property
    def key(self) -> str:
        """Return under which a record is made of it, never twice."""
        return f"inbound {self.id}"


def pack_said(said: Said) -> bytes:
    """Return what was said as bytes."""
    return pack(
        {
            "values": _packed(said.values),
            "adds": _packed(said.adds),
            "evidence": said.has_evidence,
            "digest": said.digest,
        }
    )


def pack_told(told: Told) -> bytes:
    """Return what was found out as bytes."""
    candidates = [
        [one.ref.account, one.ref.object, one.ref.id, one.probability, list(one.reasons)] for one in told.candidates
    ]
    told_of = {"detail": told.detail, "answer": told.answer, "tries": told.tries}
    return pack({"seen": _packed(told.seen), "candidates": candidates, **told_of})


def to_arrival(row: Row[Any], streams: Mapping[int, Stream]) -> Arrival:
    """Return what a row holds."""
    held = None if row.record_id is None else streams.get(row.record_stream_id)
    return Arrival(
        row.id,
        streams[row.stream_id],
        row.door,
        row.mark,
        ArrivalState(row.state),
        Mode(row.mode),
        row.at,
        row.moved_at,
        _said(row.said),
        _told(row.told) if row.told else Told(),
        None if held is None else Ref(held.account, held.object, row.record_id),
        row.fix_id or "",
    )


def _said(packed: bytes) -> Said:
    found = unpack(packed)
    return Said(_unpacked(found["values"]), _unpacked(found["adds"]), found["evidence"], found["digest"])


def _told(packed: bytes) -> Told:
    found = unpack(packed)
    candidates = tuple(
        Candidate(Ref(account, object_name, record_id), probability, tuple(reasons))
        for account, object_name, record_id, probability, reasons in found["candidates"]
    )
    return Told(_unpacked(found["seen"]), candidates, found["detail"], found["answer"], found["tries"])


def _packed(values: Mapping[str, Value]) -> dict[str, str]:
    return {name: pack_proposal(value).decode() for name, value in values.items()}


def _unpacked(packed: Mapping[str, str]) -> dict[str, Value]:
    return {name: unpack_proposal(text.encode()) for name, text in packed.items()}  # type: ignore[misc]  # no deeds
