"""Ways to a session, and how sessions end."""

from __future__ import annotations

import base64

import orjson
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from connectors.sandbox.salesforce import (
    CONSUMER_KEY,
    CONSUMER_SECRET,
    PASSWORD,
    REFRESH_TOKEN,
    ROTATING_KEY,
    ROTATING_REFRESH_TOKEN,
    SECURITY_TOKEN,
    USERNAME,
)

JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CLIENT = {"client_id": CONSUMER_KEY, "client_secret": CONSUMER_SECRET}


def b64(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def assertion(key=None, **claims):
    told = {"iss": CONSUMER_KEY, "sub": USERNAME, "aud": "https://login.salesforce.com", "exp": 4_000_000_000, **claims}
    text = b64(orjson.dumps({"alg": "RS256"})) + "." + b64(orjson.dumps(told))
    signature = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()) if key else b"x"
    return f"{text}.{b64(signature)}"


@pytest.mark.parametrize(
    "fields",
    [
        {"grant_type": "client_credentials", **CLIENT},
        {"grant_type": "refresh_token", "refresh_token": REFRESH_TOKEN, **CLIENT},
        {"grant_type": "password", "username": USERNAME, "password": PASSWORD + SECURITY_TOKEN, **CLIENT},
        {"grant_type": JWT, "assertion": assertion()},
    ],
    ids=lambda fields: fields["grant_type"],
)
def test_every_flow_opens_a_session_that_works(org, fields):
    told = org.form(**fields).json()

    org.token = told["access_token"]
    assert told["token_type"] == "Bearer"
    assert told["instance_url"] == org.url
    assert org.get("/services/oauth2/userinfo")["preferred_username"] == USERNAME


@pytest.mark.parametrize(
    ("fields", "error", "description"),
    [
        ({"grant_type": "client_credentials", **CLIENT, "client_id": "x"}, "invalid_client_id", "client identifier"),
        ({"grant_type": "client_credentials", **CLIENT, "client_secret": "x"}, "invalid_client", "credentials"),
        ({"grant_type": "refresh_token", "refresh_token": "x", **CLIENT}, "invalid_grant", "expired access/refresh"),
        (
            {"grant_type": "password", "username": USERNAME, "password": "x", **CLIENT},
            "invalid_grant",
            "authentication",
        ),
        ({"grant_type": JWT, "assertion": assertion(exp=1)}, "invalid_grant", "expired"),
        ({"grant_type": JWT, "assertion": "x"}, "invalid_grant", "invalid assertion"),
        ({"grant_type": "device"}, "unsupported_grant_type", "not supported"),
    ],
)
def test_refusals_are_objects_with_a_description(org, fields, error, description):
    answer = org.form(**fields)

    assert answer.status == 400
    assert answer.json()["error"] == error
    assert description in answer.json()["error_description"]


def test_client_credentials_may_come_as_basic(org):
    pair = base64.b64encode(f"{CONSUMER_KEY}:{CONSUMER_SECRET}".encode()).decode()

    answer = org._pool.request(
        "POST", f"{org.url}/services/oauth2/token", body="grant_type=client_credentials",
        headers={"Authorization": f"Basic {pair}", "Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip

    assert answer.status == 200


def test_an_app_without_a_run_as_user_is_refused(org):
    org.set(app={"key": CONSUMER_KEY, "run_as": ""})

    told = org.form(grant_type="client_credentials", **CLIENT).json()

    assert told["error_description"] == "no client credentials user enabled"


def test_an_assertion_has_to_be_signed_for_the_registered_key(org):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    org.set(app={"key": CONSUMER_KEY, "public_key": pem})

    assert org.form(grant_type=JWT, assertion=assertion(key)).status == 200
    assert org.form(grant_type=JWT, assertion=assertion()).status == 400


def test_a_user_who_has_not_approved_the_app_is_refused(org):
    org.set(app={"key": CONSUMER_KEY, "unapproved": [USERNAME]})

    told = org.form(grant_type=JWT, assertion=assertion()).json()

    assert told["error_description"] == "user hasn't approved this consumer"


def test_a_rotating_refresh_token_works_once_and_its_reuse_revokes_everything(org):
    client = {"client_id": ROTATING_KEY, "client_secret": CONSUMER_SECRET, "grant_type": "refresh_token"}

    first = org.form(refresh_token=ROTATING_REFRESH_TOKEN, **client).json()
    second = org.form(refresh_token=first["refresh_token"], **client).json()
    reused = org.form(refresh_token=ROTATING_REFRESH_TOKEN, **client)
    after = org.form(refresh_token=second["refresh_token"], **client)

    assert first["refresh_token"] != ROTATING_REFRESH_TOKEN
    assert (reused.status, after.status) == (400, 400)
    org.token = second["access_token"]
    assert org.refused("GET", "/limits")[:2] == (401, "INVALID_SESSION_ID")


def test_a_session_ends_after_two_idle_hours_and_each_call_puts_that_off(org):
    org.token = org.form(grant_type="client_credentials", **CLIENT).json()["access_token"]

    org.control("clock", {"shift_s": 7000})
    alive = org.ask("GET", "/limits").status
    org.control("clock", {"shift_s": 7000})
    still_alive = org.ask("GET", "/limits").status
    org.control("clock", {"shift_s": 7300})

    assert (alive, still_alive) == (200, 200)
    assert org.refused("GET", "/limits") == (401, "INVALID_SESSION_ID", "Session expired or invalid")


def test_with_single_sessions_a_new_login_ends_the_one_before(org):
    org.set(single_session=True)
    first = org.form(grant_type="client_credentials", **CLIENT).json()["access_token"]

    second = org.form(grant_type="client_credentials", **CLIENT).json()["access_token"]

    org.token = first
    assert org.ask("GET", "/limits").status == 401
    org.token = second
    assert org.ask("GET", "/limits").status == 200


def test_a_revoked_session_is_over(org):
    org.token = org.form(grant_type="client_credentials", **CLIENT).json()["access_token"]

    org._pool.request("POST", f"{org.url}/services/oauth2/revoke", fields={"token": org.token}, encode_multipart=False)

    assert org.ask("GET", "/limits").status == 401
