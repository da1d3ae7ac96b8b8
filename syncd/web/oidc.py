"""Login by way of an organisation's provider: OpenID Connect, authorization code with PKCE.

The provider's address stands in the settings; everything else it says of itself is believed only as far as its issuer
is that very address, every address in it is https (or on this machine), and what it signs is signed by its own keys.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import requests

from syncd.clock import Clock
from syncd.errors import SyncdError
from syncd.model import Role
from syncd.settings import OidcSettings
from syncd.settings.parts.web import safe_url

_TIMEOUT_S = (5.0, 10.0)
_LARGEST = 1_000_000
#: What the provider says of itself is asked for anew after so long.
_GOOD_FOR_S = 3600.0
#: Its keys are asked for anew when one is not known, but not more often than this.
_KEYS_EVERY_S = 60.0
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_LEEWAY_S = 60


class ProviderError(SyncdError):
    """The organisation's login did not work."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who the provider says has logged in."""

    subject: str
    name: str
    role: Role


@dataclass(slots=True)
class Provider:
    """One provider, as the settings name it."""

    settings: OidcSettings
    clock: Clock
    _facts: dict[str, str] = field(default_factory=dict)
    _facts_at: float = 0.0
    _keys: Any = None
    _keys_at: float = 0.0

    def begin(self, back: str) -> tuple[str, dict[str, str]]:
        """Return where to send the browser, and what to remember until it comes back."""
        kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(kept["verifier"].encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": back,
            "scope": " ".join(self.settings.scopes),
            "state": kept["state"],
            "nonce": kept["nonce"],
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._known()['authorization_endpoint']}?{urlencode(query)}", kept

    def finish(self, query: dict[str, str], kept: dict[str, str], back: str) -> Person:
        """Return who has logged in; ProviderError when anything is not as it should be."""
        if "error" in query:
            raise ProviderError(f"The provider said: {query['error'][:100]}.")
        if not hmac.compare_digest(query.get("state", "").encode(), kept["state"].encode()):
            raise ProviderError("This login was not begun in this browser.", hint="Begin again.")
        if query.get("iss", self.settings.issuer) != self.settings.issuer:
            raise ProviderError("The answer came from another provider.")
        tokens = self._exchanged(query.get("code", ""), kept["verifier"], back)
        claims = self._claims(str(tokens.get("id_token", "")), kept["nonce"])
        return self._person(claims, str(tokens.get("access_token", "")))

    def _exchanged(self, code: str, verifier: str, back: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self.settings.client_id,
            "code_verifier": verifier,
        }
        if self.settings.client_secret is not None:
            form["client_secret"] = self.settings.client_secret.reveal()
        return self._asked("POST", self._known()["token_endpoint"], data=form)

    def _claims(self, token: str, nonce: str) -> dict[str, Any]:
        """Return what an id token says, if the provider signed it for us, now, for this login."""
        import jwt

        try:
            key = self._key(jwt.get_unverified_header(token).get("kid"))
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(_ALGORITHMS),
                audience=self.settings.client_id,
                issuer=self.settings.issuer,
                leeway=_LEEWAY_S,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
        except jwt.PyJWTError as error:
            raise ProviderError(f"What the provider signed cannot be used: {type(error).__name__}.") from None
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise ProviderError("The provider answered another login.", hint="Begin again.")
        if claims.get("azp", self.settings.client_id) != self.settings.client_id:
            raise ProviderError("The provider signed this for another program.")
        return claims

    def _person(self, claims: dict[str, Any], access_token: str) -> Person:
        wanted = {self.settings.name_claim, self.settings.groups_claim}
        if not wanted <= claims.keys() and access_token and "userinfo_endpoint" in self._known():
            bearer = {"authorization": f"Bearer {access_token}"}
            more = self._asked("GET", self._known()["userinfo_endpoint"], headers=bearer)
            if more.get("sub") == claims["sub"]:
                claims = {**more, **claims}
        name = str(claims.get(self.settings.name_claim) or "").strip().lower()
        if not name or not name.isprintable() or len(name) > 200:
            raise ProviderError(f"The provider does not say who it is: {self.settings.name_claim} is missing.")
        if self.settings.name_claim == "email" and claims.get("email_verified") is False:
            raise ProviderError("The provider has not verified this e-mail address.")
        return Person(f"{self.settings.issuer} {claims['sub']}", name, self._role(claims))

    def _role(self, claims: dict[str, Any]) -> Role:
        found = claims.get(self.settings.groups_claim)
        groups = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        roles = [self.settings.roles[one] for one in groups if isinstance(one, str) and one in self.settings.roles]
        if not roles:
            raise ProviderError(
                "You are known, and in no group that may use this console.",
                hint="Ask an admin: web.oidc.roles says which groups may.",
            )
        return max(roles, key=list(Role).index)

    def _known(self) -> dict[str, str]:
        """Return what the provider says of itself."""
        now = self.clock.monotonic()
        if not self._facts or now - self._facts_at > _GOOD_FOR_S:
            found = self._asked("GET", f"{self.settings.issuer}/.well-known/openid-configuration")
            if str(found.get("issuer", "")).rstrip("/") != self.settings.issuer.rstrip("/"):
                raise ProviderError("The provider calls itself by another name than web.oidc.issuer.")
            self._facts, self._facts_at = {name: _safe(found, name) for name in _ENDPOINTS if name in found}, now
        return self._facts

    def _key(self, kid: str | None) -> Any:
        """Return the key of this name; the keys are asked for again when it is a new one."""
        import jwt

        now = self.clock.monotonic()
        if self._keys is None or (kid not in {one.key_id for one in self._keys.keys} and self._may_ask(now)):
            self._keys = jwt.PyJWKSet.from_dict(self._asked("GET", self._known()["jwks_uri"]))
            self._keys_at = now
        usable = [one for one in self._keys.keys if one.key_id == kid or kid is None]
        if len(usable) != 1:
            raise jwt.InvalidKeyError
        return usable[0]

    def _may_ask(self, now: float) -> bool:
        return now - self._keys_at > _KEYS_EVERY_S

    def _asked(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        """Return an answer of the provider: bounded in time and size, never by way of a redirect."""
        try:
            with requests.request(
                method, url, timeout=_TIMEOUT_S, allow_redirects=False, stream=True, **options
            ) as answer:
                body = answer.raw.read(_LARGEST + 1, decode_content=True)
                if answer.status_code != 200 or len(body) > _LARGEST:
                    raise ProviderError(f"The provider answered {answer.status_code}.")
                found = json.loads(body)
        except (requests.RequestException, OSError) as error:
            raise ProviderError(f"The provider cannot be reached: {type(error).__name__}.") from None
        except ValueError:
            raise ProviderError("The provider answered something else than was asked.") from None
        if not isinstance(found, dict):
            raise ProviderError("The provider answered something else than was asked.")
        return found


_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")


def _safe(found: dict[str, Any], name: str) -> str:
    try:
        return safe_url(str(found[name]))
    except ValueError:
        raise ProviderError(f"The provider's {name} is not an https address.") from None
