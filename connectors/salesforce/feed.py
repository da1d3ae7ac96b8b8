"""The org's feed of changes for a connector: connected when it is wanted, with a token that works."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from connectors.announcing import Heard
from connectors.salesforce.client import CLIENT_NAME, Client
from syncd.clock import Clock
from syncd.errors import ConfigError, CredentialsError

if TYPE_CHECKING:
    from connectors.salesforce.pubsub import Follower


class ChangeFeed:
    """Change Data Capture of one org."""

    def __init__(self, client: Client, url: str, clock: Clock, identity: Callable[[], str]) -> None:
        """`url`: where the Pub/Sub API is, if not where Salesforce has it; `identity`: asks for the org's id."""
        self._client = client
        self._url = url
        self._clock = clock
        self._identity = identity

    def check(self, objects: Sequence[str]) -> Mapping[str, str]:
        """Return by object why its changes are not told."""
        with self._connected() as follower:
            return follower.check(objects)

    def follow(self, objects: Sequence[str], positions: Mapping[str, str], stop: threading.Event) -> Iterator[Heard]:
        """Yield what is heard. A token that has run out is replaced, once before something new was heard."""
        reached, may_renew = dict(positions), True
        while not stop.is_set():
            began = self._clock.monotonic()
            try:
                with self._connected() as follower:
                    for heard in follower.follow(objects, reached, stop):
                        yield heard
                        if heard.feed:
                            may_renew, reached[heard.feed] = True, heard.position
            except CredentialsError:
                if not may_renew or not self._client.renew_access(began):
                    raise
                may_renew = False

    @contextmanager
    def _connected(self) -> Iterator[Follower]:
        if self._client.is_stand_in and not self._url:
            # The token of one place is not shown to another.
            raise ConfigError("where the feed of changes is has to be said beside `url`: change_events: {url: …}")
        from connectors.salesforce.pubsub.channel import Channel
        from connectors.salesforce.pubsub.following import Follower

        org = self._identity()

        def metadata() -> tuple[tuple[str, str], ...]:
            token, instance = self._client.feed_access()
            return (("accesstoken", token), ("instanceurl", instance), ("tenantid", org))

        channel = Channel(self._url, metadata)
        try:
            yield Follower(channel, CLIENT_NAME, lambda: self._client.user)
        finally:
            channel.close()
