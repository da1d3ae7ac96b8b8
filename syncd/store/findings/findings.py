"""What is wrong now: reading findings, and how many there are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, or_, select, tuple_

from syncd.model import Action, Finding, FixState, Ref, Severity, Stream
from syncd.store import schema
from syncd.store.findings.open import OpenFinding, to_finding
from syncd.store.findings.pages import FindingPage, Sought, find_page
from syncd.store.journal.creations import is_closed, of_purpose
from syncd.store.rows.counts import StreamTally, read_filled, read_tally
from syncd.store.rows.room import Room
from syncd.store.rows.statements import chunks

_FINDINGS = schema.findings
#: What was refused, or came to nothing, may be tried again.
_IDLE = sorted((FixState.STALE.value, FixState.REJECTED.value, FixState.ALREADY_TRUE.value))


@dataclass(frozen=True, slots=True)
class FindingCount:
    """How many findings of a rule are open."""

    account: str
    object: str
    rule: str
    severity: Severity
    count: int


class Findings(Room):
    """Open findings. They are written with their record (`records.keep`)."""

    def of(self, ref: Ref) -> list[OpenFinding]:
        """Return what is wrong with one record, the worst first."""
        number = self.streams.find_object(ref.account, ref.object)
        query = (
            select(_FINDINGS)
            .where(_FINDINGS.c.stream_id == number, _FINDINGS.c.record_id == ref.id)
            .order_by(_FINDINGS.c.severity.desc(), _FINDINGS.c.rule, _FINDINGS.c.field)
        )
        return [to_finding(ref, row) for row in self.connection.execute(query)]

    def page(
        self,
        stream: Stream,
        *,
        rule: str | None = None,
        field: str | None = None,
        at_least: Severity = Severity.INFO,
        after: tuple[str, str, str] = ("", "", ""),
        limit: int = 100,
    ) -> list[OpenFinding]:
        """Return findings of a stream in the order of (record id, rule, field), from behind `after` on."""
        key = tuple_(_FINDINGS.c.record_id, _FINDINGS.c.rule, _FINDINGS.c.field)
        query = (
            select(_FINDINGS)
            .where(_FINDINGS.c.stream_id == self.streams.find(stream), _FINDINGS.c.severity >= int(at_least))
            .where(key > after)
            .order_by(_FINDINGS.c.record_id, _FINDINGS.c.rule, _FINDINGS.c.field)
            .limit(limit)
        )
        if rule is not None:
            query = query.where(_FINDINGS.c.rule == rule)
        if field is not None:
            query = query.where(_FINDINGS.c.field == field)
        rows = self.connection.execute(query)
        return [to_finding(Ref(stream.account, stream.object, row.record_id), row) for row in rows]

    def unmendable(
        self, stream: Stream, rules: Collection[str], at_least: Severity, ids: Collection[str]
    ) -> dict[str, list[Finding]]:
        """Return by record what is wrong with it that no rule proposes anything about; of all rules where none is
        named."""
        query = self._unmendable(stream, rules, at_least).order_by(_FINDINGS.c.severity.desc(), _FINDINGS.c.rule)
        found: dict[str, list[Finding]] = {}
        for chunk in chunks(ids):
            for row in self.connection.execute(query.where(_FINDINGS.c.record_id.in_(chunk))):
                ref = Ref(stream.account, stream.object, row.record_id)
                found.setdefault(row.record_id, []).append(to_finding(ref, row).finding)
        return found

    def without_task(
        self,
        stream: Stream,
        rules: Collection[str],
        at_least: Severity,
        purpose: str,
        closed_by: str,
        after: str,
        limit: int,
    ) -> list[str]:
        """Return the records behind `after` that something is wrong with which only people can mend, and for whom
        nothing is made, or to be made, for this purpose that was not closed since."""
        made = schema.fixes.alias("made")
        is_made = exists().where(
            made.c.cause_id == _FINDINGS.c.record_id,
            made.c.cause_id.is_not(None),
            made.c.cause_stream == self.streams.find(stream),
            made.c.action == Action.CREATE.value,
            made.c.state.not_in(_IDLE),
            of_purpose(made, purpose),
            ~is_closed(made, closed_by),
        )
        query = self._unmendable(stream, rules, at_least, _FINDINGS.c.record_id).where(~is_made)
        query = query.where(_FINDINGS.c.record_id > after).group_by(_FINDINGS.c.record_id)
        return list(self.connection.execute(query.order_by(_FINDINGS.c.record_id).limit(limit)).scalars())

    def _unmendable(self, stream: Stream, rules: Collection[str], at_least: Severity, *columns: Any) -> Select[Any]:
        query = select(*(columns or (_FINDINGS,))).where(
            _FINDINGS.c.stream_id == self.streams.find(stream),
            _FINDINGS.c.severity >= int(at_least),
            _FINDINGS.c.proposal.is_(None),
        )
        return query.where(_FINDINGS.c.rule.in_(sorted(rules))) if rules else query

    def find(self, stream: Stream, sought: Sought, *, after: str = "", limit: int = 50) -> FindingPage:
        """Return a page of what is wrong, narrowed down; `after` is where the page before said that this one begins."""
        return find_page(self.connection, self.streams, stream, sought, after=after, limit=limit)

    def doubted_fields(self, stream: Stream, ids: Collection[str]) -> dict[str, frozenset[str]]:
        """Return the fields of records whose value something is wrong with, or that another value is proposed for."""
        doubted: dict[str, set[str]] = {}
        query = select(_FINDINGS.c.record_id, _FINDINGS.c.field).where(
            _FINDINGS.c.stream_id == self.streams.find(stream),
            _FINDINGS.c.field != "",
            or_(_FINDINGS.c.severity >= int(Severity.WARNING), _FINDINGS.c.proposal.is_not(None)),
        )
        for chunk in chunks(ids):
            for record_id, field in self.connection.execute(query.where(_FINDINGS.c.record_id.in_(chunk))):
                doubted.setdefault(record_id, set()).add(field)
        return {record_id: frozenset(fields) for record_id, fields in doubted.items()}

    def open_counts(self) -> list[FindingCount]:
        """Return how many findings are open, by stream, rule and severity."""
        return [
            FindingCount(stream.account, stream.object, rule, severity, count)
            for stream, tally in self.tallies().items()
            for (rule, severity), count in tally.findings.items()
        ]

    def tally(self, stream: Stream) -> StreamTally:
        """Return how clean a stream is. Costs the same for a small base and a large one."""
        number = self.streams.find(stream)
        return StreamTally() if number is None else read_tally(self.connection, number)

    def tallies(self) -> dict[Stream, StreamTally]:
        """Return how clean every stream is."""
        return {stream: read_tally(self.connection, number) for number, stream in self.streams.all().items()}

    def tally_of_fields(self, stream: Stream, properties: Collection[str]) -> dict[str, int]:
        """Return in how many live records each of these properties holds something (not null, not empty)."""
        number = self.streams.find(stream)
        counts = {} if number is None else read_filled(self.connection, number)
        return {name: counts.get(name, 0) for name in properties}
