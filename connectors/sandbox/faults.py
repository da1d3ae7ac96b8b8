"""Faults by rule: which exchanges go wrong, how, and how often."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

#: What each kind does; the control API refuses anything else.
KINDS = {
    "latency": "answer later: `seconds`, plus up to `jitter_s`",
    "status": "answer `status` instead of doing anything: `body` (JSON), `html`, or a fitting one; `headers`",
    "throttle": "answer 429 by `policy` (TEN_SECONDLY_ROLLING, SECONDLY, DAILY), with `retry_after` or without",
    "expired_token": "answer 401 as if the token had just expired",
    "reset": "cut the connection before anything is done",
    "lost_answer": "do what was asked, then cut the connection",
    "late_status": "do what was asked, then answer `status` (a gateway that gave up waiting)",
    "truncate": "cut the connection in the middle of the body: `share` of it is sent (0.5)",
    "dribble": "send the body in `pieces` (20), `seconds` apart",
    "hang": "never answer",
    "invalid_json": "answer 200 with a body that is not JSON",
    "empty_page": "answer a list or search with no rows, and no next page",
    "repeat_cursor": "let the next-page cursor be the one that was asked for, or `after`; of a record's links, too",
    "cut": "send the first `rows` rows of a page and name no further one; `total`: the count it tells",
    "total": "tell of `total` rows, or `factor` times as many as there are",
    "hide": "leave the records `ids` out of lists and searches, though they count",
    "rows": "refuse single rows of a batch: by `ids`, `properties` or `share`; `code`, `message`",
    "edit": "somebody edits a record `when` = before (default) or after: `object`, `id` (or `first`/`all` of the "
    "request's), `properties`, `actor`",
}


@dataclass(slots=True)
class Fault:
    """One rule. An empty condition matches everything; all of them have to match."""

    id: int
    kind: str
    #: `search`, `batch_update` ... as the counters call them; a `*` pattern.
    endpoint: str = ""
    #: A `*` pattern on the path.
    path: str = ""
    method: str = ""
    object: str = ""
    #: Text that has to occur in the body.
    body_has: str = ""
    #: The first matching call that is hit, from 1, and then every so many.
    nth: int = 1
    every: int = 1
    #: How often it strikes; None: for ever.
    count: int | None = None
    probability: float = 1.0
    seed: int = 1
    #: What the kind needs beside.
    with_: dict[str, Any] = field(default_factory=dict)
    matched: int = 0
    struck: int = 0
    dice: random.Random = field(default_factory=random.Random, repr=False)

    def wire(self) -> dict[str, Any]:
        """Return the rule as the control API shows it."""
        names = (
            "id", "kind", "endpoint", "path", "method", "object", "body_has", "nth", "every", "count", "probability",
            "seed", "matched", "struck",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names} | self.with_


@dataclass(frozen=True, slots=True)
class Target:
    """What the rules look at of an exchange."""

    method: str
    path: str
    endpoint: str
    object: str
    body: bytes


_CONDITIONS = {"endpoint", "path", "method", "object", "body_has", "nth", "every", "count", "probability", "seed"}


class FaultDesk:
    """All rules, in the order they were made."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._next_id = 1

    def add(self, rule: dict[str, Any]) -> Fault:
        """Make a rule from its JSON form; ValueError says what is wrong with it."""
        kind = rule.get("kind")
        if kind not in KINDS:
            message = f"kind must be one of {', '.join(KINDS)}"
            raise ValueError(message)
        conditions = {name: value for name, value in rule.items() if name in _CONDITIONS}
        beside = {name: value for name, value in rule.items() if name not in _CONDITIONS and name != "kind"}
        if kind == "edit" and "object" in conditions:
            # The object of an edit is whose record is edited; narrow the exchange by endpoint or path.
            beside["object"] = conditions.pop("object")
        fault = Fault(self._next_id, kind, **conditions, with_=beside)
        fault.dice.seed(fault.seed)
        self._next_id += 1
        self._faults.append(fault)
        return fault

    def remove(self, fault_id: int) -> bool:
        """Take a rule away; whether there was one."""
        kept = [fault for fault in self._faults if fault.id != fault_id]
        was_there = len(kept) < len(self._faults)
        self._faults = kept
        return was_there

    def clear(self) -> None:
        """Take all rules away."""
        self._faults.clear()

    def all(self) -> list[Fault]:
        """Return every rule."""
        return list(self._faults)

    def strike(self, target: Target) -> list[Fault]:
        """Return the rules that hit this exchange, and count it for them."""
        return [fault for fault in self._faults if _matches(fault, target) and _strikes(fault)]


def _matches(fault: Fault, target: Target) -> bool:
    return (
        (not fault.method or fault.method.upper() == target.method)
        and (not fault.endpoint or fnmatchcase(target.endpoint, fault.endpoint))
        and (not fault.object or fault.object == target.object)
        and (not fault.path or fnmatchcase(target.path, fault.path))
        and (not fault.body_has or fault.body_has.encode() in target.body)
    )


def _strikes(fault: Fault) -> bool:
    fault.matched += 1
    if fault.count is not None and fault.struck >= fault.count:
        return False
    if fault.matched < fault.nth or (fault.matched - fault.nth) % max(1, fault.every):
        return False
    if fault.probability < 1.0 and fault.dice.random() >= fault.probability:
        return False
    fault.struck += 1
    return True
