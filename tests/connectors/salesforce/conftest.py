"""A Salesforce connector in front of a scripted server, or of a simulated org."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.options import Options
from connectors.salesforce import open_connector
from tests.connectors.doubles import answer
from tests.connectors.salesforce.orgs import Org

NOW = {"Date": "Sun, 01 Mar 2026 12:00:00 GMT"}
STAMP = "2026-03-01T11:00:00.000+0000"


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
        """The SOQL of each call that carried one."""
        asked = [parse_qs(urlsplit(line.split(" ")[1]).query).get("q") for line in self.lines]
        return [soql[0] for soql in asked if soql]

    @property
    def bodies(self):
        return [request.partition(b"\r\n\r\n")[2] for request in self.server.requests]

    @property
    def json(self):
        return [json.loads(body) if body else None for body in self.bodies]

    def headers(self, name):
        found = []
        for request in self.server.requests:
            lines = request.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
            pairs = [line.decode().partition(": ") for line in lines]
            found.append(next((value for key, _, value in pairs if key.lower() == name.lower()), ""))
        return found


@pytest.fixture
def desk(scripted, clock, ear):
    made = []

    def start(*script, credentials=None, **options):
        server = scripted(*script)
        credentials = credentials or {"token": "00Dsecret"}
        connector = open_connector("main", server.url, credentials, Options(**options), ear, clock)
        made.append(connector)
        return Desk(server, connector)

    yield start
    for connector in made:
        connector.close()


@pytest.fixture(scope="module")
def started() -> Iterator[Org]:
    org = Org()
    yield org
    org.close()


@pytest.fixture
def org(started: Org) -> Org:
    started.reset()
    return started


def rows(*found, total=None, more="", headers=None):
    """An answer to a query."""
    body = {"totalSize": len(found) if total is None else total, "done": not more, "records": list(found)}
    if more:
        body["nextRecordsUrl"] = more
    return answer(200, body, {**NOW, **(headers or {})})


def row(number, stamp=STAMP, **values):
    """A row of Contact, as the server would send it."""
    system = {
        "Id": contact_id(number),
        "SystemModstamp": stamp,
        "CreatedDate": "2026-01-01T00:00:00.000+0000",
        "LastModifiedById": "005000000000001AAA",
        "IsDeleted": False,
        "MasterRecordId": None,
    }
    return {"attributes": {"type": "Contact"}, **system, **values}


def contact_id(number):
    return f"003{number:012d}AAA"


def refused(status, code, message="no"):
    return answer(status, [{"errorCode": code, "message": message}])
