"""Ways into an org: each asks for its token once, renews it for all threads, and shows nothing of it."""

from __future__ import annotations

import base64
import itertools
import json
import threading
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.options import Options
from connectors.salesforce import open_connector
from connectors.salesforce.address import Address
from connectors.salesforce.credentials import Credentials, Flow
from connectors.salesforce.login import Grant
from connectors.salesforce.tokens import GrantedToken
from connectors.token_file import TokenFile
from syncd.errors import AnswerLostError, ConfigError, CredentialsError, RetryableError
from tests.connectors.doubles import answer, reset, text
from tests.connectors.salesforce.conftest import refused, rows

APP = {"client_id": "app", "client_secret": "hush"}
REFRESHED = {**APP, "refresh_token": "first"}
PASSWORD = {**APP, "username": "ada@example.com", "password": "pass+token"}
EXPIRED = refused(401, "INVALID_SESSION_ID", "Session expired or invalid")


def granted(token="t1", **more):
    whom = "https://login.salesforce.com/id/00D000000000001AAA/005000000000001AAA"
    return answer(200, {"access_token": token, "instance_url": "https://acme.my.salesforce.com", "id": whom, **more})


def census(desk):
    return list(desk.connector.census("Contact"))


def form(desk, call=0):
    return {name: values[0] for name, values in parse_qs(desk.bodies[call].decode()).items()}


def tokens(desk):
    return [value.removeprefix("Bearer ") for value in desk.headers("Authorization")]


def test_a_given_token_signs_each_call(desk):
    there = desk(rows())

    census(there)

    assert tokens(there) == ["00Dsecret"]


def test_an_app_comes_in_by_its_own_right(desk):
    there = desk(granted(), rows(), credentials=APP)

    census(there)

    assert there.paths[0] == "/services/oauth2/token"
    assert form(there) == {"grant_type": "client_credentials", **APP}
    assert tokens(there) == ["", "t1"]


def test_a_password_of_an_old_org_is_sent_as_it_is(desk):
    there = desk(granted(), rows(), credentials=PASSWORD)

    census(there)

    assert form(there) == {"grant_type": "password", **PASSWORD}


