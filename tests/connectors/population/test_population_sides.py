"""One world as two CRMs hold it: in part, each dirty in its own way, and the truth knows both."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from connectors.sandbox import Sandbox
from connectors.sandbox.population import Overlap, Sides, generate_sides

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> Sides:
    return generate_sides(1000, 300, seed=1, now=NOW)


@pytest.fixture(scope="module")
def sandbox(world) -> Sandbox:
    return Sandbox(population=world, tier="off")


def _digest(world: Sides) -> str:
    told = [[asdict(it) for it in getattr(side, name)] for side in (world.first, world.second)
            for name in ("people", "companies", "deals")]  # fmt: skip
    return sha256(json.dumps([told, [asdict(it) for it in world.ties]], default=sorted_text).encode()).hexdigest()


def sorted_text(value: object) -> str:
    return str(sorted(value) if isinstance(value, frozenset) else value)


def _rows(sandbox: Sandbox, crm: str) -> list[dict]:
    return [json.loads(row) for row in sandbox.crms[crm].truth("", "")]


def test_same_arguments_give_the_same_world_and_another_seed_another_one():
    first, again, other = (_digest(generate_sides(200, 60, seed=seed, now=NOW)) for seed in (5, 5, 6))

    assert first == again
    assert first != other


@pytest.mark.parametrize(("shared", "low", "high"), [(0.0, 0.0, 0.0), (0.6, 0.54, 0.66), (1.0, 1.0, 1.0)])
def test_share_that_is_in_both_is_a_choice(shared, low, high):
    made = generate_sides(500, 150, seed=2, now=NOW, overlap=Overlap(shared=shared))
    first, second = ({it.who for it in side.people} for side in (made.first, made.second))

    assert low <= len(first & second) / len(first | second) <= high


def test_each_kind_of_tie_occurs_and_most_are_right(world):
    counts = Counter((it.kind, it.how) for it in world.ties)

    assert {how for kind, how in counts if kind == "person"} == {"right", "stale", "wrong"}
    assert ("deal", "stale") not in counts
    assert sum(count for (_, how), count in counts.items() if how == "right") >= 0.85 * len(world.ties)
    both = {it.key for it in world.first.people} & {it.key for it in world.second.people}
    assert 0.4 <= sum(it.kind == "person" for it in world.ties) / len(both) <= 0.6
    for it in world.ties:
        assert (it.first == it.second) is (it.how != "wrong")


def test_both_crms_are_dirty_each_in_its_own_way(world):
    first = {it.key: it for it in world.first.people}
    pairs = [(first[it.key], it) for it in world.second.people if it.key in first]

    assert sum(one.values != other.values for one, other in pairs) > 0.5 * len(pairs)
    assert sum(one.truth.get("email") != other.truth.get("email") for one, other in pairs) > 0.05 * len(pairs)
    assert sum(one.has_opted_out != other.has_opted_out for one, other in pairs) > 0.03 * len(pairs)
    assert sum(it.likeness == "lead_and_contact" for it in world.second.people) > 10
    for side in (world.first, world.second):
        assert any(it.duplicate_of and it.who in {root.key for root in side.people} for it in side.people)


def test_what_is_out_of_date_in_one_crm_is_known_in_the_other_and_was_set_there_later(world):
    count = 0
    for mine, theirs in ((world.first, world.second), (world.second, world.first)):
        for kind in ("people", "companies", "deals"):
            others = {it.key: it for it in getattr(theirs, kind)}
            for it in getattr(mine, kind):
                for name in it.kin.older.keys() - {"normalised_title"}:
                    count += 1
                    assert it.truth[name] != it.kin.older[name]
                    assert others[it.key].truth[name] == it.truth[name]
                    assert others[it.key].kin.set_at[name] >= it.created_at

    assert count > 40


def test_groups_and_the_people_of_deals_are_known_to_one_crm_to_the_other_or_to_both(world):
    sides = (world.first, world.second)
    parents = [{it.key: bool(it.parent) for it in side.companies if it.true_parent} for side in sides]
    people = [{it.key: bool(it.people) for it in side.deals if it.true_people} for side in sides]

    for first, second in (parents, people):
        assert Counter((first[key], second[key]) for key in first.keys() & second.keys()).keys() >= {
            (True, False), (False, True), (True, True),
        }  # fmt: skip


def test_nobody_is_a_part_of_a_part(world):
    parents = {it.key: it.true_parent for side in (world.first, world.second) for it in side.companies}

    assert not {parent for parent in parents.values() if parent and parents.get(parent)}


def test_clean_world_has_nothing_wrong_but_what_one_crm_was_never_told():
    clean = generate_sides(200, 60, seed=3, now=NOW, dirt=0.0)

    kinds = {defect.kind for side in (clean.first, clean.second) for it in side.people for defect in it.defects}
    assert kinds <= {"missing", "outdated"}


def test_truth_tells_whose_record_each_is_in_both_crms(sandbox, world):
    who = {crm: {(row["kind"], row["who"]) for row in _rows(sandbox, crm)} for crm in ("hubspot", "salesforce")}

    both = {it.who for it in world.first.people} & {it.who for it in world.second.people}
    assert {key for kind, key in who["hubspot"] & who["salesforce"] if kind == "person"} == both
    assert any(kind == "deal" for kind, _ in who["hubspot"] & who["salesforce"])


def test_hubspot_keeps_the_ids_it_is_tied_to_as_its_own_connector_would(sandbox):
    kept = {"Contact": "salesforcecontactid", "Lead": "salesforceleadid", "Account": "salesforceaccountid",
            "Opportunity": "hs_salesforceopportunityid"}  # fmt: skip
    there = {row["id"]: row["who"] for row in _rows(sandbox, "salesforce")}
    seen: Counter[str] = Counter()

    for row in _rows(sandbox, "hubspot"):
        tie = row.get("tie")
        if tie is None:
            continue
        seen[tie["how"]] += 1
        record = sandbox.account.tables[row["object"]].records[int(row["id"])]
        assert record.values[kept[tie["object"]]] == tie["id"]
        if tie["how"] == "stale":
            left = sandbox.org.tables[tie["object"]].rows.get(tie["id"])
            assert tie["id"] not in there
            assert left is None or (left.is_deleted and there[str(left["MasterRecordId"])] == row["who"])
        else:
            assert (there[tie["id"]] == row["who"]) is (tie["how"] == "right")
    assert seen.keys() == {"right", "stale", "wrong"}


def test_parents_values_set_later_and_roles_stand_in_both_crms(sandbox, world):
    child = next(it for it in world.second.companies if it.parent)
    rows = {json.loads(row)["key"]: one for one, row in sandbox.org.truth["Account"].items()}
    assert sandbox.org.tables["Account"].rows[rows[child.key]]["ParentId"] == rows[child.parent]

    contacts = {row["key"]: row["id"] for row in _rows(sandbox, "hubspot") if row["object"] == "contacts"}
    person = next(it for it in world.first.people if "job_title" in it.kin.set_at)
    record = sandbox.account.tables["contacts"].records[int(contacts[person.key])]
    assert record.history
    assert record.history["jobtitle"][-1].at_ms == int(person.kin.set_at["job_title"].timestamp() * 1000)
    assert sandbox.org.tables["ContactHistory"].rows
