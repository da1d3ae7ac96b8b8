"""Merges records, one pair a call: both become a third record with a new id, and HubSpot picks its values.

What HubSpot picks otherwise than it was wanted is written right after. A merge cannot be sent twice by mistake: both
ids answer with the third one from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from connectors.hubspot import query
from connectors.hubspot.client import Client
from connectors.hubspot.history import History
from connectors.hubspot.images import addresses_of
from connectors.hubspot.reading import Reader
from connectors.hubspot.schema import is_mergeable
from connectors.hubspot.wire import id_of
from connectors.hubspot.writes import Writer, is_kept
from connectors.protocol import Fidelity, Merged, Want
from connectors.turns import in_turn
from syncd.errors import ConnectorError, RecordRejectedError, RefusedError
from syncd.model import FixState, Gone, MergeWrite, Outcome, Raw, Ref, SourceRecord, Update

#: Merges in the life of one record; each leaves two ids behind.
_MOST_MERGES = 250
_MOST_ADDRESSES = 250
_IN_STEP = "HubSpot merges no companies while its own connector keeps them in step with Salesforce"

FIDELITY = Fidelity(
    comes_back=(
        "the values of both records that can be written",
        "their associations with companies, contacts, deals, tickets and activities, with their labels",
        "the e-mail addresses of both",
    ),
    cannot=(
        "the record that went gets a new id; its old one goes on leading to the record that stayed",
        "the record that stays has a new id since the merge, and keeps it",
        "the history of values before the undo, the date of creation, and what HubSpot itself counts and computes",
        "memberships of lists, sequences and workflows, form submissions and marketing events",
        "associations with other objects than those named",
    ),
)


class Merger:
    """Merges records of one account."""

    def __init__(self, account: str, client: Client, reader: Reader, writer: Writer, history: History) -> None:
        self._account = account
        self._client = client
        self._reader = reader
        self._writer = writer
        self._history = history
        #: Whether HubSpot's own connector keeps companies in step; None until somebody wants to merge some.
        self._keeps_companies: bool | None = None

    def why_not(self, object_name: str, merges: Sequence[MergeWrite]) -> dict[str, str]:
        """Return by fix what HubSpot would refuse."""
        if not is_mergeable(object_name):
            return {one.fix: f"HubSpot's API does not merge {object_name}" for one in merges}
        ids = list(dict.fromkeys(id_ for one in merges for id_ in (one.ref.id, one.into.id)))
        fields = (query.MERGED_IDS, query.EMAIL, query.MORE_EMAILS, query.SALESFORCE_ACCOUNT)
        held = {one.ref.id: one for one in self._reader.read(Want(object_name, fields), ids).records}
        found = {one.fix: _why_not(object_name, [held[id_] for id_ in (one.ref.id, one.into.id) if id_ in held])
                 for one in merges}  # fmt: skip
        if object_name == "companies" and not all(found.values()) and self._is_keeping_companies():
            found = {fix: reason or _IN_STEP for fix, reason in found.items()}
        return {fix: reason for fix, reason in found.items() if reason}

    def _is_keeping_companies(self) -> bool:
        """Return whether any company is kept in step with Salesforce: HubSpot merges none then, linked or not."""
        if self._keeps_companies is None:
            try:
                reply = self._client.search("companies", query.having(query.SALESFORCE_ACCOUNT))
            except (RecordRejectedError, RefusedError):
                # An account that the connector was never in has no such property.
                self._keeps_companies = False
            else:
                self._keeps_companies = bool(reply.body.get("total"))
        return self._keeps_companies

    def merge(self, object_name: str, merges: Sequence[MergeWrite]) -> list[Outcome]:
        """Merge one pair after the other; outcomes come in the order of the merges."""
        return in_turn([[one] for one in merges], lambda one: [self._merge(object_name, one[0])], lambda one: one.fix)

    def finish(self, object_name: str, merged: Sequence[Merged]) -> list[Outcome]:
        """Write the values that merges lack which were done before they could be written."""
        return in_turn([[one] for one in merged], lambda one: [self._finish(object_name, one[0])], lambda one: one.fix)

    def _merge(self, object_name: str, one: MergeWrite) -> Outcome:
        body = {"primaryObjectId": one.into.id, "objectIdToMerge": one.ref.id}
        try:
            reply = self._client.merge(object_name, body)
        except RecordRejectedError as refusal:
            # What is thought of the account may be old.
            self._keeps_companies = None
            return Outcome(one.fix, FixState.STALE if refusal.status == 404 else FixState.REJECTED, refusal.message)
        try:
            at = Ref(self._account, object_name, id_of(reply.body))
            outcome = self._write(object_name, one.fix, at, one.values)
        except ConnectorError as problem:
            # It is one record by now: what it should hold is written when it is read back.
            return Outcome(one.fix, FixState.UNKNOWN, f"merged, and its values are not written yet: {problem.message}")
        return _with_gone(outcome, one.ref, at)

    def _finish(self, object_name: str, one: Merged) -> Outcome:
        """Write what still is as HubSpot picked it, and has not been what was wanted since the merge."""
        record = self._record(object_name, one.at.id, one.written)
        if record is None:
            return Outcome(one.fix, FixState.STALE, "the merged record is gone", gone=Gone(one.went.ref))
        picked = {
            name: value
            for name, value in one.written.items()
            if any(is_kept(record.values.get(name), image.values, name) for image in (one.went, one.stayed))
        }
        since = max(one.went.modified_at, one.stayed.modified_at)
        asked = [Update(name, one.at, {name: value}) for name, value in picked.items()]
        arrived = self._history.arrived(object_name, asked, {one.at.id: since}) if asked else {}
        due = {name: value for name, value in picked.items() if arrived.get(name) is not True}
        before = self._addresses(object_name, one)
        return _with_gone(self._write(object_name, one.fix, one.at, due, before), one.went.ref, one.at)

    def _addresses(self, object_name: str, one: Merged) -> tuple[str, ...]:
        """Return the addresses that are the merged record's own by now; none where the one that went still has its."""
        if object_name != "contacts" or self._record(object_name, one.went.ref.id, ()) is not None:
            return ()
        return (*addresses_of(one.stayed), *addresses_of(one.went))

    def _write(
        self, object_name: str, fix: str, at: Ref, values: Mapping[str, Raw], addresses: Iterable[str] = ()
    ) -> Outcome:
        """Write values that the record does not hold; the addresses it has, or had, stay its own."""
        record = self._record(object_name, at.id, (*values, query.EMAIL, query.MORE_EMAILS)) if values else None
        held = record.values if record is not None else {}
        due = {name: value for name, value in values.items() if name in held and not is_kept(value, held, name)}
        kept = list(addresses)
        if record is not None and query.EMAIL in due:
            kept += addresses_of(record)
        outcome = Outcome(fix, FixState.APPLIED)
        if due:
            outcome = self._writer.update(object_name, [Update(fix, at, due)])[0]
        if outcome.state is FixState.UNKNOWN:
            return outcome
        refused = [] if outcome.state is FixState.APPLIED else [outcome.detail]
        refused += self._keep_addresses(object_name, at.id, dict.fromkeys(kept))
        detail = f"merged; not all values were taken: {'; '.join(refused)}" if refused else ""
        return Outcome(fix, FixState.APPLIED, detail)

    def _keep_addresses(self, object_name: str, id_: str, wanted: Mapping[str, None]) -> list[str]:
        """Give back addresses that were lost when another one became the first; return why some were not taken."""
        refused: list[str] = []
        record = self._record(object_name, id_, (query.EMAIL, query.MORE_EMAILS)) if wanted else None
        held = addresses_of(record) if record is not None else tuple(wanted)
        for address in wanted:
            if address not in held:
                try:
                    self._client.change_emails(id_, address, remove=False)
                except RecordRejectedError as refusal:
                    refused.append(refusal.message)
        return refused

    def _record(self, object_name: str, id_: str, fields: Iterable[str]) -> SourceRecord | None:
        reading = self._reader.read(Want(object_name, tuple(fields)), [id_])
        return next((record for record in reading.records if record.ref.id == id_), None)


def _with_gone(outcome: Outcome, went: Ref, at: Ref) -> Outcome:
    return Outcome(outcome.fix, outcome.state, outcome.detail, gone=Gone(went, at.id))


def _why_not(object_name: str, pair: Sequence[SourceRecord]) -> str:
    ids = sum(len([one for one in str(it.values.get(query.MERGED_IDS) or "").split(";") if one]) for it in pair)
    if ids + 2 > 2 * _MOST_MERGES or sum(len(addresses_of(it)) for it in pair) > _MOST_ADDRESSES:
        return f"together they would have more than {_MOST_MERGES} identities, HubSpot's limit"
    if object_name == "companies" and any(it.values.get(query.SALESFORCE_ACCOUNT) for it in pair):
        return _IN_STEP
    return ""
