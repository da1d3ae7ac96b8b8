"""A message that did not arrive."""

from __future__ import annotations


class DeliveryError(Exception):
    """A channel did not take a message. Its text is a kind of failure in our words, never the words of an answer."""

    def __init__(self, failure: str, *, retry_after_s: float | None = None, has_arrived: bool = False) -> None:
        super().__init__(failure)
        self.failure = failure
        #: Whether it arrived at somebody all the same: sent again, it would arrive there twice.
        self.has_arrived = has_arrived
        #: How long the other side asked to be left alone.
        self.retry_after_s = retry_after_s
