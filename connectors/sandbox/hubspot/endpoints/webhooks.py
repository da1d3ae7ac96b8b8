"""Webhooks: what an app is told, as its developer sets it up, and the journal that it may read instead."""

from __future__ import annotations

from connectors.sandbox import tokens
from connectors.sandbox.clock import iso
from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.errors import missing_scopes, not_found, unauthenticated, unset, validation
from connectors.sandbox.hubspot.webhooks import App, Subscription
from connectors.sandbox.hubspot.webhooks.journal import Entry

#: What a developer's account opens its apps with.
DEVELOPER_KEY = "sandbox-developer-key"
JOURNAL_SCOPE = "developer.webhooks_journal.read"
_LINK_LIVES_MS = 300_000


def settings(call: Call) -> Answer:
    """Tell, change or take away where events go."""
    app = _app(call)
    if call.request.method == "DELETE":
        app.target = ""
        return Answer(204)
    if call.request.method == "PUT":
        body = call.json()
        target = str(body.get("targetUrl") or "")
        if not target.startswith("https://") and not target.startswith("http://127.0.0.1"):
            raise validation("targetUrl must be a secure https URL")
        app.created_ms = app.created_ms if app.target else call.account.now_ms()
        app.target, app.updated_ms = target, call.account.now_ms()
        app.most_at_once = int((body.get("throttling") or {}).get("maxConcurrentRequests") or app.most_at_once)
    if not app.target:
        raise not_found("No settings exist for the app")
    return json_answer(app.wire())


def subscriptions(call: Call) -> Answer:
    """List subscriptions, or add one."""
    app = _app(call)
    if call.request.method == "GET":
        return json_answer({"results": [one.wire() for one in app.subscriptions.values()]})
    body = call.json()
    try:
        made = app.subscribe(
            str(body.get("eventType") or ""),
            str(body.get("propertyName") or ""),
            call.account.now_ms(),
            object_type_id=str(body.get("objectTypeId") or ""),
            is_active=bool(body.get("active", False)),
        )
    except ValueError as problem:
        raise validation(str(problem)) from None
    return json_answer(made.wire(), 201)


def subscription(call: Call) -> Answer:
    """Tell, switch or take away one subscription."""
    app = _app(call)
    one = _subscription(app, call.parts["subscription"])
    if call.request.method == "DELETE":
        del app.subscriptions[one.id]
        return Answer(204)
    if call.request.method == "PATCH":
        one.is_active = bool(call.json().get("active", one.is_active))
    return json_answer(one.wire())


def switch_many(call: Call) -> Answer:
    """Switch several subscriptions on or off."""
    app, now = _app(call), iso(call.account.now_ms())
    rows = call.json().get("inputs")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise unset("inputs")
    found = [_subscription(app, str(row.get("id"))) for row in rows]
    for one, row in zip(found, rows, strict=True):
        one.is_active = bool(row.get("active"))
    results = [one.wire() for one in found]
    return json_answer({"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now})


def journal_earliest(call: Call) -> Answer:
    """Name the oldest file."""
    _check_journal(call)
    return _place(call, call.account.journal.earliest())


def journal_latest(call: Call) -> Answer:
    """Name the newest file."""
    _check_journal(call)
    return _place(call, call.account.journal.latest())


def journal_next(call: Call) -> Answer:
    """Name the file behind one."""
    _check_journal(call)
    try:
        return _place(call, call.account.journal.behind(call.parts["offset"]))
    except KeyError:
        raise not_found("The offset does not exist or has expired") from None


def journal_file(call: Call) -> Answer:
    """Hand out a file; its address is all that is asked for."""
    entry = call.account.journal.find(call.parts["offset"])
    if entry is None:
        raise not_found()
    return json_answer(entry.wire())


def _app(call: Call) -> App:
    if call.request.parameter("hapikey") != DEVELOPER_KEY:
        raise unauthenticated()
    if call.parts["app"] != call.account.sender.app.id:
        raise not_found("No app with this id")
    return call.account.sender.app


def _subscription(app: App, number: str) -> Subscription:
    found = app.subscriptions.get(int(number)) if number.isdecimal() else None
    if found is None:
        raise not_found("No subscription with this id")
    return found


def _check_journal(call: Call) -> None:
    """The journal is for OAuth apps that were granted its scope by client credentials."""
    token = call.token
    if token is None or token.app != tokens.OAUTH_APP or JOURNAL_SCOPE not in (token.scopes or ()):
        raise missing_scopes((JOURNAL_SCOPE,))
    call.account.journal.step()


def _place(call: Call, entry: Entry | None) -> Answer:
    if entry is None:
        return Answer(204)
    host = call.request.headers.get("host", "127.0.0.1")
    return json_answer({
        "currentOffset": entry.offset,
        "expiresAt": iso(call.account.now_ms() + _LINK_LIVES_MS),
        "url": f"http://{host}/webhooks-journal-files/{entry.offset}",
    })  # fmt: skip


_SUBSCRIPTIONS = "/webhooks/v3/{app}/subscriptions"
_JOURNAL = "/webhooks-journal/journal/{date}"
#: Method, path, endpoint, name, scope: for `routes.py`.
ROUTES = (
    ("GET", "/webhooks/v3/{app}/settings", settings, "webhook_settings", ""),
    ("PUT", "/webhooks/v3/{app}/settings", settings, "webhook_settings", ""),
    ("DELETE", "/webhooks/v3/{app}/settings", settings, "webhook_settings", ""),
    ("GET", _SUBSCRIPTIONS, subscriptions, "webhook_subscriptions", ""),
    ("POST", _SUBSCRIPTIONS, subscriptions, "webhook_subscriptions", ""),
    ("POST", f"{_SUBSCRIPTIONS}/batch/update", switch_many, "webhook_subscriptions", ""),
    ("GET", f"{_SUBSCRIPTIONS}/{{subscription}}", subscription, "webhook_subscription", ""),
    ("PATCH", f"{_SUBSCRIPTIONS}/{{subscription}}", subscription, "webhook_subscription", ""),
    ("DELETE", f"{_SUBSCRIPTIONS}/{{subscription}}", subscription, "webhook_subscription", ""),
    ("GET", f"{_JOURNAL}/earliest", journal_earliest, "journal", ""),
    ("GET", f"{_JOURNAL}/latest", journal_latest, "journal", ""),
    ("GET", f"{_JOURNAL}/offset/{{offset}}/next", journal_next, "journal", ""),
    ("GET", "/webhooks-journal-files/{offset}", journal_file, "journal_file", ""),
)
