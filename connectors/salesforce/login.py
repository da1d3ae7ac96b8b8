"""Asks for an access token, in whichever way the credentials allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connectors.salesforce.address import Address
from connectors.salesforce.credentials import Credentials, Flow
from syncd.errors import BrokenPromiseError, ConfigError

TOKEN_PATH = "/services/oauth2/token"  # noqa: S105 - a path
_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTION_LIFE = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, repr=False)
class Grant:
    """What a login brought."""

    token: str
    #: Where the org is; empty when not told.
    instance: str = ""
    #: The user whom the token stands for; empty when not told.
    user: str = ""
    #: The next refresh token, when the one used is spent.
    refresh_token: str = ""


def form_of(
    credentials: Credentials, refresh_token: str, address: Address, now: Callable[[], datetime]
) -> dict[str, str]:
    """Return the fields of the token request."""
    app = {"client_id": credentials.client_id, "client_secret": credentials.client_secret}
    if credentials.flow is Flow.REFRESH:
        return {"grant_type": "refresh_token", **app, "refresh_token": refresh_token}
    if credentials.flow is Flow.PASSWORD:
        return {
            "grant_type": "password",
            **app,
            "username": credentials.username,
            "password": credentials.password,
        }
    if credentials.flow is Flow.JWT:
        return {"grant_type": _JWT, "assertion": _assertion(credentials, address, now())}
    return {"grant_type": "client_credentials", **app}


def grant_of(body: Any) -> Grant:
    """Turn the answer to a token request into a grant."""
    answer: Mapping[str, Any] = body if isinstance(body, dict) else {}
    token = answer.get("access_token")
    if not isinstance(token, str) or not token:
        raise BrokenPromiseError("Salesforce granted a token and sent none")
    return Grant(
        token,
        instance=str(answer.get("instance_url") or ""),
        # The last part of https://login.salesforce.com/id/<org>/<user>.
        user=str(answer.get("id") or "").rpartition("/")[2],
        refresh_token=str(answer.get("refresh_token") or ""),
    )


def _assertion(credentials: Credentials, address: Address, now: datetime) -> str:
    import jwt

    claims = {
        "iss": credentials.client_id,
        "sub": credentials.username,
        "aud": address.audience,
        "exp": int((now + _ASSERTION_LIFE).timestamp()),
    }
    try:
        return jwt.encode(claims, credentials.private_key, algorithm="RS256")
    except (ValueError, TypeError, jwt.PyJWTError):
        # The library's own text can hold parts of the key.
        hint = "It has to be an RSA key in PEM form, whole: `private_key: file:/run/secrets/salesforce.pem`."
        raise ConfigError("the private key of the Salesforce app cannot be used", hint=hint) from None
