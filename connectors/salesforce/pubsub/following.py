"""Follows the change events of several objects: one subscription each, in one stream of what was heard."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from connectors.announcing import OTHER_KIND, Heard
from connectors.salesforce.pubsub.changes import Decoder, announced
from connectors.salesforce.pubsub.channel import Channel, ReplayExpiredError
from syncd.errors import ConnectorError, CredentialsError, RefusedError, RetryableError
from syncd.model import Announcement

#: Answers that wait to be kept; who sends more has to wait, too.
_AHEAD = 8
_POLL_S = 0.5


class Follower:
    """The change events of one org."""

    def __init__(self, channel: Channel, client: str, user: Callable[[], str]) -> None:
        """`client`: how our calls are known to the org; `user`: returns who we are, as far as that is known."""
        self._channel = channel
        self._client = client
        self._user = user
        self._decoder = Decoder(channel.schema)

    def check(self, objects: Sequence[str]) -> Mapping[str, str]:
        """Return by object why its changes are not told."""
        found: dict[str, str] = {}
        for name in objects:
            try:
                if not self._channel.topic(topic_of(name)).can_subscribe:
                    found[name] = "the user may not subscribe to its change events"
            except CredentialsError:
                raise
            except RefusedError as problem:
                found[name] = problem.message
        return found

    def follow(self, objects: Sequence[str], positions: Mapping[str, str], stop: threading.Event) -> Iterator[Heard]:
        """Yield what is heard of all objects until `stop`, or until one of the subscriptions breaks.

        Objects without change events are left out; RefusedError when that leaves none.
        """
        refused = self.check(objects)
        told = [name for name in objects if name not in refused]
        if not told:
            raise RefusedError(next(iter(refused.values())), hint="Switch Change Data Capture on for the objects.")
        # A sign of life: from here on it only has to listen.
        yield Heard("", "")
        over = threading.Event()
        heard: queue.Queue[Heard | ConnectorError] = queue.Queue(_AHEAD)
        threads = [
            threading.Thread(
                target=self._listen, args=(name, positions.get(topic_of(name), ""), heard, over),
                name=f"pubsub-{name}", daemon=True,
            )
            for name in told
        ]  # fmt: skip
        for thread in threads:
            thread.start()
        try:
            while not stop.is_set():
                try:
                    one = heard.get(timeout=_POLL_S)
                except queue.Empty:
                    continue
                if isinstance(one, ConnectorError):
                    raise one
                yield one
        finally:
            over.set()

    def _listen(
        self, name: str, position: str, heard: queue.Queue[Heard | ConnectorError], over: threading.Event
    ) -> None:
        try:
            replay = place_of(position)
            while not over.is_set():
                if not replay:
                    # What happened before is found by asking for changes.
                    _put(heard, Heard(topic_of(name), "", (Announcement(name, ""),), has_gap=True), over)
                try:
                    for answer in self._channel.subscribe(topic_of(name), replay, over):
                        _put(heard, self._heard(name, answer), over)
                except ReplayExpiredError:
                    if not replay:
                        raise
                    replay = b""
                else:
                    raise RetryableError("Salesforce has ended a subscription")
        except ConnectorError as problem:
            _put(heard, problem, over)

    def _heard(self, name: str, answer: Any) -> Heard:
        announcements: list[Announcement] = []
        silent = 0
        for one in answer.events:
            header, changed = self._decoder.header(one.event.schema_id, one.event.payload)
            found = list(announced(header, changed, client=self._client, user=self._user()))
            announcements += found
            silent += not found
        position = answer.events[-1].replay_id if answer.events else answer.latest_replay_id
        return Heard(topic_of(name), position.hex(), tuple(announcements), {OTHER_KIND: silent} if silent else {})


def topic_of(object_name: str) -> str:
    """Return the channel of an object's change events."""
    stem = object_name.removesuffix("__c")
    return f"/data/{stem}__ChangeEvent" if stem != object_name else f"/data/{object_name}ChangeEvent"


def place_of(position: str) -> bytes:
    """Return a kept place as the API takes it; nothing where it is none."""
    try:
        return bytes.fromhex(position)
    except ValueError:
        return b""


def _put(heard: queue.Queue[Heard | ConnectorError], one: Heard | ConnectorError, over: threading.Event) -> None:
    """Hand on, waiting as long as anybody takes."""
    while not over.is_set():
        try:
            heard.put(one, timeout=_POLL_S)
        except queue.Full:
            continue
        return
