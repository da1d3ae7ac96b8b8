"""What the engine works with: the tools every pass shares, and the setup of one stream."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from connectors.book import CallBook
from connectors.protocol import Connector, Want
from connectors.purpose import Purpose
from mappings import Filter, RecordMapping
from quality import Ruleset
from quality.declarations import Declaration
from quality.providing import Enriching
from syncd.clock import Clock
from syncd.engine.domains import DomainLookups
from syncd.engine.load import Load
from syncd.engine.memory import Memory
from syncd.engine.peers import Peer
from syncd.engine.tally import Tally
from syncd.model import Mode, Schema, Stream
from syncd.settings import FigureSettings, GuardSettings, LinkedAccounts, ReconcileSettings, TaskSettings
from syncd.store import Store
from syncd.telemetry import Telemetry


@dataclass(frozen=True, slots=True)
class Tools:
    """What every pass shares, whatever the stream."""

    store: Store
    telemetry: Telemetry
    clock: Clock
    #: Set when the process should end: the running call is finished, nothing new is begun.
    stop: threading.Event = field(default_factory=threading.Event)
    #: How old an unanswered write must be before it is read back: the CRM may still be working on it.
    settle_after_s: float = 5.0
    #: How mail domains are looked up; None: not at all.
    domains: DomainLookups | None = None
    #: The calls of each account, by what they were for.
    books: dict[str, CallBook] = field(default_factory=dict)
    #: First loads under way, by stream.
    loads: dict[Stream, Load] = field(default_factory=dict)
    #: What was seen of the streams since the start.
    memory: Memory = field(default_factory=Memory)
    #: The streams that were set up, as they were last, for those of linked accounts.
    peers: dict[Stream, Peer] = field(default_factory=dict)
    #: Held while a pool of linked accounts is matched, by its name: their lanes take turns.
    pool_locks: dict[str, threading.RLock] = field(default_factory=dict)

    def pool_lock(self, setup: StreamSetup) -> AbstractContextManager[object]:
        """Return what to hold while the pool of a stream is matched, or judged by what matching came to."""
        if not setup.pool or setup.linked is None:
            return nullcontext()
        return self.pool_locks.setdefault(setup.linked.name, threading.RLock())


@dataclass(frozen=True, slots=True)
class StreamSetup:
    """Everything one stream needs; made by the wiring from settings and from what the CRM says of itself."""

    stream: Stream
    connector: Connector
    #: Bound to the account's schema: it names no property the account lacks.
    mapping: RecordMapping
    schema: Schema
    ruleset: Ruleset
    mode: Mode
    guards: GuardSettings
    #: Seconds between the starts of two passes.
    every_s: float
    #: The streams of the same account by kind, to tell what a link of a kind leads to.
    objects: Mapping[str, str] = field(default_factory=dict)
    #: The mappings of the same account's streams by object, to understand what is kept of linked records.
    mappings: Mapping[str, RecordMapping] = field(default_factory=dict)
    #: By what two records are one; None for people and companies, of whom it was learned, and where nobody says so.
    matching: Declaration | None = None
    #: What is wanted from outside for its records; None: nothing.
    enriching: Enriching | None = None
    #: How often, and how hard, it is looked for what reading changes cannot see.
    reconcile: ReconcileSettings = field(default_factory=ReconcileSettings)
    #: What is wanted of its figures.
    figures: FigureSettings = field(default_factory=FigureSettings)
    #: Where the account's calls are counted; None: nowhere.
    book: CallBook | None = None
    #: The accounts that the stream's is linked with, itself among them; None where it stands alone.
    linked: LinkedAccounts | None = None
    #: All streams of linked accounts whose records are matched with each other, this one among them; empty: its records
    #: are matched with those of its own account alone.
    pool: tuple[Stream, ...] = ()
    #: The rules in the form of which records are held against those of linked accounts, as if all of them might write.
    tidying: Ruleset | None = None
    #: The streams of the other linked accounts, by account and object.
    peers: Mapping[tuple[str, str], Peer] = field(default_factory=dict)
    #: Whether records that linked accounts have and this one lacks are made here, or those of which a condition holds.
    creates: bool | Filter = False
    #: Whether that is so of any stream of the account with records of the kind.
    is_completed: bool = False
    #: What is a task for people; None: nothing. The stream of those tasks, which need not be one that is watched.
    tasks: TaskSettings | None = None
    task_setup: StreamSetup | None = None
    #: When a whole base may be read; empty: at any hour.
    quiet_hours: str = ""
    quiet_zone: str = "UTC"

    @property
    def fingerprint(self) -> str:
        """Return what the setup would judge a record by; records judged by another are judged again."""
        enriching = "" if self.enriching is None else f"-{self.enriching.fingerprint}"
        return f"{self.ruleset.fingerprint}-{self.mapping.fingerprint}{enriching}"

    @property
    def want(self) -> Want:
        """Return what a pull has to bring."""
        return Want(self.stream.object, self.mapping.properties, tuple(self.mapping.links.values()))


@dataclass(frozen=True, slots=True)
class Pace:
    """How urgent a pass is, and when it gives way."""

    #: What changes are read for.
    purpose: Purpose = Purpose.CHANGES
    #: Asked behind each page of a full pull: why to pause there; empty: go on.
    why_pause: Callable[[], str] = lambda: ""


#: On time, and without a pause.
AT_ONCE = Pace()


@dataclass(frozen=True, slots=True)
class StreamPass:
    """One stream in one pass: what the steps of the journey hand on to each other."""

    tools: Tools
    setup: StreamSetup
    #: The run that the journal's entries belong to.
    run: str
    tally: Tally
    pace: Pace = AT_ONCE

    @property
    def stream(self) -> Stream:
        """Return the stream passed over."""
        return self.setup.stream
