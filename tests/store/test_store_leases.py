"""Several processes on one PostgreSQL: what each of them holds, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine, text

from syncd.clock import SystemClock
from syncd.errors import StoreLockedError
from syncd.store import Store
from tests.store.given import CONTACTS, kept

#: Short, so that no newcomer has to wait for long.
SILENCE_S = 2.0
ACCOUNTS = ("a", "b", "c", "d", "e")

Join = Callable[..., Store]


@pytest.fixture
def join(postgres) -> Iterator[Join]:
    """Let one more process join those that share a store; here each is a store of its own."""
    url = postgres.migrated()
    stores: list[Store] = []

    def joined(name: str, silence_s: float = SILENCE_S) -> Store:
        stores.append(Store.open(url, SystemClock()))
        stores[-1].join(name, silence_s=silence_s)
        return stores[-1]

    yield joined
    for store in stores:
        store.close()
    postgres.wipe()


def settled(*stores: Store, accounts: tuple[str, ...] = ACCOUNTS, linked: str = "") -> list[frozenset[str]]:
    """Let everybody look until nobody wants to change anything."""
    clock, together = SystemClock(), [linked] if linked else []
    held = [store.share(accounts, (), together) for store in stores]
    quiet_since = clock.monotonic()
    while clock.monotonic() - quiet_since < SILENCE_S * 0.3:
        now = [store.share(accounts, (), together) for store in stores]
        if now != held:
            held, quiet_since = now, clock.monotonic()
        clock.wait(0.05)
    return held


def end_connections(url: str, process: str = "%") -> None:
    """What a restart of the server does to its clients."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name LIKE :process"
                " AND datname = current_database() AND pid <> pg_backend_pid()"
            ),
            {"process": process},
        )
    engine.dispose()


def test_each_takes_its_part_nobody_two_of_them_and_what_one_leaves_the_others_take(join: Join) -> None:
    first, second = join("first"), join("second")

    together = settled(first, second)
    second.close()
    alone = settled(first)

    assert sorted(map(len, together)) == [2, 3]
    assert frozenset.union(*together) == {*ACCOUNTS}
    assert alone == [{*ACCOUNTS}]


def test_linked_accounts_are_held_by_one_all_of_them_or_none(join: Join) -> None:
    first, second = join("first"), join("second")

    both = settled(first, second, linked="bd")
    keeper, other = (first, second) if "b" in both[0] else (second, first)
    busy = keeper.share(ACCOUNTS, ["b"], ["bd"])
    keeper.close()
    alone = settled(other, linked="bd")

    assert frozenset.union(*both) == {*ACCOUNTS}
    assert {len(held & {"b", "d"}) for held in both} == {0, 2}
    assert {"b", "d"} <= busy
    assert alone == [{*ACCOUNTS}]


def test_daemons_of_different_accounts_keep_nothing_from_each_other(join: Join) -> None:
    first, second = join("first"), join("second")

    for _ in range(3):
        held = first.share(["a", "b"]), second.share(["c"])

    assert [*map(set, held)] == [{"a", "b"}, {"c"}]


def test_lost_connection_is_made_anew_with_the_same_accounts(join: Join, postgres) -> None:
    store = join("first")
    store.hold(["a"], "first")
    end_connections(postgres.migrated())

    store.confirm("a")

    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept()])
    with pytest.raises(StoreLockedError, match="'a' is held by first"):
        join("second").hold(["a"], "second")


def test_who_lost_its_connection_to_another_one_neither_commits_nor_writes(join: Join, postgres) -> None:
    # The first would notice by itself, but not so soon.
    first, second = join("first", 60.0), join("second", 60.0)
    first.share(["a"])
    end_connections(postgres.migrated())
    assert second.share(["a"]) == {"a"}

    with pytest.raises(StoreLockedError, match="'a' is held by second"), first.transaction() as tx:
        tx.records.keep(CONTACTS, [kept()])
    with pytest.raises(StoreLockedError, match="'a' is held by second"):
        first.confirm("a")

    assert first.share(["a"]) == frozenset()
    with first.reading() as tx:
        assert tx.records.count(CONTACTS) == 0


def test_daemon_that_hangs_is_followed_though_its_process_lives(join: Join) -> None:
    first, second = join("first"), join("second")
    first.share(["a"])
    first.only_while(lambda: False)
    clock = SystemClock()
    deadline = clock.monotonic() + 30.0

    while second.share(["a"]) != {"a"}:
        assert clock.monotonic() < deadline
        clock.wait(0.1)

    with pytest.raises(StoreLockedError, match="'a' is held by second"):
        first.confirm("a")


def test_account_that_is_not_ours_is_not_written_to(join: Join) -> None:
    first, second = join("first"), join("second")
    first.share(["a"])

    with pytest.raises(StoreLockedError, match="'a' is held by first"):
        second.confirm("a")


def test_command_is_lent_an_account_between_two_looks_of_the_daemon(join: Join) -> None:
    daemon = join("daemon")
    daemon.share(["a", "b"])

    class LookingClock(SystemClock):
        """Whoever waits for the daemon lets it look."""

        def wait(self, seconds: float, stop: object = None) -> bool:
            del seconds, stop
            looks.append(daemon.share(["a", "b"]))
            return False

    looks: list[frozenset[str]] = []
    command = Store(daemon._url, daemon._engine, LookingClock(), daemon._keys)

    command.hold(["a"], "command")
    lent = daemon.share(["a", "b"])
    command._held().close()
    back = [daemon.share(["a", "b"]) for _ in range(2)][-1]

    assert looks == [{"b"}]
    assert lent == {"b"}
    assert back == {"a", "b"}


def test_account_that_is_busy_is_lent_when_it_is_not_any_more(join: Join) -> None:
    daemon = join("daemon")
    daemon.share(["a", "b"])
    seen: list[tuple[frozenset[str], frozenset[str]]] = []

    class LookingClock(SystemClock):
        """Whoever waits lets the daemon look: first while it is busy, then when it has paused."""

        def wait(self, seconds: float, stop: object = None) -> bool:
            del seconds, stop
            held = daemon.share(["a", "b"], ["a"] if not seen else [])
            seen.append((held, daemon.asked_back))
            return False

    command = Store(daemon._url, daemon._engine, LookingClock(), daemon._keys)

    command.hold(["a"], "command")
    command._held().close()

    assert [(set(ours), set(asked)) for ours, asked in seen] == [({"a", "b"}, {"a"}), ({"b"}, set())]


def test_command_is_refused_by_another_command_naming_it(join: Join) -> None:
    first, second = join("first"), join("second")
    first.hold(["a"], "again")

    with pytest.raises(StoreLockedError, match="'a' is held by first"):
        second.hold(["a"], "again")


def test_stop_in_the_store_is_seen_by_every_daemon_in_its_next_transaction(join: Join) -> None:
    first, second = join("first"), join("second")
    first.share(["a"])

    second.stop("the import of Monday")
    with first.transaction():
        pass
    told = first.stopped
    lifted = second.lift()
    with first.transaction():
        pass

    assert (told, lifted, first.stopped) == ("the import of Monday", "the import of Monday", "")
