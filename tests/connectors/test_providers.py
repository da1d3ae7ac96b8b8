"""Providers of values from outside: files, databases, APIs. Whatever they hold or answer harms nobody."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import pytest
from pydantic import SecretStr

from connectors.providers import Context, provider_types
from syncd.clock import SystemClock
from syncd.errors import (
    AnswerLostError,
    BrokenPromiseError,
    CredentialsError,
    QuotaExhaustedError,
    RecordRejectedError,
    RefusedError,
    RetryableError,
    ThrottledError,
)
from tests.connectors import api_double
from tests.connectors.api_double import ApiDouble, saying

ACME = {"domain": "acme.com"}


def context(clock, *places, by=("domain",), **rest):
    return Context("firmo", by, places, clock, threading.Event(), **rest)


def opened(kind, options, of):
    chosen = provider_types()[kind]
    return chosen.open(chosen.options.model_validate(options), of)


def test_types_are_found_by_their_files():
    assert {"csv", "http", "sql"} <= provider_types().keys()


@pytest.mark.parametrize("kind", sorted(provider_types()))
def test_type_says_what_each_of_its_options_means_and_keeps_its_secrets(kind):
    options = provider_types()[kind].options

    assert options.__doc__
    for name, field in options.model_fields.items():
        assert field.description, name
        assert (name in {"key", "password", "token", "secret"}) <= ("SecretStr" in str(field.annotation)), name
    assert options.model_config["extra"] == "forbid"
    assert options.model_config["frozen"]


# A file


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "companies.csv"
    file.write_text(
        "Website;Branch;Staff\n"
        "https://www.acme.com/en;Steel;250\n"
        "twice.com;Steel;1\ntwice.com;Coal;1\n"
        "same.com;Coal;3\nsame.com;Coal;3\n"
        ";No key;4\ngmail.com;Free;5\nshort.com\n",
        encoding="utf-8-sig",
    )
    return file


def test_row_is_found_by_its_key_in_whatever_form(table, clock):
    with closing(
        opened("csv", {"file": table, "columns": {"domain": "Website"}}, context(clock, "Branch", "Staff"))
    ) as provider:
        found = {one: provider.ask({"domain": one}) for one in ("acme.com", "same.com", "twice.com", "none.com")}
        short = provider.ask({"domain": "short.com"})

    assert found == {
        "acme.com": {"Branch": "Steel", "Staff": "250"},
        "same.com": {"Branch": "Coal", "Staff": "3"},
        "twice.com": None,  # which of them is right nobody knows
        "none.com": None,
    }
    assert short == {}


def test_file_is_read_again_when_it_changes(table, clock):
    with closing(
        opened("csv", {"file": table, "columns": {"domain": "Website"}}, context(clock, "Branch"))
    ) as provider:
        before, edition = provider.ask(ACME), provider.edition
        table.write_text("Website;Branch\nacme.com;Paper mills\n")
        clock.wait(2)
        after, other = provider.ask(ACME), provider.edition

    assert (before, after) == ({"Branch": "Steel"}, {"Branch": "Paper mills"})
    assert edition != other


def test_file_that_cannot_be_used_is_said_to_be(table, tmp_path, clock):
    of = context(clock, "Branch")
    gone = opened("csv", {"file": tmp_path / "gone.csv"}, of)
    lacking = opened("csv", {"file": table}, of)
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"domain,Branch\n\xff\xfe,Steel\n")

    with pytest.raises(RetryableError, match=r"gone.csv cannot be read: No such file"):
        gone.ask(ACME)
    with pytest.raises(RefusedError, match=r"has no column 'domain'"):
        lacking.check()
    with pytest.raises(RefusedError, match=r"broken.csv cannot be read"):
        opened("csv", {"file": broken}, of).check()


# A database


@pytest.fixture
def erp(tmp_path):
    file = tmp_path / "erp.db"
    with closing(sqlite3.connect(file)) as base, base:
        base.execute("CREATE TABLE customers (vat TEXT, city TEXT, turnover REAL)")
        base.executemany(
            "INSERT INTO customers VALUES (?, ?, ?)",
            [("DE1", "Köln", 5.5), ("DE2", "Bonn", 1), ("DE2", "Bern", 1), ("'; DROP TABLE customers; --", "Oslo", 0)],
        )
    return file


def query(erp, text="SELECT city, turnover FROM customers WHERE vat = :vat"):
    return {"url": f"sqlite:///{erp}", "query": text}


def test_query_is_asked_with_parameters_only_and_for_one_row(erp, clock):
    with closing(opened("sql", query(erp), context(clock, "city", "turnover", by=("vat",)))) as provider:
        found = [provider.ask({"vat": one}) for one in ("DE1", "DE2", "DE3", "'; DROP TABLE customers; --", "' OR 1=1")]
        told = provider.check()

    assert found == [{"city": "Köln", "turnover": 5.5}, None, None, {"city": "Oslo", "turnover": 0.0}, None]
    assert told == "the query can be asked"


def test_database_is_not_written_to_and_not_waited_for(erp, tmp_path, clock):
    of = context(SystemClock(), "city", by=("vat",), timeout_s=0.2)
    endless = (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) AS city FROM n WHERE x != :vat"
    )

    with pytest.raises(RefusedError, match="readonly"):
        opened("sql", query(erp, "DELETE FROM customers WHERE vat = :vat"), of).ask({"vat": "DE1"})
    with pytest.raises(RetryableError, match="took too long"):
        opened("sql", query(erp, endless), of).ask({"vat": "x"})
    with pytest.raises(RetryableError, match="cannot be opened"):
        opened("sql", query(tmp_path / "gone.db"), of).ask({"vat": "x"})
    with pytest.raises(RefusedError, match="no column 'town'"):
        opened("sql", query(erp), context(clock, "town", by=("vat",))).ask({"vat": "DE1"})


def test_postgresql_is_asked_with_parameters_only(postgres, clock):
    text = "SELECT 'Köln: 100%' AS city, :vat::text AS said WHERE :vat <> 'x'"
    url = postgres.empty()

    of = context(clock, "city", "said", by=("vat",))
    with closing(opened("sql", {"url": url, "query": text}, of)) as provider:
        found = [provider.ask({"vat": one}) for one in ("'; DROP", "x")]
    postgres.drop(url)

    assert found == [{"city": "Köln: 100%", "said": "'; DROP"}, None]


# An API


@pytest.fixture
def api():
    made = ApiDouble(saying({}))
    yield made
    made.close()


def firmo(api, *places, clock=None, path="/v1/{domain}?k=1", timeout_s=5.0, by=("domain",), more=None, **options):
    given = {
        "url": api.url + path,
        "headers": {"Authorization": "Bearer {key}"},
        "key": SecretStr("s3cret"),
        "allow_private": True,
        **options,
    }
    return opened("http", given, context(clock or SystemClock(), *places, by=by, timeout_s=timeout_s, **(more or {})))


def test_values_stand_where_the_paths_lead(api):
    api.ways = [saying({"company": {"size": 250, "offices": [{"city": "Oslo"}], "tags": ["a"]}, "ok": True})]

    found = firmo(api, "company.size", "company.offices.0.city", "company.offices.9.city", "company.tags", "ok").ask(
        ACME
    )

    assert found == {
        "company.size": 250,
        "company.offices.0.city": "Oslo",
        "company.offices.9.city": None,
        "company.tags": None,
        "ok": True,
    }
    assert api.asked[0][0] == "/v1/acme.com?k=1"
    assert api.asked[0][1]["Authorization"] == "Bearer s3cret"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("a/../../admin?x=1#y", "/v1/a%2F..%2F..%2Fadmin%3Fx%3D1%23y?k=1"),
        ("evil.example@127.0.0.1", "/v1/evil.example%40127.0.0.1?k=1"),
        ("a b\r\nX-Evil: 1", "/v1/a%20b%0D%0AX-Evil%3A%201?k=1"),
        ("köln", "/v1/k%C3%B6ln?k=1"),
        ("%2e%2e", "/v1/%252e%252e?k=1"),
    ],
)
def test_value_cannot_lead_a_call_elsewhere(api, value, path):
    firmo(api).ask({"domain": value})

    assert api.paths == [path]
    assert "X-Evil" not in api.asked[0][1]


@pytest.mark.parametrize("value", [".", ".."])
def test_value_that_means_another_folder_is_not_asked_for(api, value):
    with pytest.raises(RecordRejectedError, match="another path"):
        firmo(api).ask({"domain": value})

    assert api.asked == []


def test_body_of_a_post_is_json_whatever_the_value(api):
    api.ways = [saying({"size": 1})]

    firmo(api, "size", path="/find", method="POST", body={"q": "site:{domain}"}).ask({"domain": '"},{"x":"'})

    assert api.asked[0][2] == b'{"q":"site:\\"},{\\"x\\":\\""}'


@pytest.mark.parametrize(
    ("way", "error", "told", "calls"),
    [
        (api_double.page, BrokenPromiseError, "no JSON", 1),
        (api_double.gigantic, BrokenPromiseError, "too large", 1),
        (api_double.bomb, BrokenPromiseError, "no JSON", 1),
        (api_double.packed_bomb, BrokenPromiseError, "packed", 1),
        (saying(0, Content_Length="999999999"), BrokenPromiseError, "too large", 1),
        # Neither into the house nor anywhere else.
        (api_double.redirect("http://169.254.169.254/latest/meta-data"), RefusedError, "redirect", 1),
        (api_double.redirect("/elsewhere"), RefusedError, "answers 302", 1),
        (saying({}, 401), CredentialsError, "does not take the key", 1),
        (saying({}, 402), QuotaExhaustedError, "nothing more is paid for", 1),
        (saying({}, 422), RecordRejectedError, "does not take the question", 1),
        (saying({}, 418), BrokenPromiseError, "answers 418", 1),
        (saying({}, 429, Retry_After="3600"), ThrottledError, "answers 429", 1),  # not slept through
        (saying({}, 500), RetryableError, "answers 500", 3),
        (saying({}, 429, Retry_After="1"), ThrottledError, "answers 429", 3),
        (api_double.torn, AnswerLostError, "no complete answer", 3),
    ],
)
def test_bad_answer_is_an_error_of_its_kind_and_nothing_of_it_is_used(api, clock, way, error, told, calls):
    api.ways = [way]

    with pytest.raises(error, match=told) as caught:
        firmo(api, "size", clock=clock).ask(ACME)

    assert "s3cret" not in str(caught.value)
    assert len(api.asked) == calls


@pytest.mark.parametrize("way", [api_double.silence, api_double.dribble, api_double.dribbled_head])
def test_answer_that_takes_too_long_is_cut_however_it_comes(api, way):
    api.ways = [way]
    clock = SystemClock()
    began = clock.monotonic()

    provider = firmo(api, "size", timeout_s=0.2)
    with pytest.raises(AnswerLostError, match="took too long"):
        provider._ask_once(ACME)

    assert clock.monotonic() - began < 5


def test_what_it_does_not_know_is_no_error(api):
    api.ways = [saying({}, 404), saying({}, 204)]

    found = [firmo(api, "size").ask(ACME) for _ in range(2)]

    assert found == [None, None]


def test_passing_trouble_is_overcome(api, clock):
    api.ways = [saying({}, 429, Retry_After="2"), saying({}, 503), saying({"size": 7})]

    found = firmo(api, "size", clock=clock).ask(ACME)

    assert found == {"size": 7}
    assert 2.0 in clock.waits


def test_no_call_leaves_when_the_day_has_none_left(api):
    left = iter([True, False])
    provider = firmo(api, "size", more={"may_call": lambda: next(left)})
    provider.ask(ACME)

    with pytest.raises(QuotaExhaustedError, match="budget"):
        provider.ask(ACME)

    assert len(api.asked) == 1


def test_no_more_calls_leave_in_a_minute_than_are_allowed(api, clock):
    provider = firmo(api, "size", clock=clock, more={"per_minute": 2})
    began = clock.monotonic()

    moments = []
    for _ in range(5):
        provider.ask(ACME)
        moments.append(clock.monotonic() - began)

    assert moments[1] == 0
    assert moments[2] >= 60
    assert moments[4] >= 120


def test_provider_that_is_down_is_left_alone_for_a_moment(api, clock):
    api.ways = [saying({}, 500)]
    provider = firmo(api, "size", clock=clock)
    for _ in range(4):
        with pytest.raises(RetryableError):
            provider.ask(ACME)
    called = len(api.asked)

    with pytest.raises(RetryableError, match="left alone"):
        provider._ask_once(ACME)

    assert called == len(api.asked) == 12


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "[::ffff:127.0.0.1]"])
def test_host_in_the_own_network_is_refused_however_it_is_spelled(api, host):
    provider = firmo(api, url=f"https://{host}:{api.server_port}/{{domain}}", allow_private=False)

    with pytest.raises((RefusedError, RetryableError), match=r"not public|leads nowhere"):
        provider.check()
    with pytest.raises((RefusedError, RetryableError), match=r"not public|leads nowhere|left alone"):
        provider._ask_once(ACME)
    assert api.asked == []


def test_name_that_leads_elsewhere_a_moment_later_leads_nowhere(api, monkeypatch):
    """The address that was judged is the one that is called (DNS rebinding)."""
    answers = iter(["127.0.0.1"])
    found = lambda *_a, **_k: [(2, 1, 6, "", (next(answers), api.server_port))]  # noqa: E731 - a double
    monkeypatch.setattr("connectors.guarded.socket.getaddrinfo", found)
    api.ways = [saying({"size": 7})]
    provider = firmo(api, "size", url=f"http://api.example.com:{api.server_port}/{{domain}}")

    # The place was judged once; connecting must not ask for the name again.
    monkeypatch.setattr("connectors.guarded.socket.create_connection", _only(("127.0.0.1", api.server_port)))
    found_there = provider._ask_once(ACME)

    assert found_there == {"size": 7}
    assert api.asked[0][1]["Host"] == f"api.example.com:{api.server_port}"


def _only(allowed):
    import socket

    def connect(place, timeout):
        assert place == allowed
        made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        made.settimeout(timeout)
        made.connect(place)
        return made

    return connect


def test_certificate_has_to_be_good(api):
    provider = firmo(api, "size", url=f"https://127.0.0.1:{api.server_port}/{{domain}}", clock=None)

    with pytest.raises(RetryableError, match=r"certificate|no complete answer"):
        provider._ask_once(ACME)


@pytest.mark.parametrize(
    ("kind", "options", "by", "mistakes"),
    [
        ("http", {"url": "https://a.com/{domain}"}, ["domain"], []),
        ("http", {"url": "https://{domain}/x"}, ["domain"], ["url: has a place for a value in its host"]),
        ("http", {"url": "https://u:p@a.com/{domain}"}, ["domain"], ["url: should not hold a user"]),
        ("http", {"url": "http://a.com/{domain}"}, ["domain"], ["url: sends everything in clear"]),
        ("http", {"url": "ftp://a.com/{domain}"}, ["domain"], ["url: should begin with https"]),
        ("http", {"url": "https://a.com/{emial}"}, ["email"], ["url: has a place for emial", "url: has no place"]),
        ("http", {"url": "https://a.com/{domain}?k={key}"}, ["domain"], ["key: is missing"]),
        (
            "http",
            {"url": "https://a.com/{domain}", "headers": {"X-Api-Key": "abc", "X-Who": "{domain}"}},
            ["domain"],
            ["headers.X-Api-Key: a secret", "headers.X-Who: may hold {key}"],
        ),
        ("sql", {"url": "sqlite:///a.db", "query": "SELECT 1 WHERE :vat = '1'"}, ["vat"], []),
        ("sql", {"url": "mysql://a", "query": "SELECT ':vat'"}, ["vat"], ["url: should begin", "query: lacks"]),
        ("sql", {"url": "sqlite:///a.db", "query": "DELETE FROM x; SELECT :vat"}, ["vat"], ["query: should be one"]),
        ("csv", {"file": "a.csv", "separator": ",,"}, ["domain"], ["separator: should be one sign"]),
    ],
)
def test_mistakes_in_declarations_are_told_all_at_once(kind, options, by, mistakes):
    chosen = provider_types()[kind]

    found = [f"{'.'.join(path)}: {told}" for path, told in chosen.mistakes(chosen.options(**options), by)]

    assert len(found) == len(mistakes)
    assert all(one.startswith(start) for one, start in zip(found, mistakes, strict=True))
