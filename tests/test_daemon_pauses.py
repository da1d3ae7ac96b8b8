"""How long a failing stream is left alone."""

from __future__ import annotations

import pytest

from syncd.daemon import FIRST_PAUSE_S, LONGEST_PAUSE_S, pause_after
from syncd.errors import CredentialsError, QuotaExhaustedError, RetryableError, ThrottledError


def test_pauses_double_up_to_the_longest() -> None:
    pauses = [pause_after(RetryableError(), failures) for failures in range(1, 12)]

    assert pauses[:3] == [FIRST_PAUSE_S, 2 * FIRST_PAUSE_S, 4 * FIRST_PAUSE_S]
    assert pauses[-1] == LONGEST_PAUSE_S


def test_the_crm_s_own_word_on_when_to_come_back_is_kept() -> None:
    assert pause_after(ThrottledError(retry_after=12), 5) == 12


@pytest.mark.parametrize(("asked", "expected"), [(3_600, 3_600), (200_000, 86_400)])
def test_an_exhausted_quota_pauses_until_the_next_day_at_most(asked: float, expected: float) -> None:
    assert pause_after(QuotaExhaustedError(retry_after=asked), 1) == expected


def test_refused_credentials_are_tried_again_rarely() -> None:
    assert pause_after(CredentialsError(), 1) == LONGEST_PAUSE_S
