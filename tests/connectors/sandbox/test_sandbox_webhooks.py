"""HubSpot's own way to set webhooks up works against the sandbox, and its journal is for apps that were granted it."""

from __future__ import annotations

import hubspot
import pytest
from hubspot.webhooks import SettingsChangeRequest, SubscriptionCreateRequest, ThrottlingSettings
from hubspot.webhooks.exceptions import ApiException

from connectors.sandbox.hubspot.endpoints.webhooks import DEVELOPER_KEY, JOURNAL_SCOPE
from connectors.sandbox.tokens import DEFAULT_APP, OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET

_JOURNAL = "/webhooks-journal/journal/2026-09"
_ASKED = {"client_id": OAUTH_CLIENT_ID, "client_secret": OAUTH_CLIENT_SECRET, "grant_type": "client_credentials"}


def test_official_sdk_sets_up_where_events_go_and_of_what(http):
    sdk = hubspot.Client.create(api_key=DEVELOPER_KEY, host=http.url, base_url=http.url)
    app = int(DEFAULT_APP)
    throttling = ThrottlingSettings(max_concurrent_requests=5)
    wanted = SettingsChangeRequest(target_url="https://syncd.example.com/hooks/hubspot/main", throttling=throttling)

    settings = sdk.webhooks.settings_api.configure(app, wanted)
    made = sdk.webhooks.subscriptions_api.create(
        app, SubscriptionCreateRequest(event_type="contact.propertyChange", property_name="email", active=True)
    )
    with pytest.raises(ApiException):
        sdk.webhooks.subscriptions_api.create(app, SubscriptionCreateRequest(event_type="contact.moved", active=True))

    assert settings.throttling.max_concurrent_requests == 5
    assert [one.id for one in sdk.webhooks.subscriptions_api.get_all(app).results] == [made.id]
    sdk.webhooks.subscriptions_api.archive(made.id, app)
    assert sdk.webhooks.subscriptions_api.get_all(app).results == []


def test_journal_is_read_by_an_app_in_its_own_name_and_by_nobody_else(http):
    refused, _ = http.refused("GET", f"{_JOURNAL}/latest")
    form = "&".join(f"{name}={value}" for name, value in {**_ASKED, "scope": JOURNAL_SCOPE}.items())
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = http._pool.request("POST", f"{http.url}/oauth/v3/token", body=form, headers=headers)
    http.token = answer.json()["access_token"]

    contact = http._pool.request(
        "POST", f"{http.url}/crm/v3/objects/contacts", json={"properties": {"email": "a@example-works.com"}},
        headers={"Authorization": "Bearer pat-na1-sandbox"},
    ).json()["id"]  # fmt: skip
    place = http.get(f"{_JOURNAL}/latest")
    events = http._pool.request("GET", place["url"]).json()["journalEvents"]

    assert refused == 403
    assert {(one["objectTypeId"], str(one["objectId"])) for one in events} == {("0-1", contact)}
    assert http.ask("GET", f"{_JOURNAL}/offset/{place['currentOffset']}/next").status == 204
    assert http.refused("GET", f"{_JOURNAL}/offset/never-was/next")[0] == 404
