"""What came in, in the console: seen by who may look, decided by who may decide, and harmless whatever it says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from syncd.model import Mode, Ref, Role, Stream
from syncd.settings import parse_settings
from syncd.store import ArrivalState, Candidate, Entrance, Said, Told
from tests.web.console_given import Given, open_console

CONTACTS = Stream("main", "contacts", "person")
HOSTILE = "<script>alert(1)</script>"
TEXT = """
accounts: {main: {crm: hubspot, token: "${TOKEN}"}}
streams: {main/contacts: {mode: apply}}
inbound: {folders: {fair: {stream: main/contacts, path: inbox}}}
"""

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
def console(store, clock, tmp_path) -> Iterator[Given]:
    settings = parse_settings(TEXT, file="syncd.yaml", folder=tmp_path, env={"TOKEN": "pat-na1-for-a-test"})
    given = open_console(store, clock, settings)
    yield given
    given.server.close()


@pytest.fixture
def asked(store) -> str:
    """Something that came in and may be a record there is; return its id."""
    said = Said({"email": "ada.king@example-works.com", "last_name": HOSTILE})
    may_be = Told(candidates=(Candidate(Ref("main", "contacts", "7"), 0.91, ("They share a mailbox.",)),))
    with store.transaction() as tx:
        came = tx.arrivals.enter(Entrance("fair", CONTACTS, "m1", Mode.APPLY, said), ArrivalState.ASKED, may_be)
        tx.arrival_files.begin("fair", "d1", "messe.csv")
    return str(came.id)


def state_of(store, one: str) -> tuple[ArrivalState, str]:
    with store.reading() as tx:
        found = tx.arrivals.find(one)
    assert found is not None
    return found.state, str(found.ref or "")


def test_what_waits_is_listed_and_shown_and_nothing_of_it_runs(console, asked):
    browser = console.logged_in(Role.VIEWER)

    listed, shown = browser.get("/arrivals"), browser.get(f"/arrivals/{asked}")

    assert "fair" in listed.text
    assert "messe.csv" in listed.text
    assert "They share a mailbox." in shown.text
    assert HOSTILE not in shown.body
    assert HOSTILE in shown.text
    assert browser.post(f"/arrivals/{asked}/decide", record="main/contacts/7").status == 403
    assert browser.get("/arrivals/nothing").status == 404


def test_reviewer_says_who_it_is_and_of_nothing_else_than_what_it_may_be(console, store, asked):
    browser = console.logged_in(Role.REVIEWER)
    browser.get(f"/arrivals/{asked}")

    wrong = browser.post(f"/arrivals/{asked}/decide", record="main/contacts/8")
    browser.get(f"/arrivals/{asked}")
    said = browser.post(f"/arrivals/{asked}/decide", record="main/contacts/7")

    assert (wrong.status, said.status) == (404, 303)
    assert state_of(store, asked) == (ArrivalState.RECEIVED, "main/contacts/7")
    assert "say who came in" in console.logged_in(Role.ADMIN).get("/accesses").text


def test_what_is_let_go_says_nothing_any_more_and_does_not_come_in_again(console, store, asked):
    browser = console.logged_in(Role.REVIEWER)
    browser.get(f"/arrivals/{asked}")

    browser.post(f"/arrivals/{asked}/drop")

    with store.transaction() as tx:
        [left] = tx.arrivals.select()
        again = tx.arrivals.enter(Entrance("fair", CONTACTS, "m1", Mode.APPLY, Said({"email": "x@y.de"})))
    assert (left.state, dict(left.said.values), again.id) == (ArrivalState.DROPPED, {}, asked)
