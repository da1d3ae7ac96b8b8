"""All the secrets of some settings, for whoever has to keep them out of logs and messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import parse_qs, unquote, urlsplit

from syncd.settings.parts.accounts import AccountSettings
from syncd.settings.parts.inbound import InboundSettings
from syncd.settings.parts.notifications import NotificationSettings
from syncd.settings.parts.part import Part
from syncd.settings.parts.store import StoreSettings
from syncd.settings.parts.web import WebSettings
from syncd.settings.values.secret import Secret


def secrets_in(
    accounts: Iterable[AccountSettings],
    store: StoreSettings,
    web: WebSettings,
    notifications: NotificationSettings,
    inbound: InboundSettings,
) -> Iterator[str]:
    """Yield every text that must not be shown."""
    for account in accounts:
        yield from _of_part(account)
        if account.oauth is not None:
            yield from _of_part(account.oauth)
        if account.webhooks is not None:
            yield from _of_part(account.webhooks)
    yield from (key for key in (store.revealed_keys[0], *store.revealed_keys[1]) if key is not None)
    yield from _passwords(store.url.reveal())
    yield from _of_part(web)
    if web.oidc is not None:
        yield from _of_part(web.oidc)
    for channel in notifications.channels.values():
        yield from _of_part(channel)
        if channel.email is not None:
            yield from _of_part(channel.email)
    for form in inbound.forms.values():
        yield from _of_part(form)


def _of_part(part: Part) -> Iterator[str]:
    yield from (value.reveal() for _, value in part if isinstance(value, Secret))


def _passwords(url: str) -> Iterator[str]:
    """Yield the passwords in a store's URL, as they are and as they are spelled there."""
    try:
        parts = urlsplit(url)
        found = [parts.password or "", *parse_qs(parts.query).get("password", [])]
    except ValueError:
        return
    yield from {spelled for one in found if one for spelled in (one, unquote(one))}
