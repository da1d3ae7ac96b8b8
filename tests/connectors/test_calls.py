"""The one way to call: what is repeated, what never is, and that nothing waits for ever."""

from __future__ import annotations

import socket
import threading

import pytest

from connectors.breaker import Breaker
from connectors.calls import Call, Caller, TokenExpiredError
from connectors.exchange import RefusalError, Transport
from connectors.options import Options
from connectors.pacing import Limit, Pacer
from syncd.clock import SystemClock
from syncd.errors import (
    AnswerLostError,
    CredentialsError,
    RecordRejectedError,
    RetryableError,
    ThrottledError,
)
from tests.connectors.doubles import answer, reset, silent, text, torn

READ = Call("list", ("burst",))
WRITE = Call("update", ("burst",), is_write=True)
TROUBLES = {
    "unavailable": answer(503),
    "a page of the CDN": text(502, "<html>"),
    "reset": reset,
    "torn": torn,
    "a page instead of JSON": text(200, "<html>a page</html>"),
    "JSON that is nested without end": text(200, "[" * 100_000 + "]" * 100_000),
}


class PlainTranslator:
    """A CRM of few words: 401 is run out, 429 slow down, 400 refused; 5xx may have taken effect."""

    def __init__(self):
        self.renewals = 0
        self.may_renew = True

    def error_of(self, answer, call):
        if answer.status == 401:
            return TokenExpiredError()
        if answer.status == 429:
            return ThrottledError(retry_after=answer.number("Retry-After"))
        if answer.status == 400:
            return RecordRejectedError()
        return AnswerLostError() if call.is_write else RetryableError()

    def learn(self, answer, call):
        pass

    def renew(self, answer):
        self.renewals += 1
        return self.may_renew


class Line:
    """A caller with all its parts, and the server it calls."""

    def __init__(self, server, clock, ear, options):
        self.server = server
        self.translator = PlainTranslator()
        self.pacer = Pacer([Limit("burst", 1000, 10.0)], clock)
        self.caller = Caller("main", self.translator, self.pacer, ear, clock, options)
        self.transport = Transport(options, clock, lambda _: {"Authorization": "Bearer t"})

    def call(self, call=READ, path="/"):
        def send():
            try:
                return self.transport.request("GET" if call is READ else "POST", self.server.url + path)
            except RefusalError as refusal:
                return refusal.answer

        return self.caller.call(call, send)


@pytest.fixture
def line(scripted, clock, ear):
    lines = []

    def start(*script, with_clock=None, **options):
        lines.append(Line(scripted(*script), with_clock or clock, ear, Options(**options)))
        return lines[-1]

    yield start
    for made in lines:
        made.transport.close()


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
def test_a_read_is_repeated_until_a_whole_answer_comes(line, trouble):
    there = line(trouble, trouble, answer(200, {"results": []}))

    reply = there.call()

    assert reply.body == {"results": []}
    assert len(there.server.requests) == 3


def test_an_answer_that_is_no_json_by_nature_is_handed_on_as_it_came_with_its_headers(line):
    there = line(text(200, "id\n1\n", {"X-More": "yes"}))
    table = Call("table", ("burst",), is_json=False)

    reply = there.caller.call(table, lambda: there.transport.request("GET", there.server.url))

    assert reply.body == b"id\n1\n"
    assert reply.headers["x-more"] == "yes"


def test_a_reply_tells_how_long_it_took(line, clock):
    def slow(request, connection):
        clock.wait(3.0)
        answer(200, {})(request, connection)

    assert line(slow).call().seconds == 3.0


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
def test_a_write_that_may_have_taken_effect_is_never_sent_again(line, trouble):
    there = line(trouble, answer(200, {"results": []}))

    with pytest.raises(AnswerLostError):
        there.call(WRITE)

    assert len(there.server.requests) == 1


@pytest.mark.parametrize("refusal", [answer(429), answer(401)], ids=["throttled", "token ran out"])
def test_a_write_refused_before_it_took_effect_is_sent_again(line, refusal):
    there = line(refusal, answer(200, {"results": [1]}))

    reply = there.call(WRITE)

    assert reply.body == {"results": [1]}
    assert len(there.server.requests) == 2


def test_a_write_for_which_there_was_no_connection_is_sent_again(line):
    there = line(answer(200))
    there.server.url = "http://127.0.0.1:1"

    with pytest.raises(RetryableError) as caught:
        there.call(WRITE)

    assert not isinstance(caught.value, AnswerLostError)


def test_the_wait_is_the_one_the_crm_asked_for(line, clock):
    there = line(answer(429, headers={"Retry-After": "7"}), answer(200))

    there.call()

    assert 7.0 in clock.waits


