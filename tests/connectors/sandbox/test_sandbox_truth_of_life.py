"""While the base lives, the truth stays right, and each record and value says where it came from."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest

from connectors.sandbox import Sandbox
from connectors.sandbox.hubspot.loader import PERSON
from connectors.sandbox.population import generate

EVENTS = 400


@pytest.fixture(scope="module")
def before():
    """What is true before anything has happened."""
    return {}


@pytest.fixture(scope="module")
def account(before):
    """An account after some life."""
    sandbox = Sandbox(population=generate(150, 40, seed=3, now=datetime(2026, 3, 1, tzinfo=UTC)))
    before.update(sandbox.account.truth["contacts"])
    sandbox._live({"events": EVENTS})
    return sandbox.account


@pytest.fixture(scope="module")
def truth(account):
    return {record_id: orjson.loads(text) for record_id, text in account.truth["contacts"].items()}


def test_truth_knows_every_record_that_arrived(account, truth, before):
    newcomers = set(account.tables["contacts"].live) - set(before)

    assert len(newcomers) > EVENTS / 10
    assert newcomers <= set(truth)


def test_value_without_a_defect_is_the_truth(account, truth):
    checked = 0
    for record_id, row in truth.items():
        damaged = {defect["field"] for defect in row["defects"]}
        for field in {"first_name", "phone", "city"} & row["truth"].keys() & row["loaded"].keys() - damaged:
            if row["is_real"]:
                checked += 1
                assert account.tables["contacts"].records[record_id].values[PERSON[field]] == row["truth"][field]

    assert checked > 200


def test_truth_says_what_each_record_holds_now(account, truth):
    for record_id, row in truth.items():
        values = account.tables["contacts"].records[record_id].values
        for field in ("first_name", "phone", "job_title"):
            assert (values.get(PERSON[field]) or "") == (row["loaded"].get(field) or "")


def test_truth_of_old_records_changes_with_them(account, truth, before):
    changed = [one for one, text in before.items() if orjson.loads(text)["truth"] != truth[one]["truth"]]

    assert changed
    assert {one for one in changed if not account.tables["contacts"].records[one].history} == set()


def test_truth_of_company_follows_the_links(account, truth):
    for record_id, row in truth.items():
        assert account.links.primary_of("0-1", record_id, "0-2") == (int(row["company"]) if row["company"] else None)


def test_newcomers_say_where_they_came_from(account, truth, before):
    newcomers = {one: account.tables["contacts"].records[one].values for one in truth.keys() - before}

    assert len({values["hs_object_source"] for values in newcomers.values()}) > 2
    for one, values in newcomers.items():
        source = truth[one]["source"]
        assert values["hs_object_source"] == source["type"]
        assert values["hs_object_source_label"] == (source["label"] or source["type"])
        assert values.get("hs_object_source_id")


def test_history_tells_who_changed_what(account, before):
    versions = [
        version
        for one in before
        for line in (account.tables["contacts"].records[one].history or {}).values()
        for version in line
        if version.at_ms > account.tables["contacts"].records[one].created_ms
    ]
    kinds = {version.source_type for version in versions}

    assert {"CRM_UI", "IMPORT"} <= kinds
    assert all(version.source_id for version in versions if version.source_type == "CRM_UI")
