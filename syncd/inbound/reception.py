"""A form's request, from its signature to its answer. The store is all it asks: no CRM is called while a form waits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict

from syncd.engine import Tools
from syncd.errors import StoreError
from syncd.inbound import signing
from syncd.inbound.answers import Answer, Posting
from syncd.inbound.bodies import UnreadableBodyError, named, read_body
from syncd.inbound.doors import FormDoor, doors_of
from syncd.inbound.entering import NOTED, enter, is_forgotten, outcome_of
from syncd.inbound.gate import Checked, Gate, Problem
from syncd.settings import Settings
from syncd.store import Arrival
from syncd.telemetry.inbound import ACCEPTED, CONFLICT, LIMITED, MALFORMED, REFUSED, REPEATED, TRAPPED

_NOT_SIGNED = "The request is not signed as it should be, or too old."
_TOO_MANY = "Please try again in a moment."
_OTHERWISE = "Something else was sent under this key before."
_LATER = "It could not be kept just now. Please try again."
#: What is told of who asked to be forgotten; the same could be said of any address.
_NOT_HERE = Problem("", "not_here", "cannot be taken here; please write to us")


class Reception:
    """Who receives what forms post (`web.forms.FormReception`). Safe between threads.

    `wake` is called when something was kept: whoever holds the account need not wait any longer.
    """

    def __init__(self, tools: Tools, settings: Callable[[], Settings], wake: Callable[[], object]) -> None:
        self._tools = tools
        self._settings = settings
        self._wake = wake
        self._lock = threading.Lock()
        self._made: tuple[Settings, dict[str, tuple[FormDoor, Gate]]] | None = None
        #: What each door may still take: (how many, and when that was so).
        self._left: dict[str, tuple[float, float]] = {}

    # The door for requests

    def origins(self, path: str) -> tuple[str, ...] | None:
        """Return the web sites whose pages may post to a path; None where there is no form."""
        found = self._doors().get(path)
        return None if found is None else found[0].origins

    def refusal(self, posting: Posting) -> str:
        """Return why a request is refused before its body was read; empty when it may come in."""
        return signing.refusal(posting.headers, self._tools.clock.now())

    def refused(self, posting: Posting, reason: str) -> None:
        """Count a request that was turned away; of forms that there are."""
        found = self._doors().get(posting.path)
        if found is not None:
            self._tools.telemetry.inbound.turned_away(found[0].name, reason)

    def receive(self, posting: Posting, body: bytes) -> Answer:
        """Check what was filled in, and keep it before it is answered."""
        found = self._doors().get(posting.path)
        if found is None:
            return Answer(404, {"outcome": "refused", "message": "There is no such form."})
        door, gate = found
        if not signing.is_genuine(door.secret.reveal(), posting.method, posting.target, posting.headers, body):
            self._tools.telemetry.inbound.turned_away(door.name, signing.FORGED)
            return Answer(401, {"outcome": "refused", "message": _NOT_SIGNED})
        if wait_s := self._wait(door):
            self._count(door, LIMITED)
            return Answer(429, {"outcome": "refused", "message": _TOO_MANY}, {"retry-after": str(wait_s)})
        try:
            return self._received(door, gate, posting, body)
        except StoreError:
            # The form sends it again; the daemon meets the same trouble, and tells of it.
            return Answer(503, {"outcome": "refused", "message": _LATER}, {"retry-after": "5"})

    # What was filled in

    def _received(self, door: FormDoor, gate: Gate, posting: Posting, body: bytes) -> Answer:
        mark, digest = signing.mark_of(posting.headers, body)
        with self._tools.store.reading() as tx:
            known = tx.arrivals.by_marks(door.name, [mark]).get(mark)
            if known is not None:
                return self._again(door, known, digest, outcome_of(tx, door, known))
        try:
            raw = read_body(posting.headers.get("content-type", ""), body)
        except UnreadableBodyError as error:
            self._count(door, MALFORMED)
            return Answer(400, {"outcome": "refused", "message": str(error)})
        if door.honeypot and raw.pop(door.honeypot, "").strip():
            self._count(door, TRAPPED)
            return Answer(202, {"outcome": NOTED, "repeated": False, "notes": []})
        checked = gate.check(named(raw, door.all_names), self._tools.clock.now())
        if checked.errors:
            return self._wrong(door, checked.errors)
        return self._kept(door, gate, checked, mark, digest, shown=bool(raw.get(door.evidence, "").strip()))

    def _kept(self, door: FormDoor, gate: Gate, checked: Checked, mark: str, digest: str, *, shown: bool) -> Answer:
        with self._tools.store.transaction() as tx:
            if is_forgotten(tx, door, checked):
                return self._wrong(door, [_NOT_HERE])
            arrival = enter(tx, door, gate, checked, mark, digest, shown=shown)
            if arrival.said.digest != digest:
                return self._again(door, arrival, digest, "")
        # What will become of it is found out when it is kept: nobody else has to wait for that.
        with self._tools.store.reading() as tx:
            outcome = outcome_of(tx, door, arrival)
        self._count(door, ACCEPTED)
        self._wake()
        notes = [asdict(one) for one in checked.notes]
        return Answer(202, {"outcome": outcome, "id": arrival.id, "repeated": False, "notes": notes})

    def _again(self, door: FormDoor, known: Arrival, digest: str, outcome: str) -> Answer:
        """Answer a request that came before; nothing happens a second time."""
        if known.said.digest != digest:
            self._count(door, CONFLICT)
            return Answer(409, {"outcome": "refused", "message": _OTHERWISE})
        self._count(door, REPEATED)
        return Answer(200, {"outcome": outcome, "id": known.id, "repeated": True, "notes": []})

    def _wrong(self, door: FormDoor, errors: Sequence[Problem]) -> Answer:
        self._count(door, REFUSED)
        return Answer(422, {"outcome": "refused", "errors": [asdict(one) for one in errors]})

    def _count(self, door: FormDoor, outcome: str) -> None:
        self._tools.telemetry.inbound.received(door.name, outcome)

    # What may come in at all

    def _doors(self) -> dict[str, tuple[FormDoor, Gate]]:
        """Return the forms by their paths; put together once for each settings."""
        settings = self._settings()
        with self._lock:
            if self._made is None or self._made[0] is not settings:
                forms, _ = doors_of(settings)
                self._made = (settings, {one.path: (one, Gate(one)) for one in forms})
            return self._made[1]

    def _wait(self, door: FormDoor) -> int:
        """Return for how many seconds nothing more is taken by a door, and count one in if that is none."""
        now = self._tools.clock.monotonic()
        with self._lock:
            left, at = self._left.get(door.name, (float(door.rate), now))
            left = min(float(door.rate), left + (now - at) * door.rate / 60)
            if left < 1:
                self._left[door.name] = (left, now)
                return max(1, round((1 - left) * 60 / door.rate))
            self._left[door.name] = (left - 1, now)
            return 0
