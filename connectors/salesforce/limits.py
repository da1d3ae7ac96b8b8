"""What Salesforce allows, and what its answers tell of it."""

from __future__ import annotations

import re

from connectors.exchange import Answer
from connectors.pacing import Limit, Pacer

#: Salesforce sets no pace, only a number of long calls at the same time; this window is there to be paused.
CALLS = Limit("calls", 200, 1.0)

ALL = (CALLS,)

#: The day rolls: calls come back bit by bit, and nobody tells when. After this long it is worth asking.
ROLLING_SECONDS = 900.0

#: `api-usage=18/5000`, perhaps followed by figures for single apps, which begin with `per-app-`.
_USAGE = re.compile(r"(?<![-\w])api-usage=(\d+)/(\d+)", re.ASCII)


def learn(pacer: Pacer, answer: Answer) -> int | None:
    """Take over what an answer tells of the org's last 24 hours; return the calls left."""
    told = _USAGE.search(answer.headers.get("Sforce-Limit-Info", ""))
    if told is None:
        return None
    used, limit = int(told[1]), int(told[2])
    left = max(0, limit - used)
    pacer.learn_day(left, limit, ROLLING_SECONDS, is_rolling=True)
    return left
