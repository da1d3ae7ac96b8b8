"""What `simple-salesforce` would do by itself, and does not do here."""

from __future__ import annotations

import pytest

from connectors import Want
from syncd.clock import SystemClock
from syncd.errors import CredentialsError, RetryableError
from tests.connectors.doubles import Ear, answer, silent, text
from tests.connectors.salesforce.conftest import refused, row, rows


def census(desk):
    return list(desk.connector.census("Contact"))


def test_it_takes_every_host_for_https_and_is_sent_where_the_org_is(desk):
    there = desk(rows(row(1)))

    assert len(census(there)) == 1
    assert there.headers("Host")[0].startswith("127.0.0.1:")


def test_it_sets_no_timeout_and_every_call_has_one(scripted):
    from connectors import Options
    from connectors.salesforce import open_connector

    server = scripted(silent)
    options = Options(read_seconds=0.1, attempts=1)
    connector = open_connector("main", server.url, {"token": "t"}, options, Ear(), SystemClock())

    with pytest.raises(RetryableError):
        list(connector.census("Contact"))


def test_it_would_log_in_a_thousand_times_and_sees_no_refusal(desk):
    login = answer(200, {"access_token": "t"})
    expired = refused(401, "INVALID_SESSION_ID")
    there = desk(login, expired, login, expired, login, credentials={"client_id": "a", "client_secret": "b"})

    with pytest.raises(CredentialsError):
        there.connector.describe("Contact")

    assert len(there.server.requests) == 4


def test_it_asks_for_pretty_answers_and_gets_plain_ones(desk):
    there = desk(rows())

    census(there)

    assert there.headers("X-PrettyPrint") == ["0"]


def test_it_takes_proxies_from_the_environment_and_is_kept_from_it(desk, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    there = desk(rows())

    assert census(there) == [()]


def test_it_would_follow_a_redirect_with_the_token(desk, scripted):
    elsewhere = scripted(rows())
    there = desk(text(302, "", {"Location": f"{elsewhere.url}/steal"}))

    with pytest.raises(Exception):  # noqa: B017, PT011 - refused, whatever it is called
        census(there)

    assert elsewhere.requests == []


def test_it_keeps_one_session_for_all_calls_and_each_call_has_the_token_of_its_moment(desk):
    first, second = (answer(200, {"access_token": token}) for token in ("t1", "t2"))
    more = rows(row(1), more="/services/data/v64.0/query/0r8-1")
    there = desk(
        first, more, refused(401, "INVALID_SESSION_ID"), second, rows(row(2)), rows(row(3)),
        credentials={"client_id": "a", "client_secret": "b"},
    )  # fmt: skip

    pages = census(there)
    census(there)

    assert len(pages) == 2
    assert there.headers("Authorization")[1:] == ["Bearer t1", "Bearer t1", "", "Bearer t2", "Bearer t2"]


def test_it_believes_that_all_means_deleted_too_and_is_told_which(desk):
    there = desk(rows(total=0), rows(), rows())

    list(there.connector.pull(Want("Contact", ()), None, None))
    list(there.connector.removed("Contact"))

    assert [path.rstrip("/").rpartition("/")[2] for path in there.paths][:3] == ["query", "query", "queryAll"]


def test_what_it_quotes_is_quoted_for_quote_and_backslash(desk):
    from simple_salesforce.format import format_soql

    from connectors.salesforce.query import text_literal

    for text_ in ("O'Hara", "back\\slash", "\\' OR Id != '", 'say "hi"', "line\nbreak\r\t\b\f", "50%_"):
        assert text_literal(text_) == format_soql("{}", text_)


def test_cookies_of_an_answer_are_not_handed_from_one_thread_to_another(desk):
    there = desk(rows(headers={"Set-Cookie": "BrowserId=abc; path=/"}), rows())
    census(there)

    census(there)

    assert there.headers("Cookie") == ["", ""]


def test_closing_ends_no_session(desk):
    there = desk(rows())
    census(there)

    there.connector.close()

    assert len(there.server.requests) == 1
