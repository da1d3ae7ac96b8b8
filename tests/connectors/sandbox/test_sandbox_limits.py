"""Who may call, how often, and what is told about it."""

from __future__ import annotations

import pytest

CONTACTS = "/crm/v3/objects/contacts"
ORDINARY = {
    "X-HubSpot-RateLimit-Daily",
    "X-HubSpot-RateLimit-Daily-Remaining",
    "X-HubSpot-RateLimit-Interval-Milliseconds",
    "X-HubSpot-RateLimit-Max",
    "X-HubSpot-RateLimit-Remaining",
    "X-HubSpot-RateLimit-Secondly",
    "X-HubSpot-RateLimit-Secondly-Remaining",
}


@pytest.fixture
def still(sandbox):
    """Time moves only when told to."""
    sandbox.call(sandbox.world.clock.freeze)
    return sandbox


@pytest.mark.parametrize(
    ("tier", "burst"), [("free_starter", 100), ("pro", 190), ("enterprise", 190), ("increase", 250), ("oauth", 110)]
)
def test_the_burst_of_each_tier_is_refused_with_its_policy_and_comes_back_after_ten_seconds(still, http, tier, burst):
    http.control("settings", {"tier": tier})

    statuses = [http.ask("GET", CONTACTS).status for _ in range(burst + 1)]
    refused = http.ask("GET", CONTACTS)
    http.control("clock", {"shift_s": 10.001})

    assert statuses == [200] * burst + [429]
    body = refused.json()
    assert body["message"] == "You have reached your ten_secondly_rolling limit."
    assert (body["errorType"], body["policyName"]) == ("RATE_LIMIT", "TEN_SECONDLY_ROLLING")
    assert "category" not in body
    assert "Retry-After" not in refused.headers
    assert http.ask("GET", CONTACTS).status == 200


def test_search_has_five_a_second_of_its_own_for_all_apps_and_no_headers(still, http):
    statuses = [http.ask("POST", f"{CONTACTS}/search", {}).status for _ in range(5)]
    http.control("tokens", {"value": "pat-na1-other", "app": "99"})
    http.token = "pat-na1-other"
    refused = http.ask("POST", f"{CONTACTS}/search", {})
    http.control("clock", {"shift_s": 1.001})
    again = http.ask("POST", f"{CONTACTS}/search", {})

    assert statuses == [200] * 5
    assert (refused.status, refused.json()["message"]) == (429, "You have reached your secondly limit.")
    assert again.status == 200
    assert not [name for name in again.headers if "ratelimit" in name.lower()]
    assert http.ask("GET", CONTACTS).headers["X-HubSpot-RateLimit-Remaining"] == "189"


def test_apps_have_bursts_of_their_own_and_share_the_day(still, http):
    http.ask("GET", CONTACTS)
    http.control("tokens", {"value": "pat-na1-other", "app": "99"})
    http.token = "pat-na1-other"

    told = http.ask("GET", CONTACTS).headers

    assert {name for name in ORDINARY if name in told} == ORDINARY
    assert (told["X-HubSpot-RateLimit-Max"], told["X-HubSpot-RateLimit-Remaining"]) == ("190", "189")
    assert told["X-HubSpot-RateLimit-Daily-Remaining"] == str(625_000 - 2)


def test_associations_have_a_ceiling_of_their_own(still, http):
    path = "/crm/v4/associations/contacts/companies/labels"

    statuses = [http.ask("GET", path).status for _ in range(151)]

    assert statuses == [200] * 150 + [429]
    assert http.ask("GET", CONTACTS).status == 200


def test_the_day_ends_at_midnight_of_the_accounts_time_zone(still, http):
    http.control("clock", {"freeze": "2026-06-01T03:59:00Z"})  # 23:59 in New York
    http.control("settings", {"spend": 625_000})

    refused = http.ask("GET", CONTACTS)
    http.control("clock", {"shift_s": 61})

    assert (refused.status, refused.json()["policyName"]) == (429, "DAILY")
    assert http.ask("GET", CONTACTS).status == 200


def test_retry_after_comes_only_when_asked_for(still, http):
    http.control("knobs", {"retry_after": True})

    answers = [http.ask("POST", f"{CONTACTS}/search", {}) for _ in range(6)]

    assert answers[-1].headers["Retry-After"] == "1"


