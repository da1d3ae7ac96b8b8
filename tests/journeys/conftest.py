"""A journey: the daemon's own parts, a store, and a sandbox over real HTTP. The effect log is the witness."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.sandbox import Sandbox
from tests.journeys.crms import HUBSPOT, Crm
from tests.journeys.journey import Journey


@pytest.fixture
def crm() -> Crm:
    """The CRM of the journey; `EACH_CRM` says another."""
    return HUBSPOT


@pytest.fixture
def journey(crm: Crm, store_url: str, tmp_path) -> Iterator[Journey]:
    """A journey that has not begun: an empty account, an empty store."""
    with Sandbox.start(tier="off", crms=(crm.name,)) as sandbox:
        begun = Journey(sandbox.url, store_url, tmp_path, crm)
        yield begun
        begun.close()
