"""What the store tells of a record's neighbours, on both databases."""

from __future__ import annotations

from dataclasses import replace

from syncd.model import Severity
from tests.store.given import COMPANIES, CONTACTS, finding, kept

ACCOUNT = "hubspot-main"


def test_keys_beside_a_key_come_once_for_each_record_that_holds_both(store):
    at, elsewhere = ("works_at", "7"), ("works_at", "8")
    with store.transaction() as tx:
        tx.records.keep(
            CONTACTS,
            [
                kept("1", keys=frozenset({at, ("email_domain", "acme.com")})),
                kept("2", keys=frozenset({at, ("email_domain", "acme.com")})),
                kept("3", keys=frozenset({at})),
                kept("4", keys=frozenset({elsewhere, ("email_domain", "other.com")})),
            ],
        )

    with store.reading() as tx:
        found = tx.records.keys_beside(ACCOUNT, "person", {at, ("works_at", "9")}, "email_domain")

    assert found == {at: ("acme.com", "acme.com")}


def test_keys_of_records_are_those_they_hold_now(store):
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept("1", keys=frozenset({("works_at", "7")})), kept("2", keys=frozenset())])
        tx.records.keep(CONTACTS, [kept("1", keys=frozenset({("works_at", "8")}))])

    with store.reading() as tx:
        assert tx.records.keys_of(CONTACTS, ["1", "2", "never-held"]) == {"1": {("works_at", "8")}}


def test_linked_records_are_woken_where_that_is_asked_for(store, clock):
    key, now = ("lacks_company_name", "7"), clock.now()
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept("1", keys=frozenset({key}))])

    with store.transaction() as tx:
        asleep = tx.records.wake(ACCOUNT, "person", {key}, now)
        woken = tx.records.wake(ACCOUNT, "person", {key}, now, unlinked_only=False)
        twice = tx.records.wake(ACCOUNT, "person", {key}, now, unlinked_only=False)

    assert (asleep, woken, twice) == (0, 1, 0)


def test_field_is_in_doubt_when_something_is_wrong_with_it_or_proposed_for_it(store):
    plain = finding("1")
    with store.transaction() as tx:
        findings = (
            replace(plain, rule="a", field="name", severity=Severity.WARNING, proposal=None, has_proposal=False),
            replace(plain, rule="b", field="city", severity=Severity.INFO, proposal="Berlin", has_proposal=True),
            replace(plain, rule="c", field="phone", severity=Severity.INFO, proposal=None, has_proposal=False),
            replace(plain, rule="d", field="", severity=Severity.ERROR, proposal=None, has_proposal=False),
        )
        tx.records.keep(COMPANIES, [kept("1", COMPANIES, findings=findings), kept("2", COMPANIES)])

    with store.reading() as tx:
        assert tx.findings.doubted_fields(COMPANIES, ["1", "2"]) == {"1": frozenset({"name", "city"})}
