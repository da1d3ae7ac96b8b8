"""Mail is handed over only on a protected way, and a refusal is told in our words."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from syncd.notify import DeliveryError, payloads
from syncd.notify.mail import send
from syncd.settings import EmailSettings, Secret
from syncd.store import Message, Notice
from tests.journeys.running import free_port

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Taker:
    """Takes mail for everybody but those it does not know."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:  # noqa: N802 - the library's name
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802 - as above
        self.taken.append(envelope.content)
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[str, str]:
    """A certificate of this machine, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding, no_password = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "cert.pem").write_bytes(made.public_bytes(encoding))
    (folder / "key.pem").write_bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, no_password))
    return str(folder / "cert.pem"), str(folder / "key.pem")


@pytest.fixture
def trusting(certificate) -> ssl.SSLContext:
    """Whoever trusts that certificate."""
    return ssl.create_default_context(cafile=certificate[0])


class Server(Controller):
    """A mail server that lets one user in, over TLS only."""

    def factory(self) -> SMTP:
        return SMTP(
            self.handler, authenticator=self.let_in, auth_require_tls=True, require_starttls=True, **self.SMTP_kwargs
        )

    @staticmethod
    def let_in(_server, _session, _envelope, _mechanism, given) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (b"syncd", b"p-123456"), handled=False)


@pytest.fixture
def server(certificate) -> Iterator[Server]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    made = Server(Taker(), hostname="127.0.0.1", port=free_port(), tls_context=context)
    made.start()
    yield made
    made.stop()


def settings(server: Controller, password: str = "p-123456", *to: str) -> EmailSettings:
    return EmailSettings(
        host="localhost",
        port=server.port,
        user="syncd",
        password=Secret(password),
        sender="syncd@example.com",
        to=list(to or ("a@example.com",)),
    )


def mail(settings: EmailSettings):
    notice = Notice("guard_tripped", "ticket", "main/contacts", "A guard tripped", "Look at the plan.")
    return payloads.mail([Message("01J", notice, NOW, 1)], settings, "", NOW)


def test_mail_arrives_over_a_protected_way_after_a_login(server, trusting):
    chosen = settings(server)

    send(mail(chosen), chosen, context=trusting)

    assert b"Subject: [syncd] A guard tripped" in server.handler.taken[0]


def test_server_whose_certificate_nobody_knows_gets_neither_password_nor_mail(server):
    chosen = settings(server)

    with pytest.raises(DeliveryError, match="certificate"):
        send(mail(chosen), chosen)

    assert server.handler.taken == []


@pytest.mark.parametrize(
    ("chosen", "failure"),
    [
        ({"password": "wrong-1"}, "the mail server refused the login"),
        ({"to": ("nobody@example.com",)}, "the mail server refused every address"),
    ],
)
def test_refusal_is_told_in_our_words(server, trusting, chosen, failure):
    made = settings(server, chosen.get("password", "p-123456"), *chosen.get("to", ()))

    with pytest.raises(DeliveryError) as caught:
        send(mail(made), made, context=trusting)

    assert (caught.value.failure, caught.value.has_arrived) == (failure, False)


def test_mail_that_some_were_refused_has_arrived_at_the_others(server, trusting):
    made = settings(server, "p-123456", "a@example.com", "nobody@example.com")

    with pytest.raises(DeliveryError) as caught:
        send(mail(made), made, context=trusting)

    assert caught.value.has_arrived
    assert len(server.handler.taken) == 1
