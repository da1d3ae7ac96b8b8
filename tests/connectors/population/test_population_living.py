"""The stream of events on a base that lives."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import islice

import pytest

from connectors.sandbox.population import Population, generate
from connectors.sandbox.population.living import (
    Arrived,
    Bounced,
    Edited,
    Events,
    OptedOut,
    Overwritten,
    Signed,
    Unlinked,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def base() -> Population:
    return generate(400, 120, seed=1, now=NOW)


@pytest.fixture(scope="module")
def events(base):
    return list(islice(Events(base, 1), 3000))


def test_same_seed_gives_the_same_events(base, events):
    again = list(islice(Events(base, 1), 300))

    assert [repr(event) for event in again] == [repr(event) for event in events[:300]]


def test_everything_that_can_happen_happens(events):
    kinds = Counter(type(event) for event in events)

    assert {*kinds} == {Arrived, Bounced, Edited, OptedOut, Overwritten, Signed, Unlinked}


def test_moments_never_go_back(events):
    moments = [event.at for event in events]

    assert moments == sorted(moments)
    assert moments[0] >= NOW


def test_events_leave_the_population_alone(base):
    before = repr(base)

    list(islice(Events(base, 2), 500))

    assert repr(base) == before


def test_newcomers_have_new_keys_and_new_addresses(base, events):
    newcomers = [event.person for event in events if isinstance(event, Arrived)]
    addresses = Counter(
        person.values["email"].strip().lower() for person in (*base.people, *newcomers) if "email" in person.values
    )

    assert len({person.key for person in (*base.people, *newcomers)}) == len(base.people) + len(newcomers)
    assert addresses.most_common(1)[0][1] == 1
    assert any(person.duplicate_of for person in newcomers)
    assert any(person.defects for person in newcomers)
    assert any(not person.is_real for person in newcomers)


def test_rewrites_tell_the_truth_of_what_they_set(events):
    rewrites = [event.rewrite for event in events if isinstance(event, Edited)]
    rewrites += [rewrite for event in events if isinstance(event, Overwritten) for rewrite in event.rewrites]

    for rewrite in rewrites:
        hurt = {defect.field for defect in rewrite.defects}
        assert {*rewrite.values} == {*rewrite.truth} - {"normalised_title"}
        assert all(value == rewrite.truth[name] for name, value in rewrite.values.items() if name not in hurt)


def test_an_import_shouts(events):
    rewrites = [rewrite for event in events if isinstance(event, Overwritten) for rewrite in event.rewrites]

    shouted = [rewrite for rewrite in rewrites if any(defect.kind == "name_upper" for defect in rewrite.defects)]

    assert len(shouted) > len(rewrites) / 2


def test_events_speak_of_people_who_exist(base, events):
    known = {person.key for person in base.people}
    for event in events:
        if isinstance(event, Arrived):
            known.add(event.person.key)
        elif isinstance(event, Edited):
            assert event.rewrite.person in known
        elif isinstance(event, Overwritten):
            assert {rewrite.person for rewrite in event.rewrites} <= known
        else:
            assert event.person in known


def test_a_base_without_people_and_companies_comes_to_life():
    events = list(islice(Events(generate(0, 0, now=NOW), 1), 20))

    assert isinstance(events[0], Arrived)
