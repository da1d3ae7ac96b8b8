"""Logging in and out."""

from __future__ import annotations

from starlette.responses import Response

from syncd.store import User
from syncd.web import brakes, cookies, passwords
from syncd.web.ask import Ask
from syncd.web.page import action, page

#: One sentence for every way a login fails: nobody learns who exists.
_WRONG = "The name or the password is not right."


@page("/login", role=None)
def login(ask: Ask) -> Response:
    """Show the form, or how to add the first user."""
    if ask.session is not None:
        return ask.go(_onward(ask.query("next")))
    return _form(ask)


@action("/login", role=None, name="log in")
def log_in(ask: Ask) -> Response:
    """Begin a session, if name and password are right."""
    name, password = ask.field("name").strip().lower()[:200], ask.field("password")
    console = ask.console
    pause = brakes.take_a_try(console.store, console.signing, name, ask.address, console.clock.now())
    if pause is not None:
        return _form(ask, name, f"Too many tries. Wait {max(1, round(pause.total_seconds()))} s.", status=429)
    with ask.reading() as tx:
        user = tx.users.find(name)
    if not passwords.is_right(user.password if user else "", password) or user is None:
        with ask.transaction() as tx:
            # What was typed may be anything, a password in the wrong field as well.
            tx.accesses.begin(user.name if user else "nobody", "console log in", f"failed from {ask.address}")
        return _form(ask, name, _WRONG, status=401)
    brakes.forgive(console.store, console.signing, name, ask.address)
    if passwords.is_outdated(user.password):
        with ask.transaction() as tx:
            tx.users.rehash(name, passwords.hash_of(password))
    return begin(ask, user, ask.field("next"))


@action("/logout", role=None, name="log out")
def log_out(ask: Ask) -> Response:
    """End this session."""
    with ask.transaction() as tx:
        tx.sessions.end(cookies.digest_of(ask.token))
    answer = ask.go("/login", "You are logged out.")
    ask.drop(answer, cookies.SESSION)
    return answer


def begin(ask: Ask, user: User, wanted: str) -> Response:
    """Begin a session under a new token, whatever the browser was known by so far, and go where was wanted."""
    web, now = ask.settings.web, ask.console.clock.now()
    token = cookies.new_token()
    with ask.transaction() as tx:
        tx.sessions.forget_before(now - web.idle, now - web.longest)
        if ask.session is not None:
            tx.sessions.end(cookies.digest_of(ask.token))
        tx.sessions.begin(cookies.digest_of(token), user)
        tx.users.seen(user.name)
        tx.accesses.begin(user.name, "console log in", f"from {ask.address}")
    answer = ask.go(_onward(wanted))
    ask.keep(answer, cookies.SESSION, ask.console.signing.signed(token))
    ask.drop(answer, cookies.VISIT)
    return answer


def _onward(wanted: str) -> str:
    """Return the page wanted, if it is one of ours."""
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_ours and "\\" not in wanted else "/"


def _form(ask: Ask, name: str = "", wrong: str = "", *, status: int = 200) -> Response:
    with ask.reading() as tx:
        is_empty = tx.users.count() == 0
    wanted = ask.field("next") or ask.query("next")
    oidc = ask.settings.web.oidc
    return ask.show("login.html", status=status, name=name, wrong=wrong, wanted=wanted, is_empty=is_empty, oidc=oidc)
