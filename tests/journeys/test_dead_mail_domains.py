"""Addresses of a domain that takes no mail are flagged once it was looked up, and no longer when it is alive again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from syncd.engine import DomainLookups
from tests.journeys.crms import EACH_CRM, EACH_CRM_ONCE
from tests.journeys.journey import Journey

KEEP = timedelta(days=30)
ON = "{email_unreachable: {enabled: true}}"


class Registry:
    """What stands in for the DNS."""

    def __init__(self, **dead: bool | None) -> None:
        #: By the name of a domain below `.com`; others are alive.
        self.dead = dead
        self.is_silent = False
        self.asked: list[str] = []

    def look_up(self, domains: Sequence[str]) -> Mapping[str, bool | None]:
        """Return what is so."""
        self.asked += domains
        return {} if self.is_silent else {one: self.dead.get(one.removesuffix(".com"), False) for one in domains}


@pytest.fixture
def dns(journey: Journey) -> Registry:
    """The DNS of a journey whose settings let it be asked."""
    registry = Registry()
    journey.rules = ON
    journey.domains = DomainLookups(registry, per_pass=200, keep=KEEP)
    return registry


def person(journey: Journey, domain: str) -> str:
    """Let somebody be created who writes from a domain."""
    return journey.create(email=f"ada.king@{domain}", first_name="Ada", last_name="King")


def flagged(journey: Journey, *contacts: str) -> list[str]:
    """Return the contacts that no mail can be sent to."""
    return [contact for contact in contacts if "email_unreachable" in journey.rules_against(contact)]


@EACH_CRM
def test_person_of_a_dead_domain_is_flagged_until_the_domain_is_alive_again(journey: Journey, dns: Registry) -> None:
    journey.mode = "observe"
    dns.dead = {"closed-works": True, "slow-works": None}
    contacts = [person(journey, f"{name}-works.com") for name in ("closed", "slow", "example")]
    # A stamp that is not over yet has a record judged once more.
    journey.pass_time(60)

    seen = []
    for days in (0, 0, 29, 31, 31):
        journey.ahead = timedelta(days=days)
        dns.dead |= {"closed-works": days < 31}
        result = journey.pass_once()
        seen.append((flagged(journey, *contacts), result[journey.crm.people].report.judged))

    dead = [contacts[0]]
    assert seen == [([], 3), (dead, 1), (dead, 0), (dead, 0), ([], 1)]


@EACH_CRM_ONCE
def test_domain_is_looked_up_once_for_all_who_write_from_it_and_again_when_the_answer_is_old(
    journey: Journey, dns: Registry
) -> None:
    for number in range(3):
        journey.create(email=f"ada{number}@example-works.com", last_name="King")
    dns.dead = {"slow-works": None}
    person(journey, "slow-works.com")
    journey.create(email="ada@gmail.com", last_name="King")
    asked = []

    for days in (0, 0, 2, 2, 31):
        journey.ahead = timedelta(days=days)
        dns.asked.clear()
        journey.pass_once()
        asked.append(sorted(dns.asked))

    both = ["example-works.com", "slow-works.com"]
    assert asked == [both, [], ["slow-works.com"], [], both]


@EACH_CRM_ONCE
def test_no_more_domains_are_looked_up_in_a_pass_than_allowed(journey: Journey, dns: Registry) -> None:
    journey.domains = DomainLookups(dns, per_pass=2, keep=KEEP)
    for number in range(5):
        person(journey, f"works{number}.com")
    counts = []

    for _ in range(4):
        dns.asked.clear()
        journey.pass_once()
        counts.append(len(dns.asked))

    assert counts == [2, 2, 1, 0]


@EACH_CRM_ONCE
def test_silent_dns_kills_no_domain_and_is_asked_again(journey: Journey, dns: Registry) -> None:
    dns.dead = {"closed-works": True}
    dns.is_silent = True
    contact = person(journey, "closed-works.com")
    journey.pass_once()
    journey.pass_once()
    before = flagged(journey, contact)
    dns.is_silent = False

    journey.pass_once()
    journey.pass_once()

    assert (before, flagged(journey, contact)) == ([], [contact])


@EACH_CRM_ONCE
@pytest.mark.parametrize("rules", ["{}", ON])
def test_nothing_is_looked_up_unless_both_rule_and_dns_are_on(journey: Journey, dns: Registry, rules: str) -> None:
    journey.rules = rules
    if rules == ON:
        journey.domains = None
    contact = person(journey, "closed-works.com")

    journey.pass_once()
    journey.pass_once()

    assert dns.asked == []
    assert flagged(journey, contact) == []


@EACH_CRM_ONCE
def test_check_tells_of_a_rule_that_waits_for_look_ups(journey: Journey, dns: Registry) -> None:
    told = journey.command("check", "--json")

    (remark,) = [one for one in told.data["remarks"] if one["subject"] == "dns"]
    assert (told.code, remark["level"]) == (0, "warning")
    assert dns.asked == []
