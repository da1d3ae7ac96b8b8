"""Whichever of two twins is judged, the rule sees the same of both."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from mappings import shipped_mapping
from quality import Surroundings, Twin, catalog, compile_ruleset, evaluate
from syncd.engine.matching.alike import with_twins_alike
from syncd.engine.setup import StreamSetup
from syncd.model import Merge, Mode, Record, Ref, Schema, Stream
from syncd.settings import GuardSettings

NOW = datetime(2026, 3, 1, tzinfo=UTC)
RULES = {name: catalog()[name] for name in ("duplicate", "email_form", "phone_form", "fake_entry", "placeholder_empty")}
#: The same person twice; put right, the second says more than the first.
ONE = {
    "first_name": "Ada",
    "last_name": "Kingsley",
    "email": "ADA@acme.com ",
    "phone": "n/a",
    "country": "DE",
    "owner": "7",
}
TWO = {
    "first_name": "Ada",
    "last_name": "Kingsley",
    "email": "ada@acme.com",
    "phone": "030 5557312",
    "country": "DE",
    "owner": "8",
}


def setup_of(mode: Mode = Mode.APPLY) -> StreamSetup:
    mapping = shipped_mapping("hubspot", "contacts")
    assert mapping is not None
    connector: Any = None
    return StreamSetup(
        stream=Stream("main", "contacts", "person"),
        connector=connector,
        mapping=mapping,
        schema=Schema("contacts", {}),
        ruleset=compile_ruleset("person", {}, mode, rules=RULES),
        mode=mode,
        guards=GuardSettings(),
        every_s=60,
    )


def around(setup: StreamSetup, judged: Record, other: Record) -> Surroundings:
    """Return what is seen around one of two twins when it is judged alone."""
    owners = SimpleNamespace(among=lambda _, ids: {one: one == "8" for one in ids})
    tx: Any = SimpleNamespace(owners=owners)
    twins = {judged.ref: (Twin(other, 0.99, is_sure=True),)}
    return with_twins_alike(tx, setup, Surroundings(NOW, twins=twins), [judged])


def record(key: str, values: dict[str, str]) -> Record:
    return Record(Ref("main", "contacts", key), "person", values, {}, NOW)


@pytest.mark.parametrize("mode", [Mode.APPLY, Mode.SUGGEST])
def test_either_way_the_same_record_stays(mode):
    setup, one, two = setup_of(mode), record("1", ONE), record("2", TWO)

    said = {
        judged.ref.id: [
            finding.proposal.into.id
            for finding in evaluate(setup.ruleset, judged, around(setup, judged, other)).findings
            if isinstance(finding.proposal, Merge)
        ]
        for judged, other in ((one, two), (two, one))
    }

    assert said == {"1": ["2"], "2": []}


def test_both_are_put_right_as_far_as_rules_may_write_and_owners_of_both_are_known():
    one, two = record("1", ONE), record("2", TWO)

    seen = around(setup_of(), one, two)

    assert seen.tidied[one.ref].values["email"] == "ada@acme.com"
    assert seen.tidied[one.ref].values["phone"] is None
    assert seen.twins[one.ref][0].record.values["phone"] == "+49305557312"
    assert seen.active_owners == {"7": False, "8": True}
    assert around(setup_of(Mode.SUGGEST), one, two).tidied[one.ref].values["phone"] == "n/a"


def test_made_up_entries_are_nobodys_twins():
    real, fake = (
        record("1", ONE),
        record("2", {**TWO, "first_name": "Test", "last_name": "Test", "email": "test@test.com"}),
    )

    assert around(setup_of(), real, fake).twins == {}
    assert around(setup_of(), fake, real).twins == {}


def test_who_has_no_twins_costs_nothing():
    seen = Surroundings(NOW)
    tx: Any = None

    assert with_twins_alike(tx, setup_of(), seen, [record("1", ONE)]) is seen
