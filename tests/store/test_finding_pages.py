from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.model import Severity
from syncd.store import Sought
from syncd.store.findings import pages
from tests.store.given import CONTACTS, finding, kept

RULES = {"email_valid": Severity.ERROR, "name_case": Severity.INFO, "phone_valid": Severity.WARNING}
OWNERS, SOURCES = ("", "7", "8"), ("FORMS", "IMPORT")
NAMES = ("Zoë", "ZOE KING", "Ada King")


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
        record_id,
        findings=found,
        is_clean=is_clean,
        owner=OWNERS[number % 3],
        created_source=SOURCES[number % 2],
        values={"firstname": NAMES[number // 2 % 3], "zip": None, "age": number},
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
    text=st.sampled_from(["", "zoe", "KING", "nobody"]),
)
SAID_BY = {"": NAMES, "zoe": NAMES[:2], "KING": NAMES[1:], "nobody": ()}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
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
        and record.source.values["firstname"] in SAID_BY[asked.text]
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


def test_page_ends_after_so_many_records_whatever_it_has_found(filled, monkeypatch):
    monkeypatch.setattr(pages, "_MOST", 10)
    monkeypatch.setattr(pages, "_AT_ONCE", 5)

    with filled.reading() as tx:
        first = tx.findings.find(CONTACTS, Sought(at_least=Severity.INFO, text="nobody"))
        of_a_rule = tx.findings.find(CONTACTS, Sought(rules=("phone_valid",), text="nobody"))

    assert first.found == of_a_rule.found == []
    assert first.after
    assert of_a_rule.after


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