def test_a_key_vouches_for_its_user(desk, clock):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    there = desk(granted(), rows(), credentials={"client_id": "app", "username": "ada@example.com", "private_key": pem})

    census(there)

    sent = form(there)
    claims = sent["assertion"].split(".")[1]
    told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert sent["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert (told["iss"], told["sub"], told["aud"]) == ("app", "ada@example.com", "https://login.salesforce.com")
    assert 0 < told["exp"] - clock.now().timestamp() <= 180


def test_a_key_that_is_none_is_a_mistake_in_the_settings_and_not_shown(desk):
    there = desk(rows(), credentials={"client_id": "app", "username": "a", "private_key": "no key at all"})

    with pytest.raises(ConfigError) as caught:
        census(there)

    assert "no key at all" not in str(caught.value)


def test_a_new_refresh_token_is_kept_before_it_is_used(desk, tmp_path, monkeypatch):
    kept: list[tuple[str, int]] = []
    file = TokenFile(tmp_path / "token", "first")
    keep = file.keep

    def note(token: str) -> None:
        keep(token)
        kept.append((token, len(there.server.requests)))

    monkeypatch.setattr(file, "keep", note)
    there: Any = desk(
        granted(refresh_token="second"), rows(), EXPIRED, granted("t2", refresh_token="third"), rows(),
        credentials=REFRESHED,
        token_file=file,
    )  # fmt: skip
    census(there)

    census(there)

    assert [form(there, 0)["refresh_token"], form(there, 3)["refresh_token"]] == ["first", "second"]
    assert kept == [("second", 1), ("third", 4)]
    assert tokens(there) == ["", "t1", "t1", "", "t2"]


def test_a_session_that_ended_is_renewed_and_the_same_call_sent_again_with_all_its_headers(desk):
    there = desk(granted(), EXPIRED, granted("t2"), answer(200, []), rows(), credentials=APP)

    there.connector.archive("Contact", ["003000000000001AAA"])

    assert there.lines[1] == there.lines[3]
    assert there.headers("Sforce-Call-Options")[1] == there.headers("Sforce-Call-Options")[3] == "client=syncd"
    assert tokens(there) == ["", "t1", "", "t2"]


def test_a_session_that_is_refused_again_after_it_was_renewed_ends_the_call(desk):
    there = desk(granted(), EXPIRED, granted("t2"), EXPIRED, credentials=APP)

    with pytest.raises(CredentialsError):
        census(there)

    assert len(there.server.requests) == 4


def test_a_refusal_that_is_an_object_and_no_list_is_understood(desk):
    there = desk(answer(401, {"error": "invalid_grant", "error_description": "expired access/refresh token"}))

    with pytest.raises(CredentialsError):
        census(there)


@pytest.mark.parametrize(
    "message", ["This session is not valid for use with the REST API", "Connected app is not attached to Agent"]
)
def test_a_session_that_no_login_can_cure_is_not_renewed(desk, message):
    there = desk(granted(), refused(401, "INVALID_SESSION_ID", message), credentials=APP)

    with pytest.raises(CredentialsError):
        census(there)

    assert len(there.server.requests) == 2


def test_a_given_token_that_ran_out_needs_a_person(desk):
    there = desk(EXPIRED)

    with pytest.raises(CredentialsError):
        census(there)

    assert len(there.server.requests) == 1


def test_a_login_that_is_refused_needs_a_person_and_shows_nothing(desk):
    there = desk(
        answer(400, {"error": "invalid_grant", "error_description": "ada@example.com is locked"}), credentials=PASSWORD
    )

    with pytest.raises(CredentialsError) as caught:
        census(there)

    assert "invalid_grant" in str(caught.value)
    for secret in ("hush", "pass+token", "ada@example.com"):
        assert secret not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("trouble", [reset, text(503, "<html>"), answer(503)], ids=["reset", "page", "503"])
def test_a_login_that_gets_no_answer_is_tried_again(desk, trouble):
    there = desk(trouble, granted(), rows(), credentials=APP)

    census(there)

    assert there.paths[:2] == ["/services/oauth2/token"] * 2


def test_the_instance_that_a_stand_in_names_is_not_called(desk):
    there = desk(granted(), rows(), credentials=APP)

    census(there)

    assert there.paths[1].startswith("/services/data/")


@pytest.mark.parametrize(
    ("url", "told", "instance"),
    [
        ("", "https://acme.my.salesforce.com", "https://acme.my.salesforce.com"),
        ("", "http://acme.my.salesforce.com/", "https://acme.my.salesforce.com"),
        ("https://acme.my.salesforce.com/", "", "https://acme.my.salesforce.com"),
        ("http://127.0.0.1:8080", "https://acme.my.salesforce.com", "http://127.0.0.1:8080"),
    ],
)
def test_calls_go_where_the_login_says_unless_something_stands_in(url, told, instance):
    assert Address.of(url, Flow.REFRESH).instance(told) == instance


@pytest.mark.parametrize(
    ("url", "flow"),
    [
        ("https://acme.lightning.force.com", Flow.REFRESH),
        ("http://acme.my.salesforce.com", Flow.REFRESH),
        ("", Flow.CLIENT),
        ("https://login.salesforce.com", Flow.TOKEN),
    ],
)
def test_an_address_that_cannot_serve_is_told_at_once(url, flow):
    with pytest.raises(ConfigError) as caught:
        Address.of(url, flow)

    assert "my.salesforce.com" in caught.value.hint


@pytest.mark.parametrize("url", ["https://test.salesforce.com", "https://acme--dev.sandbox.my.salesforce.com"])
def test_an_assertion_for_a_sandbox_org_is_meant_for_the_test_login(url):
    assert Address.of(url, Flow.JWT).audience == "https://test.salesforce.com"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"token": "t", **APP},
        {"client_id": "app"},
        {"refresh_token": "r"},
        {**REFRESHED, "username": "a"},
        {"tokn": "t"},
    ],
)
def test_credentials_that_are_no_way_in_are_told_at_once(given, clock, ear):
    with pytest.raises(ConfigError) as caught:
        open_connector("main", "http://127.0.0.1:1", given, Options(), ear, clock)

    assert "client_secret" in caught.value.hint


@pytest.mark.parametrize("given", [{"token": "secret-t"}, {**APP}, PASSWORD])
def test_credentials_do_not_show_themselves(given):
    shown = f"{Credentials.from_settings(given)!r} {Grant('secret-t')!r}"

    assert not any(value in shown for name, value in given.items() if name != "client_id")


def test_many_threads_that_meet_the_end_of_a_session_log_in_once(clock):
    logins = itertools.count(1)
    meeting = threading.Barrier(8)
    tokens = GrantedToken(Credentials.from_settings(APP), lambda _: Grant(f"t{next(logins)}"), None, clock)
    tokens.prepare()
    clock.wait(1.0)
    sent_at = clock.monotonic()

    def work():
        meeting.wait()
        tokens.renew(sent_at)

    clock.wait(1.0)
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert next(logins) == 3
    assert tokens.grant.token == "t2"


def test_a_lost_login_does_not_make_the_waiting_write_unknown(clock):
    def lost(_):
        raise AnswerLostError

    tokens = GrantedToken(Credentials.from_settings(APP), lost, None, clock)

    with pytest.raises(RetryableError) as caught:
        tokens.prepare()

    assert not isinstance(caught.value, AnswerLostError)


def test_the_library_is_loaded_on_the_first_call_only():
    import subprocess
    import sys

    code = "import sys, connectors.salesforce; sys.exit('simple_salesforce' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