def test_limits_can_be_off(http):
    http.control("settings", {"tier": "off"})

    assert {http.ask("POST", f"{CONTACTS}/search", {}).status for _ in range(30)} == {200}


@pytest.mark.parametrize("headers", [{"Authorization": ""}, {"Authorization": "Bearer nobody"}])
def test_nobody_gets_in_without_a_known_token(http, headers):
    status, body = http.refused("GET", CONTACTS, headers=headers)

    assert (status, body["category"]) == (401, "INVALID_AUTHENTICATION")
    assert body["message"].startswith("Authentication credentials not found. This API supports OAuth 2.0")


def test_an_expired_token_says_since_when(still, http):
    http.control("tokens", {"value": "t", "expires_in_s": 1800})
    http.token = "t"
    fine = http.ask("GET", CONTACTS)
    http.control("clock", {"shift_s": 1875})

    status, body = http.refused("GET", CONTACTS)

    assert "X-HubSpot-RateLimit-Daily" not in fine.headers
    assert (status, body["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert body["message"] == "The OAuth token used to make this call expired 75 second(s) ago."
    assert list(body["context"]) == ["expire time"]


@pytest.mark.parametrize(
    ("method", "path", "scopes"),
    [
        ("GET", "/crm/v3/objects/deals", ["crm.objects.deals.read"]),
        ("PATCH", "/crm/v3/objects/contacts/1", ["crm.objects.contacts.write"]),
        ("GET", "/crm/v3/objects/2-3465404", ["crm.objects.custom.read"]),
        ("GET", "/crm/v3/objects/tickets", ["tickets"]),
        ("GET", "/crm/v3/owners", ["crm.objects.owners.read"]),
        ("POST", "/crm/v3/properties/contacts", ["crm.schemas.contacts.write"]),
        ("GET", "/crm/v3/properties/companies", ["crm.schemas.companies.read", "crm.objects.companies.read"]),
    ],
)
def test_a_missing_scope_is_named(http, method, path, scopes):
    http.control("tokens", {"value": "t", "scopes": ["crm.objects.contacts.read"]})
    http.token = "t"

    status, body = http.refused(method, path, {})

    assert (status, body["category"]) == (403, "MISSING_SCOPES")
    assert body["errors"][0]["context"]["requiredGranularScopes"] == scopes
    assert body["links"] == {"scopes": "https://developers.hubspot.com/scopes"}
    assert http.ask("GET", CONTACTS).status == 200


def test_a_refused_refresh_says_why(http):
    form = {"grant_type": "refresh_token", "client_id": "sandbox-client-id", "client_secret": "sandbox-client-secret"}

    answer = http._pool.request(
        "POST", f"{http.url}/oauth/v1/token", fields={**form, "refresh_token": "stale"}, encode_multipart=False
    )
    good = http._pool.request(
        "POST", f"{http.url}/oauth/2026-03/token",
        fields={**form, "refresh_token": "sandbox-refresh-token"}, encode_multipart=False,
    )  # fmt: skip

    assert (answer.status, answer.json()["status"]) == (400, "BAD_REFRESH_TOKEN")
    assert good.json()["hub_id"] == 62515


def test_a_url_that_is_too_long_gets_a_page_not_json(http):
    answer = http.ask("GET", f"{CONTACTS}?properties={'x' * 16_000}")

    assert answer.status == 414
    assert answer.headers["content-type"].startswith("text/html")
    assert b"414 Request-URI Too Large" in answer.data


def test_unknown_paths_get_a_page_and_every_answer_a_correlation_id(http):
    assert http.ask("GET", "/crm/v3/nothing").status == 404
    assert http.ask("PUT", CONTACTS).status == 405
    answer = http.ask("GET", f"{CONTACTS}/5")
    assert answer.json()["correlationId"] == answer.headers["X-HubSpot-Correlation-Id"]


def test_the_account_tells_who_it_is_and_what_is_used(http):
    http.get(CONTACTS)

    usage = http.get("/account-info/v3/api-usage/daily/private-apps")["results"][0]

    assert http.get("/account-info/v3/details")["portalId"] == 62515
    assert (usage["usageLimit"], usage["currentUsage"]) == (625_000, 2)


def test_the_date_header_follows_the_sandboxs_clock(http):
    http.control("clock", {"freeze": "2030-01-01T00:00:00Z"})

    assert http.ask("GET", CONTACTS).headers["Date"] == "Tue, 01 Jan 2030 00:00:00 GMT"
