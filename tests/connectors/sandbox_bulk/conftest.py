"""A sandbox with a Salesforce org alone, emptied before each test, and the public client pointed at it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce

from connectors.sandbox import DEFAULT_TOKEN, Sandbox

HOST = "acme.my.salesforce.com"


class LocalAdapter(HTTPAdapter):
    """Sends what is meant for https hosts to the sandbox; the Host header keeps the name."""

    def __init__(self, base: str) -> None:
        self._base = urlsplit(base)
        super().__init__()

    def send(self, request: Any, *arguments: Any, **options: Any) -> requests.Response:
        parts = urlsplit(request.url)
        request.headers["Host"] = parts.netloc
        request.url = urlunsplit((self._base.scheme, self._base.netloc, parts.path, parts.query, ""))
        return super().send(request, *arguments, **options)


class Http:
    """Plain HTTP as the owner of the default token."""

    def __init__(self, session: requests.Session, url: str) -> None:
        self._session, self._url = session, url

    def ask(
        self, method: str, path: str, body: Any = None, *, version: str = "66.0", **options: Any
    ) -> requests.Response:
        """Send a request; paths that do not begin with /services are below the version."""
        place = path if path.startswith("/services") else f"/services/data/v{version}{path}"
        headers = {"Authorization": f"Bearer {DEFAULT_TOKEN}"} | options.pop("headers", {})
        return self._session.request(method, self._url + place, json=body, headers=headers, timeout=30, **options)

    def json(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """Return the JSON of a call that succeeds."""
        answer = self.ask(method, path, body, **options)
        assert answer.ok, (answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def refused(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, str, str]:
        """Return status, code and message of a call that is refused."""
        answer = self.ask(method, path, body, **options)
        (error,) = answer.json()
        return answer.status_code, error["errorCode"], error["message"]

    def make(self, kind: str, **values: Any) -> str:
        """Make a record; return its id."""
        return str(self.json("POST", f"/sobjects/{kind}", values)["id"])

    def rows(self, soql: str, *, with_deleted: bool = False) -> list[dict[str, Any]]:
        """Return the records a query finds, without their attributes."""
        body = self.json("GET", "/queryAll" if with_deleted else "/query", params={"q": soql})
        return [{key: value for key, value in row.items() if key != "attributes"} for row in body["records"]]

    def control(self, path: str, body: Any) -> Any:
        """Ask the control API for something."""
        answer = self._session.post(f"{self._url}/_sandbox/{path}", json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None


@pytest.fixture(scope="session")
def running_org():
    with Sandbox.start(crms=["salesforce"]) as sandbox:
        yield sandbox


@pytest.fixture
def org_sandbox(running_org):
    running_org.call(lambda: running_org._reset({}))
    return running_org


@pytest.fixture
def session(org_sandbox):
    with requests.Session() as session:
        session.trust_env = False
        adapter = LocalAdapter(org_sandbox.url)
        session.mount("https://", adapter)
        yield session
        adapter.close()


@pytest.fixture
def http(session, org_sandbox):
    return Http(session, org_sandbox.url)


@pytest.fixture
def client(session):
    """simple-salesforce, as it is on the package index."""
    return Salesforce(session_id=DEFAULT_TOKEN, instance=HOST, session=session, version="66.0")
