"""From a request to a page: who asks, may they, does the form come from us, is it noted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from syncd.errors import StoreError, SyncdError
from syncd.store import Session
from syncd.telemetry import Redaction
from syncd.web import cookies
from syncd.web.ask import Ask, NotAllowedError, NotThereError, words_of
from syncd.web.console import Console
from syncd.web.page import Page

#: A session's last use is noted this often, not at every request.
_SEEN_EVERY = timedelta(minutes=1)
#: The form of a bulk decision has some hundred fields; more than this is none of ours.
_MOST_FIELDS = 5000
_LARGEST_FORM = 2_000_000
#: A note in the access log is a line.
_LONGEST_NOTE = 300


def endpoint(page: Page, console: Console) -> Callable[[Request], Awaitable[Response]]:
    """Return what serves a page: reading happens here, everything else in a thread."""

    async def serve(request: Request) -> Response:
        form = await _form_of(request) if page.method == "POST" else FormData()
        return await run_in_threadpool(_answer, page, console, request, form)

    return serve


async def _form_of(request: Request) -> FormData:
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > _LARGEST_FORM:
        raise HTTPException(413)
    return await request.form(max_files=0, max_fields=_MOST_FIELDS)


def _answer(page: Page, console: Console, request: Request, form: FormData) -> Response:
    try:
        token, session = _who(console, request)
        ask = Ask(request, console, page, session, token or cookies.new_token(), form)
        answer = _guarded(ask)
        if token is None:
            ask.keep(answer, cookies.VISIT, console.signing.signed(ask.token))
    except StoreError as error:
        return PlainTextResponse(f"The store cannot be used now: {error.message}\n", status_code=503)
    return answer


def _who(console: Console, request: Request) -> tuple[str | None, Session | None]:
    """Return what the browser is known by, and its session if it has one that is not over."""
    prefix = "__Host-" if console.is_https else ""
    token = console.signing.token(request.cookies.get(prefix + cookies.SESSION, ""))
    session = _session(console, token) if token else None
    if session is not None:
        return token, session
    return console.signing.token(request.cookies.get(prefix + cookies.VISIT, "")), None


def _session(console: Console, token: str) -> Session | None:
    digest, now, web = cookies.digest_of(token), console.clock.now(), console.settings().web
    with console.store.reading() as tx:
        session = tx.sessions.find(digest)
    if session is None:
        return None
    if now - session.seen_at > web.idle or now - session.began_at > web.longest:
        with console.store.transaction() as tx:
            tx.sessions.end(digest)
        return None
    if now - session.seen_at > _SEEN_EVERY:
        with console.store.transaction() as tx:
            tx.sessions.seen(digest)
    return session


def _guarded(ask: Ask) -> Response:
    page = ask.page
    if page.role is not None and ask.session is None:
        return _to_login(ask)
    if page.method == "POST" and not _comes_from_us(ask):
        return _refused(ask, 403, _FOREIGN)
    if page.role is not None and not ask.may(page.role):
        return _refused(ask, 403, f"This needs the role {page.role.value}.")
    try:
        return _noted(ask)
    except (NotThereError, NotAllowedError, SyncdError) as error:
        if isinstance(error, StoreError):
            raise
        return _refused(ask, _STATUS.get(type(error), 409), _told(error))


_FOREIGN = "This form did not come from this console, or is too old. Go back, load the page anew, try again."
_STATUS = {NotThereError: 404, NotAllowedError: 403}


def _told(error: Exception) -> str:
    if isinstance(error, SyncdError):
        return Redaction().secrets_only(" ".join(filter(None, (error.message, error.hint))))
    return str(error) or "There is no such thing here."


def _refused(ask: Ask, status: int, reason: str) -> Response:
    return ask.show("refused.html", status=status, reason=reason)


def _to_login(ask: Ask) -> Response:
    """Send somebody unknown to the login, and from there back to what they wanted to see."""
    url = ask.request.url
    wanted = f"{url.path}?{url.query}" if url.query else url.path
    return ask.go("/login", **({"next": wanted} if ask.page.method == "GET" and wanted != "/" else {}))


def _comes_from_us(ask: Ask) -> bool:
    """Return whether a form was on one of our own pages: it carries our token, and the browser says so too."""
    headers = ask.request.headers
    origin = headers.get("origin")
    is_ours = origin in {ask.origin, _own(ask)} if origin is not None else headers.get("sec-fetch-site") in _NEAR
    return is_ours and ask.console.signing.is_form_token(ask.field("form_token"), ask.token)


#: What browsers say of a request that no foreign page made; old ones say nothing.
_NEAR = frozenset({None, "same-origin", "none"})


def _own(ask: Ask) -> str:
    """Return the address asked for, for a console that is reached on this machine as well as through a proxy."""
    parts = urlsplit(str(ask.request.url))
    return f"{parts.scheme}://{parts.netloc}"


def _noted(ask: Ask) -> Response:
    """Answer; whatever changes something, or shows what records say, is in the access log before it happens."""
    page = ask.page
    if ask.session is None or not (page.shows_records or page.method == "POST"):
        return page.view(ask)
    target = words_of({**ask.request.path_params, **ask.request.query_params})
    told = Redaction().text(target)[:_LONGEST_NOTE]
    with ask.transaction() as tx:
        number = tx.accesses.begin(ask.user.name, f"console {page.name}", told)
    answer = page.view(ask)
    if ask.counts:
        with ask.transaction() as tx:
            tx.accesses.complete(number, ask.counts)
    return answer
