"""Records of an object of an account's own are matched as its settings declare it, and merged on a person's word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from connectors.sandbox import Sandbox
from syncd.cli import ExitCode
from syncd.model import FixState, Stream
from tests.journeys.crms import HUBSPOT
from tests.journeys.journey import Journey

SUBSCRIPTIONS = "2-3465404"
MAPPING = f"""\
crm: hubspot
object: "{SUBSCRIPTIONS}"
kind: custom
fields:
  name: {{source: subscription_name, write: true}}
  x_seats: {{source: seats, type: number, write: true}}
links: {{person: contacts}}
examples:
  - given: {{subscription_name: Gold, seats: "5"}}
    becomes: {{name: Gold, x_seats: 5}}
"""


class Subscriptions(Journey):
    """A journey whose records are of an account's own object."""

    def stream(self, object_name: str = "") -> Stream:
        """Return a stream of the account, that of subscriptions unless another is named."""
        name = object_name or SUBSCRIPTIONS
        return Stream("main", name, "company" if name == self.crm.companies else "custom")

    def subscribe(self, contact: str, name: str) -> str:
        """Let somebody enter what a contact has subscribed to."""
        made = self.create(subscription_name=name, seats="5")
        self.call("PUT", f"/crm/v4/objects/{SUBSCRIPTIONS}/{made}/associations/default/contacts/{contact}")
        return made


@pytest.fixture
def journey(store_url: str, tmp_path) -> Iterator[Subscriptions]:
    (tmp_path / "subscriptions.yaml").write_text(MAPPING, "utf-8")
    with Sandbox.start(tier="off", crms=("hubspot",)) as sandbox:
        begun = Subscriptions(sandbox.url, store_url, tmp_path, replace(HUBSPOT, people=SUBSCRIPTIONS))
        begun.extra = "mapping: subscriptions.yaml, matching: {agree: [[name], [person], [x_seats]]}"
        yield begun
        begun.close()


def test_what_was_entered_twice_is_asked_about_by_the_fields_that_were_declared(journey: Subscriptions) -> None:
    contact = journey.create("contacts", email="ada@example-works.com")
    twice = {journey.subscribe(contact, "Gold plan 2026"), journey.subscribe(contact, "Gold plan, 2026")}
    journey.subscribe(contact, "Silver plan 2026")
    journey.pass_once()

    [asked] = journey.fixes("", FixState.PROPOSED)
    shown = journey.command("review", "show", asked.id).out
    said = journey.command("review", "approve", asked.id)
    journey.apply()

    assert asked.into is not None
    assert {asked.ref.id, asked.into.id} == twice
    assert "They have the same seats." in shown
    assert (said.code, journey.fixes()[0].state) == (ExitCode.OK, FixState.APPLIED)
