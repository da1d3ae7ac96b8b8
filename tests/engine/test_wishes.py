"""Targets have a straight way; values have an age; the upkeep has a stage: all from what is kept."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from syncd.engine.figures.figures import Figures, expected
from syncd.engine.figures.freshness import half_lives, summed_up
from syncd.engine.figures.maturity import maturity_of
from syncd.engine.figures.wishes import owners_of, targets_of
from syncd.model import Owner
from syncd.settings import FigureSettings, MetricsSettings, TargetSettings, UpkeepSettings
from syncd.telemetry import Share, TargetState
from tests.store.given import CONTACTS, kept

START = datetime(2026, 1, 1, tzinfo=UTC)
TARGET = TargetSettings(at_least=0.9, by=date(2026, 4, 10))


@pytest.mark.parametrize(("days", "share"), [(-5, 0.5), (0, 0.5), (25, 0.6), (50, 0.7), (100, 0.9), (300, 0.9)])
def test_way_to_a_target_is_straight_and_ends_with_its_last_day(days, share):
    assert expected(TARGET, (START, 0.5), START + timedelta(days=days)) == pytest.approx(share)


@pytest.mark.parametrize(
    ("current", "way", "is_on_track"),
    [
        (0.7, 0.7, True),
        (0.696, 0.7, True),  # it wobbles
        (0.694, 0.7, False),
        (0.899, 0.9, False),  # the time is over
        (0.9, 0.95, True),  # it was better once, and still is good enough
    ],
)
def test_target_is_on_track_where_the_way_is(current, way, is_on_track):
    assert TargetState(0.9, current, way, TARGET.deadline).is_on_track is is_on_track


def test_share_of_a_target_is_that_of_its_rule_its_field_or_of_clean_records():
    figures = Figures(records=10, left_alone=2, clean=6, findings={"phone_form": 2}, filled={"email": 0.4})

    shares = [figures.towards(TARGET.model_copy(update=of)) for of in ({}, {"rule": "phone_form"}, {"field": "email"})]

    assert shares == [0.75, 0.75, 0.4]


def test_target_begins_with_the_first_look_or_with_the_day_it_names(store):
    late = TARGET.model_copy(update={"since": date(2026, 2, 1)})
    with store.transaction() as tx:
        for days, clean in ((0, 2), (40, 4), (60, 6)):
            figures = {CONTACTS.name: {"records": 10, "clean": clean, "of_another_version": 1}}
            tx.runs.snapshot(START + timedelta(days=days), figures)
        wanted = FigureSettings(targets={"soon": TARGET, "late": late})
        told = targets_of(tx, CONTACTS, wanted, Figures(records=10, clean=7), START + timedelta(days=70))

    assert (told["soon"].expected, told["late"].expected) == pytest.approx((0.2 + 0.7 * 0.7, 0.4 + 0.5 * 0.5))
    assert (told["soon"].is_on_track, told["late"].is_on_track) == (True, True)


def test_owners_are_told_apart_only_as_far_as_somebody_wants(store):
    with store.transaction() as tx:
        rows = [kept(str(number), owner=owner) for number, owner in enumerate(["7", "7", "7", "8", "8", "9", ""])]
        tx.records.keep(CONTACTS, [*rows, kept("dirty", owner="9", is_clean=False)])
        tx.owners.keep(CONTACTS.account, {"7": Owner(is_active=True, name="Ada King"), "9": Owner(is_active=True)})
        by_wish = [
            owners_of(tx, CONTACTS, wish)
            for wish in (
                MetricsSettings(),
                MetricsSettings(owners=1, owner_names=True),
                MetricsSettings(owners=1, teams={"North": ["Ada King", "9"], "South": ["nobody known"]}),
            )
        ]

    assert by_wish == [
        {},
        {"Ada King": Share(3, 3), "other": Share(4, 3), "nobody": Share(1, 1)},
        {"North": Share(5, 4), "8": Share(2, 2), "nobody": Share(1, 1), "South": Share(0, 0)},
    ]


def test_half_life_follows_from_what_was_seen_to_change():
    halves = half_lives({"email": 100, "phone": 3}, {"email": 100 * 365.0, "phone": 1000.0, "city": 5.0})
    told = summed_up({"email": Counter({10: 3, 400: 1}), "phone": Counter({300: 1, 370: 1})}, halves)

    assert halves == {"email": pytest.approx(365 * math.log(2))}
    assert (told["email"]["stale"], told["phone"]["stale"]) == (0.25, 0.5)
    assert (told["email"]["median_days"], told["phone"]["half_life_days"]) == (10.0, None)


def test_upkeep_has_the_stage_whose_criteria_are_all_met(store, clock):
    def stage(**said):
        with store.reading() as tx:
            return maturity_of(tx, CONTACTS.account, UpkeepSettings((CONTACTS,), **said)).stage

    before = stage(rules=3)
    with store.transaction() as tx:
        tx.cursors.succeeded(CONTACTS, clock.now())
    seen = stage(rules=3)
    applying = stage(rules=3, is_applying=True)

    assert (before, seen, applying) == (1, 2, 2), "nothing was written yet"
