"""Where an org is: its own host as Salesforce tells it, or the one place that stands for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.salesforce.credentials import Flow
from syncd.errors import ConfigError

_LOGIN = "https://login.salesforce.com"
_TEST = "https://test.salesforce.com"
_SALESFORCE = (".salesforce.com", ".salesforce.mil", ".force.com", ".cloudforce.com", ".sfcrmproducts.cn")
_NEEDS_MY_DOMAIN = frozenset({Flow.TOKEN, Flow.CLIENT})
_HINT = "Give the org's My Domain as `url`: https://<name>.my.salesforce.com."


@dataclass(frozen=True, slots=True)
class Address:
    """Where to log in, and where calls go."""

    #: Without a slash at the end.
    login: str
    #: A sandbox or a proxy stands for every host of Salesforce.
    is_stand_in: bool

    @classmethod
    def of(cls, url: str, flow: Flow) -> Address:
        """Read the account's `url`; an empty one is Salesforce's general login. ConfigError when it cannot serve."""
        login = url.rstrip("/") or _LOGIN
        host = (urlsplit(login).hostname or "").lower()
        if host.endswith(".lightning.force.com"):
            # Pages live there, and every token is answered as if it had run out.
            raise ConfigError(f"{host} is the host of Salesforce's pages, not of its API", hint=_HINT)
        if login in {_LOGIN, _TEST} and flow in _NEEDS_MY_DOMAIN:
            raise ConfigError("this way into Salesforce needs the org's own address", hint=_HINT)
        is_stand_in = not host.endswith(_SALESFORCE)
        if not is_stand_in and not login.startswith("https://"):
            raise ConfigError("Salesforce is reached by https only", hint=_HINT)
        return cls(login, is_stand_in)

    def instance(self, told: str) -> str:
        """Return where calls go, given the instance that the login told (perhaps none)."""
        host = (urlsplit(told).hostname or "").lower()
        # The token goes there: a host that is none of Salesforce's never gets it.
        return f"https://{host}" if not self.is_stand_in and host.endswith(_SALESFORCE) else self.login

    @property
    def audience(self) -> str:
        """Return whom a signed assertion is meant for."""
        host = (urlsplit(self.login).hostname or "").lower()
        return _TEST if host == "test.salesforce.com" or ".sandbox.my." in host else _LOGIN
