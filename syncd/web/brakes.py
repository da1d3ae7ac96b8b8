"""What slows down whoever guesses passwords: pauses that double, by user, by address, and by both.

Counted in the store before a password is looked at, so that many tries at once, a restart or a second daemon change
nothing. A user's own pauses from one address begin early; those of all addresses together begin late, so that nobody
can lock somebody else out by the way.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from syncd.store import Store
from syncd.web.cookies import Signing

#: Failures that cost nothing: from one address for one user, for one user, from one address.
FREE = {"both": 5, "user": 30, "address": 30}
LONGEST = timedelta(minutes=15)
#: What nobody has tried for so long is forgotten.
FORGOTTEN_AFTER = timedelta(days=1)


def take_a_try(store: Store, signing: Signing, name: str, address: str, now: datetime) -> timedelta | None:
    """Count a try; return None when it may be made, or how long to wait."""
    with store.transaction() as tx:
        tx.sessions.forget_failures_before(now - FORGOTTEN_AFTER)
        held = {kind: tx.sessions.failures(digest) for kind, digest in _digests(signing, name, address).items()}
        waits = [pause_after(one.count - FREE[kind]) - (now - one.at) for kind, one in held.items() if one is not None]
        longest = max(waits, default=timedelta(0))
        if longest > timedelta(0):
            return longest
        for kind, digest in _digests(signing, name, address).items():
            before = held[kind]
            tx.sessions.count_failure(digest, 1 if before is None else before.count + 1)
    return None


def forgive(store: Store, signing: Signing, name: str, address: str) -> None:
    """Take the last try back, because it went well. Failures of others from the same address stay counted."""
    with store.transaction() as tx:
        digests = _digests(signing, name, address)
        tx.sessions.forgive(digests["both"])
        tx.sessions.forgive(digests["user"])
        held = tx.sessions.failures(digests["address"])
        if held is not None:
            tx.sessions.count_failure(digests["address"], max(0, held.count - 1))


def pause_after(failures: int) -> timedelta:
    """Return how long to wait after so many failures beyond those that are free: 1 s, 2 s, 4 s, and so on."""
    if failures < 0:
        return timedelta(0)
    return min(LONGEST, timedelta(seconds=2 ** min(failures, 12)))


def _digests(signing: Signing, name: str, address: str) -> dict[str, bytes]:
    user = name.strip().lower()
    texts = {"both": f"both\0{user}\0{address}", "user": f"user\0{user}", "address": f"address\0{address}"}
    return {kind: signing.masked(text) for kind, text in texts.items()}
