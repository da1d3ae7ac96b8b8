"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

#: A number that counts up by itself. SQLite counts in columns declared INTEGER only.
Counter = BigInteger().with_variant(Integer(), "sqlite")


class Line(TypeDecorator[str]):
    """Text in plain code point order, whatever the collation of the database.

    NUL, which PostgreSQL cannot hold, and lone surrogates, which UTF-8 cannot, become U+FFFD. Values of a CRM never
    come this way: they are packed (see `packing`) and come back exactly as they were.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return text under the C collation on PostgreSQL, plain text elsewhere (SQLite compares bytes)."""
        return Text(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base's signature
        """Replace what a database cannot hold."""
        return None if value is None else storable(value)


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as microseconds since 1970: both databases compare and index it alike, exactly."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - as above
        """Turn a moment into microseconds; a naive one is a programming error."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as above
        """Turn microseconds back into a moment in UTC."""
        return None if value is None else EPOCH + timedelta(microseconds=value)


def microseconds(moment: datetime) -> int:
    """Return microseconds since 1970, as moments are kept."""
    return (moment - EPOCH) // _MICROSECOND


def storable(text: str) -> str:
    """Return `text` with what no database can hold replaced by U+FFFD."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="surrogatepass").decode(errors="replace")
    return text
