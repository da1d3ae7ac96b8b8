"""A small OpenID Connect provider that does what it is told, wrongly as well."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

SECRET = "the client's secret"
CLIENT = "syncd"


class Provider:
    """Signs in whoever `person` is, at once."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.person: dict[str, Any] = {"sub": "u-1", "email": "Grace@Example.com", "groups": ["crm-admins"]}
        #: What is said otherwise than it should be.
        self.claims: dict[str, Any] = {}
        self.facts: dict[str, Any] = {}
        self.signs_with: Any = self.key
        self.algorithm = "ES256"
        self.userinfo: dict[str, Any] | None = None
        self.codes: dict[str, dict[str, str]] = {}
        self.seen: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def authorize(self, location: str) -> str:
        """Do what a browser does at the provider; return where it is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        back = urlsplit(asked["redirect_uri"])
        return f"{back.path}?{urlencode({'code': code, 'state': asked['state']})}"

    def answer(self, path: str, form: dict[str, str], bearer: str) -> tuple[int, dict[str, Any]]:
        self.seen.append(path)
        match path:
            case "/.well-known/openid-configuration":
                ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
                found = {f"{name}_endpoint": f"{self.url}/{end}" for name, end in ends.items()}
                return 200, {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **found, **self.facts}
            case "/keys":
                held = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
                return 200, {"keys": [{**held, "kid": "k1", "use": "sig", "alg": "ES256"}]}
            case "/token":
                asked = self.codes.pop(form.get("code", ""), None)
                challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
                is_same = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() == (asked or {}).get(
                    "code_challenge"
                )
                if asked is None or not is_same or form.get("client_secret") != SECRET:
                    return 400, {"error": "invalid_grant"}
                return 200, {"access_token": "t", "token_type": "Bearer", "id_token": self.id_token(asked["nonce"])}
            case "/userinfo" if self.userinfo is not None and bearer == "Bearer t":
                return 200, self.userinfo
        return 404, {}

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "nonce": nonce,
            **self.person,
            **self.claims,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, self.signs_with, algorithm=self.algorithm, headers={"kid": "k1"})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer({})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                self._answer({name: values[0] for name, values in parse_qs(body).items()})

            def log_message(self, *_: object) -> None:
                return

            def _answer(self, form: dict[str, str]) -> None:
                path = urlsplit(self.path).path
                status, found = provider.answer(path, form, self.headers.get("authorization", ""))
                body = json.dumps(found).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler
