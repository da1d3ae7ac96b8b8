"""The laws for what rules say from links and neighbours: fixes are stable, order is of no account, facts stay."""

from __future__ import annotations

import dataclasses
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality import RuleChoice, Ruleset, Surroundings, compile_ruleset, evaluate, resolve
from syncd.model import Link, Mode, Record, Ref, Value

NOW = datetime(2025, 6, 1, tzinfo=UTC)
#: All that may be asked for, and fields gathered from an admin's own.
CHOICES = {
    "fill_from_company": RuleChoice(options={"take": ["company_name", "industry", "city"], "ask": ["phone"]}),
    "merge_fields": RuleChoice(options={"into": {"phone": ["x_phone"], "name": ["x_name"]}}),
    "record_complete": RuleChoice(enabled=True),
    "opt_in_evidence": RuleChoice(enabled=True),
}
RULESETS = {kind: compile_ruleset(kind, CHOICES, Mode.APPLY) for kind in ("person", "company", "deal", "ticket")}

NAMES = st.sampled_from([None, "", "Acme GmbH", "ACME GMBH", "Ромашка", "n/a", "=1+1"])
PHONES = st.sampled_from([None, "+49891234567", "089 1234567", "+14155550100", "call me"])
WEBS = st.sampled_from([None, "", "acme.com", "https://www.acme.de/en", "HTTP://ACME.DE", "linkedin.com/company/acme"])
PLACES = st.sampled_from([None, "DE", "Germany", "US", "Narnia"])
OWNERS = st.sampled_from([None, "", "42"])
IDS = st.lists(st.sampled_from(["7", "8", "9"]), max_size=2, unique=True).map(tuple)
PARENTS = st.sampled_from([None, "7", "8", "9"])
MOMENTS = st.one_of(st.none(), st.integers(-900, 900).map(lambda days: NOW + timedelta(days=days)))
FIELDS: dict[str, dict[str, st.SearchStrategy[Value]]] = {
    "person": {"company_name": NAMES, "industry": NAMES, "city": NAMES, "phone": PHONES, "x_phone": PHONES,
               "mobile": PHONES, "country": PLACES, "owner": OWNERS, "opt_in": NAMES, "lifecycle_stage": NAMES,
               "email": st.sampled_from([None, "ada@acme.com", "ada@gmail.com", "ADA@ACME.DE"])},
    "company": {"name": NAMES, "domain": WEBS, "website": WEBS, "phone": PHONES, "x_phone": PHONES, "x_name": NAMES,
                "country": PLACES, "owner": OWNERS, "founded_year": NAMES,
                "employee_count": st.sampled_from([None, -1, 5, 10**9])},
    "deal": {"name": NAMES, "x_name": NAMES, "owner": OWNERS, "close_date": MOMENTS, "is_closed": st.booleans(),
             "is_won": st.one_of(st.none(), st.booleans()), "amount": st.sampled_from([None, 0, -1, 5.5, 10**12]),
             "lost_reason": NAMES},
    "ticket": {"name": NAMES, "owner": OWNERS, "description": NAMES, "closed_at": MOMENTS},
}  # fmt: skip


def records(kind: str) -> st.SearchStrategy[Record]:
    links = st.fixed_dictionaries({}, optional={"company": IDS, "person": IDS})
    values = st.fixed_dictionaries({}, optional=FIELDS[kind])
    return st.builds(lambda held, linked: Record(Ref("crm", kind, "1"), kind, held, linked), values, links)


