"""A whole base: repeatable, believable in its shares, clean when asked to be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from connectors.sandbox.population import Company, Person, Population, generate
from connectors.sandbox.population.harms import HARMS
from connectors.sandbox.population.mailboxes import PostOffice

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
#: Kinds that no harm inflicts: they come with the record.
STATES = {"unlinked", "fake", "role_email", "disposable_email", "domain_as_name"}


@pytest.fixture(scope="module")
def base() -> Population:
    return generate(seed=1, now=NOW)


@pytest.fixture(scope="module")
def large() -> Population:
    return generate(8000, 2400, seed=2, now=NOW)


def test_default_base_has_the_sizes_of_the_demo(base):
    assert len(base.people) == 2000
    assert len(base.companies) == 600
    assert len(base.users) == 12
    assert [user.is_active for user in base.users].count(False) == 1
    assert 200 <= len(base.deals) <= 400
    assert base.tickets
    assert {activity.kind for activity in base.activities} == {"notes", "tasks", "calls", "emails", "meetings"}


def test_same_arguments_give_the_same_base():
    assert _digest(generate(300, 90, seed=5, now=NOW)) == _digest(generate(300, 90, seed=5, now=NOW))


def test_another_seed_gives_another_base():
    assert _digest(generate(300, 90, seed=5, now=NOW)) != _digest(generate(300, 90, seed=6, now=NOW))


def test_base_does_not_depend_on_the_hash_seed():
    code = (
        "import sys; from datetime import UTC, datetime; from hashlib import sha256\n"
        "from connectors.sandbox.population import generate\n"
        "base = generate(150, 60, seed=3, now=datetime(2026, 11, 21, 12, tzinfo=UTC))\n"
        "text = repr([(p.values, p.truth, p.defects, sorted(p.true_flags), p.signals) for p in base.people])\n"
        "print(sha256(text.encode()).hexdigest())"
    )

    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path.cwd())},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(digests) == 1


def test_base_without_dirt_is_perfectly_clean():
    base = generate(600, 200, seed=4, now=NOW, dirt=0)

    records: list[Person | Company] = [*base.people, *base.companies]
    for record in records:
        assert record.values == {name: value for name, value in record.truth.items() if name != "normalised_title"}
        assert not record.defects
        assert not record.duplicate_of
        assert not record.lookalike_of
    for person in base.people:
        assert person.company == person.true_company is not None
        assert not person.true_flags


@pytest.mark.parametrize(("people", "companies"), [(0, 0), (1, 0), (0, 5), (1, 1), (37, 3)])
def test_any_size_can_be_asked_for(people, companies):
    base = generate(people, companies, seed=1, now=NOW)

    assert len(base.people) == people
    assert len(base.companies) == companies


def test_addresses_are_unique_over_the_base(large):
    held = Counter(person.values["email"].strip().lower() for person in large.people if "email" in person.values)

    assert held.most_common(1)[0][1] == 1


def test_google_mailboxes_that_differ_in_dots_alone_are_handed_out_once():
    office = PostOffice.beside(["Ada.King@gmail.com"])

    assert office.claim("adaking", "gmail.com") == "adaking2@gmail.com"
    assert office.claim("ada.king", "web.de") == "ada.king@web.de"


def test_about_two_records_in_five_are_dirty(large):
    assert 0.33 <= _share(large.people, lambda person: person.defects) <= 0.47
    assert 0.28 <= _share(large.companies, lambda company: company.defects) <= 0.47


def test_shares_are_believable(large):
    flags = Counter(flag for person in large.people for flag in person.true_flags)
    count = len(large.people)

    assert 0.06 <= _share(large.people, lambda person: person.duplicate_of) <= 0.08
    assert 0.015 <= _share(large.people, lambda person: person.lookalike_of) <= 0.025
    assert 0.04 <= _share(large.companies, lambda company: company.duplicate_of) <= 0.06
    assert 0.01 <= flags["fake"] / count <= 0.03
    assert 0.12 <= flags["free_email"] / count <= 0.3
    assert 0.05 <= flags["inactive"] / count <= 0.15
    assert 0.02 <= flags["bounced"] / count <= 0.06
    assert 0.02 <= flags["unsubscribed"] / count <= 0.07
    assert 0.03 <= _share(large.people, lambda person: any(d.kind == "unlinked" for d in person.defects)) <= 0.1


def test_every_kind_of_defect_occurs_in_the_default_base(base):
    found = {defect.kind for record in (*base.people, *base.companies) for defect in record.defects}

    assert found == {*HARMS} | STATES


def test_sources_differ_in_the_dirt_they_make(large):
    by_source: dict[str, Counter[str]] = {}
    for person in large.people:
        for defect in person.defects:
            by_source.setdefault(defect.source, Counter())[defect.kind] += 1

    assert by_source["Hannover trade fair badge scans.xlsx"].most_common(1)[0][0] == "name_upper"
    assert by_source["Ringline Telephony"].most_common(1)[0][0] == "phone_spelled"
    assert by_source["old_crm_export_FINAL_v2.csv"]["mojibake"] > by_source["Contact us"]["mojibake"]
    assert by_source["White paper download"]["name_lower"] > by_source["White paper download"]["name_upper"]


def test_a_lookalike_is_never_a_duplicate(large):
    for record in (*large.people, *large.companies):
        assert not (record.duplicate_of and record.lookalike_of)
        assert bool(record.likeness) == bool(record.duplicate_of or record.lookalike_of)


def test_a_second_record_points_at_a_first_one(large):
    for records in (large.people, large.companies):
        by_key = {record.key: record for record in records}
        for record in records:
            if record.duplicate_of:
                assert not by_key[record.duplicate_of].duplicate_of
            if record.lookalike_of:
                assert record.lookalike_of in by_key


def test_colleague_who_left_still_owns_people_and_companies(large):
    (left,) = [user.key for user in large.users if not user.is_active]

    assert left in {person.owner for person in large.people}
    assert left in {company.owner for company in large.companies}


def test_links_and_owners_lead_somewhere(large):
    companies = {company.key for company in large.companies}
    people = {person.key for person in large.people}
    users = {user.key for user in large.users} | {""}

    assert {person.company for person in large.people} <= companies | {None}
    assert {person.owner for person in large.people} <= users
    assert {key for deal in large.deals for key in deal.people} <= people
    assert {activity.person for activity in large.activities} <= people


def test_times_lie_within_three_years_and_leave_the_last_hours_quiet(large):
    for record in (*large.people, *large.companies, *large.deals, *large.tickets):
        assert NOW - timedelta(days=3 * 366) <= record.created_at <= record.modified_at <= NOW - timedelta(hours=2)
        assert record.modified_at.microsecond % 1000 == 0
    for person in large.people:
        assert all(moment <= person.modified_at for moment in person.signals.values())


def test_bulk_changes_share_one_millisecond(large):
    storms = Counter(person.modified_at for person in large.people).most_common(3)

    assert all(count >= 50 for _, count in storms)


def _share(records, holds):
    return sum(bool(holds(record)) for record in records) / len(records)


def _digest(base: Population) -> str:
    return sha256(json.dumps(asdict(base), default=_plain, sort_keys=True).encode()).hexdigest()


def _plain(value):
    return sorted(value) if isinstance(value, frozenset) else str(value)
