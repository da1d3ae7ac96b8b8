"""Addresses in the settings: what a CRM's and a store's may look like."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from pydantic import AfterValidator, PlainSerializer, PlainValidator, WithJsonSchema

from syncd.located import did_you_mean
from syncd.settings.values.references import Resolved
from syncd.settings.values.secret import Secret

_STORES = ("sqlite", "postgresql")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def crm_url(url: str) -> str:
    """Return the address without a slash at its end, or say what is wrong with it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is not a web address") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError("should be https://host or http://host:port")
    if parts.username is not None or parts.password is not None:
        raise ValueError("should not hold a user or a password")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("should be the host alone, without a path")
    return url.rstrip("/")


def is_exposed(url: str) -> bool:
    """Return whether a token sent there could be read on the way."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in _LOOPBACK


def placed_store(url: Secret, folder: Path) -> Secret:
    """Return the store's URL with a relative SQLite file made relative to `folder`."""
    scheme, separator, file = url.reveal().partition(":///")
    if not scheme.startswith("sqlite") or not separator or not file or file.startswith((":memory:", "/")):
        return url
    return Secret(f"{scheme}:///{(folder / file).absolute()}")


def _store_url(given: object) -> Secret:
    if isinstance(given, Secret):
        return given
    if not isinstance(given, str):
        raise ValueError("should be text")  # noqa: TRY004 - pydantic catches one kind
    scheme = given.partition("://")[0]
    base = scheme.partition("+")[0]
    if base not in _STORES or "://" not in given:
        raise ValueError(f"should begin with sqlite:/// or postgresql://{did_you_mean(base, _STORES)}")
    template = given.template if isinstance(given, Resolved) else given
    if _has_literal_password(template):
        raise ValueError("a password does not stand in this file: postgresql://user:${PASSWORD}@host/database")
    return Secret(str(given))


def _has_literal_password(template: str) -> bool:
    """Return whether a password stands in the URL as it was written, outside of a reference or as its default."""
    authority = template.partition("://")[2].partition("/")[0].rpartition("@")[0]
    parameters = parse_qs(template.partition("?")[2])
    passwords = [authority.partition(":")[2], *parameters.get("password", [])]
    return any(password and ("${" not in password or ":-" in password) for password in passwords)


CrmUrl = Annotated[str, AfterValidator(crm_url)]
#: A store's URL may hold a password, so all of it is a secret; the password itself comes by reference.
StoreUrl = Annotated[
    Secret,
    PlainValidator(_store_url),
    PlainSerializer(lambda _: "<secret>", return_type=str),
    WithJsonSchema({"type": "string"}),
]
