"""HubSpot's own way to set webhooks up works against the sandbox, and its journal is for apps that were granted it."""

from __future__ import annotations

from random import Random

import hubspot
import pytest
from hubspot.webhooks import SettingsChangeRequest, SubscriptionCreateRequest, ThrottlingSettings
from hubspot.webhooks.exceptions import ApiException

from connectors.sandbox.hubspot.endpoints.webhooks import DEVELOPER_KEY, JOURNAL_SCOPE
from connectors.sandbox.hubspot.webhooks.events import events_of
from connectors.sandbox.hubspot.webhooks.subscriptions import App
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


def test_subscriptions_are_switched_together(http):
    http.control("announcing", {"subscribe": ["contact.creation", "deal.merge"]})
    path = f"/webhooks/v3/{DEFAULT_APP}/subscriptions"
    ids = [row["id"] for row in http.get(f"{path}?hapikey={DEVELOPER_KEY}")["results"]]

    told = http.post(f"{path}/batch/update?hapikey={DEVELOPER_KEY}", {"inputs": [{"id": int(ids[0]), "active": False}]})

    assert [(row["id"], row["active"]) for row in told["results"]] == [(ids[0], False)]
    switched = http.get(f"{path}?hapikey={DEVELOPER_KEY}")["results"]
    assert [row["active"] for row in switched] == [False, True]


def test_events_of_any_object_are_told_with_its_type(http, make, sandbox):
    app, account = App(), sandbox.account
    for kind in ("object.creation", "object.associationChange"):
        app.subscribe(kind, "", 0, object_type_id="0-1")
    make("notes", hs_timestamp="2026-01-01")
    contact, company = make(), make("companies", name="Acme")
    primary = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
    http.ask("PUT", f"/crm/v4/objects/contacts/{contact}/associations/companies/{company}", primary)

    effects = account.world.effects.since(0)
    told = [event for effect in effects for event in events_of(account, app, effect, Random(1))]

    assert [(event["subscriptionType"], event["objectTypeId"]) for event in told] == [
        ("object.creation", "0-1"),
        ("object.associationChange", "0-1"),
    ]
    assert told[0]["objectId"] == int(contact)
    assert (told[1]["associationType"], told[1]["isPrimaryAssociation"]) == ("CONTACT_TO_COMPANY", True)
    with pytest.raises(ValueError, match="objectTypeId"):
        app.subscribe("object.creation", "", 0)


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
