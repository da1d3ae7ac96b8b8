"""The accounts: a connector for each, with its secrets, its limits and the book of its calls; no call is made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import Any

from connectors import Connector, Options, TokenFile, open_connector
from connectors.book import CallBook
from connectors.purpose import Purpose
from syncd.clock import Clock
from syncd.errors import StoreLockedError
from syncd.settings import AccountSettings, Settings
from syncd.telemetry import Telemetry

#: How often a call is tried, unless somebody is waiting for the answer.
ATTEMPTS = Options().attempts


def never_write(account: str) -> None:
    """Refuse to write: whoever does so has to hold the account."""
    raise StoreLockedError(f"Nobody holds the account {account!r}.")


def open_connectors(
    settings: Settings,
    *,
    clock: Clock,
    telemetry: Telemetry,
    stop: threading.Event | None = None,
    attempts: int = ATTEMPTS,
    confirm: Callable[[str], None] = never_write,
    books: dict[str, CallBook] | None = None,
) -> dict[str, Connector]:
    """Return a connector for each account; makes no call. Their secrets never reach a log from here on.

    `confirm` is asked right before each write to an account, and raises where it is not ours to work on. Calls are
    counted in the `books`, which outlive the connectors.
    """
    books = {} if books is None else books
    connectors: dict[str, Connector] = {}
    for name, account in settings.accounts.items():
        book = books.setdefault(name, CallBook(clock))
        book.share_out(account.share, account.daily_reserve)
        options = Options(stop=stop, attempts=attempts, confirm=partial(confirm, name), book=book)
        connectors[name] = _open(name, account, options, clock, telemetry)
    return connectors


def accounts_of(settings: Settings) -> tuple[str, ...]:
    """Return the accounts that have streams."""
    return tuple(sorted({one.stream.account for one in settings.streams}))


def with_linked(settings: Settings, accounts: Collection[str]) -> frozenset[str]:
    """Return accounts with those that are linked with one of them."""
    linked = [
        group.accounts for group in settings.linked_accounts.values() if not {*accounts}.isdisjoint(group.accounts)
    ]
    return frozenset(accounts).union(*linked)


def _open(name: str, account: AccountSettings, options: Options, clock: Clock, telemetry: Telemetry) -> Connector:
    credentials = _credentials(account)
    for secret in credentials.values():
        telemetry.redaction.hide(secret)
    options = replace(
        options,
        share=account.share,
        daily_reserve=account.daily_reserve,
        overlap=account.overlap,
        hide=telemetry.redaction.hide_for_a_while,
        token_file=_token_file(account, credentials.get("refresh_token", ""), telemetry),
        feed_url=_feed_url(account),
    )
    connector = open_connector(account.crm, name, str(account.url or ""), credentials, options, telemetry, clock)
    telemetry.expect_account(name, getattr(connector, "endpoints", ()))
    telemetry.workload.expect(name, [purpose.value for purpose in Purpose])
    return connector


def _feed_url(account: AccountSettings) -> str:
    """Return where the account's feed of changes is; empty where the CRM has it."""
    return str(account.change_events.url or "") if account.change_events is not None else ""


def _credentials(account: AccountSettings) -> dict[str, Any]:
    if account.token is not None:
        return {"token": account.token.reveal()}
    oauth = account.oauth
    assert oauth is not None, "the settings allow no account without a way in"  # noqa: S101 - for the type checker
    secrets = {name: getattr(oauth, name) for name in ("client_secret", "refresh_token", "password", "private_key")}
    given = {name: secret.reveal() for name, secret in secrets.items() if secret is not None}
    names = {"client_id": oauth.client_id, "username": oauth.username}
    return {**{name: text for name, text in names.items() if text}, **given}


def _token_file(account: AccountSettings, given: str, telemetry: Telemetry) -> TokenFile | None:
    """Return where the CRM's newest refresh token is kept, for a way in that has one."""
    file = account.oauth.token_file if account.oauth else None
    return TokenFile(file, given, telemetry.redaction.hide) if file is not None and given else None
