"""An API, by declaration: where it is, what it is asked, where in its JSON the values stand.

The host is the settings' own: no value of a record can change where a call goes. Its name has to lead to the public
internet unless the settings allow it otherwise, the address that was judged is the one that is called, the certificate
has to be good, and a redirect is never followed. An answer is bounded in time and size and has to be JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from connectors.providers.protocol import Context, Found, ProviderOptions, ProviderType
from connectors.providers.templates import KEY, filled, in_url, leads_away, places_in, wrong_with
from syncd.errors import (
    BrokenPromiseError,
    CredentialsError,
    QuotaExhaustedError,
    RecordRejectedError,
    RefusedError,
    RetryableError,
    ThrottledError,
)

_NO_CONTENT, _NOT_PAID, _TOO_FAST = 204, 402, 429
_NO_ENTRY = (401, 403)
_REDIRECTS = range(300, 400)
_BROKEN = range(500, 600)
#: Statuses by which the question, not the call, is refused.
_UNFIT = (400, 410, 414, 422)
#: Headers that hold a secret wherever they are used.
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "apikey"})
#: How often a call is made at most until it is answered, and what is waited for between at most.
_ATTEMPTS = 3
_PATIENCE_S = 20.0
_DAY_S = 86_400.0


class HttpOptions(ProviderOptions):
    """An API over HTTP."""

    url: str
    """Where it is asked, with places for what it is asked by: https://api.example.com/v1/companies/{domain}."""
    method: Literal["GET", "POST"] = "GET"
    """GET, or POST with a body."""
    headers: dict[str, str] = {}  # noqa: RUF012 - pydantic copies it
    """Headers, with a place for the key: {Authorization: "Bearer {key}"}."""
    body: dict[str, str] = {}  # noqa: RUF012 - as above
    """What a POST says in JSON, with places: {website: "{domain}"}."""
    key: SecretStr | None = None
    """The secret it is asked with, by reference: ${FIRMO_KEY}. It stands where {key} does."""
    allow_private: bool = False
    """Whether it may lie in your own network, and be http. Otherwise addresses that are not public are refused, also
    when its name leads to one."""
    largest: int = Field(default=262_144, ge=1_000, le=10_000_000)
    """The most bytes an answer may have; a larger one is no answer."""
    unknown: list[int] = [404]  # noqa: RUF012 - as above
    """The statuses by which it says that it knows nothing of this."""


