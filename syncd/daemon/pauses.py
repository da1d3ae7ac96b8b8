"""How long a stream, an account or a store that failed is left alone."""

from __future__ import annotations

from syncd.errors import OtherAccountError, QuotaExhaustedError, RefusedError, RetryableError, SyncdError

#: Seconds to wait after the first failure; doubled up to the longest while it goes on.
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 900.0
#: A store is asked again sooner: it is ours, and nothing at all is done without it.
LONGEST_STORE_PAUSE_S = 60.0


def pause_after(error: SyncdError, failures: int) -> float:
    """Return how many seconds to wait after the n-th failure in a row."""
    if isinstance(error, RetryableError) and error.retry_after is not None:
        longest = 86_400.0 if isinstance(error, QuotaExhaustedError) else LONGEST_PAUSE_S
        return min(error.retry_after, longest)
    if isinstance(error, RefusedError | OtherAccountError):
        return LONGEST_PAUSE_S
    return min(FIRST_PAUSE_S * 2.0 ** (failures - 1), LONGEST_PAUSE_S)


def store_pause(failures: int) -> float:
    """Return how many seconds to wait after the store failed for the n-th time in a row."""
    return min(2.0 ** (failures - 1), LONGEST_STORE_PAUSE_S)