COMPANIES = st.builds(
    lambda key, held: Record(Ref("crm", "companies", key), "company", held),
    st.sampled_from(["7", "8"]),
    st.fixed_dictionaries(
        {}, optional={"name": NAMES, "industry": NAMES, "country": PLACES, "owner": OWNERS, "parent": PARENTS}
    ),
)
PEOPLE = st.builds(
    lambda key, linked: Record(Ref("crm", "contacts", key), "person", {}, {"company": linked}),
    st.sampled_from(["7", "8"]),
    IDS,
)
REFS = st.lists(st.sampled_from([Ref("crm", "companies", key) for key in "789"]), max_size=2, unique=True).map(tuple)
AROUND = st.builds(
    lambda companies, people, owners, names, domains: Surroundings(
        NOW,
        companies_by_domain={"acme.com": owners} if owners else {},
        companies_by_name={"acme": names} if names else {},
        linked={
            "company": {one.ref.id: one for one in companies},
            "person": {one.ref.id: one for one in people},
        },
        people_domains={"1": domains},
        company_object="companies",
    ),
    st.lists(COMPANIES, max_size=2),
    st.lists(PEOPLE, max_size=2),
    REFS,
    REFS,
    st.lists(st.sampled_from(["acme.com", "acme.de"]), max_size=3).map(lambda found: tuple(sorted(found))),
)
KINDS = pytest.mark.parametrize("kind", RULESETS)
FEW = settings(max_examples=60, deadline=None)


def fixed(record: Record, ruleset: Ruleset, around: Surroundings) -> Record:
    decided = resolve(record, evaluate(ruleset, record, around).findings)
    values = {**record.values, **{name: one.after for name, one in decided.update_in(Mode.APPLY).items()}}
    links = dict(record.links)
    for made in decided.links:
        if made.mode is Mode.APPLY:
            links["company"] = (made.link.to.id,)
    return dataclasses.replace(record, values=values, links=links)


@KINDS
@FEW
@given(data=st.data(), around=AROUND)
def test_record_that_was_put_right_among_its_neighbours_needs_nothing_more(kind, data, around):
    record = data.draw(records(kind))

    after = fixed(record, RULESETS[kind], around)

    judged = evaluate(RULESETS[kind], after, around)
    assert judged.failures == ()
    decided = resolve(after, judged.findings)
    assert decided.update_in(Mode.APPLY) == {}
    assert [made for made in decided.links if made.mode is Mode.APPLY] == []


@KINDS
@FEW
@given(data=st.data(), around=AROUND, dice=st.randoms(use_true_random=False))
def test_order_of_rules_within_a_phase_does_not_matter_among_neighbours(kind, data, around, dice):
    record, ruleset = data.draw(records(kind)), RULESETS[kind]
    shuffled = dataclasses.replace(ruleset, phases=tuple(_shuffled(phase, dice) for phase in ruleset.phases))

    plain = evaluate(ruleset, record, around)
    other = evaluate(shuffled, record, around)

    assert set(plain.findings) == set(other.findings)
    assert resolve(record, plain.findings).update == resolve(record, other.findings).update
    assert _targets(resolve(record, plain.findings).links) == _targets(resolve(record, other.findings).links)


@FEW
@given(record=records("person"), around=AROUND)
def test_value_that_is_there_is_never_taken_from_a_neighbour(record, around):
    given_by_company = ("company_name", "industry", "owner", "country")
    found = evaluate(RULESETS["person"], record, around).findings

    for finding in found:
        if finding.rule in {"fill_from_company", "owner_gap", "country_missing"}:
            assert finding.field in (*given_by_company, "city", "phone")
            assert not str(record.values[finding.field] or "").strip("na/")  # `n/a` is emptied before


@FEW
@given(record=records("person"), around=AROUND)
def test_nobody_is_linked_by_a_free_address(record, around):
    record = dataclasses.replace(record, values={**record.values, "email": "ada@gmail.com"})

    links = resolve(record, evaluate(RULESETS["person"], record, around).findings).links

    assert all(made.mode is Mode.SUGGEST for made in links)


def _shuffled(phase, dice: random.Random):
    steps = list(phase)
    dice.shuffle(steps)
    return tuple(steps)


def _targets(links) -> set[tuple[Link, Mode]]:
    return {(made.link, made.mode) for made in links}
