"""Who may use the console: for admins."""

from __future__ import annotations

from starlette.responses import Response

from syncd.model import Role
from syncd.store import Transaction
from syncd.web import passwords
from syncd.web.ask import Ask, NotAllowedError, NotThereError
from syncd.web.page import Menu, action, page


@page("/users", role=Role.ADMIN, menu=Menu("Users", 95))
def users(ask: Ask) -> Response:
    """Show everybody who may log in."""
    return _list(ask)


@action("/users/add", role=Role.ADMIN, name="add user")
def add(ask: Ask) -> Response:
    """Add a user with a first password, which they can change."""
    name, password = ask.field("name").strip().lower(), ask.field("password")
    weakness = passwords.weakness_of(password, name)
    if not name or not name.isprintable() or len(name) > 200 or weakness:
        return _list(ask, f"The password {weakness}." if weakness else "A name is a word that can be printed.", name)
    with ask.transaction() as tx:
        is_new = tx.users.add(name, _role(ask), password=passwords.hash_of(password))
    return ask.go("/users", f"{name} may log in.") if is_new else _list(ask, f"There is a user {name} already.", name)


@action("/users/role", role=Role.ADMIN, name="change role")
def change_role(ask: Ask) -> Response:
    """Give a user another role; they have to log in again."""
    name, role = ask.field("name"), _role(ask)
    with ask.transaction() as tx:
        _must_leave_an_admin(tx, name, role)
        if not tx.users.change(name, role=role):
            raise NotThereError(f"There is no user {name}.")
    return ask.go("/users", f"{name} is {role.value} now.")


@action("/users/remove", role=Role.ADMIN, name="remove user")
def remove(ask: Ask) -> Response:
    """Remove a user; what they did stays in the journal and in the access log."""
    name = ask.field("name")
    with ask.transaction() as tx:
        _must_leave_an_admin(tx, name, None)
        if not tx.users.remove(name):
            raise NotThereError(f"There is no user {name}.")
    return ask.go("/users", f"{name} is removed.")


def _list(ask: Ask, wrong: str = "", name: str = "") -> Response:
    with ask.reading() as tx:
        found = tx.users.all()
    status = 400 if wrong else 200
    return ask.show("users.html", status=status, found=found, wrong=wrong, name=name, shortest=passwords.SHORTEST)


def _role(ask: Ask) -> Role:
    if ask.field("role") not in list(Role):
        raise NotThereError("There is no such role.")
    return Role(ask.field("role"))


def _must_leave_an_admin(tx: Transaction, name: str, role: Role | None) -> None:
    """Refuse to leave the console without anybody who may change this again."""
    others = [one for one in tx.users.all() if one.role is Role.ADMIN and one.name != name]
    if not others and role is not Role.ADMIN:
        raise NotAllowedError(f"{name} is the only admin: make somebody else admin first.")
