"""Logging in by way of the organisation's provider."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from syncd.store import User
from syncd.web import cookies
from syncd.web.ask import Ask, NotAllowedError, NotThereError
from syncd.web.oidc import Person, Provider
from syncd.web.page import page
from syncd.web.pages.login import begin

#: So long may somebody stay at the provider.
MOST_S = 600


@page("/login/oidc", role=None)
def to_provider(ask: Ask) -> Response:
    """Send the browser to the provider, and have it remember that it was we who did."""
    where, kept = _provider(ask).begin(_back(ask))
    answer = RedirectResponse(where, status_code=303)
    asked = ask.console.signing.ask({**kept, "next": ask.query("next")[:500]})
    ask.keep(answer, cookies.ASKED, asked, seconds=MOST_S)
    return answer


@page("/login/oidc/back", role=None)
def from_provider(ask: Ask) -> Response:
    """Begin a session for whoever the provider says has come back."""
    kept = ask.console.signing.asked(ask.request.cookies.get(ask.cookie(cookies.ASKED), ""), MOST_S)
    if kept is None:
        raise NotAllowedError("This login was not begun in this browser, or took too long. Begin again.")
    person = _provider(ask).finish(dict(ask.request.query_params), kept, _back(ask))
    answer = begin(ask, _user(ask, person), kept["next"])
    ask.drop(answer, cookies.ASKED)
    return answer


def _provider(ask: Ask) -> Provider:
    settings = ask.settings.web.oidc
    if settings is None:
        raise NotThereError
    return ask.console.provider(settings)


def _back(ask: Ask) -> str:
    return f"{ask.origin}/login/oidc/back"


def _user(ask: Ask, person: Person) -> User:
    """Return the user of a person; the role is what the provider's groups say now."""
    with ask.transaction() as tx:
        user = tx.users.find_subject(person.subject)
        if user is None:
            if not tx.users.add(person.name, person.role, subject=person.subject):
                raise NotAllowedError(f"There is another user called {person.name}. An admin has to remove that one.")
        elif user.role != person.role:
            tx.users.change(user.name, role=person.role)
        found = tx.users.find_subject(person.subject)
    assert found is not None, "just added"  # noqa: S101 - for the type checker
    return found
