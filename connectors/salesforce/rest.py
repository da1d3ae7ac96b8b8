"""`simple-salesforce` as we use it: its addresses and its session, our transport beneath, answers left as they came.

It is imported on the first call only: that takes a second. Nothing of its own ways with tokens, refusals and repeats
is ever reached: an answer that is no success leaves through it as a RefusalError, headers and all, before it can look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import BaseAdapter
from simple_salesforce.api import Salesforce

from connectors.exchange import Answer, Transport

#: Stands for every host of Salesforce's until the moment of sending; the library insists on https and on a host.
_ANY_HOST = "https://instance"
#: The library wants a token; each call gets the one of its moment instead.
_ANY_TOKEN = "none"  # noqa: S105


class _Response(requests.Response):
    """A response that remembers what it was made of."""

    def __init__(self, answer: Answer, url: str) -> None:
        super().__init__()
        self.answer = answer
        self.status_code = answer.status
        self.headers.update(answer.headers)
        self.url = url
        self._content = answer.data


class _Door(BaseAdapter):
    """Sends what a session prepares through our transport, to where the org is at this moment."""

    def __init__(self, transport: Transport, instance: Callable[[], str]) -> None:
        super().__init__()
        self._transport = transport
        self._instance = instance

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Return the response when it is a success; RefusalError, NotSentError or LostError otherwise."""
        instance, asked = urlsplit(self._instance()), urlsplit(str(request.url))
        url = urlunsplit((instance.scheme, instance.netloc, asked.path, asked.query, ""))
        headers, body = cast("Mapping[str, str]", request.headers), cast("bytes | None", request.body)
        answer = self._transport.request(str(request.method), url, headers=headers, body=body)
        return _Response(answer, url)

    def close(self) -> None:
        """Do nothing: the transport has an owner."""


class Rest(Salesforce):
    """The library with our transport beneath. Safe to use from several threads."""

    def __init__(self, transport: Transport, instance: Callable[[], str], version: str) -> None:
        session = requests.Session()
        # Neither proxies nor passwords out of the environment.
        session.trust_env = False
        for scheme in ("https://", "http://"):
            session.mount(scheme, _Door(transport, instance))
        super().__init__(session_id=_ANY_TOKEN, instance_url=_ANY_HOST, version=version, session=session)

    def exchange(self, method: str, path: str, **more: Any) -> Answer:
        """Make one call to a path below the version's, as the library would, and return the undecoded answer."""
        response = self._call_salesforce(method, self.base_url + path, **more)
        return cast("_Response", response).answer

    def exchange_at(self, method: str, path: str, **more: Any) -> Answer:
        """Make one call to a path of the host."""
        response = self._call_salesforce(method, _ANY_HOST + path, **more)
        return cast("_Response", response).answer
