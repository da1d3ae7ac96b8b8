"""OAuth: four ways to a session, and what a session is worth."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Any
from urllib.parse import unquote

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.assertions import Assertion, BadAssertionError, read_assertion
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.rows import Row
from connectors.sandbox.salesforce.sessions import PASSWORD, SECURITY_TOKEN, ConnectedApp, Session, Sessions

Wire = dict[str, Any]
_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LOCAL = ("127.0.0.1", "localhost", "[::1]")
_LOGIN_HOSTS = ("login.salesforce.com", "test.salesforce.com")
MY_DOMAIN = "syncd-sandbox.my.salesforce.com"


class _RefusedError(Exception):
    """An OAuth error."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


def token(call: Call) -> Answer:
    """Open a session for a client, an assertion, a refresh token or a password."""
    form = call.request.form()
    grants = {
        "client_credentials": _client_credentials,
        _JWT: _jwt_bearer,
        "refresh_token": _refresh,
        "password": _password,
    }
    grant = grants.get(form.get("grant_type", ""))
    if grant is None:
        return _failed(call, _RefusedError("unsupported_grant_type", "grant type not supported"))
    try:
        body = grant(call, form)
    except _RefusedError as refused:
        return _failed(call, refused)
    return call.answer(body)


def user_info(call: Call) -> Answer:
    """Tell who the session belongs to."""
    user = _user(call)
    return call.answer({
        "sub": identity_url(call, user.id), "user_id": user.id, "organization_id": call.org.id,
        "preferred_username": user["Username"], "nickname": user["CommunityNickname"], "name": user["Name"],
        "email": user["Email"], "email_verified": True, "given_name": user["FirstName"],
        "family_name": user["LastName"], "zoneinfo": user["TimeZoneSidKey"], "locale": user["LocaleSidKey"],
        "user_type": "STANDARD", "active": user["IsActive"],
        "urls": {"rest": f"{instance_url(call)}/services/data/v{{version}}/"},
    })  # fmt: skip


def identity(call: Call) -> Answer:
    """Tell who a user of the org is: what `id` in the answer of a login leads to."""
    user = _user(call)
    if call.parts["user"][:15] != user.id[:15] or call.parts["org"][:15] != call.org.id[:15]:
        raise SalesforceError("INSUFFICIENT_ACCESS", "Bad_Id", http=403)
    place = f"{instance_url(call)}/services"
    return call.answer({
        "id": identity_url(call, user.id), "asserted_user": True, "user_id": user.id, "organization_id": call.org.id,
        "username": user["Username"], "nick_name": user["CommunityNickname"], "display_name": user["Name"],
        "email": user["Email"], "email_verified": True, "first_name": user["FirstName"],
        "last_name": user["LastName"], "timezone": user["TimeZoneSidKey"], "active": user["IsActive"],
        "user_type": "STANDARD", "language": user["LanguageLocaleKey"], "locale": user["LocaleSidKey"],
        "utcOffset": -28_800_000, "last_modified_date": user["LastModifiedDate"], "is_app_installed": True,
        "urls": {
            "partner": f"{place}/Soap/u/{{version}}/{call.org.id}", "rest": f"{place}/data/v{{version}}/",
            "sobjects": f"{place}/data/v{{version}}/sobjects/", "query": f"{place}/data/v{{version}}/query/",
        },
    })  # fmt: skip


def revoke(call: Call) -> Answer:
    """End a session, or a grant with all its sessions."""
    value = call.request.form().get("token") or call.request.parameter("token")
    sessions = call.org.sessions
    grant = sessions.grants.get(sessions.refresh_tokens.get(value, ""))
    if grant is not None:
        grant.is_revoked = True
        sessions.sessions = {key: it for key, it in sessions.sessions.items() if it.grant != grant.id}
    elif not sessions.expire(value):
        return _failed(call, _RefusedError("unsupported_token_type", "this token type is not supported"))
    return Answer(200)


def introspect(call: Call) -> Answer:
    """Tell whether a token is still good."""
    now_ms = call.org.now_ms()
    session = call.org.sessions.sessions.get(call.request.form().get("token", ""))
    if session is None or session.is_over(now_ms):
        return call.answer({"active": False})
    user = call.org.tables["User"].rows[session.user_id]
    left = session.life_ms or 0
    return call.answer({
        "active": True, "client_id": session.app, "username": user["Username"], "sub": identity_url(call, user.id),
        "token_type": "access_token", "exp": (session.used_ms + left) // 1000,
    })  # fmt: skip


def _failed(call: Call, refused: _RefusedError) -> Answer:
    return call.answer({"error": refused.error, "error_description": refused.description}, 400)


def instance_url(call: Call) -> str:
    """Return where the org answers: the address it was called by, unless that is a login host."""
    host = call.headers.get("host", "")
    if host.startswith(_LOCAL):
        return f"http://{host}"
    return f"https://{MY_DOMAIN if not host or host in _LOGIN_HOSTS else host}"


