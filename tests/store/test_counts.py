"""Counts that are kept up to date equal a recount, whatever happened."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncd.model import Gone, Maker, Severity
from syncd.store import LEFT_ALONE, FindingCount, KeptRecord, StreamTally
from tests.store.given import CONTACTS, finding, kept, ref

ROWS = st.builds(
    lambda record, values, rules, severity, source, maker, owner, unlinked: kept(
        record,
        values=values,
        findings=tuple(finding(record, rule, "", severity=severity) for rule in sorted(rules)),
        created_source=source,
        maker=maker,
        owner=owner,
        unlinked_to=tuple(unlinked),
        is_clean=not rules or severity < Severity.WARNING,
    ),
    st.sampled_from("12345"),
    st.dictionaries(st.sampled_from(["email", "phone"]), st.sampled_from([None, "", "x", 0])),
    st.sets(st.sampled_from(["a", "b"])),
    st.sampled_from(Severity),
    st.sampled_from(["API", "FORMS", LEFT_ALONE]),
    st.sampled_from([None, Maker("API", "app-1", "Sync"), Maker("FORMS", "form-2"), Maker("FORMS", "form-3")]),
    st.sampled_from(["", "7", "8"]),
    st.sets(st.sampled_from(["company", "deal"])),
)
STEPS = st.lists(st.lists(ROWS, max_size=4) | st.sampled_from("12345"), max_size=8)


def recount(rows) -> StreamTally:
    """Count the long way round."""
    findings: Counter = Counter((f.rule, f.severity) for row in rows for f in row.findings)
    judged = [row for row in rows if row.created_source != LEFT_ALONE]
    unlinked: Counter = Counter(kind for row in judged for kind in row.unlinked_to)
    dirty: Counter = Counter(maker_of(row) for row in judged if not row.is_clean)
    defects = Counter(maker_of(row) for row in rows for one in row.findings if one.severity >= Severity.WARNING)
    return StreamTally(
        records=len(rows),
        clean=sum(row.is_clean for row in judged),
        left_alone=len(rows) - len(judged),
        findings=dict(findings),
        unlinked=dict(unlinked),
        made=dict(Counter(map(maker_of, judged))),
        dirty=dict(dirty),
        defects=dict(defects),
    )


def maker_of(row) -> Maker:
    return Maker(row.created_source) if row.maker is None or row.created_source == LEFT_ALONE else row.maker


def owned(rows) -> dict[str, tuple[int, int]]:
    """Count judged records, and those not clean, by owner, the long way round."""
    judged = [row for row in rows if row.created_source != LEFT_ALONE]
    every, dirty = (Counter(row.owner for row in found) for found in (judged, [r for r in judged if not r.is_clean]))
    return {owner: (count, dirty[owner]) for owner, count in every.items()}


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_kept_counts_equal_a_recount(store, clock, steps):
    live: dict[str, KeptRecord] = {}
    with store.transaction() as tx:
        tx.records.mark_gone(CONTACTS, [Gone(ref(one)) for one in "12345"], clock.now())
        for step in steps:
            if isinstance(step, str):
                tx.records.mark_gone(CONTACTS, [Gone(ref(step))], clock.now())
                live.pop(step, None)
            else:
                tx.records.keep(CONTACTS, step)
                live |= {row.source.ref.id: row for row in step}

        tally = tx.findings.tally(CONTACTS)
        filled = tx.findings.tally_of_fields(CONTACTS, ["email", "phone", "never"])
        by_owner = tx.records.by_owner(CONTACTS)

    assert tally == recount(live.values())
    assert by_owner == owned(live.values())
    has = [name for row in live.values() for name, value in row.source.values.items() if value not in {None, ""}]
    assert filled == {"email": has.count("email"), "phone": has.count("phone"), "never": 0}


def test_open_counts_are_told_by_stream_rule_and_severity(store):
    with store.transaction() as tx:
        rows = [kept(one, findings=(finding(one, severity=Severity.ERROR),)) for one in ("1", "2")]
        tx.records.keep(CONTACTS, rows)

    with store.transaction() as tx:
        assert tx.findings.open_counts() == [FindingCount("hubspot-main", "contacts", "email_form", Severity.ERROR, 2)]


def test_findings_are_paged_by_record_rule_and_field(store):
    with store.transaction() as tx:
        rows = [kept(one, findings=(finding(one, "a"), finding(one, "b", severity=Severity.INFO))) for one in "12"]
        tx.records.keep(CONTACTS, rows)

    with store.transaction() as tx:
        first = tx.findings.page(CONTACTS, limit=3)
        last = first[-1].finding
        rest = tx.findings.page(CONTACTS, after=(last.ref.id, last.rule, last.field))
        severe = tx.findings.page(CONTACTS, at_least=Severity.WARNING, field="email")
        one_rule = tx.findings.page(CONTACTS, rule="b")

    assert [(one.finding.ref.id, one.finding.rule) for one in [*first, *rest]] == [
        ("1", "a"),
        ("1", "b"),
        ("2", "a"),
        ("2", "b"),
    ]
    assert [one.finding.rule for one in severe] == ["a", "a"]
    assert [one.finding.ref.id for one in one_rule] == ["1", "2"]
