"""OAuth: tokens for codes and refresh tokens, and what a token is worth."""

from __future__ import annotations

from typing import Any

from connectors.sandbox import tokens
from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.errors import not_found


def token(call: Call) -> Answer:
    """Give an access token for a code, a refresh token or client credentials."""
    form = call.request.form()
    if (refused := _refused(call, form)) is not None:
        return refused
    granted = call.account.tokens.refresh_tokens.get(form.get("refresh_token", ""), ())
    if form["grant_type"] == "client_credentials":
        granted = tuple(form.get("scope", "").split())
    made = call.account.tokens.issue(call.account.now_ms(), granted)
    body: dict[str, Any] = {
        "token_type": "bearer",
        "access_token": made.value,
        "refresh_token": form.get("refresh_token") or tokens.OAUTH_REFRESH_TOKEN,
        "expires_in": tokens.OAUTH_LIFETIME_MS // 1000,
    }
    if "/v1/" not in call.request.path:
        body |= {"hub_id": call.account.portal, "scopes": sorted(made.scopes or ()), "user_id": 959199}
    return json_answer(body)


def access_token(call: Call) -> Answer:
    """Tell what an access token is worth."""
    found = call.account.tokens.find(call.parts["token"])
    if found is None:
        raise not_found("access token was not found")
    left = 0 if found.expires_ms is None else max(0, found.expires_ms - call.account.now_ms()) // 1000
    return json_answer({
        "token": found.value, "user": "admin@sandbox.example", "hub_domain": "sandbox.example",
        "scopes": sorted(found.scopes or ()), "hub_id": call.account.portal, "app_id": int(found.app),
        "expires_in": left, "user_id": int(found.user_id or 0), "token_type": "access",
    })  # fmt: skip


def refresh_token(call: Call) -> Answer:
    """Tell what a refresh token is worth."""
    value = call.parts["token"]
    if value not in call.account.tokens.refresh_tokens:
        raise not_found("refresh token was not found")
    return json_answer({
        "token": value, "user": "admin@sandbox.example", "hub_domain": "sandbox.example",
        "scopes": list(call.account.tokens.refresh_tokens[value]), "hub_id": call.account.portal,
        "client_id": tokens.OAUTH_CLIENT_ID, "user_id": 959199, "token_type": "refresh",
    })  # fmt: skip


def revoke_refresh_token(call: Call) -> Answer:
    """Revoke a refresh token."""
    call.account.tokens.refresh_tokens.pop(call.parts["token"], None)
    return Answer(204)


def introspect(call: Call) -> Answer:
    """Tell whether a token is still good."""
    found = call.account.tokens.find(call.request.form().get("token", ""))
    is_active = found is not None and (found.expires_ms is None or found.expires_ms > call.account.now_ms())
    return json_answer({"active": is_active, "hub_id": call.account.portal})


def revoke(call: Call) -> Answer:
    """Revoke any token."""
    value = call.request.form().get("token", "")
    call.account.tokens.remove(value)
    call.account.tokens.refresh_tokens.pop(value, None)
    return Answer(204)


def _refused(call: Call, form: dict[str, str]) -> Answer | None:
    if form.get("client_id") != tokens.OAUTH_CLIENT_ID:
        return _error("invalid_client", "BAD_CLIENT_ID", "missing or unknown client id")
    if form.get("client_secret") != tokens.OAUTH_CLIENT_SECRET:
        return _error("invalid_client", "BAD_CLIENT_SECRET", "missing or invalid client secret")
    grant = form.get("grant_type")
    if grant == "refresh_token":
        if form.get("refresh_token") not in call.account.tokens.refresh_tokens:
            return _error("invalid_grant", "BAD_REFRESH_TOKEN", "refresh token is invalid, expired or revoked")
    elif grant == "authorization_code":
        return _refused_code(form)
    elif grant != "client_credentials":
        return _error("unsupported_grant_type", "BAD_GRANT_TYPE", "missing or invalid grant_type")
    return None


def _refused_code(form: dict[str, str]) -> Answer | None:
    if form.get("code") != tokens.OAUTH_CODE:
        return _error("invalid_grant", "BAD_AUTH_CODE", "missing or unknown auth code")
    if not form.get("redirect_uri"):
        return _error("invalid_grant", "BAD_REDIRECT_URI", "missing or invalid redirect uri")
    return None


def _error(error: str, status: str, message: str) -> Answer:
    return json_answer({"error": error, "error_description": message, "status": status, "message": message}, 400)
