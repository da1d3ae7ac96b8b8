"""Change events over gRPC, from the sandbox's Pub/Sub API: what is announced, and what is a gap."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.announcing import Heard
from connectors.options import Options
from connectors.salesforce import open_connector
from connectors.salesforce.pubsub.changes import named
from connectors.sandbox import Sandbox
from connectors.sandbox.salesforce import CONSUMER_KEY, CONSUMER_SECRET
from connectors.sandbox.salesforce.pubsub.schemas import EventSchema
from syncd.clock import SystemClock
from syncd.errors import ConfigError, RefusedError, RetryableError
from tests.connectors.doubles import Ear

TOPIC = "/data/ContactChangeEvent"


class Org:
    """An org whose events are followed."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.crm = sandbox.crms["salesforce"]
        self.url = self.set_up(listen=0, keep_alive_s=0.5)["url"]
        self.stop = threading.Event()
        self.connector = self.connect(feed_url=self.url)

    def connect(self, **options):
        credentials = {"client_id": CONSUMER_KEY, "client_secret": CONSUMER_SECRET}
        return open_connector(
            "main", self._sandbox.url, credentials, Options(attempts=1, **options), Ear(), SystemClock()
        )

    def set_up(self, **wish):
        return self._sandbox.call(lambda: self.crm.announcing(wish))

    def act(self, do: str, **wish):
        return self._sandbox.call(lambda: self.crm.act({"do": do, "object": "Contact", **wish}))

    def create(self) -> str:
        return str(self.act("create", properties={"LastName": "King"})["results"][0]["id"])

    def end_sessions(self) -> None:
        def end() -> None:
            for session in self.crm.tokens():
                self.crm.expire_token(session["value"])

        self._sandbox.call(end)

    def follow(self, positions=None) -> Iterator[Heard]:
        heard: Iterator[Heard] = self.connector.follow(["Contact"], positions or {}, self.stop)
        return heard


@pytest.fixture
def org() -> Iterator[Org]:
    with Sandbox.start(tier="off", crms=("salesforce",)) as sandbox:
        made = Org(sandbox)
        yield made
        made.stop.set()
        made.connector.close()


def told(feed: Iterator[Heard]) -> list[tuple[str, bool]]:
    """Return what is heard next, signs of life aside: ids, and whether it was our own write."""
    heard = next(one for one in feed if one.announcements)
    return [(one.id, one.is_own) for one in heard.announcements]


def test_feed_begins_with_a_gap_and_goes_on_where_it_was_left(org):
    feed = org.follow()
    alive, gap = next(feed), next(feed)
    next(one for one in feed if one.feed)
    contact = org.create()
    heard = next(one for one in feed if one.announcements)
    feed.close()
    missed = org.create()

    again = org.follow({TOPIC: heard.position})

    assert (alive.feed, gap.has_gap, [one.id for one in gap.announcements]) == ("", True, [""])
    assert {one.id for one in heard.announcements} == {contact}
    assert {*told(again)} == {(missed, False)}


def test_place_that_is_not_kept_any_more_is_a_gap_and_what_comes_is_heard(org):
    org.create()
    org.set_up(expire=True)

    feed = org.follow({TOPIC: (1007).to_bytes(8, "big").hex()})

    next(feed)
    assert next(feed).has_gap
    next(one for one in feed if one.feed and not one.announcements)
    contact = org.create()
    assert told(feed) == [(contact, False)]


@pytest.mark.parametrize(("wish", "expected"), [("gap", "id"), ("overflow", "")])
def test_gap_event_names_its_records_and_an_overflow_none(org, wish, expected):
    feed = org.follow()
    told(feed)
    next(one for one in feed if one.feed)
    org.set_up(**{wish: 1})

    contact = org.create()

    assert told(feed)[0] == (contact if expected else "", False)


def test_own_update_is_told_apart_from_that_of_somebody_else_and_a_mere_stamp_says_nothing(org):
    contact = org.create()
    feed = org.follow()
    told(feed)
    next(one for one in feed if one.feed)

    ours = {"kind": "app", "label": "syncd", "user_id": org.connector._client.ask_user()}
    org.act("touch", id=contact)
    org.act("update", id=contact, properties={"Title": "CEO"}, **{"as": ours})
    org.act("update", id=contact, properties={"Title": None}, **{"as": {**ours, "label": "other"}})
    org.act("delete", id=contact, **{"as": ours})

    heard: list[tuple[str, bool]] = []
    while len(heard) < 3:
        heard += told(feed)
    assert heard == [(contact, True), (contact, False), (contact, False)]


def test_token_that_has_run_out_is_replaced_and_the_feed_goes_on(org):
    feed = org.follow()
    told(feed)
    place = next(one for one in feed if one.feed).position
    org.end_sessions()
    org.set_up(disconnect=True)
    with pytest.raises(RetryableError, match="cut"):
        told(feed)
    contact = org.create()

    again = org.follow({TOPIC: place})

    assert told(again) == [(contact, False)]


def test_object_without_change_events_is_named_by_the_check_and_refused_alone(org):
    org.set_up(objects=["Account"])

    assert list(org.connector.check_feed(["Account", "Contact"])) == ["Contact"]
    with pytest.raises(RefusedError, match="does not exist"):
        next(org.follow())


def test_token_of_a_sandbox_is_never_shown_to_salesforce(org):
    with pytest.raises(ConfigError, match="change_events"):
        org.connect().check_feed(["Contact"])


@given(st.data())
def test_bits_stand_for_the_fields_that_the_other_side_has_set(data):
    schema = _schema()
    kinds = {one["name"]: one["type"][1] for one in schema.avro["fields"][1:]}
    top = [name for name, kind in kinds.items() if isinstance(kind, str)]
    parts = [part["name"] for kind in kinds.values() if isinstance(kind, dict) for part in kind["fields"]]
    changed = data.draw(st.sets(st.sampled_from([*top, *parts])))

    assert set(named(schema.bitmaps(changed), schema.avro["fields"])) == changed


def _schema() -> EventSchema:
    if not _MADE:
        from connectors.sandbox.salesforce.schema import fresh_objects

        _MADE.append(EventSchema(fresh_objects()["Contact"]))
    return _MADE[0]


_MADE: list[EventSchema] = []
