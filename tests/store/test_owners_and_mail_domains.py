"""Who has left, and which mail domains are dead: kept as told, and whoever it changes for is found."""

from __future__ import annotations

from datetime import timedelta

from syncd.model import Owner, Stream
from tests.store.given import COMPANIES, CONTACTS, kept

ACCOUNT = CONTACTS.account
LEADS = Stream("salesforce-main", "Lead", "person")
KEY = "email_domain"
HERE, LEFT = Owner(is_active=True, name="Ada King", user="7"), Owner(is_active=False)


def test_owners_are_unknown_until_the_crm_has_told_them(store, clock):
    with store.transaction() as tx:
        before = (tx.owners.asked_at(ACCOUNT), tx.owners.among(ACCOUNT, ["1"]))
        tx.owners.keep(ACCOUNT, {"1": HERE, "2": LEFT})
        after = (tx.owners.asked_at(ACCOUNT), tx.owners.among(ACCOUNT, ["1", "2", "3"]))
        elsewhere = tx.owners.among("other", ["1"])
        told = tx.owners.all(ACCOUNT)

    assert before == (None, None)
    assert after == (clock.now(), {"1": True, "2": False})
    assert elsewhere is None
    assert told == {"1": HERE, "2": LEFT}


def test_those_who_left_or_came_back_are_named(store):
    with store.transaction() as tx:
        first = tx.owners.keep(ACCOUNT, {"1": HERE, "2": LEFT, "3": HERE})
        second = tx.owners.keep(ACCOUNT, {"1": LEFT, "2": HERE, "3": HERE, "4": HERE})
        third = tx.owners.keep(ACCOUNT, {"1": LEFT, "2": HERE})

    assert (first, second, third) == ({"2"}, {"1", "2"}, set())


def test_owners_that_may_not_be_read_any_more_are_forgotten(store):
    with store.transaction() as tx:
        tx.owners.keep(ACCOUNT, {"1": LEFT})
        changed = tx.owners.keep(ACCOUNT, None)
        known = tx.owners.among(ACCOUNT, ["1"])

    assert (changed, known) == ({"1"}, None)


def test_only_the_records_of_an_owner_are_woken(store, clock):
    with store.transaction() as tx:
        tx.records.keep(CONTACTS, [kept("1", owner="7"), kept("2", owner="8"), kept("3")])
        tx.records.keep(COMPANIES, [kept("4", COMPANIES, owner="7")])
        tx.records.keep(LEADS, [kept("5", LEADS, owner="7")])
        woken = tx.records.wake_owned(ACCOUNT, {"7"}, clock.now())
        due = [tx.records.due(stream, clock.now(), 10) for stream in (CONTACTS, COMPANIES, LEADS)]

    assert woken == 2
    assert due == [["1"], ["4"], []]


def domains(*names):
    return frozenset((KEY, name) for name in names)


def given_people(tx):
    tx.records.keep(CONTACTS, [kept("1", keys=domains("dead.com")), kept("2", keys=domains("alive.com"))])
    tx.records.keep(LEADS, [kept("3", LEADS, keys=domains("slow.com"))])
    tx.mail_domains.want({"dead.com", "alive.com", "slow.com", "nobody.com"})


def test_domains_wanted_are_looked_up_a_few_at_a_time_and_those_nobody_uses_never(store):
    with store.transaction() as tx:
        given_people(tx)

        few, all_ = tx.mail_domains.due(KEY, 2), tx.mail_domains.due(KEY, 10)

    assert few == ["alive.com", "dead.com"]
    assert all_ == ["alive.com", "dead.com", "slow.com"]


def test_verdict_stands_until_it_is_looked_up_again(store, clock):
    later = {True: clock.now() + timedelta(days=30), None: clock.now() + timedelta(days=1)}
    later[False] = later[True]
    with store.transaction() as tx:
        given_people(tx)
        changed = tx.mail_domains.keep({"dead.com": True, "alive.com": False, "slow.com": None}, later)
        tx.mail_domains.want({"dead.com", "slow.com"})
        due = [tx.mail_domains.due(KEY, 10)]
    for days in (1, 29):
        clock.advance(days * 86_400)
        with store.transaction() as tx:
            due.append(tx.mail_domains.due(KEY, 10))
            dead = tx.mail_domains.dead(["dead.com", "alive.com", "slow.com", "new.com"])

    assert changed == {"dead.com"}
    assert due == [[], ["slow.com"], ["slow.com", "alive.com", "dead.com"]]
    assert dead == {"dead.com"}


def test_domain_alive_again_or_not_told_of_is_no_longer_dead(store, clock):
    later = dict.fromkeys((True, False, None), clock.now() + timedelta(days=30))
    with store.transaction() as tx:
        tx.mail_domains.keep({"a.com": True, "b.com": True, "c.com": True}, later)
        changed = tx.mail_domains.keep({"a.com": False, "b.com": None, "c.com": True}, later)
        dead = tx.mail_domains.dead(["a.com", "b.com", "c.com"])

    assert (changed, dead) == ({"a.com", "b.com"}, {"c.com"})


def test_verdict_that_was_not_renewed_for_long_is_believed_no_more(store, clock):
    later = dict.fromkeys((True, False, None), clock.now() + timedelta(days=30))
    with store.transaction() as tx:
        tx.mail_domains.keep({"a.com": True}, later)
    clock.advance(61 * 86_400)
    with store.transaction() as tx:
        dead, changed = tx.mail_domains.dead(["a.com"]), tx.mail_domains.keep({"a.com": True}, later)

    assert (dead, changed) == (frozenset(), {"a.com"})
