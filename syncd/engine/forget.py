"""Forgetting people: what is kept of them is erased, and what comes back of them is not kept again.

The CRM is not touched: whoever has to be forgotten is erased there by a person, before or after.
"""

from __future__ import annotations

from collections.abc import Sequence

from mappings import RecordMapping, to_canonical
from quality import EMAIL_DOMAIN
from quality.providing import Enriching, asks_key
from syncd.engine.matching.match import let_go
from syncd.engine.outside.enriching import questions_of
from syncd.engine.setup import StreamPass
from syncd.errors import UnknownNameError
from syncd.model import Ref, SourceRecord, Stream
from syncd.store import ArrivalState, Forgotten, Store, Transaction


def forget(
    store: Store, stream: Stream, mapping: RecordMapping, record_id: str, enriching: Enriching | None = None
) -> Forgotten:
    """Erase what is kept of a record; UnknownNameError while a write to it has no known end, or when nothing is."""
    with store.transaction() as tx:
        current = tx.aliases.current(stream, record_id)
        copy = tx.records.read(stream, [current], with_gone=True).get(current)
        if copy is None and not tx.journal.select(ref=Ref(stream.account, stream.object, current), limit=1):
            raise UnknownNameError(f"Nothing is kept of {stream.name}/{record_id}.")
        if tx.erasures.is_in_flight(stream, current):
            raise UnknownNameError(
                f"A write to {stream.name}/{record_id} has no known end yet.",
                hint="`syncd sync` settles it; forget the record after that.",
            )
        ids = tx.erasures.ids_of(stream, current)
        twins = {row.ref for rows in tx.twins.of(stream, ids).values() for row in rows}
        let_go(tx, stream, ids)
        mailboxes = mailboxes_of(mapping, copy) if copy else ()
        questions = questions_of(enriching, to_canonical(mapping, copy)) if enriching and copy else {}
        forgotten = tx.erasures.erase(stream, current, mailboxes, twins)
        _forget_arrivals(tx, stream, ids, mailboxes)
        for provider, question in questions.items():
            tx.provided.let_go(provider, asks_key(provider), [question])
        tx.mail_domains.let_go(EMAIL_DOMAIN, {one.strip().lower().rpartition("@")[2] for one in mailboxes})
    store.sweep_log()
    return forgotten


def _forget_arrivals(tx: Transaction, stream: Stream, ids: Sequence[str], mailboxes: Sequence[str]) -> None:
    """Erase what came in of somebody by forms and files, and what was to be made of it."""
    found = tx.arrivals.of_somebody(stream, ids, mailboxes)
    for one in found:
        fix = tx.journal.find(one.fix) if one.fix and one.state is ArrivalState.PENDING else None
        if fix is not None and fix.ref.id not in ids:
            if tx.erasures.is_in_flight(one.stream, fix.ref.id):
                raise UnknownNameError(
                    f"A record that is being made of what came in by {one.door} has no known end yet.",
                    hint="`syncd sync` settles it; forget the record after that.",
                )
            tx.erasures.erase(one.stream, fix.ref.id)
    tx.arrivals.drop([one.id for one in found])


def not_forgotten(work: StreamPass, tx: Transaction, sources: Sequence[SourceRecord]) -> Sequence[SourceRecord]:
    """Return the records without those of people who were forgotten; whoever came in by their mailbox is, too."""
    if not sources or not tx.erasures.any():
        return sources
    mailboxes = {one.ref.id: mailboxes_of(work.setup.mapping, one) for one in sources}
    back = tx.erasures.among(work.stream, mailboxes)
    if not back:
        return sources
    tx.erasures.remember(work.stream, sorted(back))
    work.tools.telemetry.forgotten_returned(work.stream, len(back))
    return [one for one in sources if one.ref.id not in back]


def mailboxes_of(mapping: RecordMapping, source: SourceRecord) -> tuple[str, ...]:
    """Return the mailbox that a person is known by; others of a record share theirs with colleagues."""
    address = to_canonical(mapping, source).values.get("email") if mapping.kind == "person" else None
    return (address,) if isinstance(address, str) and address.strip() else ()
