"""Labels of the account's own on links: HubSpot replaces what it is sent, so they are sent along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors import Want
from syncd.model import PARENT, Link, LinkWrite, Ref
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


def test_a_company_becomes_a_part_of_another_one_and_hubspot_tells_by_its_own_property(hubspot):
    part, head = hubspot.create("companies", 2)
    write = LinkWrite("fix", Ref("main", "companies", part), Link(Ref("main", "companies", head), PARENT))
    connector = hubspot.connect()

    def parents() -> list[object]:
        records = connector.read(Want("companies", ("hs_parent_company_id",)), [part, head]).records
        return [{one.ref.id: one.values["hs_parent_company_id"] for one in records}[key] for key in (part, head)]

    connector.link("companies", [write])
    linked = parents()
    connector.link("companies", [replace(write, remove=True)])

    assert linked == [head, None]
    assert parents() == [None, None]
