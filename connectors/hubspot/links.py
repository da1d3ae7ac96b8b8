"""Makes and takes away associations. The labels a pair has already are kept: HubSpot replaces what it is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connectors.hubspot import query
from connectors.hubspot.client import Client
from connectors.hubspot.errors import message_of
from connectors.hubspot.reading import Reader
from connectors.hubspot.wire import results_of
from connectors.turns import in_turn
from syncd.errors import BrokenPromiseError, RecordRejectedError, RefusedError
from syncd.model import PARENT, FixState, LinkWrite, Outcome

#: A kind of association: its category and its number.
Kind = tuple[str, int]
Pair = tuple[str, str]

_PLAIN: Mapping[Pair, int] = {
    ("contacts", "companies"): 279,
    ("companies", "contacts"): 280,
    ("contacts", "deals"): 4,
    ("deals", "contacts"): 3,
    ("deals", "companies"): 341,
    ("companies", "deals"): 342,
}
#: From a company to the one it is a part of.
_PARENT = 14
_PRIMARY: Mapping[Pair, int] = {
    ("contacts", "companies"): 1,
    ("companies", "contacts"): 2,
    ("deals", "companies"): 5,
    ("companies", "deals"): 6,
}


class Linker:
    """Writes associations of one account."""

    def __init__(self, client: Client, reader: Reader) -> None:
        self._client = client
        self._reader = reader

    def link(self, object_name: str, links: Sequence[LinkWrite]) -> list[Outcome]:
        """Write associations; outcomes come in the order of the links."""
        groups: dict[tuple[str, bool], list[LinkWrite]] = defaultdict(list)
        for link in links:
            groups[(link.link.to.object, link.remove)].append(link)
        calls = [
            group[start : start + query.LINKS_READ]
            for group in groups.values()
            for start in range(0, len(group), query.LINKS_READ)
        ]
        outcomes = in_turn(calls, lambda call: self._write(object_name, call), lambda link: link.fix)
        by_fix = {outcome.fix: outcome for outcome in outcomes}
        return [by_fix[link.fix] for link in links]

    def retie(self, object_name: str, id_: str, to_object: str, to: str, kinds: frozenset[Kind]) -> bool:
        """Let two records be associated by these kinds and no others; none takes the association away.

        Returns whether HubSpot took it: the other record may be gone.
        """
        ends: dict[str, Any] = {"from": {"id": id_}}
        try:
            if kinds:
                body = {"inputs": [{**ends, "to": {"id": to}, "types": _types(kinds)}]}
                reply = self._client.links_create(object_name, to_object, body)
            else:
                reply = self._client.links_archive(object_name, to_object, {"inputs": [{**ends, "to": [{"id": to}]}]})
        except RecordRejectedError:
            return False
        return not (reply.body or {}).get("errors")

    def as_second(self, object_name: str, to_object: str, kinds: frozenset[Kind]) -> frozenset[Kind]:
        """Return the kinds without the one that makes an association the primary one."""
        return kinds - {("HUBSPOT_DEFINED", _PRIMARY.get((object_name, to_object), 0))}

    def types(self, object_name: str, to_object: str, label: str) -> list[dict[str, Any]]:
        """Return the kinds of a link of this label, as a new record is made with it."""
        return _types(self._kinds(object_name, to_object, label))

    def plain(self, object_name: str, to_object: str) -> set[Kind]:
        """Return the kind of an association without a label; RefusedError when there is none."""
        return self._kinds(object_name, to_object, "")

    def _write(self, object_name: str, links: Sequence[LinkWrite]) -> list[Outcome]:
        to_object = links[0].link.to.object
        held = self._held(object_name, to_object, [link.ref.id for link in links])
        if links[0].remove:
            due = [link for link in links if (link.ref.id, link.link.to.id) in held]
            outcomes = self._remove(object_name, to_object, due) if due else []
        else:
            kinds = {label: self._kinds(object_name, to_object, label) for label in {link.link.label for link in links}}
            wanted = {
                link.fix: held.get((link.ref.id, link.link.to.id), set()) | kinds[link.link.label] for link in links
            }
            due = [link for link in links if wanted[link.fix] != held.get((link.ref.id, link.link.to.id))]
            outcomes = self._make(object_name, to_object, due, wanted) if due else []
        settled = {link.fix for link in due}
        return outcomes + [
            Outcome(link.fix, FixState.APPLIED, "so already") for link in links if link.fix not in settled
        ]

    def _make(
        self, object_name: str, to_object: str, links: Sequence[LinkWrite], wanted: Mapping[str, set[Kind]]
    ) -> list[Outcome]:
        inputs = [
            {
                "from": {"id": link.ref.id},
                "to": {"id": link.link.to.id},
                "types": _types(wanted[link.fix]),
            }
            for link in links
        ]
        try:
            reply = self._client.links_create(object_name, to_object, {"inputs": inputs})
        except RecordRejectedError as refusal:
            if len(links) == 1:
                return [_refused(links[0], refusal.status == 404, refusal.message)]
            middle = len(links) // 2
            halves = [links[:middle], links[middle:]]
            return in_turn(halves, lambda half: self._make(object_name, to_object, half, wanted), lambda link: link.fix)
        return _outcomes(links, reply.body)

    def _remove(self, object_name: str, to_object: str, links: Sequence[LinkWrite]) -> list[Outcome]:
        inputs = [{"from": {"id": link.ref.id}, "to": [{"id": link.link.to.id}]} for link in links]
        try:
            reply = self._client.links_archive(object_name, to_object, {"inputs": inputs})
        except RecordRejectedError as refusal:
            if len(links) == 1:
                return [_refused(links[0], refusal.status == 404, refusal.message)]
            middle = len(links) // 2
            halves = [links[:middle], links[middle:]]
            return in_turn(halves, lambda half: self._remove(object_name, to_object, half), lambda link: link.fix)
        errors = _errors_by_pair(reply.body or {})
        return [_outcome(link, errors) or Outcome(link.fix, FixState.APPLIED) for link in links]

    def _held(self, object_name: str, to_object: str, ids: Sequence[str]) -> dict[Pair, set[Kind]]:
        """Return the kinds of association each pair has now."""
        return {
            (from_id, to_id): {(str(label["category"]), int(label["typeId"])) for label in labels}
            for from_id, to_id, labels in self._reader.labels_of(object_name, to_object, ids)
        }

    def _kinds(self, object_name: str, to_object: str, label: str) -> set[Kind]:
        """Return the kinds of association that make a link of this label."""
        pair = (object_name, to_object)
        if label == PARENT:
            return {("HUBSPOT_DEFINED", _PARENT)}
        plain = _PLAIN.get(pair) or self._plain(pair)
        if label == "primary":
            if pair not in _PRIMARY:
                raise RefusedError(f"HubSpot knows no primary link from {object_name} to {to_object}")
            return {("HUBSPOT_DEFINED", plain), ("HUBSPOT_DEFINED", _PRIMARY[pair])}
        return {("HUBSPOT_DEFINED", plain)}

    def _plain(self, pair: Pair) -> int:
        """Ask for the kind without a label, for objects that are not in the table."""
        for row in results_of(self._client.link_labels(*pair).body):
            if row.get("label") is None and row.get("category") == "HUBSPOT_DEFINED":
                return int(row["typeId"])
        raise RefusedError(f"HubSpot knows no plain link from {pair[0]} to {pair[1]}")


def _types(kinds: Iterable[Kind]) -> list[dict[str, Any]]:
    return [{"associationCategory": category, "associationTypeId": number} for category, number in sorted(kinds)]


def _outcomes(links: Sequence[LinkWrite], body: Any) -> list[Outcome]:
    """Match the rows of an answer with what was sent."""
    try:
        made = {(str(row.get("fromObjectId")), str(row.get("toObjectId"))) for row in results_of(body)}
    except BrokenPromiseError as problem:
        return [Outcome(link.fix, FixState.UNKNOWN, problem.message) for link in links]
    errors = _errors_by_pair(body)
    return [
        _outcome(link, errors)
        or (
            Outcome(link.fix, FixState.APPLIED)
            if (link.ref.id, link.link.to.id) in made
            else Outcome(link.fix, FixState.UNKNOWN, "HubSpot's answer does not name this association")
        )
        for link in links
    ]


def _outcome(link: LinkWrite, errors: Mapping[str, Mapping[str, Any]]) -> Outcome | None:
    error = errors.get(link.ref.id) or errors.get(link.link.to.id)
    if error is None:
        return None
    return _refused(link, error.get("category") == "OBJECT_NOT_FOUND", message_of(error))


def _refused(link: LinkWrite, is_gone: bool, message: str) -> Outcome:  # noqa: FBT001 - read at the call
    """Return what became of a link that HubSpot would not make. Which of its ends is gone it does not tell."""
    return Outcome(link.fix, FixState.STALE if is_gone else FixState.REJECTED, message)


def _errors_by_pair(body: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the errors of a partial answer by the ids they name."""
    found: dict[str, Mapping[str, Any]] = {}
    for error in body.get("errors") or ():
        for ids in (error.get("context") or {}).values():
            found |= {str(id_): error for id_ in ids}
    return found
