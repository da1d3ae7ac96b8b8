"""The token is refreshed ahead of its end, by one thread for all, and never shown."""

from __future__ import annotations

import threading

import pytest

from connectors.hubspot.credentials import Credentials
from connectors.hubspot.tokens import RefreshedToken
from connectors.token_file import TokenFile
from syncd.errors import AnswerLostError, ConfigError, CredentialsError, RetryableError
from tests.connectors.doubles import ScriptedServer, answer, text

OAUTH = {"client_id": "app", "client_secret": "hush", "refresh_token": "first"}
EXPIRED = answer(401, {"category": "EXPIRED_AUTHENTICATION", "message": "expired 75 second(s) ago"})
LISTED = answer(200, {"results": []})


def granted(token, refresh_token="first"):
    return answer(200, {"access_token": token, "refresh_token": refresh_token, "expires_in": 1800})


class Secret:
    def __init__(self, text):
        self._text = text

    def reveal(self):
        return self._text


def census(desk):
    return list(desk.connector.census("contacts"))


def test_a_private_token_signs_each_call(desk):
    there = desk(LISTED, credentials={"token": Secret("pat-1")})

    census(there)

    assert there.tokens == ["pat-1"]


def test_the_first_call_is_preceded_by_a_refresh(desk):
    there = desk(granted("a1"), LISTED, credentials=OAUTH)

    census(there)

    assert there.paths == ["/oauth/v1/token", "/crm/v3/objects/contacts"]
    assert there.tokens == ["a1"]
    assert b"grant_type=refresh_token" in there.server.requests[0]


def test_a_token_is_refreshed_before_it_ends(desk, clock):
    there = desk(granted("a1"), LISTED, granted("a2"), LISTED, credentials=OAUTH)
    census(there)
    clock.wait(1600.0)

    census(there)

    assert there.tokens == ["a1", "a2"]


def test_a_token_that_ends_early_is_refreshed_once_and_the_call_repeated(desk):
    there = desk(granted("a1"), EXPIRED, granted("a2"), LISTED, credentials=OAUTH)

    census(there)

    assert there.tokens == ["a1", "a2"]


def test_a_private_token_that_ran_out_needs_a_person(desk):
    there = desk(EXPIRED)

    with pytest.raises(CredentialsError):
        census(there)

    assert len(there.server.requests) == 1


def test_a_refused_refresh_token_needs_a_person_and_is_not_shown(desk):
    there = desk(answer(400, {"status": "BAD_REFRESH_TOKEN", "message": "first is revoked"}), credentials=OAUTH)

    with pytest.raises(CredentialsError) as caught:
        census(there)

    assert "first" not in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_rotated_refresh_token_is_kept_before_the_new_token_is_used(desk, tmp_path, monkeypatch):
    kept = []
    servers: list[ScriptedServer] = []
    file = TokenFile(tmp_path / "token", "first")
    keep = file.keep

    def note(token: str) -> None:
        keep(token)
        kept.append((token, servers[0].requests[-1].split(b" ")[1]))

    monkeypatch.setattr(file, "keep", note)
    there = desk(granted("a1", "second"), LISTED, credentials=OAUTH, token_file=file)

    servers.append(there.server)

    census(there)

    assert kept == [("second", b"/oauth/v1/token")]
    assert file.read() == "second"


def test_a_refresh_that_fails_for_the_moment_is_repeated(desk):
    there = desk(answer(503), text(502, "<html>"), granted("a1"), LISTED, credentials=OAUTH)

    census(there)

    assert there.tokens == ["a1"]


class CountedLock:
    """A lock that tells how many have come to it."""

    def __init__(self):
        self._lock = threading.Lock()
        self._came = threading.Semaphore(0)

    def __enter__(self):
        self._came.release()
        self._lock.acquire()

    def __exit__(self, *_):
        self._lock.release()

    def wait_for(self, count):
        assert all(self._came.acquire(timeout=10.0) for _ in range(count))


def test_however_many_threads_need_a_token_one_asks(clock, monkeypatch):
    asked, lock = [], CountedLock()

    def refresh(credentials, refresh_token):
        asked.append(refresh_token)
        if len(asked) == 1:
            # All of them have seen by then that there is none.
            lock.wait_for(8)
        return {"access_token": f"a{len(asked)}", "expires_in": 1800}

    tokens = RefreshedToken(Credentials(refresh_token="r"), refresh, None, clock)
    monkeypatch.setattr(tokens, "_lock", lock)

    threads = [threading.Thread(target=tokens.prepare) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert asked == ["r"]


def test_a_token_that_another_thread_has_renewed_is_not_renewed_again(clock):
    asked = []

    def refresh(credentials, refresh_token):
        asked.append(refresh_token)
        return {"access_token": f"a{len(asked)}", "expires_in": 1800}

    tokens = RefreshedToken(Credentials(refresh_token="r"), refresh, None, clock)
    sent_at = clock.monotonic()
    clock.wait(1.0)

    assert tokens.renew(sent_at)
    assert tokens.renew(sent_at)

    assert len(asked) == 1


def test_a_lost_refresh_is_not_taken_for_a_lost_write(clock):
    def refresh(credentials, refresh_token):
        raise AnswerLostError

    tokens = RefreshedToken(Credentials(refresh_token="r"), refresh, None, clock)

    with pytest.raises(RetryableError) as caught:
        tokens.prepare()

    assert not isinstance(caught.value, AnswerLostError)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"token": ""},
        {"token": "t", **OAUTH},
        {"client_id": "app"},
        {"tokn": "t"},
    ],
    ids=["nothing", "empty", "both", "a part of OAuth", "a typo"],
)
def test_credentials_that_are_not_one_whole_set_are_refused(settings):
    with pytest.raises(ConfigError) as caught:
        Credentials.from_settings(settings)

    assert "token" in caught.value.hint


def test_credentials_are_never_printed():
    assert "hush" not in repr(Credentials.from_settings(OAUTH))
    assert "pat-1" not in repr(Credentials.from_settings({"token": "pat-1"}))
