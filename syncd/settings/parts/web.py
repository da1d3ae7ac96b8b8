"""What the settings say of what is served: where, to whom, and how people log in."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from syncd.model import Role
from syncd.settings.parts.part import Part
from syncd.settings.values.duration import Duration
from syncd.settings.values.secret import Secret

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def safe_url(url: str) -> str:
    """Return an address without a slash at its end; what is not encrypted may not leave this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is not a web address") from None
    if not host or parts.scheme not in {"https", "http"} or parts.username or parts.query or parts.fragment:
        raise ValueError("should be https://host")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise ValueError("should begin with https:// (passwords would be read on the way)")
    return url.rstrip("/")


def host_url(url: str) -> str:
    """Return the address without a slash at its end, or say what is wrong with it."""
    if urlsplit(url).path not in {"", "/"}:
        raise ValueError("should be the host alone, without a path")
    return safe_url(url)


def _network(given: str) -> str:
    try:
        return str(ipaddress.ip_network(given)) if "/" in given else str(ipaddress.ip_address(given))
    except ValueError:
        raise ValueError("should be an address, 10.0.0.7, or a network, 10.0.0.0/24") from None


def _session_time(given: timedelta) -> timedelta:
    if not timedelta(minutes=1) <= given <= timedelta(days=90):
        raise ValueError("should be from 1m to 90d")
    return given


SessionTime = Annotated[Duration, AfterValidator(_session_time)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class OidcSettings(Part):
    """Login by way of an organisation's own provider (OpenID Connect): Entra, Okta, Google, Keycloak."""

    issuer: Annotated[str, AfterValidator(safe_url)]
    """The provider's address, exactly as it calls itself: https://login.example.com/realms/acme."""
    client_id: Word
    """What the provider calls syncd."""
    client_secret: Secret | None = None
    """The secret the provider gave for it, by reference; none for a public client."""
    scopes: tuple[Word, ...] = ("openid", "profile", "email")
    """What is asked for; the provider may need another one to tell groups."""
    name_claim: Word = "email"
    """The claim that says who it is; shown in the console, in the journal and in the access log."""
    groups_claim: Word = "groups"
    """The claim that says what groups, or roles, somebody is in."""
    roles: Annotated[dict[Word, Role], Field(min_length=1)]
    """The role of each group: {crm-admins: admin, revops: reviewer, sales: viewer}. The strongest holds; who is in none
    of them may not log in."""
    button: Word = "Log in with your organisation"
    """What stands on the button."""

    @model_validator(mode="after")
    def _asks_who_it_is(self) -> OidcSettings:
        if "openid" not in self.scopes:
            raise ValueError("scopes should hold openid")
        return self


class WebSettings(Part):
    """Where metrics, health and the console are served."""

    host: str = "127.0.0.1"
    """The address to listen on; the default is reached from this machine only."""
    port: Annotated[int, Field(ge=0, le=65535)] = 9187
    """The port; 0 takes a free one."""
    console: bool = True
    """Whether the console is served beside metrics and health."""
    public_url: Annotated[str, AfterValidator(host_url)] | None = None
    """How people reach the console through a reverse proxy: https://syncd.example.com. Without it the console is served
    on this machine only, whatever the host."""
    trusted_proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    """Addresses of reverse proxies that are believed when they say whom a request is from."""
    metrics_token: Secret | None = None
    """What Prometheus has to show as a bearer token to read /metrics, by reference. None: whoever reaches it."""
    idle: SessionTime = timedelta(hours=8)
    """A login ends when nothing was asked for so long."""
    longest: SessionTime = timedelta(days=7)
    """A login ends after so long in any case."""
    oidc: OidcSettings | None = None
    """Login by way of an organisation's own provider, beside users of our own (`syncd users`)."""

    @property
    def is_local(self) -> bool:
        """Return whether only this machine can reach the address."""
        return self.host.lower() in _LOOPBACK or self.host.startswith("127.")
