"""What others are told of the facts that may call for a person: for notifications, which read no log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from syncd.errors import SyncdError
from syncd.model import Stream


class Fact(StrEnum):
    """Which fact it is; named after the function of `Telemetry` that tells it."""

    GUARD_TRIPPED = "guard_tripped"
    STREAM_PASSED = "pass_finished"
    STREAM_FAILED = "pass_failed"
    ACCOUNT_UNREACHED = "account_unreached"
    ACCOUNT_REACHED = "account_reached"
    ACCOUNT_LEFT = "account_left"
    STORE_FAILED = "store_failed"
    STORE_RECOVERED = "store_recovered"
    WRITING_STOPPED = "writing_stopped"
    WRITING_RESUMED = "writing_resumed"
    CONFIG_TAKEN = "config_taken"
    CONFIG_REFUSED = "config_refused"


@dataclass(frozen=True, slots=True)
class Heard:
    """One fact, as it was told. Holds no value of a record but perhaps in the words of `error`."""

    fact: Fact
    stream: Stream | None = None
    account: str = ""
    guard: str = ""
    rule: str = ""
    #: Our own words and figures.
    detail: str = ""
    error: BaseException | None = None
    #: Guards that tripped in the pass that ended: (guard, rule).
    tripped: frozenset[tuple[str, str]] = frozenset()

    @property
    def about(self) -> str:
        """Return the name of what it is about: a stream, an account or nothing."""
        return self.stream.name if self.stream is not None else self.account

    @property
    def failure(self) -> str:
        """Return the kind of failure in the words of its class: what a CRM said stays in the log."""
        if not isinstance(self.error, SyncdError):
            return "Something nobody foresaw"
        return (type(self.error).__doc__ or type(self.error).__name__).split("\n")[0].rstrip(".")


#: Hears of facts, in the thread they happen in: returns at once, and uses no store.
Listener = Callable[[Heard], None]