def test_without_a_word_from_the_crm_waits_grow(line, clock):
    there = line(*[answer(503)] * 4, answer(200))

    there.call()

    assert clock.waits == sorted(clock.waits)
    assert clock.waits[-1] >= 4.0


def test_what_one_call_was_asked_to_wait_all_calls_wait(line, clock):
    there = line(answer(429, headers={"Retry-After": "3600"}), answer(200))
    with pytest.raises(ThrottledError):
        there.call()

    there.call()

    assert sum(clock.waits) == pytest.approx(3600.0, abs=1.0)


def test_a_long_wait_is_left_to_the_scheduler(line, clock):
    there = line(answer(429, headers={"Retry-After": "3600"}))

    with pytest.raises(ThrottledError) as caught:
        there.call()

    assert caught.value.retry_after == 3600.0
    assert clock.waits == []


def test_patience_ends(line):
    there = line(answer(503), attempts=3)

    with pytest.raises(RetryableError):
        there.call()

    assert len(there.server.requests) == 3


def test_a_refusal_is_not_repeated(line):
    there = line(answer(400))

    with pytest.raises(RecordRejectedError):
        there.call(WRITE)

    assert len(there.server.requests) == 1


def test_a_token_that_ran_out_is_renewed_once(line):
    there = line(answer(401))

    with pytest.raises(CredentialsError):
        there.call()

    assert there.translator.renewals == 1
    assert len(there.server.requests) == 2


def test_a_token_that_cannot_be_renewed_ends_the_call(line):
    there = line(answer(401))
    there.translator.may_renew = False

    with pytest.raises(CredentialsError):
        there.call()

    assert len(there.server.requests) == 1


def test_stopping_is_not_held_up_by_a_wait(line):
    stop = threading.Event()
    stop.set()
    there = line(answer(429, headers={"Retry-After": "50"}), stop=stop)

    with pytest.raises(RetryableError):
        there.call()

    assert len(there.server.requests) == 1


def test_a_server_that_never_answers_is_given_up(line):
    there = line(silent, with_clock=SystemClock(), read_seconds=0.1, attempts=1)

    with pytest.raises(AnswerLostError):
        there.call()


def dribbling_head(_, connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    dribble(connection, b"X-Slow: 1\r\n")


def dribbling_body(_, connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
    dribble(connection, b" ")


def dribble(connection: socket.socket, piece: bytes):
    pause = threading.Event()
    for _ in range(100):
        pause.wait(0.05)
        connection.sendall(piece)


@pytest.mark.parametrize("server", [dribbling_head, dribbling_body])
def test_a_server_that_dribbles_is_given_up_when_the_whole_takes_too_long(line, server):
    clock = SystemClock()
    there = line(server, with_clock=clock, read_seconds=2.0, total_seconds=0.3, attempts=1)
    began = clock.monotonic()

    with pytest.raises(AnswerLostError):
        there.call()

    assert clock.monotonic() - began < 1.5


def test_connections_are_used_again(line):
    there = line(answer(200))

    for _ in range(5):
        there.call()

    assert len(there.server._connections) == 1


def test_the_observer_hears_of_each_exchange(line, ear):
    there = line(answer(503), reset, answer(200))

    there.call()

    assert ear.answers == [("list", 503), ("list", 0), ("list", 200)]


def test_redirects_are_not_followed(line, scripted):
    elsewhere = scripted(answer(200))
    there = line(text(302, "", {"Location": f"{elsewhere.url}/"}), attempts=1)

    with pytest.raises(RetryableError):
        there.call()

    assert (len(there.server.requests), elsewhere.requests) == (1, [])


def test_a_crm_that_is_down_is_not_even_asked(line):
    there = line(*[answer(503)] * 12, answer(200), attempts=1)
    for _ in range(12):
        with pytest.raises(RetryableError, match="for the moment"):
            there.call()

    with pytest.raises(RetryableError, match="left alone"):
        there.call()

    assert len(there.server.requests) == 12


def test_a_crm_that_is_down_is_left_alone(clock):
    breaker = Breaker(clock)
    for _ in range(12):
        breaker.failed()

    with pytest.raises(RetryableError) as caught:
        breaker.check()
    clock.wait(caught.value.retry_after)
    breaker.check()
    breaker.failed()

    with pytest.raises(RetryableError):
        breaker.check()


def test_a_single_answer_ends_the_count_of_failures(clock):
    breaker = Breaker(clock)
    for _ in range(11):
        breaker.failed()
    breaker.answered()
    breaker.failed()

    breaker.check()
