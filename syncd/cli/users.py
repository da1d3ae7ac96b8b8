"""`syncd users`: who may log in to the console, and in which role."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.noting import counted
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath, Yes
from syncd.model import Role

users = typer.Typer(help="Add, list and remove who may log in to the console; change roles and passwords.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name to log in with.")]
RoleChoice = Annotated[
    Role, typer.Option("--role", help="viewer looks, reviewer decides and undoes, admin changes rules and users.")
]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Take the password from standard input instead of asking for it.")
]


@users.command("add")
def add_user(
    name: Name,
    *,
    role: RoleChoice = Role.VIEWER,
    password_stdin: FromStdin = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> ExitCode:
    """Add a user. The password is asked for, or read from standard input; it is never an argument."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen
    from syncd.errors import UnknownNameError

    if not name.strip() or not name.isprintable() or len(name) > 200:
        raise typer.BadParameter("a name is a word that can be printed")
    with open_store(config) as (_, store):
        with store.reading() as tx:
            is_taken = tx.users.find(name) is not None
        if is_taken:
            raise UnknownNameError(f"There is a user {name!r} already.", hint="`syncd users password` changes theirs.")
        kept = _hashed(name, from_stdin=password_stdin)
        with store.transaction() as tx:
            tx.users.add(name, role, password=kept)
        counted(users=1)
    Screen().line(f"{name.strip().lower()} may log in as {role.value}")
    return ExitCode.OK


@users.command("list")
def list_users(*, config: ConfigPath = DEFAULT_CONFIG, as_json: AsJson = False) -> ExitCode:
    """List who may log in."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen

    with open_store(config) as (_, store), store.reading() as tx:
        found = tx.users.all()
    screen = Screen()
    if as_json:
        rows = [
            {"name": one.name, "role": one.role.value, "by": one.subject, "at": one.created_at, "seen_at": one.seen_at}
            for one in found
        ]
        screen.json(rows)
    elif found:
        lines = [(one.name, one.role.value, one.subject or "password", one.seen_at or "never") for one in found]
        screen.table(("name", "role", "logs in by", "last seen"), lines, title="Users of the console")
    else:
        screen.line("nobody may log in yet: `syncd users add NAME --role admin`")
    return ExitCode.OK


@users.command("role")
def change_role(
    name: Name, role: Annotated[Role, typer.Argument(help="The new role.")], *, config: ConfigPath = DEFAULT_CONFIG
) -> ExitCode:
    """Give a user another role; they have to log in again."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen

    with open_store(config) as (_, store):
        with store.transaction() as tx:
            _must_be(tx.users.change(name, role=role), name)
        counted(users=1)
    Screen().line(f"{name.strip().lower()} is {role.value}")
    return ExitCode.OK


@users.command("password")
def change_password(name: Name, *, password_stdin: FromStdin = False, config: ConfigPath = DEFAULT_CONFIG) -> ExitCode:
    """Give a user another password; every session of theirs ends."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen

    with open_store(config) as (_, store):
        with store.reading() as tx:
            _must_be(tx.users.find(name) is not None, name)
        kept = _hashed(name, from_stdin=password_stdin)
        with store.transaction() as tx:
            tx.users.change(name, password=kept)
        counted(users=1)
    Screen().line(f"{name.strip().lower()} has a new password")
    return ExitCode.OK


@users.command("remove")
def remove_user(name: Name, *, config: ConfigPath = DEFAULT_CONFIG, yes: Yes = False) -> ExitCode:
    """Remove a user; every session of theirs ends. What they did stays in the journal and in the access log."""
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.screen import Screen

    with open_store(config) as (_, store):
        with store.reading() as tx:
            _must_be(tx.users.find(name) is not None, name)
        if not yes:
            typer.confirm(f"Remove {name}?", abort=True)
        with store.transaction() as tx:
            tx.users.remove(name)
        counted(users=1)
    Screen().line(f"{name.strip().lower()} is removed")
    return ExitCode.OK


def _hashed(name: str, *, from_stdin: bool) -> str:
    """Return the hash of a password that somebody types twice, or that standard input holds."""
    from syncd.web.passwords import hash_of, weakness_of

    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    else:
        given = typer.prompt(f"Password for {name}", hide_input=True, confirmation_prompt=True, err=True)
    weakness = weakness_of(given, name)
    if weakness:
        raise typer.BadParameter(f"the password {weakness}")
    return hash_of(given)


def _must_be(is_there: bool, name: str) -> None:  # noqa: FBT001 - what was found out
    from syncd.errors import UnknownNameError

    if not is_there:
        raise UnknownNameError(f"There is no user {name!r}.", hint="`syncd users list` names them.")
