"""One's own account: the password, and an end to every session."""

from __future__ import annotations

from starlette.responses import Response

from syncd.model import Role
from syncd.web import passwords
from syncd.web.ask import Ask
from syncd.web.page import action, page
from syncd.web.pages.login import begin


@page("/account", role=Role.VIEWER)
def account(ask: Ask) -> Response:
    """Show who one is."""
    return _form(ask)


@action("/account/password", role=Role.VIEWER, name="change password")
def change_password(ask: Ask) -> Response:
    """Take a new password; every other browser is logged out."""
    user, new = ask.user, ask.field("new")
    if user.subject:
        return _form(ask, "You log in by way of your organisation.", status=400)
    if not passwords.is_right(user.password, ask.field("current")):
        return _form(ask, "The current password is not right.", status=400)
    weakness = passwords.weakness_of(new, user.name)
    if weakness or new != ask.field("again"):
        return _form(ask, f"The new password {weakness or 'is not the same twice'}.", status=400)
    with ask.transaction() as tx:
        tx.users.change(user.name, password=passwords.hash_of(new))
        changed = tx.users.find(user.name)
    return begin(ask, changed or user, "/account")


@action("/account/end", role=Role.VIEWER, name="log out everywhere")
def end_everywhere(ask: Ask) -> Response:
    """End every session of who asks, this one as well."""
    with ask.transaction() as tx:
        tx.users.change(ask.user.name)
    return ask.go("/login", "You are logged out everywhere.")


def _form(ask: Ask, wrong: str = "", *, status: int = 200) -> Response:
    return ask.show("account.html", status=status, wrong=wrong, shortest=passwords.SHORTEST)
