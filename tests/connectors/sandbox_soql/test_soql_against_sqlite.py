"""Random queries, answered by the evaluator and by SQLite, have the same answer."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.sandbox.salesforce.soql import parse, run
from tests.connectors.sandbox_soql.soql_rows import NOW, Rows, account_id, contact_id

CONTACT_COUNT, ACCOUNT_COUNT = 60, 12
TEXTS = ["Ada", "ada", "ÄDA", "O'Neil", "100%", "a_b", "back\\slash", "Zoë", "x"]
NUMBERS = [-1.5, 0.0, 0.1, 3.0, 20.0, 5000.0]
FIELDS = {"FirstName": "text", "Title": "text", "LeadSource": "text", "Birthdate": "date", "CreatedDate": "moment",
          "SystemModstamp": "moment", "DoNotCall": "boolean", "AccountId": "id", "Id": "id", "Account.Name": "text",
          "Account.AnnualRevenue": "number", "Account.Parent.Name": "text"}  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """The same thing said in both languages."""

    soql: str
    sql: str


def _day(number: int) -> date:
    return date(2026, 11, 21) + timedelta(days=number * 13 % 400 - 200)


def _moment(number: int) -> datetime:
    return datetime(2026, 11, 21, tzinfo=UTC) + timedelta(hours=number * 17 % 600 - 400)


def _maybe(values: list[Any], number: int) -> Any:
    return None if number % 4 == 0 else values[number * 5 % len(values)]


def _accounts() -> list[dict[str, Any]]:
    return [
        {"Id": account_id(n), "Name": TEXTS[n % len(TEXTS)], "AnnualRevenue": _maybe(NUMBERS, n),
         "ParentId": account_id(n - 3) if n % 3 == 0 and n > 3 else None, "IsDeleted": False}
        for n in range(1, ACCOUNT_COUNT + 1)
    ]  # fmt: skip


def _contacts() -> list[dict[str, Any]]:
    return [
        {"Id": contact_id(n), "LastName": f"L{n}", "FirstName": _maybe(TEXTS, n), "Title": _maybe(TEXTS, n + n // 7),
         "LeadSource": _maybe(["Web", "Other"], n // 2), "DoNotCall": n % 3 == 0, "IsDeleted": n % 11 == 0,
         "Birthdate": None if n % 5 == 0 else _day(n), "CreatedDate": _moment(n), "SystemModstamp": _moment(n // 4),
         "AccountId": None if n % 6 == 0 else account_id(n % ACCOUNT_COUNT + 1)}
        for n in range(1, CONTACT_COUNT + 1)
    ]  # fmt: skip


BASE = Rows({"Account": _accounts(), "Contact": _contacts()})


def _kept(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
    return value.isoformat() if isinstance(value, date) else value


@pytest.fixture(scope="module")
def database():
    """The same rows in SQLite; contacts come with the columns of their account and its parent."""
    connection = sqlite3.connect(":memory:")
    connection.create_function("low", 1, lambda text: None if text is None else text.lower(), deterministic=True)
    for name, rows in (("accounts", _accounts()), ("people", _contacts())):
        names = list(rows[0])
        connection.execute(f"create table {name} ({', '.join(names)})")
        holes = ", ".join("?" * len(names))
        connection.executemany(
            f"insert into {name} values ({holes})", [[_kept(row[name]) for name in names] for row in rows]
        )
    connection.execute(
        'create view Contact as select p.*, a.Name as "Account.Name", a.AnnualRevenue as "Account.AnnualRevenue", '
        'g.Name as "Account.Parent.Name" from people p left join accounts a on a.Id = p.AccountId '
        "left join accounts g on g.Id = a.ParentId where not p.IsDeleted"
    )
    yield connection
    connection.close()


def _soql_text(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _sql_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _literal(kind: str) -> st.SearchStrategy[Piece]:
    if kind == "text":
        return st.sampled_from(TEXTS).map(lambda it: Piece(_soql_text(it), f"low({_sql_text(it)})"))
    if kind == "number":
        return st.sampled_from(NUMBERS).map(lambda it: Piece(str(it), str(it)))
    if kind == "boolean":
        return st.booleans().map(lambda it: Piece(str(it).lower(), str(int(it))))
    if kind == "date":
        return st.integers(1, 60).map(lambda n: Piece(_day(n).isoformat(), f"'{_day(n)}'"))
    if kind == "moment":
        zones = st.sampled_from([UTC, datetime.fromisoformat("2026-01-01T00:00:00-05:30").tzinfo])
        return st.builds(
            lambda n, zone: Piece(_moment(n).astimezone(zone).isoformat(), f"'{_kept(_moment(n))}'"),
            st.integers(1, 60), zones,
        )  # fmt: skip
    ids = [account_id(n) for n in range(1, ACCOUNT_COUNT + 3)] + [contact_id(n) for n in range(1, 5)]
    return st.builds(
        lambda it, size: Piece(f"'{it[:size]}'", f"'{it}'"), st.sampled_from(ids), st.sampled_from([15, 18])
    )


def _column(name: str) -> str:
    return f'low("{name}")' if FIELDS[name] == "text" else f'"{name}"'


@st.composite
def _comparison(draw: st.DrawFn) -> Piece:
    name = draw(st.sampled_from(sorted(FIELDS)))
    kind, column = FIELDS[name], _column(name)
    forms = [_among(name, column, kind), _equal(name, column, kind)]
    if kind != "boolean":
        forms.append(_null(name, column))
    if kind not in {"boolean", "id"}:
        forms.append(_order(name, column, kind))
    if kind == "text":
        forms.append(_like(name, column))
    if kind in {"date", "moment"}:
        forms.append(_period(name, column, kind))
    return draw(st.one_of(forms))


def _null(name: str, column: str) -> st.SearchStrategy[Piece]:
    return st.sampled_from(
        [Piece(f"{name} = null", f"{column} is null"), Piece(f"{name} <> NULL", f"{column} not null")]
    )


@st.composite
def _equal(draw: st.DrawFn, name: str, column: str, kind: str) -> Piece:
    value = draw(_literal(kind))
    if draw(st.booleans()):
        return Piece(f"{name} = {value.soql}", f"coalesce({column} = {value.sql}, 0)")
    return Piece(f"{name} != {value.soql}", f"coalesce({column} <> {value.sql}, 1)")


@st.composite
def _order(draw: st.DrawFn, name: str, column: str, kind: str) -> Piece:
    sign, value = draw(st.sampled_from(["<", "<=", ">", ">="])), draw(_literal(kind))
    return Piece(f"{name} {sign} {value.soql}", f"coalesce({column} {sign} {value.sql}, 0)")


@st.composite
def _among(draw: st.DrawFn, name: str, column: str, kind: str) -> Piece:
    values = draw(st.lists(_literal(kind), min_size=1, max_size=4))
    is_in = draw(st.booleans())
    soql = f"{name} {'IN' if is_in else 'not in'} ({', '.join(value.soql for value in values)})"
    sql = f"coalesce({column} in ({', '.join(value.sql for value in values)}), 0)"
    return Piece(soql, sql if is_in else f"not {sql}")


@st.composite
def _like(draw: st.DrawFn, name: str, column: str) -> Piece:
    parts = draw(
        st.lists(st.sampled_from(["%", "_", "a", "A", "d", "0", "o", "'", "\\%", "\\_"]), min_size=1, max_size=4)
    )
    pattern = "".join(parts)
    soql = pattern.replace("'", "\\'")
    escaped = pattern.lower().replace("'", "''")
    return Piece(f"{name} LIKE '{soql}'", f"coalesce({column} like '{escaped}' escape '\\', 0)")


_PERIODS = {
    "TODAY": ("", "+1 day"), "YESTERDAY": ("-1 day", "+1 day"), "LAST_N_DAYS:30": ("-30 days", "+31 days"),
    "NEXT_N_DAYS:10": ("+1 day", "+10 days"), "THIS_MONTH": ("start of month", "+1 month"),
    "LAST_N_MONTHS:3": ("start of month,-3 months", "+3 months"), "THIS_YEAR": ("start of year", "+1 year"),
    "NEXT_MONTH": ("start of month,+1 month", "+1 month"), "LAST_YEAR": ("start of year,-1 year", "+1 year"),
    "N_DAYS_AGO:40": ("-40 days", "+1 day"),
}  # fmt: skip


@st.composite
def _period(draw: st.DrawFn, name: str, column: str, kind: str) -> Piece:
    period, sign = draw(st.sampled_from(sorted(_PERIODS))), draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">="]))
    first, length = _PERIODS[period]
    steps = [step for step in first.split(",") if step]
    tail = " || 'T00:00:00'" if kind == "moment" else ""
    low = f"(date({', '.join(repr(it) for it in ['2026-11-21', *steps])}){tail})"
    high = f"(date({', '.join(repr(it) for it in ['2026-11-21', *steps, length])}){tail})"
    within = f"coalesce({column} >= {low} and {column} < {high}, 0)"
    sql = {
        "=": within, "!=": f"not {within}", "<": f"coalesce({column} < {low}, 0)",
        "<=": f"coalesce({column} < {high}, 0)", ">": f"coalesce({column} >= {high}, 0)",
        ">=": f"coalesce({column} >= {low}, 0)",
    }[sign]  # fmt: skip
    return Piece(f"{name} {sign} {period}", sql)


def _grown(inner: st.SearchStrategy[Piece]) -> st.SearchStrategy[Piece]:
    def joined(word: str, parts: list[Piece]) -> Piece:
        return Piece(
            "(" + f" {word} ".join(part.soql for part in parts) + ")",
            "(" + f" {word} ".join(f"({part.sql})" for part in parts) + ")",
        )

    negated = inner.map(lambda it: Piece(f"NOT ({it.soql})", f"not ({it.sql})"))
    several = st.lists(inner, min_size=2, max_size=3)
    return negated | st.builds(joined, st.sampled_from(["AND", "or"]), several)


CONDITIONS = st.recursive(_comparison(), _grown, max_leaves=6)


@st.composite
def _ordering(draw: st.DrawFn) -> Piece:
    names = draw(st.lists(st.sampled_from(sorted(set(FIELDS) - {"Id"})), max_size=3, unique=True))
    soql, sql = [], []
    for name in names:
        way, nulls = (
            draw(st.sampled_from(["", " ASC", " desc"])),
            draw(st.sampled_from(["", " NULLS FIRST", " nulls last"])),
        )
        soql.append(f"{name}{way}{nulls}")
        sql.append(f"{_column(name)}{way}{nulls or ' nulls first'}")
    tail = ", ".join([*sql, "Id"])
    return Piece(f" ORDER BY {', '.join(soql)}" if soql else "", f" order by {tail}")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    condition=CONDITIONS | st.none(),
    order=_ordering(),
    limit=st.none() | st.integers(0, 20),
    offset=st.integers(0, 30),
)
def test_random_query_finds_the_rows_sqlite_finds_in_the_same_order(database, condition, order, limit, offset):
    names = ["Id", "FirstName", "SystemModstamp", "Birthdate", "Account.Name", "Account.Parent.Name"]
    soql = f"SELECT {', '.join(names)} FROM Contact"
    soql += f" WHERE {condition.soql}" if condition else ""
    soql += order.soql + (f" LIMIT {limit}" if limit is not None else "") + f" OFFSET {offset}"
    quoted = ", ".join(f'"{name}"' for name in names)
    sql = f"select {quoted} from Contact where {condition.sql if condition else 1}{order.sql}"
    sql += f" limit {-1 if limit is None else limit} offset {offset}"

    result = run(parse(soql), BASE, NOW)

    found = [[_kept(column.read(row)) for column in result.columns] for row in result.rows]
    assert found == [list(row) for row in database.execute(sql)]
    assert [[_at(record, name) for name in names] for record in result.records] == found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    condition=CONDITIONS,
    group=st.sampled_from(["LeadSource", "Account.Name", "DoNotCall", "AccountId"]),
    least=st.integers(0, 6),
)
def test_random_groups_are_those_of_sqlite(database, condition, group, least):
    soql = (
        f"SELECT {group}, COUNT(Id), COUNT_DISTINCT(Title), MAX(SystemModstamp), MIN(Birthdate), "
        f"SUM(Account.AnnualRevenue), AVG(Account.AnnualRevenue) FROM Contact WHERE {condition.soql} "
        f"GROUP BY {group} HAVING COUNT(Id) >= {least} ORDER BY {group}"
    )
    sql = (
        f'select "{group}", count(Id), count(distinct low(Title)), max(SystemModstamp), min(Birthdate), '
        f'sum("Account.AnnualRevenue"), avg("Account.AnnualRevenue") from Contact where {condition.sql} '
        f'group by "{group}" having count(Id) >= {least}'
    )

    result = run(parse(soql), BASE, NOW)

    found = [_flat(record) for record in result.records]
    wanted = [list(row) for row in database.execute(sql)]
    for row in found:
        row[0] = int(row[0]) if isinstance(row[0], bool) else row[0]
    assert sorted(map(_comparable, found)) == sorted(map(_comparable, wanted))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(condition=CONDITIONS, is_negated=st.booleans())
def test_random_semi_join_finds_the_accounts_sqlite_finds(database, condition, is_negated):
    word = "NOT IN" if is_negated else "IN"
    soql = f"SELECT Id FROM Account WHERE Id {word} (SELECT AccountId FROM Contact WHERE {condition.soql})"
    sql = (
        f"select Id from accounts where Id {word} (select AccountId from Contact where {condition.sql} "
        "and AccountId is not null) order by Id"
    )

    result = run(parse(soql), BASE, NOW)

    assert [record["Id"] for record in result.records] == [row[0] for row in database.execute(sql)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(condition=CONDITIONS, order=_ordering(), limit=st.integers(1, 3))
def test_random_children_are_those_sqlite_joins(database, condition, order, limit):
    soql = f"SELECT Id, (SELECT Id FROM Contacts WHERE {condition.soql}{order.soql} LIMIT {limit}) FROM Account"

    result = run(parse(soql), BASE, NOW)

    for record in result.records:
        sql = f"select Id from Contact where AccountId = ? and ({condition.sql}){order.sql} limit {limit}"
        wanted = [row[0] for row in database.execute(sql, [record["Id"]])]
        children = record["Contacts"]
        assert [child["Id"] for child in children["records"]] == wanted if wanted else children is None


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    condition=CONDITIONS,
    bound=st.integers(1, 60),
    sign=st.sampled_from(["=", ">", ">="]),
    word=st.sampled_from(["AND", "OR"]),
)
def test_random_window_finds_the_rows_sqlite_finds(database, condition, bound, sign, word):
    at = _moment(bound // 4)
    window = Piece(f"SystemModstamp {sign} {at.isoformat()}", f"SystemModstamp {sign} '{_kept(at)}'")
    soql = f"SELECT Id FROM Contact WHERE {window.soql} {word} ({condition.soql})"
    sql = f"select Id from Contact where {window.sql} {word} ({condition.sql}) order by Id"

    result = run(parse(soql), BASE, NOW)

    assert [record["Id"] for record in result.records] == [row[0] for row in database.execute(sql)]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(condition=CONDITIONS)
def test_random_count_is_that_of_sqlite(database, condition):
    result = run(parse(f"SELECT COUNT() FROM Contact WHERE {condition.soql}"), BASE, NOW)

    assert result.total_size == database.execute(f"select count(*) from Contact where {condition.sql}").fetchone()[0]


def _at(record: dict[str, Any] | None, path: str) -> Any:
    """Return what a record says along a path."""
    value: Any = record
    for name in path.split("."):
        value = None if value is None else value[name]
    return value.removesuffix(".000+0000") if isinstance(value, str) else value


def _flat(record: dict[str, Any]) -> list[Any]:
    values: list[Any] = []
    for key, value in record.items():
        if key == "attributes":
            continue
        if isinstance(value, dict):
            values += _flat(value)
        else:
            values.append(value.removesuffix(".000+0000") if isinstance(value, str) else value)
    return values


def _comparable(row: list[Any]) -> list[str]:
    return [f"{value:.6f}" if isinstance(value, float) else str(value) for value in row]
