"""Every error syncd raises on purpose, grouped by what the catcher does.

    * SyncdError
      x ConfigError                 stop before anything is read or written; carries every mistake at once
      x ConnectorError              a CRM did not do what it was asked
        + RetryableError            ask again, after `retry_after` seconds
          - ThrottledError          the CRM asked us to slow down
          - QuotaExhaustedError     nothing more today: pause the account until `retry_after`
          - AnswerLostError         sent, but no answer: a write is now `unknown`
        + RefusedError              pause the stream; a person has to act
          - CredentialsError        the token is wrong, expired or revoked
          - MissingScopeError       the token may not do this; the missing scopes are named
        + RecordRejectedError       this record (or batch) was refused; carry on with the rest
        + BrokenPromiseError        the CRM answered something it never should; stop this pull, keep the cursor
      x StoreError                  stop the daemon: what cannot be journalled is not written
        + StoreLockedError          another daemon holds this store, or this account of it
        + OtherAccountError         the credentials of an account open another CRM account than so far: it alone waits
      x UnknownNameError            a command names something that does not exist; nothing was done
      x GuardTrippedError           a limit stands between the plan and the CRM; a person has to look

The class docstring is the default message; `hint` tells the operator what to do next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class SyncdError(Exception):
    """Something went wrong in syncd."""

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.hint = hint

    @property
    def message(self) -> str:
        """Return the sentence without the hint."""
        return str(self.args[0])


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake in a file a person wrote, and where it is. `line` and `column` count from 1; 0 is unknown."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message}"


class ConfigError(SyncdError):
    """The configuration cannot be used."""

    def __init__(self, mistakes: Sequence[Mistake] | str, *, hint: str = "") -> None:
        if isinstance(mistakes, str):
            mistakes = [Mistake("", 0, 0, mistakes)]
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(m).removeprefix(": ") for m in self.mistakes), hint=hint)


class ConnectorError(SyncdError):
    """The CRM did not do what it was asked."""

    def __init__(self, message: str = "", *, hint: str = "", status: int = 0, correlation_id: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.correlation_id = correlation_id


class RetryableError(ConnectorError):
    """The CRM could not answer for the moment."""

    def __init__(
        self,
        message: str = "",
        *,
        hint: str = "",
        status: int = 0,
        correlation_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, hint=hint, status=status, correlation_id=correlation_id)
        #: Seconds to wait, when the CRM said so.
        self.retry_after = retry_after


class ThrottledError(RetryableError):
    """The CRM asked us to slow down."""


class QuotaExhaustedError(RetryableError):
    """The day's share of API calls is used up."""


class AnswerLostError(RetryableError):
    """The call was sent, and no usable answer came back."""


class RefusedError(ConnectorError):
    """The CRM refuses this call until a person acts."""


class CredentialsError(RefusedError):
    """The CRM does not accept the credentials."""


class MissingScopeError(RefusedError):
    """The credentials lack a permission."""

    def __init__(self, message: str = "", *, scopes: Sequence[str] = (), hint: str = "", status: int = 403) -> None:
        super().__init__(message, hint=hint, status=status)
        self.scopes = tuple(scopes)


class RecordRejectedError(ConnectorError):
    """The CRM refused this write."""


class BrokenPromiseError(ConnectorError):
    """The CRM answered in a way it should never answer."""


class StoreError(SyncdError):
    """The store cannot be used."""


class StoreLockedError(StoreError):
    """Another daemon works on this store."""


class OtherAccountError(StoreError):
    """The credentials open another CRM account than the one that the store knows under this name."""


class UnknownNameError(SyncdError):
    """There is nothing of that name."""


class GuardTrippedError(SyncdError):
    """A guard stopped the run before it could write more."""
