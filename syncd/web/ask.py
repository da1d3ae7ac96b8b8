"""What a page is asked, by whom, and the ways to answer."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from syncd.model import Role
from syncd.settings import Settings
from syncd.store import Session, Transaction, User
from syncd.web import cookies
from syncd.web.page import Page
from syncd.web.rendering import render

if TYPE_CHECKING:
    from syncd.web.console import Console

#: A form is words and choices, never a file; longer ones are cut off by the server's own limit.
_LONGEST_WORD = 200_000


class NotThereError(Exception):
    """What is asked for does not exist; the page says so."""


class NotAllowedError(Exception):
    """What is asked for is not this user's to do; the page says why."""


@dataclass(slots=True)
class Ask:
    """One request. Pages take from it what they were asked, and answer with what it returns."""

    request: Request
    console: Console
    page: Page
    session: Session | None
    #: What the browser is known by: of its session, or of its visit while nobody is logged in.
    token: str
    form: FormData = field(default_factory=FormData)
    #: How much of what was looked at or changed, for the access log.
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def user(self) -> User:
        """Return who asks. Only for pages that need a role."""
        assert self.session is not None, "the page asks for nobody"  # noqa: S101 - a page's declaration promises it
        return self.session.user

    def may(self, role: Role) -> bool:
        """Return whether who asks may do what needs a role."""
        return self.session is not None and self.session.user.role.covers(role)

    @property
    def settings(self) -> Settings:
        """Return the settings in force."""
        return self.console.settings()

    @property
    def address(self) -> str:
        """Return where the request comes from; a proxy's word counts only when it is trusted."""
        return self.request.client.host if self.request.client else ""

    @property
    def origin(self) -> str:
        """Return how people reach the console: scheme and host."""
        return self.settings.web.public_url or f"{self.request.url.scheme}://{self.request.headers.get('host', '')}"

    def path(self, name: str) -> str:
        """Return a part of the path."""
        return str(self.request.path_params[name])

    def query(self, name: str, default: str = "") -> str:
        """Return a word of the query, as after a form of method GET was sent."""
        return self.request.query_params.get(name, default)[:_LONGEST_WORD]

    def field(self, name: str) -> str:
        """Return a field of the form; empty when it was not sent."""
        value = self.form.get(name, "")
        return value[:_LONGEST_WORD] if isinstance(value, str) else ""

    def fields(self, name: str) -> list[str]:
        """Return all fields of one name, as of boxes that were ticked."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def reading(self) -> AbstractContextManager[Transaction]:
        """Look at one state of the store."""
        return self.console.store.reading()

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Change the store, all or nothing."""
        return self.console.store.transaction()

    def counted(self, **counts: int) -> None:
        """Say how much was looked at or changed, for the access log."""
        for name, count in counts.items():
            self.counts[name] = self.counts.get(name, 0) + count

    def show(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """Return a page made from a template of `templates/`."""
        answer = HTMLResponse(render(self, template, values), status_code=status)
        if self.request.cookies.get(self.cookie(cookies.SAID)):
            self.drop(answer, cookies.SAID)
        return answer

    def go(self, path: str, said: str = "", **query: str) -> Response:
        """Return that the browser should go to another page of ours, and what that one says on top."""
        target = f"{path}?{urlencode(query)}" if query else path
        answer = RedirectResponse(target, status_code=303)
        if said:
            self.keep(answer, cookies.SAID, self.console.signing.say(said), seconds=60)
        return answer

    def order(self, kind: str, account: str, **request: Any) -> str:
        """Order something from the daemon that holds an account; return the id under which its result will be found."""
        with self.transaction() as tx:
            order = tx.orders.place(kind, account, self.user.name, request)
        self.console.wake()
        return order

    def link(self, **changes: str | int | None) -> str:
        """Return this page's address with some words of its query changed; None takes one out."""
        words = {**self.request.query_params, **{name: str(value) for name, value in changes.items()}}
        kept = {name: value for name, value in words.items() if changes.get(name, "") is not None and value != ""}
        return f"{self.request.url.path}?{urlencode(kept)}" if kept else self.request.url.path

    def said(self) -> str:
        """Return what the last action had to say."""
        return self.console.signing.said(self.request.cookies.get(self.cookie(cookies.SAID), ""))

    def form_token(self) -> str:
        """Return what every form of this browser carries."""
        return self.console.signing.form_token(self.token)

    def cookie(self, name: str) -> str:
        """Return the name of a cookie as the browser knows it."""
        return f"__Host-{name}" if self.console.is_https else name

    def keep(self, answer: Response, name: str, value: str, *, seconds: int | None = None) -> None:
        """Have the browser keep a cookie; until it is closed, unless it says how long."""
        answer.set_cookie(
            self.cookie(name),
            value,
            max_age=seconds,
            path="/",
            secure=self.console.is_https,
            httponly=True,
            samesite="lax",
        )

    def drop(self, answer: Response, name: str) -> None:
        """Have the browser forget a cookie."""
        answer.delete_cookie(self.cookie(name), path="/", secure=self.console.is_https, httponly=True, samesite="lax")


#: What somebody types to find a record may be what the record says; places in a list tell nobody anything.
_NOT_NOTED = frozenset({"q", "after", "before", "next"})


def words_of(params: Mapping[str, str]) -> str:
    """Return what a page was asked for, for the access log: ids and names of things, never a value of a record."""
    return " ".join(f"{name}={value}" for name, value in params.items() if value and name not in _NOT_NOTED)
