"""What lets us in: a private token, or an OAuth app's refresh token. Neither is ever printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from syncd.errors import ConfigError

_OAUTH = ("client_id", "client_secret", "refresh_token")
_HINT = "Give `token` (a private app or service key), or `client_id`, `client_secret` and `refresh_token`."


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """Either `token` or the three of OAuth are filled."""

    token: str = ""
    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Credentials:
        """Take over what is named in the settings; ConfigError when it is not one of the two sets, and whole."""
        given = {name: _reveal(value) for name, value in settings.items() if value is not None}
        given = {name: text for name, text in given.items() if text}
        unknown = sorted(given.keys() - {"token", *_OAUTH})
        if unknown:
            raise ConfigError(f"HubSpot takes no {', '.join(unknown)}", hint=_HINT)
        if "token" in given and len(given) == 1:
            return cls(token=given["token"])
        missing = [name for name in _OAUTH if name not in given]
        if "token" in given or missing:
            what = "both a token and OAuth" if "token" in given else f"no {', '.join(missing)}"
            raise ConfigError(f"the HubSpot credentials hold {what}", hint=_HINT)
        return cls(**given)

    def __repr__(self) -> str:
        return f"Credentials({'private token' if self.token else 'OAuth'})"


def _reveal(value: Any) -> str:
    reveal = getattr(value, "reveal", None)
    return str(reveal() if callable(reveal) else value).strip()
