"""Hand a mail to a mail server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage

from syncd.notify.failures import DeliveryError
from syncd.settings import EmailSettings, MailSecurity

#: How long one step with the mail server may take.
TIMEOUT_S = 20.0


def send(made: EmailMessage, settings: EmailSettings, *, context: ssl.SSLContext | None = None) -> None:
    """Hand it over; DeliveryError when the server did not take it for every address.

    Nothing is sent, and nobody logs in, before the way is protected, where it is to be.
    """
    try:
        refused = _hand_over(made, settings, context or ssl.create_default_context())
    except (OSError, smtplib.SMTPException) as error:
        raise DeliveryError(_failure_of(error)) from None
    if refused:
        raise DeliveryError("the mail server refused some of the addresses", has_arrived=True)


def _hand_over(made: EmailMessage, settings: EmailSettings, context: ssl.SSLContext) -> bool:
    """Return whether some of the addresses were refused."""
    with _connect(settings, context) as server:
        if settings.security is MailSecurity.STARTTLS:
            server.starttls(context=context)
        if settings.password is not None:
            server.login(settings.user, settings.password.reveal())
        return bool(server.send_message(made))


def _connect(settings: EmailSettings, context: ssl.SSLContext) -> smtplib.SMTP:
    if settings.security is MailSecurity.TLS:
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=TIMEOUT_S, context=context)
    return smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT_S)


#: What went wrong in our words, the particular first: a server's own might repeat what it was sent.
_FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPAuthenticationError, "the mail server refused the login"),
    (smtplib.SMTPRecipientsRefused, "the mail server refused every address"),
    (smtplib.SMTPNotSupportedError, "the mail server cannot do what the settings ask for"),
    (smtplib.SMTPResponseException, "the mail server refused the message"),
    (ssl.SSLError, "the certificate of the mail server is not good"),
    (TimeoutError, "the mail server did not answer in time"),
)


def _failure_of(error: Exception) -> str:
    return next((told for kind, told in _FAILURES if isinstance(error, kind)), "the mail server cannot be reached")
