"""How long a stream or an account that failed is left alone."""

from __future__ import annotations

from syncd.errors import ConnectorError, QuotaExhaustedError, RefusedError, RetryableError

#: Seconds to wait after the first failure; doubled up to the longest while it goes on.
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 900.0


def pause_after(error: ConnectorError, failures: int) -> float:
    """Return how many seconds to wait after the n-th failure in a row."""
    if isinstance(error, RetryableError) and error.retry_after is not None:
        longest = 86_400.0 if isinstance(error, QuotaExhaustedError) else LONGEST_PAUSE_S
        return min(error.retry_after, longest)
    if isinstance(error, RefusedError):
        return LONGEST_PAUSE_S
    return min(FIRST_PAUSE_S * 2.0 ** (failures - 1), LONGEST_PAUSE_S)
