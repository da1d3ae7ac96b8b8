"""One sandbox for all tests of this folder, emptied before each of them, and ways to talk to its org."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
import requests
import urllib3
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce

from connectors.sandbox import Sandbox
from connectors.sandbox.salesforce import ACCESS_TOKEN, CONSUMER_KEY, CONSUMER_SECRET

VERSION = "/services/data/v66.0"


class Http:
    """Plain HTTP, as the token's user."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.token = ACCESS_TOKEN
        self._pool = urllib3.PoolManager(retries=False, timeout=10.0)

    def ask(self, method: str, path: str, body: Any = None, **options: Any) -> urllib3.BaseHTTPResponse:
        """Send a request; a path below the version may be given short."""
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        place = path if path.startswith("/services") else VERSION + path
        return self._pool.request(method, self.url + place, json=body, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        """Return the JSON of a successful GET."""
        answer = self.ask("GET", path, **options)
        assert answer.status == 200, answer.data
        return answer.json()

    def query(self, soql: str, resource: str = "query", **options: Any) -> Any:
        """Return what a query finds."""
        return self.get(f"/{resource}?q={quote(soql)}", **options)

    def create(self, object_name: str, **fields: Any) -> str:
        """Make a record; return its id."""
        answer = self.ask("POST", f"/sobjects/{object_name}", fields, headers={"Sforce-Auto-Assign": "FALSE"})
        assert answer.status == 201, answer.data
        return str(answer.json()["id"])

    def refused(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, str, str]:
        """Return status, code and message of a call that fails."""
        answer = self.ask(method, path, body, **options)
        assert answer.status >= 400, answer.data
        error = answer.json()[0]
        return answer.status, error["errorCode"], error["message"]

    def form(self, **fields: str) -> urllib3.BaseHTTPResponse:
        """Ask the token endpoint."""
        return self._pool.request("POST", f"{self.url}/services/oauth2/token", fields=fields, encode_multipart=False)

    def control(self, path: str, body: Any = None, method: str = "") -> Any:
        """Return what the control API answers."""
        given = body if body is None or path in {"knobs", "clock", "faults"} else {"crm": "salesforce", **body}
        mark = "&" if "?" in path else "?"
        answer = self._pool.request(
            method or ("GET" if body is None else "POST"),
            f"{self.url}/_sandbox/{path}{mark}crm=salesforce",
            json=given,
        )
        assert answer.status < 300, answer.data
        return answer.json() if answer.data else None

    def set(self, **changes: Any) -> Any:
        """Change settings of the org."""
        return self.control("settings", changes)

    def act(self, do: str, object_name: str, **wish: Any) -> Any:
        """Do something as somebody."""
        return self.control("act", {"do": do, "object": object_name, **wish})


class LocalAdapter(HTTPAdapter):
    """Brings https calls to Salesforce's hosts to the sandbox; the host name stays in the header."""

    def __init__(self, base: str) -> None:
        self.base = urlsplit(base)
        super().__init__()

    def send(self, request: Any, **options: Any) -> Any:  # type: ignore[override]  # requests names each option
        """Send one request."""
        parts = urlsplit(request.url)
        request.headers["Host"] = parts.netloc
        request.url = urlunsplit((self.base.scheme, self.base.netloc, parts.path, parts.query, ""))
        return super().send(request, **options)


@pytest.fixture(scope="session")
def running():
    with Sandbox.start(tier="off") as sandbox:
        yield sandbox


@pytest.fixture
def org(running):
    http = Http(running.url)
    http.control("reset", {})
    return http


@pytest.fixture
def local(running):
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", LocalAdapter(running.url))
    return session


@pytest.fixture
def library(org, local):
    return Salesforce(consumer_key=CONSUMER_KEY, consumer_secret=CONSUMER_SECRET, domain="acme.my", session=local)
