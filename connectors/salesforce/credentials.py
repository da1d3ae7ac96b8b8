"""What lets us in: one of Salesforce's ways of granting a token. Nothing of it is ever printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from syncd.errors import ConfigError


class Flow(Enum):
    """A way in, and what has to be given for it."""

    #: An access token that somebody else looks after; it cannot be renewed.
    TOKEN = ("token",)
    #: An app that runs as a user named in its settings.
    CLIENT = ("client_id", "client_secret")
    REFRESH = ("client_id", "client_secret", "refresh_token")
    #: A user who has approved the app beforehand, vouched for by the app's key.
    JWT = ("client_id", "private_key", "username")
    #: For old orgs; the security token stands at the end of the password.
    PASSWORD = ("client_id", "client_secret", "password", "username")


_NAMES = frozenset(name for flow in Flow for name in flow.value)
_HINT = (
    "Give `client_id` and `client_secret` of an app that has a run-as user; besides these a `refresh_token`, or "
    "`username` and `password`; or `client_id`, `username` and `private_key`; or only a `token`."
)


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What the flow needs is filled, and nothing else."""

    flow: Flow
    token: str = ""
    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""
    username: str = ""
    password: str = ""
    private_key: str = ""

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Credentials:
        """Take over what is named in the settings; ConfigError when it is no way in, or more than one."""
        given = {name: _reveal(value) for name, value in settings.items() if value is not None}
        given = {name: text for name, text in given.items() if text}
        unknown = sorted(given.keys() - _NAMES)
        if unknown:
            raise ConfigError(f"Salesforce takes no {', '.join(unknown)}", hint=_HINT)
        for flow in Flow:
            if given.keys() == set(flow.value):
                return cls(flow, **given)
        what = " and ".join(sorted(given)) or "nothing"
        raise ConfigError(f"the Salesforce credentials hold {what}, which is no way in", hint=_HINT)

    def __repr__(self) -> str:
        return f"Credentials({self.flow.name.lower()})"


def _reveal(value: Any) -> str:
    reveal = getattr(value, "reveal", None)
    return str(reveal() if callable(reveal) else value).strip()
