from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.model import Severity
from syncd.store import Sought
from tests.store.given import CONTACTS, finding, kept

RULES = {"email_valid": Severity.ERROR, "name_case": Severity.INFO, "phone_valid": Severity.WARNING}
OWNERS, SOURCES = ("", "7", "8"), ("FORMS", "IMPORT")


def row(number):
    """A record with findings that follow from its number."""
    record_id = str(number)
    found = tuple(
        finding(record_id, rule, name, severity=grade)
        for place, (rule, grade) in enumerate(RULES.items())
        for name in ("email", "phone")
        if number >> place & 1 and (number + len(name)) % 3
    )
    is_clean = all(one.severity < Severity.WARNING for one in found)
    return kept(
        record_id, findings=found, is_clean=is_clean, owner=OWNERS[number % 3], created_source=SOURCES[number % 2]
    )


ROWS = [row(number) for number in range(40)]


@pytest.fixture
def filled(store):
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, ROWS)
    return store


sought = st.builds(
    Sought,
    at_least=st.sampled_from(Severity),
    rules=st.lists(st.sampled_from([*RULES, "no_such_rule"]), unique=True, max_size=3),
    field=st.sampled_from(["", "email", "phone"]),
    owner=st.sampled_from([None, *OWNERS]),
    source=st.sampled_from(["", *SOURCES]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(sought, st.integers(min_value=1, max_value=17))
def test_pages_hold_every_finding_looked_for_once(filled, asked, limit):
    is_dirty_only = asked.is_by_record
    wanted = {
        (one.ref.id, one.rule, one.field)
        for record in ROWS
        for one in record.findings
        if one.severity >= asked.at_least
        and (not asked.rules or one.rule in asked.rules)
        and (not asked.field or one.field == asked.field)
        and (asked.owner is None or record.owner == asked.owner)
        and (not asked.source or record.created_source == asked.source)
        and not (is_dirty_only and record.is_clean)
    }

    found, after = [], ""
    with filled.reading() as tx:
        for _ in range(200):
            page = tx.findings.find(CONTACTS, asked, after=after, limit=limit)
            found += [(one.finding.ref.id, one.finding.rule, one.finding.field) for one in page.found]
            after = page.after
            if not after:
                break

    assert after == ""
    assert len(found) == len(set(found))
    assert set(found) == wanted


@pytest.mark.parametrize("after", ["x", "W10", "eyJhIjoxfQ", "WzEsMl0", "\u00e4", "W1wiYVwiXQ"])
def test_place_that_somebody_made_up_is_the_beginning(filled, after):
    with filled.reading() as tx:
        first = tx.findings.find(CONTACTS, Sought(), limit=5)
        made_up = tx.findings.find(CONTACTS, Sought(), after=after, limit=5)

    assert made_up == first


@pytest.mark.parametrize("backend", ["sqlite"])
def test_records_of_an_owner_are_found_along_an_index(filled):
    with filled.reading() as tx:
        plan = tx.findings.connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM records WHERE stream_id = 1 AND gone_at IS NULL AND NOT is_clean"
            " AND owner = '7' ORDER BY owner, created_source, id LIMIT 5"
        ).all()

    assert "ix_records_dirty" in str(plan)
    assert "TEMP B-TREE" not in str(plan)
