"""What syncd remembers: records, findings, the journal of fixes, cursors. The only package that speaks to a database.

`Store` opens a database and gives transactions; a `Transaction` has one room a subject. What is committed together is
written in one transaction, or not at all.
"""

from __future__ import annotations

from syncd.store.arriving.arrival_files import ArrivalFile, FileState
from syncd.store.arriving.arrival_rows import (
    NOBODY,
    OVER,
    RECORD,
    WAITING,
    Arrival,
    ArrivalState,
    Candidate,
    Said,
    Told,
)
from syncd.store.arriving.arrivals import EndedFix, Entrance
from syncd.store.encryption.sealing import StoreKeys
from syncd.store.findings.findings import FindingCount
from syncd.store.findings.open import OpenFinding
from syncd.store.findings.pages import FindingPage, Sought
from syncd.store.journal.answers import Decided, Entry, OutcomeCount, RunCount, WrittenChange
from syncd.store.journal.creations import Made
from syncd.store.journal.life import ARROWS
from syncd.store.journal.overrides import Override
from syncd.store.matching.counterparts import CounterpartCount, PairInQuestion, Word
from syncd.store.matching.pools import Pool
from syncd.store.matching.rows import ASKED, SURE, TWIN, Asked, MatchRows, Member, pack_parts, unpack_parts
from syncd.store.matching.twins import TwinCount, TwinRow
from syncd.store.outside.provided import Answer, ProviderDay
from syncd.store.passes.audits import Audit
from syncd.store.passes.holds import Hold
from syncd.store.passes.norms import Norm, NormKey
from syncd.store.passes.runs import Run, Snapshot
from syncd.store.people.accesses import Access
from syncd.store.people.notices import ChannelState, Message, MessageState, Notice
from syncd.store.people.orders import Order, OrderState
from syncd.store.people.sessions import Failures, Session
from syncd.store.people.users import User
from syncd.store.reading.announced import Heap, Waiting
from syncd.store.reading.sweeps import Look, SweepState
from syncd.store.records.erasures import Forgotten
from syncd.store.records.golden_shares import GoldenCount, GoldenShare
from syncd.store.records.keeping import KeptRecord
from syncd.store.records.traces import Carried
from syncd.store.records.value_marks import Mark, Marks
from syncd.store.rows.counts import LEFT_ALONE, StreamTally
from syncd.store.store import Store, Transaction

__all__ = [
    "ARROWS",
    "ASKED",
    "LEFT_ALONE",
    "NOBODY",
    "OVER",
    "RECORD",
    "SURE",
    "TWIN",
    "WAITING",
    "Access",
    "Answer",
    "Arrival",
    "ArrivalFile",
    "ArrivalState",
    "Asked",
    "Audit",
    "Candidate",
    "Carried",
    "ChannelState",
    "CounterpartCount",
    "Decided",
    "EndedFix",
    "Entrance",
    "Entry",
    "Failures",
    "FileState",
    "FindingCount",
    "FindingPage",
    "Forgotten",
    "GoldenCount",
    "GoldenShare",
    "Heap",
    "Hold",
    "KeptRecord",
    "Look",
    "Made",
    "Mark",
    "Marks",
    "MatchRows",
    "Member",
    "Message",
    "MessageState",
    "Norm",
    "NormKey",
    "Notice",
    "OpenFinding",
    "Order",
    "OrderState",
    "OutcomeCount",
    "Override",
    "PairInQuestion",
    "Pool",
    "ProviderDay",
    "Run",
    "RunCount",
    "Said",
    "Session",
    "Snapshot",
    "Sought",
    "Store",
    "StoreKeys",
    "StreamTally",
    "SweepState",
    "Told",
    "Transaction",
    "TwinCount",
    "TwinRow",
    "User",
    "Waiting",
    "Word",
    "WrittenChange",
    "pack_parts",
    "unpack_parts",
]
