"""The one way to call a CRM: pace, send, translate, retry, and tell the observer.

A read is repeated until it is answered or patience ends. A write is repeated only while it cannot have taken effect:
the translator says so by giving an AnswerLostError for everything that may have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

import orjson
import tenacity

from connectors.breaker import Breaker
from connectors.exchange import Answer, LostError, NotSentError
from connectors.options import Options
from connectors.pacing import Pacer
from connectors.protocol import Observer
from connectors.width import Width
from syncd.clock import Clock
from syncd.errors import (
    AnswerLostError,
    ConnectorError,
    CredentialsError,
    QuotaExhaustedError,
    RetryableError,
    ThrottledError,
)

_NO_CONTENT = 204
_FIRST_SERVER_ERROR = 500
#: How often it is tried to reach a CRM that never answered at all: its address is probably wrong.
_KNOCKS = 2
_UNREACHABLE = "Is it running, and is the account's address (`url`) right? A proxy or a firewall may stand between."


# With a fresh one the call may be repeated: it was not carried out.
class TokenExpiredError(CredentialsError):
    """The access token is not accepted any more: it has run out, or was taken back."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is about to be called."""

    #: From the connector's closed set.
    endpoint: str
    #: The limits it counts against.
    limits: tuple[str, ...]
    is_write: bool = False
    #: Otherwise the body is handed on as the bytes that came.
    is_json: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that was a success, decoded."""

    status: int
    body: Any
    #: The CRM's own time, to the second, when it told.
    moment: datetime | None
    #: Names are case-insensitive.
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    #: How long the answer took, from the sending on.
    seconds: float = 0.0


class Translator(Protocol):
    """A CRM's own way of saying no."""

    def error_of(self, answer: Answer, call: Call) -> ConnectorError:
        """Return our error for an answer that is no success."""

    def learn(self, answer: Answer, call: Call) -> None:
        """Take from any answer what it tells about limits."""

    def renew(self, answer: Answer) -> bool:
        """Get a fresh token after an answer that said it had run out; return whether there is one."""


class Caller:
    """Calls one account. Safe to use from several threads."""

    def __init__(
        self, account: str, translator: Translator, pacer: Pacer, observer: Observer, clock: Clock, options: Options
    ) -> None:
        self._account = account
        self._translator = translator
        self._pacer = pacer
        self._observer = observer
        self._clock = clock
        self._options = options
        self._breaker = Breaker(clock)
        self._has_answered = False
        #: How many calls the CRM bears side by side, as far as its answers tell.
        self.width = Width(options.parallel)

    def call(self, call: Call, send: Callable[[], Answer]) -> Reply:
        """Return the decoded answer. `send` makes one exchange and returns its answer, whatever the status."""
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda problem: self._may_repeat(problem, call)),
            stop=lambda state: state.attempt_number >= self._options.attempts or self._is_nobody_there(state),
            wait=_wait,
            sleep=self._wait,
            reraise=True,
        )
        return retrying(self._attempt, call, send)

    def _attempt(self, call: Call, send: Callable[[], Answer]) -> Reply:
        try:
            return self._exchange(call, send)
        except TokenExpiredError:
            return self._exchange(call, send, may_renew=False)

    def _exchange(self, call: Call, send: Callable[[], Answer], *, may_renew: bool = True) -> Reply:
        self._breaker.check()
        waited = self._pacer.acquire(call.limits, self._options.stop)
        if waited:
            self._observer.throttled(self._account, waited)
        if call.is_write:
            # After every wait: whoever was overtaken meanwhile must not send what its successor has decided on anew.
            self._options.confirm()
        answer = self._send(call, send)
        self._translator.learn(answer, call)
        if 200 <= answer.status < 300:
            self.width.answered(call.endpoint, self._clock.monotonic() - answer.sent_at, has_waited=waited > 0)
            return self._decoded(call, answer)
        problem = self._translator.error_of(answer, call)
        if isinstance(problem, TokenExpiredError) and may_renew and self._translator.renew(answer):
            raise problem
        self._slow_down(problem, call, answer)
        raise (
            CredentialsError(problem.message, hint=problem.hint) if isinstance(problem, TokenExpiredError) else problem
        )

    def _send(self, call: Call, send: Callable[[], Answer]) -> Answer:
        started = self._clock.monotonic()
        status = 0
        try:
            answer = send()
            status = answer.status
            self._has_answered = True
        except NotSentError as problem:
            message = f"no connection to {problem}"
            raise RetryableError(message, hint=_UNREACHABLE) from problem
        except LostError as problem:
            message = f"no usable answer ({problem})"
            raise AnswerLostError(message) from problem
        finally:
            is_broken = status == 0 or status >= _FIRST_SERVER_ERROR
            (self._breaker.failed if is_broken else self._breaker.answered)()
            seconds = self._clock.monotonic() - started
            self._pacer.answered(call.limits, started)
            if is_broken:
                self.width.overtaxed(started, started + seconds)
            if status:
                self._pacer.took(call.endpoint, seconds)
            self._observer.request_answered(self._account, call.endpoint, status, seconds)
        return answer

    def _decoded(self, call: Call, answer: Answer) -> Reply:
        body: Any = answer.data
        if answer.status == _NO_CONTENT or (call.is_write and not answer.data):
            body = None
        elif call.is_json:
            try:
                body = orjson.loads(answer.data)
            except orjson.JSONDecodeError as problem:
                message = "the answer is not JSON"
                raise AnswerLostError(message, status=answer.status) from problem
        seconds = self._clock.monotonic() - answer.sent_at
        return Reply(answer.status, body, answer.moment, answer.headers, seconds)

    def _slow_down(self, problem: ConnectorError, call: Call, answer: Answer) -> None:
        if isinstance(problem, QuotaExhaustedError):
            self._pacer.exhaust(problem.retry_after or 0.0)
        elif isinstance(problem, ThrottledError):
            self.width.overtaxed(answer.sent_at, self._clock.monotonic())
            if problem.retry_after:
                self._pacer.pause(call.limits, problem.retry_after)

    def _may_repeat(self, problem: BaseException, call: Call) -> bool:
        if not isinstance(problem, RetryableError) or isinstance(problem, QuotaExhaustedError):
            return False
        if call.is_write and isinstance(problem, AnswerLostError):
            return False
        return (problem.retry_after or 0.0) <= self._options.patience_seconds and not self._is_stopping()

    def _is_nobody_there(self, state: tenacity.RetryCallState) -> bool:
        """Return whether to give up early: nothing listens there, and never did as far as is known."""
        problem = state.outcome.exception() if state.outcome is not None else None
        is_unsent = problem is not None and isinstance(problem.__cause__, NotSentError)
        return is_unsent and not self._has_answered and state.attempt_number >= _KNOCKS

    def _is_stopping(self) -> bool:
        return self._options.stop is not None and self._options.stop.is_set()

    def _wait(self, seconds: float) -> None:
        seconds = float(seconds)  # tenacity's own kind of number
        self._observer.throttled(self._account, seconds)
        if self._clock.wait(seconds, self._options.stop):
            message = "syncd is stopping"
            raise RetryableError(message)


_backoff = tenacity.wait_exponential_jitter(multiplier=0.5, max=30.0, jitter=0.5)


def _wait(state: tenacity.RetryCallState) -> float:
    """Wait as long as the CRM asked for, else longer each time, and never all threads at the same moment."""
    problem = state.outcome.exception() if state.outcome is not None else None
    told = problem.retry_after if isinstance(problem, RetryableError) else None
    return _backoff(state) if told is None else told
