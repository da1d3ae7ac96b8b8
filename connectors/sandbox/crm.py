"""What the server asks of a simulated CRM. HubSpot is one; another sits beside it behind the same faults and log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from connectors.sandbox.exchange import Answer, Request
from connectors.sandbox.faults import Fault
from connectors.sandbox.population.events import Event


class Crm(Protocol):
    """One simulated CRM account."""

    name: str
    #: As its makers spell it.
    title: str
    #: What opens it, by OAuth's names: a `token`, or `client_id` and `client_secret`.
    credentials: Mapping[str, str]

    def serves(self, path: str) -> bool:
        """Whether a path is this CRM's to answer."""

    def endpoint_of(self, request: Request) -> tuple[str, str]:
        """Return what counters and faults call a request: endpoint and object."""

    def answer(self, request: Request, row_faults: list[Fault]) -> Answer:
        """Answer a request."""

    def fault_answer(self, fault: Fault, request: Request) -> Answer:
        """Return what is answered instead of doing anything."""

    def bend(self, fault: Fault, request: Request, answer: Answer) -> None:
        """Spoil a good answer as the fault says."""

    def edit(self, fault: Fault, request: Request, answer: Answer | None) -> None:
        """Let somebody edit a record just now: before the request is served, or after (then `answer` is its answer)."""

    def act(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Do something as somebody in the CRM; ValueError says what is wrong with the wish."""

    def living(self, events: Iterator[Event]) -> Callable[[], bool]:
        """Return what lets the next of these events happen; it tells whether it could."""

    def truth(self, object_name: str, record_id: str) -> Iterator[bytes]:
        """Yield what is true of records, as JSON; an empty name or id means all."""

    def status(self) -> dict[str, Any]:
        """Tell how many records there are, the tier, and what of the budget is used."""

    def settings(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Change tier and careful readings; return them. ValueError names what does not exist."""

    def tokens(self) -> list[dict[str, Any]]:
        """Return every access token."""

    def add_token(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Make an access token, or change one: value, app, scopes, expires_in_s."""

    def expire_token(self, value: str) -> bool:
        """Let a token be past its time; whether there is one."""

    def announce(self) -> None:
        """Say by itself what happened since it was last called, to whoever wants to hear."""

    def announcing(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Change how and to whom it says so; return how that stands. ValueError says what is wrong with the wish."""

    def close(self) -> None:
        """Say nothing more: the sandbox ends."""

    def state(self) -> dict[str, Any]:
        """Return the account as plain data."""

    def restore(self, state: dict[str, Any]) -> None:
        """Make the account what the data says."""

    def reset(self) -> None:
        """Go back to an empty account."""
