"""Accounts of a PostgreSQL database, shared by the daemons that work on it, and lent to commands."""

from __future__ import annotations

import hashlib
import math
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from syncd.clock import Clock
from syncd.errors import StoreLockedError
from syncd.store.columns.types import microseconds
from syncd.store.leases import lock, restores
from syncd.store.leases.advisory import Purpose, Seen, Session
from syncd.store.leases.file_leases import Undivided

#: How long a daemon may say nothing before another one takes its accounts over.
SILENCE_S = 15.0
#: An answer of the store that took longer than this part of it is asked for again before a CRM is written to.
_DOUBT = 0.5
#: How often within that time the store hears of us.
_BEATS = 6
#: The part of it that a newcomer has to last before others make room for it.
_NEWCOMER = 0.2
#: How long a command waits for the daemon to lend it an account.
_PATIENCE_S = 30.0
_POLL_S = 0.2
_LENT = "It lends the account to a command when its pass is over: try again, or stop it."


class ServerLeases:
    """Accounts of a PostgreSQL database, each held by an advisory lock, with a sign of life every few seconds.

    Who is killed loses its locks at once, with its connection. Who only says nothing for `silence_s` (paused, cut off)
    is cut off for good by whoever takes over, and finds out before its next transaction or its next write to a CRM.
    """

    def __init__(self, engine: Engine, holder: str, clock: Clock, silence_s: float = SILENCE_S) -> None:
        self._engine = engine
        self._holder = holder
        self._clock = clock
        self._silence_s = silence_s
        self._guard = threading.RLock()
        #: Accounts we are counted among the daemons of.
        self._parts: frozenset[str] = frozenset()
        #: What we hold, by fence name; replaced, never changed, for other threads look at it.
        self._fences: Mapping[str, int] = {}
        #: What was lost behind the back of who works on it: nothing more is done until that one asks for its share.
        self._lost: StoreLockedError | None = None
        #: The newest run that we began: a server that does not know it has gone back in time.
        self._mark = ""
        self._session: Session | None = self._begin()
        #: Accounts that should be given up as soon as nobody is busy with them.
        self.asked_back: frozenset[str] = frozenset()
        #: Whether what we hold is worked on: a hand that lies still shall not keep it.
        self._is_well: Callable[[], bool] = lambda: True
        self._ended = threading.Event()
        self._pulse = threading.Thread(target=self._beat, name="syncd-leases", daemon=True)
        self._pulse.start()

    def hold(self, accounts: Collection[str]) -> None:
        """Take all of `accounts`, asking daemons to lend them; StoreLockedError naming who does not."""
        patience = self._clock.monotonic() + _PATIENCE_S
        with self._wishing(accounts):
            for account in sorted(accounts):
                while not self._take(account):
                    self._must_wait(account, patience)
                    self._clock.wait(_POLL_S)

    def share(
        self, accounts: Collection[str], busy: Collection[str] = (), together: Iterable[Collection[str]] = ()
    ) -> frozenset[str]:
        """Hold our part: as many as come to each of the daemons that could work on them, whole ones.

        Of accounts that belong together, all are held or none.
        """
        with self._guard:
            self._lost = None
            session = self._alive()
            self._lost = None
            self._stand_for(session, frozenset(accounts))
            seen = session.see(accounts)
            bundles = _bundles(accounts, together)
            wished = {one.account for one in seen if one.purpose is Purpose.WISH and one.connection != session.pid}
            asked_back = {*(self._held() - {*accounts})}
            for bundle in bundles:
                mine = self._held() & bundle
                if mine and (mine != bundle or wished & bundle):
                    asked_back |= mine
            for account in self._loose(asked_back, bundles, busy):
                self._give_up(session, account)
            part = self._part(seen)
            held = sorted((one for one in bundles if one <= self._held()), key=self._rank)
            if held and sum(map(len, held)) - len(held[-1]) >= part:
                free = [one for one in held if one.isdisjoint(busy)]
                for account in free[-1] if free else ():
                    self._give_up(session, account)
                asked_back |= held[-1] if not free else frozenset()
            self.asked_back = frozenset(asked_back & self._held())
            self._take_free(session, [one for one in bundles if one.isdisjoint(wished)], seen, part)
            return frozenset(self._held())

    @staticmethod
    def _loose(asked_back: Collection[str], bundles: Iterable[frozenset[str]], busy: Collection[str]) -> set[str]:
        """Return those of the accounts asked for that can be given up: nobody is busy with any that belong to them."""
        kept = {account for bundle in bundles if not bundle.isdisjoint(busy) for account in bundle}
        return {*asked_back} - kept - {*busy}

    def confirm(self, account: str) -> None:
        """Ask the store, and ask again when the answer took so long that it may not be true any more."""
        while True:
            asked_at = self._clock.monotonic()
            with self._guard:
                connection = self._alive().connection
                name = lock.fence_name(account)
                if self._lost is not None:
                    raise self._lost
                if name not in self._fences:
                    raise lock.locked(lock.holder_of(connection, name), account)
                self._check(connection, {name: self._fences[name]})
            if self._clock.monotonic() - asked_at < self._silence_s * _DOUBT:
                return

    def check(self, connection: Connection) -> str:
        """Refuse when any account that we hold has been taken by somebody else, or was lost."""
        if self._lost is not None:
            raise self._lost
        return self._check(connection, self._fences)

    def note(self, run: str) -> None:
        """Remember a run that was begun, as long as we live: there is no place beside the database."""
        self._mark = run

    def only_while(self, is_well: Callable[[], bool]) -> None:
        """Give no more signs of life on our own while `is_well` says no: another one takes over then."""
        self._is_well = is_well

    def close(self) -> None:
        """Give everything up; others take it over at their next look."""
        self._ended.set()
        self._pulse.join(self._silence_s)
        with self._guard:
            self._fences = {}
            if self._session is not None:
                self._session.close()
                self._session = None

    # The connection

    def _beat(self) -> None:
        while not self._ended.wait(self._silence_s / _BEATS):
            if not self._is_well():
                continue
            # Whoever works on the accounts meets the same trouble, and tells of it.
            with suppress(SQLAlchemyError, StoreLockedError):
                self._alive()

    def _alive(self) -> Session:
        """Return a connection that works and has the locks that we hold, as far as nobody else has taken them."""
        with self._guard:
            if self._session is not None:
                try:
                    self._session.beat()
                except SQLAlchemyError:
                    self._session.close()
                    self._session = None
                else:
                    return self._session
            self._session = self._begin()
            return self._session

    def _begin(self) -> Session:
        """Return a new connection with the locks that we had."""
        session = Session(self._engine)
        try:
            why = restores.why_database_is_older(session.connection, self._mark)
            lock.stop(session.connection, why, microseconds(self._clock.now()))
            self._take_again(session)
        except BaseException:
            session.close()
            raise
        return session

    def _take_again(self, session: Session) -> None:
        """Lock what we held on a new connection; what somebody had in the meantime is lost."""
        for account in self._parts:
            session.take(account, Purpose.PART)
        for name, fence in self._fences.items():
            account = lock.account_of(name)
            is_free = session.take(account, Purpose.LEASE)
            overtaken, _ = lock.look(session.connection, {name: fence})
            if is_free and not overtaken:
                continue
            if is_free:
                session.give_up(account, Purpose.LEASE)
            self._lose(name, lock.locked(lock.holder_of(session.connection, name), account))

    # Accounts

    def _held(self) -> set[str]:
        return {lock.account_of(name) for name in self._fences}

    def _take(self, account: str) -> bool:
        """Take an account unless somebody else has it; return whether it is ours."""
        with self._guard:
            name, session = lock.fence_name(account), self._alive()
            if name in self._fences:
                return True
            if not session.take(account, Purpose.LEASE):
                return False
            try:
                with self._engine.connect() as connection, connection.begin():
                    # A transaction of the last holder may still be under way; it has all the time it needs, elsewhere.
                    connection.execute(text("SET LOCAL lock_timeout = '1s'"))
                    now_us = microseconds(self._clock.now())
                    fence = lock.raise_fence(connection, name, self._holder, now_us)
            except OperationalError:
                session.give_up(account, Purpose.LEASE)
                return False
            self._fences = {**self._fences, name: fence}
            return True

    def _give_up(self, session: Session, account: str) -> None:
        self._fences = {name: fence for name, fence in self._fences.items() if name != lock.fence_name(account)}
        session.give_up(account, Purpose.LEASE)

    def _lose(self, name: str, error: StoreLockedError) -> None:
        # In this order: whoever looks at the fences without it finds the reason behind them.
        self._lost = error
        self._fences = {other: fence for other, fence in self._fences.items() if other != name}

    def _check(self, connection: Connection, fences: Mapping[str, int]) -> str:
        overtaken, stopped = lock.look(connection, fences)
        for name, holder in overtaken.items():
            account = lock.account_of(name)
            with self._guard, suppress(SQLAlchemyError):
                self._lose(name, lock.locked(holder, account))
                if self._session is not None:
                    self._session.give_up(account, Purpose.LEASE)
        if self._lost is not None:
            raise self._lost
        return stopped

    # Sharing with others

    def _stand_for(self, session: Session, accounts: frozenset[str]) -> None:
        for account in accounts - self._parts:
            session.take(account, Purpose.PART)
        for account in self._parts - accounts:
            session.give_up(account, Purpose.PART)
        self._parts = accounts

    def _part(self, seen: Iterable[Seen]) -> int:
        """Return how many accounts are our part: every daemon that could work on one counts for a share of it."""
        ours = self._session.pid if self._session is not None else 0
        daemons = Counter(
            one.account
            for one in seen
            if one.purpose is Purpose.PART and (one.connection == ours or self._is_settled(one))
        )
        return math.ceil(sum(1 / max(1, daemons[account]) for account in self._parts) - 1e-9)

    def _take_free(self, session: Session, bundles: Iterable[frozenset[str]], seen: Iterable[Seen], part: int) -> None:
        """Take accounts until our part is full; cut off holders that say nothing any more."""
        holders = {one.account: one for one in seen if one.purpose is Purpose.LEASE}
        for bundle in sorted(bundles, key=self._rank):
            if len(self._held()) >= part:
                return
            if not bundle.isdisjoint(self._held()):
                continue
            silent = [one for one in holders.values() if one.account in bundle and self._is_silent(one)]
            for holder in silent:
                session.end_process(holder.process)
            if not silent and bundle.isdisjoint(holders) and not all(map(self._take, sorted(bundle))):
                for account in bundle & self._held():
                    self._give_up(session, account)

    def _is_silent(self, one: Seen) -> bool:
        return one.silent_s is not None and one.silent_s > self._silence_s

    def _is_settled(self, one: Seen) -> bool:
        return not self._is_silent(one) and (one.age_s is None or one.age_s > self._silence_s * _NEWCOMER)

    def _rank(self, bundle: frozenset[str]) -> bytes:
        """Return our own order of the accounts, so that two that start together do not reach for the same ones."""
        process = self._session.process if self._session is not None else ""
        return hashlib.blake2b(f"{process}/{min(bundle)}".encode(), digest_size=8).digest()

    # Commands

    @contextmanager
    def _wishing(self, accounts: Collection[str]) -> Iterator[None]:
        with self._guard:
            session = self._alive()
            for account in accounts:
                session.take(account, Purpose.WISH)
        try:
            yield
        finally:
            # On a connection that was lost in between they are gone anyway.
            with self._guard, suppress(SQLAlchemyError):
                for account in accounts:
                    session.give_up(account, Purpose.WISH)

    def _must_wait(self, account: str, patience: float) -> None:
        """Return when it is worth to wait for an account; raise StoreLockedError naming who has it otherwise."""
        with self._guard:
            session = self._alive()
            seen = session.see([account])
            holder = lock.holder_of(session.connection, lock.fence_name(account))
        by = {one.connection for one in seen if one.purpose is Purpose.LEASE}
        silent = [one for one in seen if one.purpose is Purpose.LEASE and self._is_silent(one)]
        for one in silent:
            session.end_process(one.process)
        is_daemon = any(one.purpose is Purpose.PART and one.connection in by for one in seen)
        if not by or silent or (is_daemon and self._clock.monotonic() < patience):
            return
        error = lock.locked(holder, account)
        raise StoreLockedError(error.message, hint=_LENT if is_daemon else error.hint)


class ServerAlone(Undivided):
    """All of a PostgreSQL database, for what nobody else may be at work beside."""

    def __init__(self, engine: Engine, holder: str, clock: Clock) -> None:
        self._session = Session(engine, is_alone=True)
        try:
            fence = lock.raise_fence(self._session.connection, lock.WHOLE, holder, microseconds(clock.now()))
        except BaseException:
            self._session.close()
            raise
        self._fences = {lock.WHOLE: fence}

    def confirm(self, account: str) -> None:  # noqa: ARG002 - all are ours, or none
        """Ask the connection that holds the lock whether it still does."""
        lock.check_fences(self._session.connection, self._fences)

    def check(self, connection: Connection) -> str:
        """Refuse when somebody has taken it since."""
        return lock.check_fences(connection, self._fences)

    def note(self, run: str) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Let go of it."""
        self._session.close()


def _bundles(accounts: Collection[str], together: Iterable[Collection[str]]) -> list[frozenset[str]]:
    """Return the accounts in bundles that are held as a whole: most of them alone."""
    linked = [bundle for group in together if (bundle := frozenset(group) & frozenset(accounts))]
    return [*linked, *(frozenset((account,)) for account in accounts if not any(account in one for one in linked))]
