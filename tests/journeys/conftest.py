"""A journey: the daemon's own parts, a store, and a sandbox over real HTTP. The effect log is the witness."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.sandbox import Sandbox
from tests.journeys.journey import Journey


@pytest.fixture
def journey(store_url: str, tmp_path) -> Iterator[Journey]:
    """A journey that has not begun: an empty account, an empty store."""
    with Sandbox.start(tier="off") as sandbox:
        begun = Journey(sandbox.url, store_url, tmp_path)
        yield begun
        begun.close()
