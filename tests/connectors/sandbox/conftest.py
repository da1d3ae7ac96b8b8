"""One sandbox for all tests of this folder, emptied before each of them, and ways to talk to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hubspot
import pytest
import urllib3

from connectors.sandbox import DEFAULT_TOKEN, Sandbox
from tests.connectors.sandbox.conformance import Contracts


class Http:
    """Plain HTTP; every answer is held to its contract."""

    def __init__(self, url: str, contracts: Contracts) -> None:
        self.url = url
        self.token = DEFAULT_TOKEN
        self._contracts = contracts
        self._pool = urllib3.PoolManager(retries=False, timeout=10.0)

    def ask(self, method: str, path: str, body: Any = None, **options: Any) -> urllib3.BaseHTTPResponse:
        """Send a request as the token's app."""
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        answer = self._pool.request(method, self.url + path, json=body, headers=headers, **options)
        if "json" in answer.headers.get("content-type", ""):
            self._contracts.check(method, path.partition("?")[0], answer.status, answer.json())
        return answer

    def get(self, path: str, **options: Any) -> Any:
        """Return the JSON of a successful GET."""
        return _good(self.ask("GET", path, **options))

    def post(self, path: str, body: Any, **options: Any) -> Any:
        """Return the JSON of a successful POST."""
        return _good(self.ask("POST", path, body, **options))

    def patch(self, path: str, body: Any) -> Any:
        """Return the JSON of a successful PATCH."""
        return _good(self.ask("PATCH", path, body))

    def refused(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        """Return status and JSON of a call that fails."""
        answer = self.ask(method, path, body, **options)
        assert answer.status >= 400
        return answer.status, answer.json()

    def control(self, path: str, body: Any = None, method: str = "") -> Any:
        """Return what the control API answers."""
        answer = self._pool.request(
            method or ("GET" if body is None else "POST"), f"{self.url}/_sandbox/{path}", json=body
        )
        assert answer.status < 300, answer.data
        return answer.json() if answer.data else None


def _good(answer: urllib3.BaseHTTPResponse) -> Any:
    assert answer.status < 300, (answer.status, answer.data)
    return answer.json() if answer.data else None


@pytest.fixture(scope="session")
def running():
    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def contracts():
    return Contracts()


@pytest.fixture
def sandbox(running):
    running.call(lambda: running._reset({}))
    return running


@pytest.fixture
def http(sandbox, contracts):
    return Http(sandbox.url, contracts)


@pytest.fixture
def client(sandbox):
    return hubspot.Client.create(access_token=sandbox.token, host=sandbox.url, base_url=sandbox.url)


@pytest.fixture
def make(http) -> Callable[..., str]:
    """Make a record; return its id."""

    def make_one(kind: str = "contacts", **properties: str) -> str:
        properties = properties or {"email": "ada@example.com"}
        return str(http.post(f"/crm/v3/objects/{kind}", {"properties": properties})["id"])

    return make_one


@pytest.fixture
def fault(http) -> Callable[..., Any]:
    """Let something go wrong."""
    return lambda kind, **rule: http.control("faults", {"kind": kind, **rule})


@pytest.fixture
def searched(http) -> Callable[..., Any]:
    """Search for filters of one group."""

    def search(*filters: dict[str, Any], kind: str = "contacts", **body: Any) -> Any:
        return http.post(f"/crm/v3/objects/{kind}/search", {"filterGroups": [{"filters": list(filters)}], **body})

    return search
