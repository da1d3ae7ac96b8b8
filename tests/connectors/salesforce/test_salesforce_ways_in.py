"""Each way into a simulated org, and sessions that end."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors import open_connector
from connectors.options import Options
from connectors.token_file import TokenFile
from syncd.errors import CredentialsError, QuotaExhaustedError
from syncd.model import FixState
from tests.connectors.rigs import RigClock, want_people
from tests.connectors.salesforce.orgs import CITY, write


def test_a_key_opens_the_org(org):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, *form).decode()
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    public = key.public_key().public_bytes(serialization.Encoding.PEM, kind).decode()
    org.settle(app={"key": "sandbox-consumer-key", "public_key": public})

    connector = org.knock(
        client_id="sandbox-consumer-key", username="integration@syncd-sandbox.example", private_key=private
    )

    assert connector.identify().id


def test_a_password_with_its_security_token_opens_an_old_org(org):
    connector = org.knock(
        client_id="sandbox-consumer-key", client_secret="sandbox-consumer-secret",
        username="integration@syncd-sandbox.example", password="sandbox-password" + "sandbox-token",
    )  # fmt: skip

    assert connector.identify().id


def test_a_refresh_token_that_can_be_used_once_is_followed_by_its_successors(org, tmp_path):
    given = {
        "client_id": "sandbox-rotating-key", "client_secret": "sandbox-consumer-secret",
        "refresh_token": "sandbox-rotating-refresh-token",
    }  # fmt: skip
    files = [TokenFile(tmp_path / "token", given["refresh_token"]) for _ in range(2)]
    first, second = (
        open_connector("salesforce", "main", org._sandbox.url, given, Options(token_file=file), org.ear, RigClock(org))
        for file in files
    )

    first.identify()
    second.identify()
    org.end_sessions()
    first.identify()

    assert files[0].read() != given["refresh_token"]
    with pytest.raises(CredentialsError):
        org.knock(**given).identify()


def test_a_session_that_ends_between_two_pages_is_renewed_and_nothing_is_lost(org, shelf):
    ids = org.create("Contact", 4500)
    connector = org.connect()
    pages = iter(connector.pull(want_people(org), None, shelf))
    shelf.keep(next(pages))
    org.end_sessions()

    for page in pages:
        shelf.keep(page)

    assert set(shelf.seen) == set(ids)
    assert set(shelf.seen.values()) == {1}


def test_a_session_that_ends_before_a_write_is_renewed_and_the_write_happens_once(org):
    (id_,) = org.create("Contact", 1)
    connector = org.connect()
    connector.identify()
    org.end_sessions()

    (outcome,) = connector.update("Contact", [write(id_, **{CITY: "Ulm"})])

    assert outcome.state is FixState.APPLIED
    assert org.our_writes() == {(id_, CITY): 1}


def test_the_last_tenth_of_the_day_is_left_to_others(org):
    org.create("Contact", 1)
    org.settle(edition="trial", clear=True)
    connector = org.connect()
    connector.identify()
    org.settle(spend=4600)
    connector.identify()

    with pytest.raises(QuotaExhaustedError):
        connector.identify()

    assert connector.budget().limit == 5000
    assert 0 < connector.budget().remaining < 500
