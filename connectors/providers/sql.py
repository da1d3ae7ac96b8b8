"""A query of a database that others keep: SQLite or PostgreSQL, opened for reading only.

What is asked by is given as parameters; nothing of it ever becomes part of the query.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from pydantic import SecretStr

from connectors.providers.protocol import Context, Found, ProviderOptions, ProviderType
from syncd.errors import CredentialsError, RefusedError, RetryableError

#: What is no parameter though it looks like one: texts, quoted names, comments, casts.
_TOKENS = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/|::|:([A-Za-z_][A-Za-z0-9_]*)", re.DOTALL)
_READS = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
#: SQLite is asked so often, by its own steps, whether it has taken too long.
_STEPS = 10_000
#: Two rows are one too many; more need not be read.
_MOST_ROWS = 2
_SQLITE, _POSTGRES = "sqlite", "postgresql"


class SqlOptions(ProviderOptions):
    """A database."""

    url: SecretStr
    """sqlite:///file, or postgresql://user:${PASSWORD}@host/database; with a password, by reference."""
    query: str
    """A SELECT of one row, with what it is asked by as parameters: SELECT branch FROM customers WHERE vat = :vat_id."""


class Rows(Protocol):
    """A database that can be asked for rows."""

    def rows(self, query: str, values: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return at most two rows, by the names of their columns."""

    def close(self) -> None:
        """Let go of the connection."""


class SqlProvider:
    """One query, and the connection it is asked over; opened when it is needed, and again after a trouble."""

    def __init__(self, options: SqlOptions, context: Context) -> None:
        self._options = options
        self._context = context
        self._rows: Rows | None = None

    @property
    def edition(self) -> str:
        """Return nothing: a database does not tell that it changed."""
        return ""

    def ask(self, by: Mapping[str, str]) -> Found | None:
        """Return the columns of the one row that there is."""
        rows = self._ask({name: by[name] for name in self._context.by})
        if not rows or any(row != rows[0] for row in rows):
            return None
        missing = [name for name in self._context.places if name not in rows[0]]
        if missing:
            raise RefusedError(
                f"the query gives no column {missing[0]!r}", hint=f"It gives: {', '.join(map(str, rows[0]))[:500]}."
            )
        return {name: rows[0][name] for name in self._context.places}

    def check(self) -> str:
        """Ask the query about nothing."""
        self._ask(dict.fromkeys(self._context.by, ""))
        return "the query can be asked"

    def close(self) -> None:
        """Let go of the connection."""
        if self._rows is not None:
            self._rows.close()
            self._rows = None

    def _ask(self, values: Mapping[str, str]) -> list[dict[str, Any]]:
        if self._rows is None:
            self._rows = _opened(self._options.url.get_secret_value(), self._context.timeout_s, self._context)
        try:
            return self._rows.rows(self._options.query, values)
        except (RetryableError, RefusedError):
            self.close()
            raise


class _Sqlite:
    """A SQLite file, opened for reading only."""

    def __init__(self, file: str, timeout_s: float, context: Context) -> None:
        self._clock = context.clock
        self._timeout_s = timeout_s
        self._until = 0.0
        try:
            self._connection = sqlite3.connect(
                f"file:{quote(file)}?mode=ro", uri=True, timeout=timeout_s, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise RetryableError(f"the database cannot be opened: {error}") from None
        self._connection.row_factory = sqlite3.Row
        self._connection.set_progress_handler(lambda: self._clock.monotonic() > self._until, _STEPS)

    def rows(self, query: str, values: Mapping[str, str]) -> list[dict[str, Any]]:
        self._until = self._clock.monotonic() + self._timeout_s
        try:
            cursor = self._connection.execute(query, dict(values))
            return [dict(row) for row in cursor.fetchmany(_MOST_ROWS)]
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise RetryableError("the query took too long") from None
            if "locked" in str(error):
                raise RetryableError("the database is locked") from None
            raise RefusedError(f"the query cannot be asked: {error}") from None
        except sqlite3.Error as error:
            raise RefusedError(f"the query cannot be asked: {error}") from None

    def close(self) -> None:
        self._connection.close()


class _Postgres:
    """A PostgreSQL database; every transaction reads only, and ends in time."""

    def __init__(self, url: str, timeout_s: float) -> None:
        try:
            import psycopg
        except ImportError:
            raise RefusedError("psycopg is not installed", hint="Install syncd with the extra `postgres`.") from None
        self._errors = psycopg
        milliseconds = int(timeout_s * 1000)
        settings = f"-c default_transaction_read_only=on -c statement_timeout={milliseconds}"
        try:
            self._connection = psycopg.connect(
                url, connect_timeout=max(2, int(timeout_s)), options=settings, autocommit=True
            )
        except psycopg.OperationalError as error:
            # Its own words may hold the user and the host, never the password.
            kind = CredentialsError if "authentication" in str(error) else RetryableError
            raise kind("the database cannot be reached") from None

    def rows(self, query: str, values: Mapping[str, str]) -> list[dict[str, Any]]:
        from psycopg.rows import dict_row

        try:
            with self._connection.cursor(row_factory=dict_row) as cursor:
                cursor.execute(for_postgres(query).encode(), dict(values))
                return cursor.fetchmany(_MOST_ROWS)
        except self._errors.errors.QueryCanceled:
            raise RetryableError("the query took too long") from None
        except self._errors.OperationalError:
            raise RetryableError("the database does not answer") from None
        except self._errors.Error as error:
            raise RefusedError(f"the query cannot be asked ({type(error).__name__})") from None

    def close(self) -> None:
        self._connection.close()


def parameters_in(query: str) -> tuple[str, ...]:
    """Return the names of the parameters in a query, each once."""
    return tuple(dict.fromkeys(found[1] for found in _TOKENS.finditer(query) if found[1]))


def for_postgres(query: str) -> str:
    """Return the query with its parameters as psycopg spells them."""
    return _TOKENS.sub(lambda found: f"%({found[1]})s" if found[1] else found[0], query.replace("%", "%%"))


def _opened(url: str, timeout_s: float, context: Context) -> Rows:
    parts = urlsplit(url)
    if parts.scheme == _SQLITE:
        return _Sqlite(url.partition(":///")[2], timeout_s, context)
    return _Postgres(url, timeout_s)


def _mistakes(options: SqlOptions, by: Sequence[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    url = options.url.get_secret_value()
    if not url.startswith((f"{_SQLITE}:///", f"{_POSTGRES}://")):
        yield ("url",), "should begin with sqlite:/// or postgresql://"
    if not _READS.match(options.query) or ";" in _TOKENS.sub("", options.query).rstrip().removesuffix(";"):
        yield ("query",), "should be one SELECT"
    named = parameters_in(options.query)
    for name in named:
        if name not in by:
            yield ("query",), f"has a parameter :{name}, and is not asked by it"
    for name in by:
        if name not in named:
            yield ("query",), f"lacks the parameter :{name}, by which it is asked"


def _goes_to(options: SqlOptions) -> str:
    return urlsplit(options.url.get_secret_value()).hostname or ""


PROVIDER = ProviderType(SqlOptions, SqlProvider, goes_to=_goes_to, mistakes=_mistakes)
