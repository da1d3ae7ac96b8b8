"""Labels of the account's own on links: HubSpot replaces what it is sent, so they are sent along."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from syncd.model import Link, LinkWrite, Ref
from tests.connectors.rigs import HubSpotRig


@pytest.fixture
def hubspot() -> Iterator[HubSpotRig]:
    rig = HubSpotRig()
    yield rig
    rig.close()


def test_labels_of_the_account_survive_our_link(hubspot):
    (person,), (company,) = hubspot.create("contacts", 1), hubspot.create("companies", 1)
    hubspot.link(person, company, label=True)
    before = hubspot.labels(person, company)
    link = Link(Ref("main", "companies", company), "primary")

    hubspot.connect().link("contacts", [LinkWrite("fix", Ref("main", "contacts", person), link)])

    assert before - {"plain"}
    assert hubspot.labels(person, company) > before
