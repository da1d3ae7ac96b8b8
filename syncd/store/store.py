"""The store: opening, migrating, locking, and transactions with their rooms."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from syncd.clock import Clock
from syncd.errors import StoreError, StoreLockedError
from syncd.store.arriving.arrival_files import ArrivalFiles
from syncd.store.arriving.arrivals import Arrivals
from syncd.store.columns.sealed import use_seal
from syncd.store.columns.types import microseconds
from syncd.store.encryption.sealing import HeldSeal, StoreKeys, held_seal, open_seal, settle_seal
from syncd.store.findings.findings import Findings
from syncd.store.journal.creations import Creations
from syncd.store.journal.journal import Journal
from syncd.store.journal.merge_plans import MergePlans
from syncd.store.journal.overrides import Overrides
from syncd.store.journal.set_backs import SetBacks
from syncd.store.leases import lock
from syncd.store.leases.file_leases import FileLeases, Leases, file_of
from syncd.store.leases.server_leases import SILENCE_S, ServerAlone, ServerLeases
from syncd.store.matching.aliases import Aliases
from syncd.store.matching.counterparts import Counterparts
from syncd.store.matching.pools import Matching
from syncd.store.matching.rows import MatchRows
from syncd.store.matching.twins import Twins
from syncd.store.opening import migrate
from syncd.store.opening.database import READS_ONLY, open_engine, place_of, read_url, sweep_log
from syncd.store.opening.trouble import to_store_error
from syncd.store.opening.turns import Turns
from syncd.store.outside.mail_domains import MailDomains
from syncd.store.outside.owners import Owners
from syncd.store.outside.provided import Provided
from syncd.store.passes.accounts import Accounts
from syncd.store.passes.audits import Audits
from syncd.store.passes.calling import Calling
from syncd.store.passes.holds import Holds
from syncd.store.passes.norms import Norms
from syncd.store.passes.runs import Runs
from syncd.store.people.accesses import Accesses
from syncd.store.people.notices import Notices
from syncd.store.people.orders import Orders
from syncd.store.people.sessions import Sessions
from syncd.store.people.users import Users
from syncd.store.reading.announced import Announced
from syncd.store.reading.cursors import Cursors
from syncd.store.reading.sweeps import Sweeps
from syncd.store.records.archive import Archive
from syncd.store.records.erasures import Erasures
from syncd.store.records.field_times import FieldTimes
from syncd.store.records.golden_shares import GoldenShares
from syncd.store.records.makers import Makers
from syncd.store.records.records import Records
from syncd.store.records.successors import Successors
from syncd.store.records.traces import Traces
from syncd.store.records.value_marks import ValueMarks
from syncd.store.rows.ids import IdMaker
from syncd.store.rows.room import StreamIds

#: The keys of whoever has none.
NO_KEYS = StoreKeys()
#: How a transaction that only reads is begun.
_READING: dict[str, dict[str, Any]] = {
    "sqlite": {READS_ONLY: True},
    "postgresql": {"isolation_level": "REPEATABLE READ"},
}


class Transaction:
    """Everything that is committed together, or not at all. Good until its `with` block ends, in one thread."""

    def __init__(self, connection: Connection, clock: Clock, make_id: IdMaker) -> None:
        streams, now = StreamIds(connection), clock.now()
        self.accesses = Accesses(connection, streams, now, make_id)
        self.accounts = Accounts(connection, streams, now, make_id)
        self.aliases = Aliases(connection, streams, now, make_id)
        self.announced = Announced(connection, streams, now, make_id)
        self.archive = Archive(connection, streams, now, make_id)
        self.arrivals = Arrivals(connection, streams, now, make_id)
        self.arrival_files = ArrivalFiles(connection, streams, now, make_id)
        self.audits = Audits(connection, streams, now, make_id)
        self.calling = Calling(connection, streams, now, make_id)
        self.counterparts = Counterparts(connection, streams, now, make_id)
        self.creations = Creations(connection, streams, now, make_id)
        self.cursors = Cursors(connection, streams, now, make_id)
        self.erasures = Erasures(connection, streams, now, make_id)
        self.field_times = FieldTimes(connection, streams, now, make_id)
        self.findings = Findings(connection, streams, now, make_id)
        self.golden_shares = GoldenShares(connection, streams, now, make_id)
        self.holds = Holds(connection, streams, now, make_id)
        self.journal = Journal(connection, streams, now, make_id)
        self.mail_domains = MailDomains(connection, streams, now, make_id)
        self.makers = Makers(connection, streams, now, make_id)
        self.matching = Matching(connection, streams, now, make_id)
        self.match_rows = MatchRows(connection, streams, now, make_id)
        self.merge_plans = MergePlans(connection, streams, now, make_id)
        self.norms = Norms(connection, streams, now, make_id)
        self.notices = Notices(connection, streams, now, make_id)
        self.orders = Orders(connection, streams, now, make_id)
        self.overrides = Overrides(connection, streams, now, make_id)
        self.owners = Owners(connection, streams, now, make_id)
        self.provided = Provided(connection, streams, now, make_id)
        self.records = Records(connection, streams, now, make_id)
        self.runs = Runs(connection, streams, now, make_id)
        self.sessions = Sessions(connection, streams, now, make_id)
        self.set_backs = SetBacks(connection, streams, now, make_id)
        self.successors = Successors(connection, streams, now, make_id)
        self.sweeps = Sweeps(connection, streams, now, make_id)
        self.traces = Traces(connection, streams, now, make_id)
        self.twins = Twins(connection, streams, now, make_id)
        self.users = Users(connection, streams, now, make_id)
        self.value_marks = ValueMarks(connection, streams, now, make_id)


class Store:
    """One database. Safe to use from several threads; every trouble with it is a StoreError with a hint."""

    def __init__(self, url: URL, engine: Engine, clock: Clock, keys: StoreKeys) -> None:
        self._url = url
        self._keys = keys
        #: What the store is encrypted with, as it was when it was opened; None before that was looked up.
        self._seal: HeldSeal | None = None
        self._engine = engine
        self._clock = clock
        self._make_id = IdMaker(clock)
        self._guard = threading.RLock()
        self._turns = Turns()
        self._lock: Leases | None = None
        #: Why nothing may be written to any CRM, as the last transaction saw it.
        self._stopped = ""

    @classmethod
    def open(cls, url: str, clock: Clock, keys: StoreKeys = NO_KEYS) -> Store:
        """Open `sqlite:///file.db` or `postgresql://…`; StoreError with a hint when it cannot be used.

        With a key, what records say is encrypted; the first look into a store that needs another one is refused.
        """
        parsed = read_url(url)
        return cls(parsed, open_engine(parsed), clock, keys)

    @property
    def place(self) -> str:
        """Return how to name the store to people: no password."""
        return place_of(self._url)

    def migrate(self) -> None:
        """Bring the tables to the newest form; StoreError when they are of a newer syncd. Cheap when up to date."""
        with self._translated(), self._alone_to_migrate():
            migrate.migrate(self._engine, self.place)
            with self._guard:
                self._break_seal()

    def rekey(self, holder: str) -> int:
        """Write every value anew: encrypted with the key in force, under a new key of the store's own; or in plain
        where there is no such key any more. Return how many there were.

        Takes the lock, so that no daemon is at work. All or nothing: whoever is killed meanwhile has changed nothing.
        """
        from syncd.store.encryption.resealing import sweep_out, write_anew

        with self._translated():
            migrate.migrate(self._engine, self.place)
            self.lock(holder)
            with self._engine.connect() as connection, connection.begin():
                self._check_lock(connection)
                count = write_anew(connection, self._keys, self.place, self._clock.now())
            sweep_out(self._engine)
            with self._guard:
                self._seal = None
                self._break_seal()
        return count

    def sweep_log(self) -> None:
        """Leave nothing of what was erased in the log that SQLite keeps beside its file, if nobody reads there now."""
        if self._engine.dialect.name == "sqlite":
            with self._translated():
                sweep_log(self._engine)

    def lock(self, holder: str) -> None:
        """Make this process the only one that works on the store, until `close` or its death.

        StoreLockedError naming the holder when another process works on it. From then on a transaction is refused when
        somebody else has taken the lock in the meantime. Commands that only read, approve or dismiss need no lock.
        """
        self._take(lambda: FileLeases(*self._who(holder)) if self._is_file else ServerAlone(*self._who(holder)))

    def hold(self, accounts: Collection[str], holder: str) -> None:
        """Make this process the one that works on `accounts`; StoreLockedError naming who works on one of them.

        A daemon that shares a PostgreSQL database lends them when its pass is over; a SQLite file is held as a whole.
        """
        self.join(holder)
        with self._translated():
            self._held().hold(accounts)

    def join(self, holder: str, *, silence_s: float = SILENCE_S) -> None:
        """Make this process one of those that share the work on the store. The only one, on a SQLite file.

        Whoever says nothing for `silence_s` is taken for dead, and has its accounts taken over.
        """
        self._take(
            lambda: FileLeases(*self._who(holder)) if self._is_file else ServerLeases(*self._who(holder), silence_s)
        )

    def share(
        self, accounts: Collection[str], busy: Collection[str] = (), together: Iterable[Collection[str]] = ()
    ) -> frozenset[str]:
        """Take, or give up, what is our part of `accounts`; return those that are ours to work on from now on.

        To be asked again and again, between passes: others come and go. What is `busy` is never given up. Of accounts
        that belong `together` all are ours, or none.
        """
        with self._translated():
            return self._held().share(accounts, busy, together)

    @property
    def asked_back(self) -> frozenset[str]:
        """Return the accounts that others wait for while we are busy with them, as of the last `share`."""
        return frozenset() if self._lock is None else self._lock.asked_back

    def confirm(self, account: str) -> None:
        """Raise StoreLockedError unless the account is ours to work on: asked right before every write to its CRM."""
        with self._translated():
            self._held().confirm(account)

    def only_while(self, is_well: Callable[[], bool]) -> None:
        """Let others take our accounts over when `is_well` says that nobody works on them any more."""
        self._held().only_while(is_well)

    @property
    def is_shared(self) -> bool:
        """Return whether several processes can work on the store, each on accounts of its own."""
        return not self._is_file

    @property
    def stopped(self) -> str:
        """Return why nothing may be written to any CRM, as of the last transaction; empty when it may."""
        return self._stopped

    def stop_reason(self) -> str:
        """Return why nothing may be written to any CRM now; empty when it may."""
        with self._translated(), self._engine.connect() as connection:
            return lock.holder_of(connection, lock.STOP)

    def stop(self, why: str) -> None:
        """Let nothing be written to any CRM, by whichever daemon, until `lift`."""
        with self._translated(), self._engine.connect() as connection, connection.begin():
            lock.stop(connection, why, microseconds(self._clock.now()))

    def lift(self) -> str:
        """Let everybody write again; return why they might not."""
        with self._translated(), self._engine.connect() as connection, connection.begin():
            return lock.lift(connection)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Commit everything at the end of the block, or nothing when it raises.

        Waits for its turn when another process writes. Do not open a second one inside: on SQLite it would wait for
        the first.
        """
        with self._translated(), self._turn(), self._engine.connect() as connection, connection.begin():
            self._check_lock(connection)
            self._check_seal(connection)
            made = Transaction(connection, self._clock, self._make_id)
            yield made
        if made.runs.started and self._lock is not None:
            self._lock.note(made.runs.started)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Look at one state of the store without keeping anybody from writing; what the block writes is discarded."""
        with self._translated(), self._engine.connect() as connection:
            connection.execution_options(**_READING[connection.dialect.name])
            with connection.begin() as began:
                self._check_seal(connection)
                yield Transaction(connection, self._clock, self._make_id)
                began.rollback()

    def close(self) -> None:
        """Let go of the lock and of every connection."""
        with self._guard:
            if self._lock is not None:
                self._lock.close()
                self._lock = None
        self._engine.dispose()

    def _turn(self) -> AbstractContextManager[None]:
        """Return this thread's turn at writing: a SQLite file has one writer, who would have to be asked again and
        again."""
        return self._turns.turn() if self._is_file else nullcontext()

    @property
    def _is_file(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    def _who(self, holder: str) -> tuple[Engine, str, Clock]:
        return self._engine, holder, self._clock

    def _take(self, leases: Callable[[], Leases]) -> None:
        with self._translated(), self._guard:
            if self._lock is None:
                self._lock = leases()

    def _held(self) -> Leases:
        if self._lock is None:
            raise StoreLockedError("Nobody has asked for the store to be held.")
        return self._lock

    @contextmanager
    def _alone_to_migrate(self) -> Iterator[None]:
        """Keep a daemon from starting on a file whose tables change; StoreLockedError when one works on it."""
        if not self._is_file or self._lock is not None or not migrate.is_due(self._engine):
            yield
            return
        held = lock.FileLock(file_of(self._engine), "")
        try:
            yield
        finally:
            held.release()

    def _break_seal(self) -> None:
        """Find out what the store is encrypted with, and have an empty one encrypted where there is a key."""
        with self._engine.connect() as connection, connection.begin():
            self._seal = settle_seal(connection, self._keys, self.place, self._clock.now())
        use_seal(self._engine.dialect, self._seal.seal)

    def _check_seal(self, connection: Connection) -> None:
        """Know what the store is encrypted with; refuse when that was changed since, and keep it from changing."""
        if self._seal is None:
            self._seal = open_seal(connection, self._keys, self.place)
            use_seal(self._engine.dialect, self._seal.seal)
        elif held_seal(connection) != self._seal.wrapped:
            raise StoreError("The store was encrypted in another way meanwhile.", hint="Do it again.")

    def _check_lock(self, connection: Connection) -> None:
        """Refuse when we were overtaken; learn whether anybody wants nothing to be written."""
        if self._lock is not None:
            self._stopped = self._lock.check(connection)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            # The driver's own message may quote the values of the row it stumbled over.
            raise to_store_error(error, self.place) from None
