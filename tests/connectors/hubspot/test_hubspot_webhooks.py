"""What HubSpot posts is believed when it is signed, fresh and whole, and says which records to read again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hubspot.utils.signature import Signature
from hypothesis import given
from hypothesis import strategies as st

from connectors.announcing import Delivery, Posted
from connectors.hubspot.events import Webhooks
from connectors.hubspot.signature import decoded
from connectors.sandbox.hubspot.webhooks.sender import signature
from syncd.model import Announcement, News

SECRET = "an-apps-client-secret"
PORTAL = 62515
URL = "https://hooks.example.com/hooks/hubspot/main"


def event(kind: str = "contact.propertyChange", **more: Any) -> dict[str, Any]:
    return {"eventId": 1, "subscriptionId": 2, "portalId": PORTAL, "appId": 5, "occurredAt": 1_787_843_156_000,
            "subscriptionType": kind, "attemptNumber": 0, "objectId": 7, "changeSource": "CRM_UI",
            "sourceId": "userId:9", **more}  # fmt: skip


def posted(clock, body: bytes, *, url: str = URL, secret: str = SECRET, age_s: float = 0.0) -> Posted:
    stamp = int((clock.now().timestamp() - age_s) * 1000)
    signed = signature(secret, "POST", url, body, stamp)
    headers = {"x-hubspot-signature-v3": signed, "x-hubspot-request-timestamp": str(stamp)}
    return Posted("POST", url, headers, body)


def read(clock, *events: dict[str, Any], identity: str = str(PORTAL)) -> Delivery:
    return Webhooks(SECRET, clock).read(posted(clock, orjson.dumps(list(events))), identity)


def test_what_the_official_sdk_signs_is_genuine(clock):
    body = orjson.dumps([event()]).decode()
    stamp = str(int(clock.now().timestamp() * 1000))
    signed = Signature.get_signature(SECRET, body, "v3", http_uri=URL, http_method="POST", timestamp=stamp)
    headers = {"x-hubspot-signature-v3": signed, "x-hubspot-request-timestamp": stamp}

    delivery = Webhooks(SECRET, clock).read(Posted("POST", URL, headers, body.encode()), "")

    assert (delivery.refusal, len(delivery.announcements)) == ("", 1)


@pytest.mark.parametrize(
    ("made", "refusal"),
    [
        ({"secret": "another"}, "forged"),
        ({"age_s": 301}, "stale"),
        # A time to come is no better than one long gone.
        ({"age_s": -301}, "stale"),
        ({"age_s": 299}, ""),
    ],
)
def test_request_is_refused_that_is_forged_or_not_of_now(clock, made, refusal):
    request = posted(clock, orjson.dumps([event()]), **made)

    assert Webhooks(SECRET, clock).read(request, "").refusal == refusal


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"[1]", b"null", b'"x"', b"[[]]"])
def test_genuine_request_that_holds_no_events_is_refused_and_nothing_of_it_heard(clock, body):
    delivery = Webhooks(SECRET, clock).read(posted(clock, body), "")

    assert (delivery.refusal, delivery.announcements) == ("malformed", ())


def test_request_without_a_signature_is_known_to_be_worth_nothing_by_its_headers_alone(clock):
    hook = Webhooks(SECRET, clock)

    assert hook.refusal(Posted("POST", URL, {})) == "unsigned"
    assert hook.refusal(Posted("POST", URL, {"x-hubspot-signature-v3": "x" * 44})) == "unsigned"
    assert hook.refusal(posted(clock, b"[]")) == ""


@given(path=st.text("abc/%:?@!$'()*,;=&+ ~", max_size=30), body=st.binary(max_size=50))
def test_signature_stands_for_address_body_and_time_and_for_no_others(path, body):
    clock = _Still()
    url = f"{URL}?x={path}"
    request = posted(clock, body, url=url)
    changed = Posted("POST", url, request.headers, body + b" ")

    # What is in the body is looked at only when it is genuine.
    assert Webhooks(SECRET, clock).read(request, "").refusal in {"", "malformed"}
    assert Webhooks(SECRET, clock).read(changed, "").refusal == "forged"
    assert Webhooks(SECRET, clock).read(Posted("PUT", url, request.headers, body), "").refusal == "forged"


def test_escapes_are_decoded_as_hubspot_lists_them_and_no_others():
    assert (
        decoded("https://a/b%3a%2F%3f%40%21%24%27%28%29%2A%2c%3B?q=%20%26%3D") == "https://a/b:/?@!$'()*,;?q=%20%26%3D"
    )


@pytest.mark.parametrize(
    ("given_event", "records"),
    [
        (event(), [("contacts", "7")]),
        (event("company.creation", changeFlag="CREATED"), [("companies", "7")]),
        (event("deal.restore"), [("deals", "7")]),
        (event("object.deletion", objectTypeId="0-5"), [("tickets", "7")]),
        (event("object.creation", objectTypeId="2-123"), [("2-123", "7")]),
        (
            event("contact.merge", primaryObjectId=7, mergedObjectIds=[8, 9], newObjectId=10),
            [("contacts", "7"), ("contacts", "10"), ("contacts", "8"), ("contacts", "9")],
        ),
        (
            event("contact.associationChange", associationType="CONTACT_TO_COMPANY", fromObjectId=7, toObjectId=3),
            [("contacts", "7"), ("companies", "3")],
        ),
        (event("conversation.creation"), []),
        (event("contact.unheardOf"), []),
        (event(objectId=None), []),
        (event(objectId="7; DROP TABLE"), []),
    ],
)  # fmt: skip
def test_event_names_the_records_it_is_about_and_nothing_else(clock, given_event, records):
    delivery = read(clock, given_event)

    assert [(one.object, one.id) for one in delivery.announcements] == records
    assert delivery.ignored == ({} if records else {"other_kind": 1})


def test_events_of_another_portal_say_nothing_and_one_that_comes_twice_says_it_once(clock):
    delivery = read(clock, event(), event(), event(portalId=1))

    assert delivery.announcements == (
        Announcement("contacts", "7", News.CHANGED, datetime(2026, 8, 27, 15, 5, 56, tzinfo=UTC)),
    )
    assert delivery.ignored == {"other_account": 1}


def test_own_write_and_an_erasure_are_told_apart_from_what_people_do(clock):
    ours = event(changeSource="INTEGRATION", sourceId="5")
    others = event(changeSource="INTEGRATION", sourceId="6")

    told = [read(clock, one).announcements[0] for one in (ours, others, event("contact.privacyDeletion"))]

    assert [(one.is_own, one.news) for one in told] == [
        (True, News.CHANGED), (False, News.CHANGED), (False, News.ERASED),
    ]  # fmt: skip


class _Still:
    """A clock that stands still."""

    def now(self) -> datetime:
        return datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    def wait(self, seconds: float, stop: Any = None) -> bool:
        del seconds, stop
        return False
