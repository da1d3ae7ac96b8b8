"""`syncd init`: a few questions, and a commented configuration that passes `check`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from syncd.cli.frame.options import DEFAULT_CONFIG, ConfigPath, Yes
from syncd.model import Mode

_ACCOUNT_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def init(  # noqa: PLR0913 - one option a question
    config: ConfigPath = DEFAULT_CONFIG,
    *,
    crm: Annotated[str, typer.Option(help="Which CRM.")] = "",
    account: Annotated[str, typer.Option(help="What to call this CRM login: hubspot-main.")] = "",
    client_id: Annotated[str, typer.Option(help="An app's public id, where it comes in by id and secret.")] = "",
    token_env: Annotated[str, typer.Option(help="The variable that holds the token, or the app's secret.")] = "",
    token_file: Annotated[Path | None, typer.Option(help="A file that holds it, instead.")] = None,
    url: Annotated[str, typer.Option(help="Another address than the CRM's own, for a sandbox.")] = "",
    mode: Annotated[Mode, typer.Option(help="observe measures only, and writes nothing.")] = Mode.OBSERVE,
    yes: Yes = False,
) -> int:
    """Write a first configuration. Asks what the options leave open; never overwrites a file."""
    from connectors import way_in
    from mappings import crms
    from syncd.cli.output.screen import Screen
    from syncd.settings import Answers, starter_settings

    _keep_off(config)
    asks = not yes
    crm = _known_crm(crm or _asked("Which CRM", "hubspot", asks=asks), crms())
    account = _checked(account or _asked("Name for this login", f"{crm}-main", asks=asks), _ACCOUNT_NAME, "--account")
    way = way_in(crm)
    if way.is_app_better and not (client_id or token_env or token_file):
        client_id = _asked(f"Client id of an app (empty: a token, {way.a_token_is})", "", asks=asks)
    if way.address and not url:
        url = _asked(f"Address of the account, {way.address}", "", asks=asks)
    if token_file is None:
        usual = f"{crm.upper()}_{'CLIENT_SECRET' if client_id else 'TOKEN'}"
        variable = token_env or _asked("Environment variable with the secret", usual, asks=asks)
        token = f"${{{_checked(variable, _VARIABLE_NAME, '--token-env')}}}"
    else:
        token = f"file:{token_file.absolute()}"
    text = starter_settings(Answers(account=account, crm=crm, token=token, client_id=client_id, url=url, mode=mode))
    _write(config, text)
    screen = Screen()
    screen.line(f"Wrote {config}. It holds no secret: that is read from {_where(token)}.")
    if way.is_app_better and not client_id:
        screen.line(f"A token is {way.a_token_is}: for a daemon, name an app by --client-id.")
    if way.address and not url:
        screen.line(f"Put the account's address into it: url: {way.address}")
    screen.line(f"Next: syncd check{'' if config == DEFAULT_CONFIG else f' --config {config}'}")
    return 0


def _asked(question: str, usual: str, *, asks: bool) -> str:
    return str(typer.prompt(question, default=usual, err=True)).strip() if asks else usual


def _known_crm(crm: str, known: tuple[str, ...]) -> str:
    if crm not in known:
        from syncd.located import did_you_mean

        guess = did_you_mean(crm, known) or f"; there are: {', '.join(known)}"
        raise typer.BadParameter(f"no CRM is called '{crm}'{guess}", param_hint="--crm")
    return crm


def _checked(text: str, pattern: re.Pattern[str], option: str) -> str:
    if not pattern.fullmatch(text):
        raise typer.BadParameter(f"'{text}' should match {pattern.pattern}", param_hint=option)
    return text


def _keep_off(config: Path) -> None:
    if config.exists():
        from syncd.errors import ConfigError, Mistake

        hint = "Change it by hand, move it away, or choose another name with --config."
        raise ConfigError([Mistake(str(config), 0, 0, "exists already, and is not overwritten")], hint=hint)


def _write(config: Path, text: str) -> None:
    from syncd.errors import ConfigError, Mistake

    try:
        with config.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        _keep_off(config)
    except OSError as error:
        raise ConfigError([Mistake(str(config), 0, 0, f"cannot be written: {error.strerror}")]) from error


def _where(token: str) -> str:
    return token.removeprefix("file:") if token.startswith("file:") else f"the variable {token[2:-1]}"
