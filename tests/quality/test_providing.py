"""What providers are asked, whose answer counts, and what may come in of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality import Offer, Surroundings
from quality.fields import is_empty
from quality.providing import Told, Waterfall, choose, proper_values, question_of, read_question
from quality.rule import Case
from quality.rules.enriched import RULE
from syncd.model import Offered, Record, Ref

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def company(**values):
    return Record(Ref("crm", "companies", "1"), "company", values)


def person(**values):
    return Record(Ref("crm", "contacts", "1"), "person", values)


@pytest.mark.parametrize(
    ("record", "by", "question"),
    [
        (company(domain=" WWW.Acme.com "), ["domain"], "acme.com"),
        (company(domain=None, website="https://shop.acme.co.uk/x?y=1"), ["domain"], "acme.co.uk"),
        (person(email="Ada@Acme.com"), ["domain"], "acme.com"),
        (person(email="Ada@Acme.com"), ["email"], "ada@acme.com"),
        (person(email="ada@gmail.com"), ["domain"], ""),  # nobody's company
        (company(x_vat_id="de 123 456 789"), ["x_vat_id"], "DE123456789"),
        (company(x_vat_id="DE1/../admin?"), ["x_vat_id"], ""),
        (company(name="ACME GmbH", country="Germany"), ["name", "country"], "acme\nDE"),
        (company(name="ACME GmbH"), ["name", "country"], ""),  # one of them tells nothing
        (company(x_number=1001), ["x_number"], "1001"),
        (company(x_code="A\x00B"), ["x_code"], ""),
        (company(x_code="A" * 300), ["x_code"], ""),
        (person(phone="+49 89 123456"), ["phone"], "+4989123456"),
    ],
)
def test_same_thing_is_asked_for_in_one_form(record, by, question):
    found = question_of(record, by)

    assert found == question
    if found:
        assert "".join(read_question(found, by).values()) == found.replace("\n", "")


FALL = Waterfall(("list", "erp", "firmo"), least=0.5, sure=0.9)


def told(value=None, confidence=1.0, failures=0, *, is_answered=True):
    offers = {"city": Offered(value, confidence)} if value is not None else {}
    return Told(offers if is_answered else None, NOW if is_answered else None, failures)


@pytest.mark.parametrize(
    ("answers", "value", "ask"),
    [
        ({"list": told("Oslo")}, "Oslo", ""),
        ({"list": told(), "erp": told("Rome", 0.6), "firmo": told("Oslo")}, "Rome", ""),
        ({"list": told(), "erp": told("Rome", 0.4), "firmo": told("Oslo")}, "Oslo", ""),  # not sure enough
        ({"list": told(is_answered=False), "firmo": told("Oslo")}, None, "list"),  # it may still know
        ({"list": told(is_answered=False, failures=3), "firmo": told("Oslo")}, "Oslo", ""),  # it is dead
        ({"erp": told(is_answered=False)}, None, "erp"),  # the first one cannot be asked
        ({"list": told(), "erp": told(), "firmo": told()}, None, ""),
        ({}, None, ""),
    ],
)
def test_first_provider_that_knows_well_enough_counts(answers, value, ask):
    choice = choose(FALL, "city", answers)

    assert (choice.offer and choice.offer.value, choice.ask) == (value, ask)


@given(
    st.dictionaries(
        st.sampled_from(FALL.providers),
        st.builds(
            told,
            st.sampled_from([None, "Oslo", ""]),
            st.floats(0, 1),
            st.integers(0, 4),
            is_answered=st.booleans(),
        ),
    )
)
def test_nobody_is_asked_behind_one_that_may_still_answer_or_has(answers):
    choice = choose(FALL, "city", answers)

    if choice.offer is not None:
        assert not choice.ask
        assert choice.offer.confidence >= FALL.least
        assert choice.offer.is_sure == (choice.offer.confidence >= FALL.sure)
    last = choice.ask or (choice.offer and choice.offer.provider)
    before = FALL.providers[: FALL.providers.index(last)] if last else FALL.providers
    assert not any(answers[name].is_waited_for for name in before if name in answers)


def test_values_come_in_by_the_rules_that_records_are_judged_by():
    found = proper_values(
        "company",
        {
            "name": "  ACME   STEEL ",
            "country": "Deutschland",
            "phone": "089 12345678",
            "domain": "https://www.Acme-Steel.de/",
            "employee_count": 250,
        },
        NOW,
    )

    assert found["country"] == "DE"
    assert found["phone"] == "+498912345678"
    assert found["domain"] == "acme-steel.de"
    assert found["employee_count"] == 250


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "<script>alert(1)</script>"),
        ("name", '=HYPERLINK("http://evil.example")'),
        ("name", "Acme\x1b[2J"),
        ("name", "A" * 5000),
        ("name", "asdf"),
        ("name", "n/a"),
        ("website", "javascript:alert(1)"),
        ("phone", "12"),
        ("country", "Atlantis"),
        ("employee_count", float("inf")),
        ("postal_code", ""),
        ("city", "\u202egnp.exe"),
    ],
)
def test_hostile_or_doubtful_value_does_not_come_in(field, value):
    found = proper_values("company", {field: value, "industry": "Steel"}, NOW)

    assert field not in found


VALUES = st.sampled_from([None, "", " ", "Oslo", "Rome", 7])


@given(
    st.dictionaries(st.sampled_from(["city", "industry", "phone"]), VALUES),
    st.dictionaries(
        st.sampled_from(["city", "industry", "phone", "state"]),
        st.builds(
            Offer,
            st.sampled_from(["Oslo", "Rome", 7]),
            st.just("firmo"),
            st.floats(0, 1),
            st.just(NOW),
            is_sure=st.booleans(),
            replaces=st.sampled_from([None, "Oslo", "Rome"]),
        ),
    ),
)
def test_what_somebody_wrote_is_never_overwritten(values, offers):
    record = company(**values)
    around = Surroundings(NOW, provided={record.ref: offers})

    verdict = RULE.check(Case(record, "", None, around))

    said = () if verdict.is_fine else (verdict, *verdict.also)
    for one in said:
        held = values[one.field]  # it was fetched
        assert is_empty(held) or held == offers[one.field].replaces
        assert one.proposal == offers[one.field].value != held
        assert one.is_sure == offers[one.field].is_sure