def _client_credentials(call: Call, form: dict[str, str]) -> Wire:
    app = _app(call, form)
    if call.headers.get("host", "") in _LOGIN_HOSTS:
        raise _RefusedError("invalid_grant", "request not supported on this domain")
    if not app.run_as:
        raise _RefusedError("invalid_grant", "no client credentials user enabled")
    return _opened(call, app, app.run_as)


def _jwt_bearer(call: Call, form: dict[str, str]) -> Wire:
    try:
        assertion = read_assertion(form.get("assertion", ""))
    except BadAssertionError as problem:
        raise _RefusedError("invalid_grant", str(problem)) from None
    app = call.org.sessions.apps.get(assertion.issuer)
    if app is None:
        raise _RefusedError("invalid_client_id", "client identifier invalid")
    _check_assertion(call, app, assertion)
    return _opened(call, app, assertion.subject)


def _check_assertion(call: Call, app: ConnectedApp, assertion: Assertion) -> None:
    if assertion.expires_s * 1000 <= call.org.now_ms():
        raise _RefusedError("invalid_grant", "expired authorization code")
    if "salesforce.com" not in assertion.audience and not any(host in assertion.audience for host in _LOCAL):
        raise _RefusedError("invalid_grant", "audience is invalid")
    if app.public_key and not assertion.is_signed_by(app.public_key):
        raise _RefusedError("invalid_grant", "invalid assertion")
    if assertion.subject in app.unapproved:
        raise _RefusedError("invalid_grant", "user hasn't approved this consumer")


def _refresh(call: Call, form: dict[str, str]) -> Wire:
    app = _app(call, form)
    sessions = call.org.sessions
    known = sessions.grants.get(sessions.refresh_tokens.get(form.get("refresh_token", ""), ""))
    turned = sessions.rotate(form.get("refresh_token", "")) if known is not None and known.app == app.key else None
    if turned is None:
        raise _RefusedError("invalid_grant", "expired access/refresh token")
    grant, following = turned
    user = call.org.tables["User"].rows[grant.user_id]
    body = _opened(call, app, str(user["Username"]), grant.id)
    return body | {"refresh_token": following} if app.is_rotating else body


def _password(call: Call, form: dict[str, str]) -> Wire:
    app = _app(call, form)
    if not app.may_use_password:
        raise _RefusedError("unsupported_grant_type", "username-password flow is disabled")
    users = call.org.tables["User"].having("Username", form.get("username", ""))
    if not users or not is_password(call.org.sessions, users[0].id, form.get("password", "")):
        raise _RefusedError("invalid_grant", "authentication failure")
    return _opened(call, app, form.get("username", ""))


def is_password(sessions: Sessions, user_id: str, given: str) -> bool:
    """Whether a password is a user's, with or without the security token; who was given none has everybody's."""
    own = sessions.passwords.get(user_id, PASSWORD)
    return given in {own, own + SECURITY_TOKEN}


def _app(call: Call, form: dict[str, str]) -> ConnectedApp:
    key, secret = form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            key, _, secret = base64.b64decode(value).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise _RefusedError("invalid_client", "invalid client credentials") from None
        key, secret = unquote(key), unquote(secret)
    app = call.org.sessions.apps.get(key)
    if app is None:
        raise _RefusedError("invalid_client_id", "client identifier invalid")
    if app.secret != secret:
        raise _RefusedError("invalid_client", "invalid client credentials")
    return app


def _opened(call: Call, app: ConnectedApp, username: str, grant: str = "") -> Wire:
    org = call.org
    users = org.tables["User"].having("Username", username)
    if not users:
        raise _RefusedError("invalid_grant", "authentication failure")
    user = users[0]
    if user["IsActive"] is not True:
        raise _RefusedError("invalid_grant", "inactive user")
    if not org.sessions.may_log_in(user.id, org.now_ms(), org.readings.logins_per_hour):
        raise _RefusedError("invalid_grant", "login rate exceeded")
    session = org.sessions.issue(org.id, user.id, app.key, org.now_ms(), grant)
    return _body(call, session, app)


def _body(call: Call, session: Session, app: ConnectedApp) -> Wire:
    issued = str(session.used_ms)
    identity = identity_url(call, session.user_id)
    digest = hmac.new(app.secret.encode(), (identity + issued).encode(), hashlib.sha256).digest()
    return {
        "access_token": session.value, "signature": base64.b64encode(digest).decode(), "scope": "api",
        "instance_url": instance_url(call), "id": identity, "token_type": "Bearer", "issued_at": issued,
    }  # fmt: skip


def identity_url(call: Call, user_id: str) -> str:
    """Return where it is told who a user is."""
    is_local = call.headers.get("host", "").startswith(_LOCAL)
    return f"{instance_url(call) if is_local else 'https://login.salesforce.com'}/id/{call.org.id}/{user_id}"


def _user(call: Call) -> Row:
    assert call.session is not None  # noqa: S101 - the route asks for a session
    return call.org.tables["User"].rows[call.session.user_id]
