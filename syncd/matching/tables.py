"""The tables of one run in DuckDB: who shares which keys, how many use a value, which edges were found.

What does not fit the memory it is given goes to the run's own folder.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from quality.dedupe.blocks import ALIKE_CAP, CAP
from syncd.matching.comparing import Edge
from syncd.matching.worker import Desk

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Users of a value by step, as `quality.dedupe.usage` calls them: from so many to so many.
_USERS = {"two": (2, 2), "few": (3, 4), "many": (5, 1 << 40)}
_FETCHED = 65_536
_COUNT_USERS = """
    create table users as select value, count(distinct who) as n from (
        select unnest(value) as value, unnest(who) as who
        from read_csv(?, delim='\t', header=false, quote='', auto_detect=false,
            columns={'value': 'UBIGINT[]', 'who': 'UBIGINT[]'})
    ) group by value having n > 1
"""
_READ_KEYS = """
    create table keys as select unnest(list) as key, record
    from read_csv(?, delim='\t', header=false, quote='', auto_detect=false,
        columns={'record': 'UINTEGER', 'list': 'UBIGINT[]'})
"""
_KEEP_KEYS = """
    create table kept as select key, record from keys
    where key in (select key from keys group by key having count(*) between 2 and ?)
"""
#: Records that are alike, and too many to be compared with each other: each with the first of them by its id.
_READ_ALIKE = """
    create table alike as select key, record, id
    from read_csv(?, delim='\t', header=false, quote='', auto_detect=false,
        columns={'key': 'UBIGINT', 'record': 'UINTEGER', 'id': 'VARCHAR'})
"""
_FIND_SPOKES = """
    create table spokes as with stars as (
        select key, arg_min(record, id) as first from alike group by key having count(*) > ? and count(*) <= ?
    )
    select least(first, record) as one, greatest(first, record) as other, key
    from alike join stars using (key) where first <> record
"""
#: In the order of the keys: pairs among the same few records come one behind the other.
_FIND_PAIRS = """
    create table pairs as select one, other from (
        select one, other, min(key) as key from (
            select one.record as one, other.record as other, one.key as key
            from kept as one join kept as other on one.key = other.key and one.record < other.record
            union all select one, other, key from spokes
        ) group by one, other
    ) order by key
"""
_READ_EDGES = """
    select root, one, other, score, coalesce(veto, ''), coalesce(lack, '')
    from read_csv(?, delim='\t', header=false, quote='', auto_detect=false, columns={
        'root': 'UINTEGER', 'one': 'UINTEGER', 'other': 'UINTEGER', 'score': 'DOUBLE', 'veto': 'VARCHAR',
        'lack': 'VARCHAR'})
    order by root, one, other
"""


class Tables:
    """SQL over the files that the workers' answers were written to."""

    def __init__(self, desk: Desk, *, memory_mb: int, threads: int) -> None:
        import duckdb

        self._desk = desk
        self._base: DuckDBPyConnection = duckdb.connect(
            str(desk.folder / "tables.duckdb"),
            config={
                "memory_limit": f"{memory_mb}MB",
                "threads": threads,
                "temp_directory": str(desk.folder / "spilled"),
            },
        )

    def count_users(self) -> None:
        """Write for each number of users the values that have as many."""
        self._base.execute(_COUNT_USERS, [str(self._desk.used)])
        for step, (fewest, most) in _USERS.items():
            with self._desk.users(step).open("wb") as file:
                self._base.execute("select value from users where n between ? and ? order by value", [fewest, most])
                for block in self._blocks():
                    array("Q", chain.from_iterable(block)).tofile(file)
        self._base.execute("drop table users")

    def find_pairs(self) -> int:
        """Find the pairs that share a key which is not generic, or are alike; return how many there are."""
        self._base.execute(_READ_KEYS, [str(self._desk.keys)])
        self._base.execute(_KEEP_KEYS, [CAP])
        self._base.execute("drop table keys")
        self._base.execute(_READ_ALIKE, [str(self._desk.alike)])
        self._base.execute(_FIND_SPOKES, [CAP, ALIKE_CAP])
        self._base.execute("drop table alike")
        self._base.execute(_FIND_PAIRS)
        self._base.execute("drop table kept")
        self._base.execute("drop table spokes")
        return int(self._base.execute("select count(*) from pairs").fetchall()[0][0])

    def pairs(self, count: int) -> Iterator[bytes]:
        """Yield the pairs, `count` at a time; neighbours are among the same records."""
        self._base.execute("select one, other from pairs")
        for block in self._blocks(count):
            yield array("I", chain.from_iterable(block)).tobytes()

    def components(self) -> Iterator[list[Edge]]:
        """Yield the edges of each component."""
        self._base.execute(_READ_EDGES, [str(self._desk.edges)])
        root: int = -1
        edges: list[Edge] = []
        for row in chain.from_iterable(self._blocks()):
            if row[0] != root and edges:
                yield edges
                edges = []
            root = row[0]
            edges.append((row[1], row[2], row[3], row[4], row[5]))
        if edges:
            yield edges

    def close(self) -> None:
        """Let go of the base."""
        self._base.close()

    def _blocks(self, count: int = _FETCHED) -> Iterator[list[tuple[Any, ...]]]:
        while block := self._base.fetchmany(count):
            yield block
