"""What syncd remembers: records, findings, the journal of fixes, cursors. The only package that speaks to a database.

`Store` opens a database and gives transactions; a `Transaction` has one room a subject. What is committed together is
written in one transaction, or not at all.
"""

from __future__ import annotations

from syncd.store.accesses import Access
from syncd.store.announced import Heap, Waiting
from syncd.store.arrival_files import ArrivalFile, FileState
from syncd.store.arrival_rows import NOBODY, OVER, RECORD, WAITING, Arrival, ArrivalState, Candidate, Said, Told
from syncd.store.arrivals import EndedFix, Entrance
from syncd.store.audits import Audit
from syncd.store.counterparts import CounterpartCount, PairInQuestion, Word
from syncd.store.counts import LEFT_ALONE, StreamTally
from syncd.store.creations import Made
from syncd.store.erasures import Forgotten
from syncd.store.finding_pages import FindingPage, Sought
from syncd.store.findings import FindingCount
from syncd.store.golden_shares import GoldenCount, GoldenShare
from syncd.store.holds import Hold
from syncd.store.journal_answers import Decided, Entry, OutcomeCount, RunCount, WrittenChange
from syncd.store.keeping import KeptRecord
from syncd.store.life import ARROWS
from syncd.store.match_rows import ASKED, SURE, Asked, MatchRows, Member, pack_parts, unpack_parts
from syncd.store.matching import Pool
from syncd.store.norms import Norm, NormKey
from syncd.store.notices import ChannelState, Message, MessageState, Notice
from syncd.store.open_findings import OpenFinding
from syncd.store.orders import Order, OrderState
from syncd.store.overrides import Override
from syncd.store.provided import Answer, ProviderDay
from syncd.store.runs import Run, Snapshot
from syncd.store.sealing import StoreKeys
from syncd.store.sessions import Failures, Session
from syncd.store.store import Store, Transaction
from syncd.store.sweeps import Look, SweepState
from syncd.store.twins import TwinCount, TwinRow
from syncd.store.users import User
from syncd.store.value_marks import Mark, Marks

__all__ = [
    "ARROWS",
    "ASKED",
    "LEFT_ALONE",
    "NOBODY",
    "OVER",
    "RECORD",
    "SURE",
    "WAITING",
    "Access",
    "Answer",
    "Arrival",
    "ArrivalFile",
    "ArrivalState",
    "Asked",
    "Audit",
    "Candidate",
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
