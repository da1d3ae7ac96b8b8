"""What the connector makes of merges and deletions that only one of the two CRMs knows of."""

from __future__ import annotations

import pytest


def pairs(both):
    """Return two contacts and their partners: twins in both CRMs."""
    first, second = both.contact("ada@acme.com"), both.contact("a.lovelace@acme.com")
    ours, theirs = both.person("ada@acme.com"), both.person("a.lovelace@acme.com")
    both.native.cycle()
    return first, second, ours, theirs


def test_a_merge_in_salesforce_alone_leaves_a_contact_that_makes_a_new_lead(both):
    first, second, ours, theirs = pairs(both)
    both.act("merge", "Contact", ours, other=theirs)

    both.native.cycle()

    assert len(both.living("contacts")) == 2
    assert both.here(second)["salesforceleadid"] == both.living("Lead")[0]
    assert both.here(first)["salesforcecontactid"] == ours


def test_a_merge_in_salesforce_alone_takes_the_contact_away_where_deletions_are_passed_on(both):
    both.native.turn({"deleted_in_salesforce": "archive"})
    first, _, ours, theirs = pairs(both)
    both.act("merge", "Contact", ours, other=theirs)

    both.native.cycle()

    assert both.living("contacts") == [first]


def test_a_merge_in_hubspot_alone_lets_the_other_person_take_the_link_over_as_soon_as_they_change(both):
    first, second, ours, theirs = pairs(both)
    both.act("merge", "contacts", first, other=second)
    both.native.cycle()
    quiet = both.here(first)["salesforcecontactid"]

    both.act("update", "Contact", theirs, properties={"Phone": "1"})
    both.native.cycle()

    assert quiet == ours
    assert both.here(first)["salesforcecontactid"] == theirs
    assert both.here(first)["phone"] == "1"


def test_a_merge_in_hubspot_alone_brings_a_contact_of_an_unknown_address_back(both):
    first, second, _, theirs = pairs(both)
    both.act("merge", "contacts", first, other=second)

    both.act("update", "Contact", theirs, properties={"Email": "augusta@acme.com"})
    both.native.cycle()

    assert len(both.living("contacts")) == 2


def test_a_merge_in_hubspot_first_and_then_in_salesforce_leaves_nothing_behind(both):
    first, second, ours, theirs = pairs(both)
    both.act("merge", "contacts", first, other=second)
    both.native.cycle()
    both.act("merge", "Contact", ours, other=theirs)

    for _ in range(3):
        both.native.cycle()

    assert both.living("contacts") == [both.living("contacts")[0]]
    assert both.here(first)["salesforcecontactid"] == ours
    assert (both.living("Contact"), both.living("Lead")) == ([ours], [])


@pytest.mark.parametrize(("returns", "there"), [("restore", 1), ("create", 1), ("nothing", 0)])
def test_an_archived_contact_comes_back_when_its_partner_changes(both, returns, there):
    both.native.turn({"returns": returns})
    contact, person = both.linked()
    both.act("archive", "contacts", contact)
    both.native.cycle()
    gone = both.living("contacts")

    both.act("update", "Contact", person, properties={"Phone": "1"})
    both.native.cycle()

    assert gone == []
    assert len(both.living("contacts")) == there
    assert (both.living("contacts") == [contact]) is (returns == "restore")


def test_a_deletion_in_salesforce_is_told_and_makes_up_for_itself_unless_that_is_switched_off(both):
    both.native.turn({"recreates_deleted": False})
    contact, person = both.linked()

    both.act("delete", "Contact", person)
    both.native.cycle()

    assert both.here(contact)["salesforcedeleted"] == "true"
    assert both.here(contact)["salesforcecontactid"] == ""
    assert both.living("Lead") == []
    both.act("undelete", "Contact", person)
    both.native.cycle()
    assert both.here(contact)["salesforcecontactid"] == person
    assert not both.here(contact)["salesforcedeleted"]


def test_a_deletion_in_hubspot_reaches_salesforce_only_where_that_is_wanted(both):
    first, one = both.linked()
    both.act("archive", "contacts", first)
    both.native.cycle()
    kept = both.living("Contact")
    both.native.turn({"deleted_in_hubspot": "delete"})
    second, _ = both.linked("grace@acme.com")
    both.act("archive", "contacts", second)

    both.native.cycle()

    assert kept == [one]
    assert both.living("Contact") == [one]


def test_companies_are_not_merged_while_they_are_kept_in_step(both):
    first, second = (both.act("create", "companies", properties={"name": name}) for name in ("Acme", "Acme Inc"))

    with pytest.raises(ValueError, match="in step with Salesforce"):
        both.act("merge", "companies", first, other=second)

    both.native.turn({"is_on": False})
    both.act("merge", "companies", first, other=second)
    assert len(both.living("companies")) == 1
