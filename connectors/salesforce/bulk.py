"""Bulk API 2.0: a job that reads everything, and its results piece by piece.

Its results are CSV: all values are text, and empty stands for null. They are made what a query would have sent, by the
types of the fields, so that a record reads the same whichever way it came. Nothing is guessed from a text: "NA" is one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.options import Options
from connectors.salesforce.client import Client
from syncd.clock import Clock
from syncd.errors import BrokenPromiseError, ConnectorError, MissingScopeError, RefusedError, RetryableError

#: Rows fetched in one call; they are handed on in smaller pages.
FETCHED = 20_000
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 30.0
#: A job that takes longer is given up.
_DEADLINE_SECONDS = 3600.0
#: What stands for a locator on the last piece.
_END = "null"
_MARK = "bulk"

_DONE, _RUNNING = "JobComplete", frozenset({"UploadComplete", "InProgress", "Open", "Queued"})


class BulkFailedError(ConnectorError):
    """The job cannot be had, or came to nothing."""


@dataclass(frozen=True, slots=True)
class BulkPlace:
    """A place in a job's results; a locator stays good as long as the job exists."""

    job: str
    locator: str
    #: Rows of that piece which are done.
    skip: int

    def __str__(self) -> str:
        return f"{_MARK}/{self.job}/{self.locator}/{self.skip}"

    @classmethod
    def parse(cls, text: str) -> BulkPlace | None:
        """Read a place back; None when the text is a place of another kind."""
        mark, _, rest = text.partition("/")
        job, _, rest = rest.partition("/")
        locator, _, skip = rest.rpartition("/")
        return cls(job, locator, int(skip)) if mark == _MARK and job and skip.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a job's results."""

    rows: tuple[Mapping[str, Any], ...]
    #: The place behind them; None at the end.
    next: BulkPlace | None


class BulkQuery:
    """Reads by jobs. Safe to use from several threads."""

    def __init__(self, client: Client, options: Options, clock: Clock) -> None:
        self._client = client
        self._stop = options.stop
        self._clock = clock

    def pieces(self, soql: str, types: Mapping[str, str], place: BulkPlace | None, *, rows: int) -> Iterator[Piece]:
        """Yield what a query matches, in no order, `rows` at a time; BulkFailedError when a query has to do it."""
        place = place or BulkPlace(self._started(soql), "", 0)
        while True:
            found, behind = self._fetched(place, types)
            for start in range(place.skip, len(found), rows):
                part = found[start : start + rows]
                end = start + len(part)
                following = BulkPlace(place.job, place.locator, end) if end < len(found) else behind
                yield Piece(part, following)
            if behind is None:
                if place.skip >= len(found):
                    yield Piece((), None)
                return
            if behind.locator == place.locator:
                raise BrokenPromiseError("Salesforce's bulk results do not move forward")
            place = behind

    def _started(self, soql: str) -> str:
        try:
            job = str(self._client.bulk_create(soql).body.get("id") or "")
        except MissingScopeError:
            raise
        except RefusedError as problem:
            # Some objects and fields cannot be had in bulk.
            raise BulkFailedError(problem.message, status=problem.status) from problem
        if not job:
            raise BrokenPromiseError("Salesforce started a bulk job without an id")
        self._await(job)
        return job

    def _await(self, job: str) -> None:
        deadline = self._clock.monotonic() + _DEADLINE_SECONDS
        wait = _FIRST_WAIT
        while True:
            body = self._client.bulk_state(job).body
            state = str(body.get("state"))
            if state == _DONE:
                return
            if state not in _RUNNING:
                raise BulkFailedError(f"the bulk job ended as {state}: {body.get('errorMessage') or 'no reason given'}")
            if self._clock.monotonic() >= deadline:
                self._client.bulk_abort(job)
                raise BulkFailedError("the bulk job took too long")
            if self._clock.wait(wait, self._stop):
                raise RetryableError("syncd is stopping")
            wait = min(wait * 2, _LONGEST_WAIT)

    def _fetched(
        self, place: BulkPlace, types: Mapping[str, str]
    ) -> tuple[tuple[Mapping[str, Any], ...], BulkPlace | None]:
        try:
            reply = self._client.bulk_results(place.job, place.locator, FETCHED)
        except RefusedError as problem:
            # A job lasts seven days: one taken up after that is gone.
            raise BulkFailedError(problem.message, status=problem.status) from problem
        found = rows_of(reply.body or b"", types)
        told = reply.headers.get("Sforce-NumberOfRecords", "")
        if told.isdecimal() and int(told) != len(found):
            raise BrokenPromiseError("Salesforce's bulk results hold other rows than they say")
        locator = reply.headers.get("Sforce-Locator", "")
        return found, BulkPlace(place.job, locator, 0) if locator not in {"", _END} else None


def rows_of(data: bytes, types: Mapping[str, str]) -> tuple[Mapping[str, Any], ...]:
    """Read CSV as rows that a query would have sent."""
    # A zero byte is nothing that a field can hold, and trips the reader. Line ends inside of quotes are kept.
    text = data.decode("utf-8-sig").replace("\x00", "")
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    names = next(lines, [])
    readers = [_READERS.get(types.get(name, ""), _text) for name in names]
    try:
        return tuple(
            {name: read(cell) for name, read, cell in zip(names, readers, line, strict=True)} for line in lines if line
        )
    except ValueError as problem:
        raise BrokenPromiseError("Salesforce's bulk results are no table") from problem


def _text(cell: str) -> str | None:
    return cell or None


def _boolean(cell: str) -> bool | None:
    return cell.lower() == "true" if cell else None


def _whole(cell: str) -> int | float | None:
    number = _number(cell)
    return int(number) if number is not None and float(number).is_integer() else number


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _moment(cell: str) -> str | None:
    return f"{cell.removesuffix('Z')}+0000" if cell.endswith("Z") else cell or None


_READERS: Mapping[str, Callable[[str], str | int | float | bool | None]] = {
    "boolean": _boolean,
    "currency": _number,
    "datetime": _moment,
    "double": _number,
    "int": _whole,
    "long": _whole,
    "percent": _number,
}
