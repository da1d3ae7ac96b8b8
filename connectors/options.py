"""What an account's settings say of the way a connector calls; the same for every CRM."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from connectors.book import CallBook
from connectors.token_file import TokenFile


@dataclass(frozen=True, slots=True)
class Options:
    """Pace, patience and overlap of one account."""

    #: The part of the CRM's call rate that is ours; the rest is left to others.
    share: float = 0.5
    #: The part of the day's calls that is never touched.
    daily_reserve: float = 0.1
    #: How far behind the cursor changes are read again, because the CRM's index is late.
    overlap: timedelta = timedelta(minutes=10)
    connect_seconds: float = 5.0
    #: Silence of this length ends a call.
    read_seconds: float = 60.0
    #: However busily the answer dribbles in, it has to be complete by then.
    total_seconds: float = 120.0
    #: How often one call is tried at most.
    attempts: int = 6
    #: Longer waits than this are left to the scheduler.
    patience_seconds: float = 60.0
    #: Calls of one pull that may be under way at the same time, when the CRM bears it.
    parallel: int = 8
    #: Set when syncd stops: ends every wait.
    stop: threading.Event | None = None
    #: Where a refresh token is kept that the CRM has changed; None: nowhere.
    token_file: TokenFile | None = None
    #: Told every access token that a CRM hands out, so that it never reaches a log.
    hide: Callable[[str], None] = lambda _token: None
    #: Asked right before each write is sent; raises when somebody else works on the account by now.
    confirm: Callable[[], None] = lambda: None
    #: Where the CRM's own feed of changes is; empty: where the CRM has it.
    feed_url: str = ""
    #: Where the account's calls are counted; None: in a book of the connector's own.
    book: CallBook | None = None
