"""A HubSpot connector in front of a scripted server."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.hubspot import open_connector
from connectors.options import Options


class Desk:
    """The connector, and what reached the server."""

    def __init__(self, server, connector):
        self.server = server
        self.connector = connector

    @property
    def lines(self):
        return [request.split(b"\r\n")[0].decode() for request in self.server.requests]

    @property
    def paths(self):
        return [urlsplit(line.split(" ")[1]).path for line in self.lines]

    @property
    def queries(self):
        return [parse_qs(urlsplit(line.split(" ")[1]).query) for line in self.lines]

    @property
    def bodies(self):
        return [json.loads(request.partition(b"\r\n\r\n")[2] or b"null") for request in self.server.requests]

    @property
    def tokens(self):
        headers = [line for request in self.server.requests for line in request.split(b"\r\n")]
        return [line.split(b" ")[-1].decode() for line in headers if line.lower().startswith(b"authorization:")]


@pytest.fixture
def desk(scripted, clock, ear):
    made = []

    def start(*script, credentials=None, **options):
        server = scripted(*script)
        credentials = credentials or {"token": "pat-secret"}
        connector = open_connector("main", server.url, credentials, Options(**options), ear, clock)
        made.append(connector)
        return Desk(server, connector)

    yield start
    for connector in made:
        connector.close()
