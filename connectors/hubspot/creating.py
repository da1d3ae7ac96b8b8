"""Makes records, and finds those again whose answer was lost.

Two places in HubSpot are never late: a read by a property that no two records share, and the associations of a record
that is known. The search index is late: a record it shows is there, one it does not show may be, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.hubspot import query
from connectors.hubspot.client import Client
from connectors.hubspot.errors import holder_in, message_of
from connectors.hubspot.images import addresses_of
from connectors.hubspot.links import Linker
from connectors.hubspot.reading import Reader
from connectors.hubspot.wire import record_of, results_of
from connectors.hubspot.writes import is_kept
from connectors.likeness import Likeness, chosen
from connectors.protocol import Want
from connectors.turns import in_turn
from syncd.errors import BrokenPromiseError, RecordRejectedError, RefusedError
from syncd.model import CreateWrite, FixState, Outcome, SourceRecord

_NOT_FOUND = "OBJECT_NOT_FOUND"
_CONFLICT = "CONFLICT"
_UNNAMED = "HubSpot's answer does not name this record"
_TAKEN = "a record of this {} is there already"
_COMPANIES = "companies"
#: Web domains asked for in one search, each with and without www.
_DOMAINS = 50
#: Values longer than this are not searched for.
_SEARCHED = 200
#: Values a search is narrowed down by.
_FILTERS = 5


class Creator:
    """Makes records of one account."""

    def __init__(self, account: str, client: Client, reader: Reader, linker: Linker) -> None:
        self._account = account
        self._client = client
        self._reader = reader
        self._linker = linker

    def create(self, object_name: str, creates: Sequence[CreateWrite]) -> list[Outcome]:
        """Make records, 100 a call; outcomes come in the order of the creates."""
        holders = {**self._of_domain(object_name, creates), **self._holders(object_name, creates)}
        outcomes = {
            one.fix: Outcome(one.fix, FixState.STALE, _TAKEN.format(holders[one.fix][0]), holders[one.fix][1])
            for one in creates
            if one.fix in holders
        }
        due = [one for one in creates if one.fix not in holders]
        calls = [due[start : start + query.BATCH] for start in range(0, len(due), query.BATCH)]
        made = in_turn(calls, lambda batch: self._create(object_name, batch), lambda one: one.fix)
        outcomes |= {outcome.fix: outcome for outcome in made}
        return [outcomes[one.fix] for one in creates]

    def made(
        self, object_name: str, creates: Sequence[CreateWrite], since: Mapping[str, datetime]
    ) -> Mapping[str, SourceRecord | None]:
        """Tell which records came of creates: by a unique value, by what they are associated with, or by a search."""
        told: dict[str, SourceRecord | None] = {}
        keyed = [one for one in creates if one.keys]
        holders = self._holders(object_name, keyed)
        for one in keyed:
            name, holder = holders.get(one.fix, ("", None))
            is_ours = holder is not None and (name == one.token or _likeness(one, holder, since) is Likeness.SAME)
            told[one.fix] = holder if is_ours else None
        taken = {holder.ref.id for holder in told.values() if holder is not None}
        for one in creates:
            if one.keys:
                continue
            found = self._by_search(object_name, one) if not one.links else self._by_links(object_name, one)
            likely = [(_likeness(one, record, since), record) for record in found if record.ref.id not in taken]
            is_told, record = chosen(likely)
            if record is not None:
                taken.add(record.ref.id)
            # That the index does not show it says nothing.
            if record is not None or (is_told and one.links):
                told[one.fix] = record
        return told

    def _holders(self, object_name: str, creates: Sequence[CreateWrite]) -> dict[str, tuple[str, SourceRecord]]:
        """Return by fix who holds one of its unique values already, and which."""
        found: dict[str, tuple[str, SourceRecord]] = {}
        by_name: dict[str, list[CreateWrite]] = defaultdict(list)
        for one in creates:
            for name in one.keys:
                by_name[name].append(one)
        for name, sharing in by_name.items():
            names = [*dict.fromkeys(name for one in sharing for name in one.values), query.EMAIL, query.MORE_EMAILS]
            values = dict.fromkeys(query.text_of(one.values[name]) for one in sharing)
            records = self._by_key(object_name, name, list(values), names if object_name == "contacts" else names[:-2])
            for one in sharing:
                holder = records.get(query.text_of(one.values[name]).lower())
                if holder is not None:
                    found.setdefault(one.fix, (name, holder))
        return found

    def _of_domain(self, object_name: str, creates: Sequence[CreateWrite]) -> dict[str, tuple[str, SourceRecord]]:
        """Return by fix which company has its web domain already; HubSpot itself would make another one.

        The index is late by seconds: who has come to have it just now is not found.
        """
        wanted = {one.fix: _plain_domain(one.values.get(query.DOMAIN)) for one in creates}
        domains = sorted(set(wanted.values()) - {""}) if object_name == _COMPANIES else []
        found: dict[str, SourceRecord] = {}
        for start in range(0, len(domains), _DOMAINS):
            rows = results_of(
                self._client.search(object_name, query.with_domain(domains[start : start + _DOMAINS])).body
            )
            for record in (self._record(object_name, row) for row in rows):
                told = (record.values.get(query.DOMAIN), *str(record.values.get(query.MORE_DOMAINS) or "").split(";"))
                for domain in map(_plain_domain, told):
                    found.setdefault(domain, record)
        return {fix: (query.DOMAIN, found[domain]) for fix, domain in wanted.items() if domain and domain in found}

    def _by_key(
        self, object_name: str, name: str, values: Sequence[str], names: Sequence[str]
    ) -> dict[str, SourceRecord]:
        """Return records by a value that no two of them share, in lower case."""
        found: dict[str, SourceRecord] = {}
        for start in range(0, len(values), query.BATCH):
            body = query.batch_read(values[start : start + query.BATCH], names)
            reply = self._client.batch_read(object_name, {**body, "idProperty": name})
            for error in reply.body.get("errors") or ():
                if error.get("category") != _NOT_FOUND:
                    raise RefusedError(f"HubSpot would not read by {name}: {message_of(error)}", status=reply.status)
            for row in results_of(reply.body):
                record = record_of(self._account, object_name, row)
                keys = addresses_of(record) if name == query.EMAIL else (str(record.values.get(name) or "").lower(),)
                found.update(dict.fromkeys(keys, record))
        return found

    def _create(self, object_name: str, creates: Sequence[CreateWrite]) -> list[Outcome]:
        try:
            reply = self._client.batch_create(
                object_name, {"inputs": [self._input(object_name, one) for one in creates]}
            )
        except RecordRejectedError as refusal:
            # Refused as a whole, nothing was made: halved until the one that cannot be is alone.
            if len(creates) == 1:
                is_taken = refusal.status == 409
                return [self._refused(object_name, creates[0], refusal.message, is_taken, refusal.status == 404)]
            middle = len(creates) // 2
            halves = [creates[:middle], creates[middle:]]
            return in_turn(halves, lambda half: self._create(object_name, half), lambda one: one.fix)
        try:
            rows = results_of(reply.body)
            by_trace = {str(row.get("objectWriteTraceId") or ""): self._record(object_name, row) for row in rows}
        except BrokenPromiseError as problem:
            return [Outcome(one.fix, FixState.UNKNOWN, problem.message) for one in creates]
        if len(creates) == len(rows) == 1 and "" in by_trace:
            by_trace = {creates[0].fix: by_trace[""]}
        errors = _errors_by_trace(reply.body)
        return [self._outcome(object_name, one, by_trace.get(one.fix), errors.get(one.fix)) for one in creates]

    def _input(self, object_name: str, one: CreateWrite) -> dict[str, Any]:
        body: dict[str, Any] = {"objectWriteTraceId": one.fix, "properties": query.properties(one.values)}
        if one.links:
            body["associations"] = [
                {"to": {"id": link.to.id}, "types": self._linker.types(object_name, link.to.object, link.label)}
                for link in one.links
            ]
        return body

    def _record(self, object_name: str, row: Mapping[str, Any]) -> SourceRecord:
        return record_of(self._account, object_name, row)

    def _outcome(
        self, object_name: str, one: CreateWrite, record: SourceRecord | None, error: Mapping[str, Any] | None
    ) -> Outcome:
        if error is not None:
            category = error.get("category")
            return self._refused(object_name, one, message_of(error), category == _CONFLICT, category == _NOT_FOUND)
        if record is None:
            return Outcome(one.fix, FixState.UNKNOWN, _UNNAMED)
        kept = [name for name, value in one.values.items() if not is_kept(value, record.values, name)]
        return Outcome(
            one.fix, FixState.APPLIED, f"HubSpot kept another value of {', '.join(kept)}" if kept else "", record
        )

    def _refused(
        self,
        object_name: str,
        one: CreateWrite,
        message: str,
        is_taken: bool,  # noqa: FBT001 - read at the call
        is_gone: bool,  # noqa: FBT001
    ) -> Outcome:
        """Return what became of a record that HubSpot would not make."""
        existing = holder_in(message) if is_taken else ""
        if existing:
            found = self._reader.read(Want(object_name, tuple(one.values)), [existing]).records
            if found:
                return Outcome(one.fix, FixState.STALE, message, found[0])
        return Outcome(one.fix, FixState.STALE if is_gone else FixState.REJECTED, message)

    def _by_links(self, object_name: str, one: CreateWrite) -> list[SourceRecord]:
        """Return what the record was to be associated with is associated with."""
        to = one.links[0].to
        ids = {id_ for _, id_, _ in self._reader.labels_of(to.object, object_name, [to.id])}
        return self._read(object_name, one, ids)

    def _by_search(self, object_name: str, one: CreateWrite) -> list[SourceRecord]:
        """Return what the index shows of records that hold some of the values."""
        values = [(name, text) for name, value in one.values.items() if (text := query.text_of(value))]
        short = [(name, text) for name, text in values if len(text) <= _SEARCHED][:_FILTERS]
        rows = self._client.search(object_name, query.holding(short)).body if short else {"results": []}
        return self._read(object_name, one, {str(row["id"]) for row in results_of(rows)})

    def _read(self, object_name: str, one: CreateWrite, ids: Iterable[str]) -> list[SourceRecord]:
        return list(self._reader.read(Want(object_name, tuple(one.values)), sorted(ids)).records) if ids else []


def _likeness(one: CreateWrite, record: SourceRecord, since: Mapping[str, datetime]) -> Likeness:
    """Say whether a record may have come of a create."""
    if record.created_at is None or record.created_at < since[one.fix]:
        return Likeness.OTHER
    sent = {name: value for name, value in one.values.items() if value not in {None, ""}}
    kept = [is_kept(_plain(value), {name: _plain(record.values.get(name))}, name) for name, value in sent.items()]
    return Likeness.of(kept)


def _plain_domain(value: Any) -> str:
    return value.strip().lower().removeprefix("www.") if isinstance(value, str) else ""


def _plain(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _errors_by_trace(body: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return dict(_traced(body))


def _traced(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for error in body.get("errors") or ():
        for trace in (error.get("context") or {}).get("objectWriteTraceId") or ():
            yield str(trace), error
