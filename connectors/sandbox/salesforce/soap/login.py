"""`login()`: a session for a username and a password, for orgs that still have it."""

from __future__ import annotations

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.endpoints.oauth import instance_url, is_password
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.rows import Row
from connectors.sandbox.salesforce.sessions import LIFE_MS
from connectors.sandbox.salesforce.soap.envelope import Envelope, Part, SoapFault, answer

#: The last version whose API has login().
LAST_VERSION = 64
_INVALID = "Invalid username, password, security token; or user locked out."
_APP = "soap-login"


def login(call: Call, envelope: Envelope, version: int) -> Answer:
    """Open a session."""
    body = envelope.body
    users = call.org.tables["User"].having("Username", body.one("username"))
    if (
        not users
        or not is_password(call.org.sessions, users[0].id, body.one("password"))
        or users[0]["IsActive"] is not True
    ):
        raise SoapFault("INVALID_LOGIN", _INVALID, "LoginFault")
    user = users[0]
    org = call.org
    if not org.sessions.may_log_in(user.id, org.now_ms(), org.readings.logins_per_hour):
        raise SoapFault("INVALID_LOGIN", "Login Rate Exceeded", "LoginFault")
    session = org.sessions.issue(org.id, user.id, _APP, org.now_ms())
    place = f"{instance_url(call)}/services/Soap"
    result: list[Part] = [
        ("metadataServerUrl", f"{place}/m/{version}.0/{org.id}"), ("passwordExpired", False), ("sandbox", False),
        ("serverUrl", f"{place}/u/{version}.0/{org.id}"), ("sessionId", session.value), ("userId", user.id),
        ("userInfo", user_info(org, user, session.life_ms or LIFE_MS)),
    ]  # fmt: skip
    return answer("login", [("result", result)])


def user_info(org: Org, user: Row, life_ms: int) -> list[Part]:
    """Return what a client is told of its user."""
    return [
        ("accessibilityMode", False), ("chatterExternal", False), ("currencySymbol", "$"),
        ("orgAttachmentFileSizeLimit", "5242880"), ("orgDefaultCurrencyIsoCode", "USD"),
        ("orgDisallowHtmlAttachments", False), ("orgHasPersonAccounts", org.has_person_accounts),
        ("organizationId", org.id), ("organizationMultiCurrency", False),
        ("organizationName", _text(org.tables["Organization"].rows[org.id], "Name")),
        ("profileId", _text(user, "ProfileId")), ("roleId", ""),
        ("sessionSecondsValid", str(life_ms // 1000)), ("userDefaultCurrencyIsoCode", ""),
        ("userEmail", _text(user, "Email")), ("userFullName", _text(user, "Name")), ("userId", user.id),
        ("userLanguage", _text(user, "LanguageLocaleKey")), ("userLocale", _text(user, "LocaleSidKey")),
        ("userName", _text(user, "Username")), ("userTimeZone", _text(user, "TimeZoneSidKey")),
        ("userType", _text(user, "UserType")), ("userUiSkin", "Theme3"),
    ]  # fmt: skip


def _text(row: Row, name: str) -> str:
    return str(row[name] or "")
