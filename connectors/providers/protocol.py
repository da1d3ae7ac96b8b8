"""What every provider of values from outside can do, as promises. It knows nothing of CRMs, records or the store."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from syncd.clock import Clock

#: What a provider found, by the places that the settings name: a column, or a path into an answer.
Found = Mapping[str, Any]


class ProviderOptions(BaseModel):
    """What the settings say of one type of provider, beside what they say of all. A secret is a `SecretStr`."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True)


@dataclass(frozen=True, slots=True)
class Context:
    """What a provider is given to work with."""

    #: Its name in the settings.
    name: str
    #: The fields it is asked by.
    by: tuple[str, ...]
    #: The places whose values are wanted.
    places: tuple[str, ...]
    clock: Clock
    #: Set when syncd stops: ends every wait.
    stop: threading.Event
    timeout_s: float = 10.0
    #: At most so many calls a minute; None: as fast as it goes.
    per_minute: int | None = None
    #: Asked right before each call that leaves; False: the day has none left, and the call is not made.
    may_call: Callable[[], bool] = lambda: True


class Provider(Protocol):
    """One source of values, ready to be asked by one thread at a time."""

    @property
    def edition(self) -> str:
        """Return what changes when everything may be answered otherwise; empty where that cannot be told."""

    def ask(self, by: Mapping[str, str]) -> Found | None:
        """Return what is known of this, by place; None when nothing is, or several things that differ.

        What is found is as hostile as its source: nothing of it has been looked at. Bounded in time and in size.
        Raises RetryableError when it cannot answer now (QuotaExhaustedError: not today, ThrottledError: too fast),
        RefusedError when a person has to act, RecordRejectedError when it does not take this question, and
        BrokenPromiseError when the answer is of no use.
        """

    def check(self) -> str:
        """Return a sentence on whether it could be asked; raise as `ask` does. Costs nothing."""

    def close(self) -> None:
        """Let go of whatever is open."""


@dataclass(frozen=True, slots=True)
class ProviderType:
    """What a provider's file offers as `PROVIDER`."""

    options: type[ProviderOptions]
    #: Opens one; makes no call.
    open: Callable[[Any, Context], Provider]
    #: Where what it is asked by goes to; empty: it does not leave this machine.
    goes_to: Callable[[Any], str]
    #: What is wrong with options for a provider that is asked by these fields, by the path into the options.
    mistakes: Callable[[Any, Sequence[str]], Iterable[tuple[tuple[str, ...], str]]] = lambda _options, _by: ()
    #: Calls a minute and a day where the settings say nothing; None: as many as there are.
    per_minute: int | None = None
    per_day: int | None = None