class HttpProvider:
    """One API."""

    def __init__(self, options: HttpOptions, context: Context) -> None:
        from connectors.breaker import Breaker
        from connectors.pacing import Limit, Pacer

        self._options = options
        self._context = context
        self._key = "" if options.key is None else options.key.get_secret_value()
        self._breaker = Breaker(context.clock, "it")
        limits = [Limit("minute", context.per_minute, 60.0)] if context.per_minute else []
        self._limits = [one.name for one in limits]
        self._pacer = Pacer(limits, context.clock, share=1.0, daily_reserve=0.0)

    @property
    def edition(self) -> str:
        """Return nothing: an API does not tell that it changed."""
        return ""

    def ask(self, by: Mapping[str, str]) -> Found | None:
        """Ask, again and again where that may help."""
        import tenacity

        if any(leads_away(one) for one in by.values()):
            raise RecordRejectedError("what it is asked by would lead to another path")
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(self._may_repeat),
            stop=tenacity.stop_after_attempt(_ATTEMPTS),
            wait=_pause,
            sleep=self._wait,
            reraise=True,
        )
        return retrying(self._ask_once, by)

    def check(self) -> str:
        """Look where its name leads; ask nothing."""
        self._place()
        return f"{urlsplit(self._options.url).hostname} can be reached by name; nothing was asked"

    def close(self) -> None:
        """Nothing is kept open."""

    def _ask_once(self, by: Mapping[str, str]) -> Found | None:
        from connectors.providers.fetching import Refusal, fetch

        self._breaker.check()
        if self._limits:
            self._pacer.acquire(self._limits, self._context.stop)
        place = self._place()
        if not self._context.may_call():
            raise QuotaExhaustedError("the day's budget is spent")
        try:
            answer = fetch(
                filled(self._options.url, self._values(by), in_url),
                place,
                method=self._options.method,
                headers=self._headers(),
                body=self._body(by),
                timeout_s=self._context.timeout_s,
                most_bytes=self._options.largest,
            )
        except Refusal as error:
            self._breaker.failed()
            raise BrokenPromiseError(str(error)) from None
        except RetryableError:
            self._breaker.failed()
            raise
        (self._breaker.failed if answer.status in _BROKEN else self._breaker.answered)()
        if answer.status in self._options.unknown or answer.status == _NO_CONTENT:
            return None
        if not 200 <= answer.status < 300:
            raise _error_of(answer.status, answer.wait_s)
        return self._understood(answer.body)

    def _understood(self, body: Callable[[], Any]) -> Found:
        from connectors.providers.fetching import Refusal
        from connectors.providers.paths import picked

        try:
            said = body()
        except Refusal as error:
            raise BrokenPromiseError(str(error)) from None
        return {path: picked(said, path) for path in self._context.places}

    def _place(self) -> tuple[str, int]:
        from connectors.guarded import NoWayError, judged_place

        parts = urlsplit(self._options.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            return judged_place(parts.hostname or "", port, allow_private=self._options.allow_private)
        except NoWayError as error:
            kind = RetryableError if "nowhere" in str(error) else RefusedError
            raise kind(f"{parts.hostname} {error}") from None

    def _values(self, by: Mapping[str, str]) -> dict[str, str]:
        return {**by, KEY: self._key}

    def _headers(self) -> dict[str, str]:
        own = {name: filled(text, {KEY: self._key}) for name, text in self._options.headers.items()}
        return {"Accept": "application/json", "User-Agent": "syncd", **own}

    def _body(self, by: Mapping[str, str]) -> bytes | None:
        if self._options.method != "POST":
            return None
        import orjson

        return orjson.dumps({name: filled(text, self._values(by)) for name, text in self._options.body.items()})

    def _may_repeat(self, problem: BaseException) -> bool:
        if not isinstance(problem, RetryableError) or isinstance(problem, QuotaExhaustedError):
            return False
        return (problem.retry_after or 0.0) <= _PATIENCE_S and not self._context.stop.is_set()

    def _wait(self, seconds: float) -> None:
        if self._context.clock.wait(float(seconds), self._context.stop):
            raise RetryableError("syncd is stopping")


def _pause(state: Any) -> float:
    """Wait as long as was asked for, else longer each time."""
    problem = state.outcome.exception()
    told = problem.retry_after if isinstance(problem, RetryableError) else None
    return float(told) if told is not None else 0.5 * 2.0**state.attempt_number


def _error_of(status: int, wait_s: float | None) -> Exception:
    told = f"answers {status}"
    if status in _NO_ENTRY:
        return CredentialsError(f"{told}: it does not take the key", status=status)
    if status in _REDIRECTS:
        return RefusedError(f"{told}: a redirect is not followed", hint="Set its url to where it is now.")
    if status in _UNFIT:
        return RecordRejectedError(f"{told}: it does not take the question", status=status)
    if status == _NOT_PAID:
        return QuotaExhaustedError(f"{told}: nothing more is paid for", status=status, retry_after=_DAY_S)
    if status == _TOO_FAST or status in _BROKEN:
        kind = ThrottledError if status == _TOO_FAST else RetryableError
        return kind(told, status=status, retry_after=wait_s)
    return BrokenPromiseError(told, status=status)


def _mistakes(options: HttpOptions, by: Sequence[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    if wrong := wrong_with(options.url):
        yield ("url",), wrong
    elif options.url.startswith("http://") and not options.allow_private:
        yield ("url",), "sends everything in clear; use https, or allow_private for one in your own network"
    body = " ".join(options.body.values())
    used = {*places_in(options.url), *places_in(body)}
    for name in sorted(used - {*by, KEY}):
        yield ("url" if name in places_in(options.url) else "body",), f"has a place for {name}, and is not asked by it"
    for name in by:
        if name not in used:
            yield ("url",), f"has no place for {name}, by which it is asked"
    if options.body and options.method != "POST":
        yield ("body",), "is for the method POST"
    everywhere = " ".join([options.url, body, *options.headers.values()])
    if (options.key is not None) != (KEY in places_in(everywhere)):
        yield ("key",), "should stand where {key} does" if options.key is not None else "is missing, and {key} is used"
    yield from _header_mistakes(options)


def _header_mistakes(options: HttpOptions) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, text in options.headers.items():
        if name.lower() in _SECRET_HEADERS and KEY not in places_in(text):
            yield ("headers", name), "a secret does not stand in this file: write {key}, and give `key` by reference"
        if not name.isascii() or not name.replace("-", "").isalnum() or not text.isascii() or not text.isprintable():
            yield ("headers", name), "is no header"
        if {*places_in(text)} - {KEY}:
            yield ("headers", name), "may hold {key}, and nothing of a record"


def _goes_to(options: HttpOptions) -> str:
    return urlsplit(options.url).hostname or ""


PROVIDER = ProviderType(HttpOptions, HttpProvider, goes_to=_goes_to, mistakes=_mistakes, per_minute=60, per_day=1000)
