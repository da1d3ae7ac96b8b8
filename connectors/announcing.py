"""What a CRM says by itself: events it posts to us (`Hook`), and a feed of changes that is followed (`Feed`).

Neither is believed for its content, nor to be complete: both only say which records to read again now.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, runtime_checkable

from syncd.model import Announcement


@dataclass(frozen=True, slots=True)
class Posted:
    """A request that claims to come from a CRM, exactly as it came in."""

    method: str
    #: The address it was sent to, as whoever sent it spelled it: `https://syncd.example.com/hooks/…`, with the query.
    url: str
    #: By names in small letters.
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a request announced."""

    #: The same for one request sent twice, and for no other.
    mark: str = ""
    announcements: tuple[Announcement, ...] = ()
    #: How many of its events are not about records of this account, by reason, from a closed set.
    ignored: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    #: Why it is not believed; empty when it is. From a closed set, too.
    refusal: str = ""


#: Why a request is refused.
UNSIGNED, STALE, FORGED, MALFORMED = "unsigned", "stale", "forged", "malformed"
REFUSALS = (UNSIGNED, STALE, FORGED, MALFORMED)
#: Why an event is ignored: it is about another account of the CRM, or of a kind that says nothing of records.
OTHER_ACCOUNT, OTHER_KIND = "other_account", "other_kind"
IGNORED = (OTHER_ACCOUNT, OTHER_KIND)


class Hook(Protocol):
    """How a CRM signs and spells what it posts."""

    def refusal(self, posted: Posted) -> str:
        """Return what is wrong with a request by its headers alone, before its body was read; empty when nothing is."""

    def read(self, posted: Posted, identity: str) -> Delivery:
        """Return what a request announces of the account that the CRM knows by `identity` (empty: not known).

        Nothing of a request that is not genuine, fresh and whole.
        """


@dataclass(frozen=True, slots=True)
class Heard:
    """A piece of a feed: what it announces, and where to go on behind it."""

    feed: str
    #: In the CRM's own terms; empty: forget where to go on.
    position: str
    announcements: tuple[Announcement, ...] = ()
    ignored: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    #: Whether something may have been missed on the way: the CRM keeps its events for some days only. It then announces
    #: any record of the objects that this concerns.
    has_gap: bool = False


@runtime_checkable
class Feed(Protocol):
    """A connector whose CRM publishes changes. Its own calls are as safe and bounded as those of the connector."""

    def check_feed(self, objects: Sequence[str]) -> Mapping[str, str]:
        """Return by object why its changes would not be heard of; ConnectorError or ConfigError when nothing can be."""

    def follow(self, objects: Sequence[str], positions: Mapping[str, str], stop: threading.Event) -> Iterator[Heard]:
        """Yield what is announced of `objects` from `positions` on, until `stop` is set; a feed without a position is
        followed from now on. A piece without announcements is a sign of life.

        Whoever has kept a piece asks for the next one. ConnectorError when the feed broke: it is to be followed anew.
        """
