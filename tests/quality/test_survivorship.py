"""Which record stays and which value wins, case by case."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from quality.survivorship import Criterion, Known, Wishes, combine, in_rank, why_it_stays
from syncd.model import Record, Ref


def moment(year):
    return datetime(year, 6, 1, tzinfo=UTC)


def record(values, key="1", *, year=2020, links=None, of="contacts", kind="person"):
    return Record(Ref("crm", of, key), kind, values, links or {}, moment(year))


def results(ours, theirs, known=None, **wishes):
    """Return what changes on the record that stays, and the fields that lose a value."""
    kind = "company" if "name" in ours else "person"
    fetched = {**dict.fromkeys(theirs), **ours}
    choices = combine(
        record(fetched, kind=kind),
        record({**dict.fromkeys(ours), **theirs}, "2", year=2024, kind=kind),
        Wishes(**wishes),
        known or Known(),
    )
    return (
        {choice.field: choice.result for choice in choices if choice.is_new},
        {choice.field for choice in choices if choice.is_lost},
    )


US, US2 = "+14155550100", "+14155550199"
MOBILE = "+4915123456789"
OUT = {"email": "ada@acme.com", "has_opted_out": True}
BERLIN = {"street": "Hauptstr. 5", "city": "Berlin", "postal_code": "10115", "country": "DE"}
BOSTON = {"street": "1 Main Street", "city": "Boston", "state": "MA", "country": "US"}

VALUES = [
    # names: what says the same and more
    (
        {"first_name": "J.", "last_name": "Smith"},
        {"first_name": "John", "last_name": "Smith"},
        {"first_name": "John"},
        set(),
    ),
    ({"first_name": "Anna"}, {"first_name": "Anna Maria"}, {"first_name": "Anna Maria"}, set()),
    ({"first_name": "Bob"}, {"first_name": "Robert"}, {}, {"first_name"}),
    ({"last_name": "Smith"}, {"last_name": "SMITH"}, {}, set()),
    ({"first_name": "Anna", "last_name": "Lee"}, {"first_name": "Lee", "last_name": "Anna"}, {}, set()),
    (
        {"first_name": None, "last_name": "Lee"},
        {"first_name": "Anna", "last_name": "Lee"},
        {"first_name": "Anna"},
        set(),
    ),
    # e-mail: works, a company's own, in use
    ({"email": None}, {"email": "ada@acme.com"}, {"email": "ada@acme.com"}, set()),
    ({"email": None}, {"email": "ada@acme.com", "has_bounced": True}, {}, {"email"}),
    ({"email": "ada@gmail.com"}, {"email": "ada@acme.com"}, {"email": "ada@acme.com"}, {"email"}),
    ({"email": "ada@acme.com"}, {"email": "ada@gmail.com"}, {}, {"email"}),
    # Mistyped, it looks like a company's own: one that mail can be sent to wins all the same.
    ({"email": "ada@outlook.con"}, {"email": "ada@outlook.com"}, {"email": "ada@outlook.com"}, {"email"}),
    ({"email": "ada@gmail.com"}, {"email": "ada@gmial.com"}, {}, {"email"}),
    ({"website": "https://acme.con"}, {"website": "https://acme.com"}, {"website": "https://acme.com"}, {"website"}),
    ({"email": "ada@acme.com", "has_bounced": True}, {"email": "ada@gmail.com"}, {"email": "ada@gmail.com"}, {"email"}),
    (
        {"email": "ada@old.com", "last_replied": moment(2019)},
        {"email": "ada@new.com", "last_replied": moment(2024)},
        {"email": "ada@new.com"},
        {"email"},
    ),
    ({"email": "ada@old.com", "last_replied": moment(2024)}, {"email": "ada@new.com"}, {}, {"email"}),
    (OUT, {"email": "ada@new.com", "last_replied": moment(2024)}, {}, {"email"}),
    ({**OUT, "email": None}, {"email": "ada@new.com"}, {"email": "ada@new.com"}, set()),
    # phones: one number once, none lost while a field is free
    ({"phone": US, "mobile": None}, {"phone": MOBILE}, {"mobile": MOBILE}, set()),
    ({"phone": US, "mobile": None}, {"phone": US2}, {}, {"phone"}),
    ({"phone": None, "mobile": MOBILE}, {"phone": MOBILE}, {}, set()),
    ({"phone": None, "mobile": US}, {"phone": None, "mobile": MOBILE}, {"phone": MOBILE}, set()),
    ({"phone": "(415) 555-0100"}, {"phone": US}, {"phone": US}, set()),
    ({"phone": US}, {"phone": f"{US} ext. 12"}, {"phone": f"{US} ext. 12"}, set()),
    ({"phone": "ask Bob"}, {"phone": US}, {"phone": US}, {"phone"}),
    # a title and what follows from it
    (
        {"job_title": None, "seniority": None},
        {"job_title": "CEO", "seniority": "executive"},
        {"job_title": "CEO", "seniority": "executive"},
        set(),
    ),
    (
        {"job_title": "Buyer", "seniority": None, "last_replied": moment(2025)},
        {"job_title": "CEO", "seniority": "executive"},
        {},
        {"job_title", "seniority"},
    ),
    (
        {"job_title": "Buyer", "seniority": "entry"},
        {"job_title": "CEO", "seniority": None},
        {"job_title": "CEO", "seniority": None},
        {"job_title", "seniority"},
    ),
    (
        {"job_title": "CEO", "seniority": None},
        {"job_title": "C.E.O.", "seniority": "executive"},
        {"seniority": "executive"},
        set(),
    ),
    # one title cut short: in full it says the same, whichever is newer
    ({"job_title": "Marketing-Manager"}, {"job_title": "Mktg Manager"}, {}, set()),
    ({"job_title": "VP Sales"}, {"job_title": "Vice President Sales"}, {"job_title": "Vice President Sales"}, set()),
    ({"job_title": "CFO"}, {"job_title": "CEO"}, {"job_title": "CEO"}, {"job_title"}),
    # an address is taken whole
    (dict.fromkeys(BERLIN), BERLIN, BERLIN, set()),
    ({"city": "Berlin"}, BERLIN, {name: value for name, value in BERLIN.items() if name != "city"}, set()),
    ({**BERLIN, "state": None}, BOSTON, {}, {"street", "city", "state", "country"}),
    ({"city": "Berlin", "country": "DE"}, BOSTON, BOSTON, {"city", "country"}),
    ({"postal_code": "10115", "country": "DE"}, BOSTON, {**BOSTON, "postal_code": None}, {"postal_code", "country"}),
    ({"country": "DE"}, {"city": "Boston"}, {}, {"city"}),
    (
        {"street": "1 Main Street", "city": "Boston"},
        {"street": "1 Main Street Floor 2"},
        {"street": "1 Main Street Floor 2"},
        set(),
    ),
    # consent
    ({"opt_in": None}, {"opt_in": "form"}, {}, {"opt_in"}),
    ({"lead_source": "Web"}, {"lead_source": "Fair"}, {}, {"lead_source"}),
    (
        {"lifecycle_stage": "lead"},
        {"lifecycle_stage": "Customer - Direct"},
        {"lifecycle_stage": "Customer - Direct"},
        {"lifecycle_stage"},
    ),
    # what the CRM says itself, and what the rules say anew
    ({"last_opened": None, "deals_count": 1}, {"last_opened": moment(2020), "deals_count": 2}, {}, set()),
    ({"quality_flags": None}, {"quality_flags": "bounced"}, {}, {"quality_flags"}),
    # companies
    ({"name": "Acme", "domain": None}, {"name": "Acme", "domain": "acme.com"}, {"domain": "acme.com"}, set()),
    ({"name": "Acme", "parent": None}, {"name": "Acme", "parent": "1"}, {}, set()),
    ({"name": "Acme", "parent": None}, {"name": "Acme", "parent": "7"}, {"parent": "7"}, set()),
    # fields of one's own
    ({"x_score": 3}, {"x_score": 9}, {}, {"x_score"}),
    ({"x_kinds": ("a",)}, {"x_kinds": None}, {}, set()),
]


@pytest.mark.parametrize(("ours", "theirs", "changes", "lost"), VALUES)
def test_value_that_wins_is_the_usual_one(ours, theirs, changes, lost):
    assert results(ours, theirs) == (changes, lost)


POLICIES = [
    ("keep", None, "b", {}),
    ("fill", None, "b", {"x_field": "b"}),
    ("longest", "bb", "ccc", {"x_field": "ccc"}),
    ("longest", "bbb", "cc", {}),
    ("newest", "a", "b", {"x_field": "b"}),
    ("oldest", "a", "b", {}),
    ("union", ("a",), ("b", "a"), {"x_field": ("a", "b")}),
    ("union", "a;b", "b;c", {"x_field": "a;b;c"}),
    ("sum", 3, 4, {"x_field": 7}),
    ("max", 3, 4, {"x_field": 4}),
    ("max", moment(2020), moment(2021), {"x_field": moment(2021)}),
    ("min", 3, 4, {}),
    ("strictest", False, True, {"x_field": True}),
    ("strictest", True, False, {}),
    ("max", "x", 4, {}),
    ("sum", "x", "y", {}),
]


@pytest.mark.parametrize(("policy", "ours", "theirs", "changes"), POLICIES)
def test_value_that_wins_is_the_one_an_admin_wants(policy, ours, theirs, changes):
    assert results({"x_field": ours}, {"x_field": theirs}, fields={"x_field": policy})[0] == changes


@pytest.mark.parametrize(
    ("field", "policy", "complaint"),
    [
        ("job_title", "union", "job_title: `union` is for fields that hold several values"),
        ("job_title", "sum", "job_title: `sum` is for fields that hold a number"),
        ("city", "max", "city: `max` is for fields that hold a number or a date"),
        ("email", "strictest", "email: `strictest` is for fields that hold a yes or a no"),
    ],
)
def test_policy_that_could_not_choose_is_refused_with_the_reason(field, policy, complaint):
    with pytest.raises(ValidationError, match=re.escape(complaint)):
        Wishes(fields={field: policy})


def test_union_of_addresses_and_numbers_gives_each_a_field_and_says_which_has_none():
    ours = {"email": "ada@acme.com", "phone": US, "mobile": None, "x_more": None}
    theirs = {"email": "ada@gmail.com", "phone": MOBILE}
    union = {"fields": {"email": "union", "phone": "union"}}

    roomy = results(ours, theirs, more_emails=["x_more"], **union)
    tight = results(ours, {**theirs, "phone": US2}, **union)

    assert roomy == ({"x_more": "ada@gmail.com", "mobile": MOBILE}, set())
    assert tight == ({}, {"email", "phone"})


def test_source_that_is_trusted_more_wins_where_an_admin_says_so():
    ours, theirs = {"x_field": "a", "created_source": "IMPORT"}, {"x_field": "b", "created_source": "CRM_UI"}

    assert results(ours, theirs, fields={"x_field": "source"})[0] == {"x_field": "b"}


def test_field_that_was_set_later_wins_where_the_times_of_both_are_known():
    times = {
        Ref("crm", "contacts", "1"): {"job_title": moment(2023)},
        Ref("crm", "contacts", "2"): {"job_title": moment(2022)},
    }

    assert results({"job_title": "Buyer"}, {"job_title": "CEO"}, Known(field_times=times)) == ({}, {"job_title"})


def test_owner_who_has_left_makes_way_for_one_who_is_here():
    known = Known({"1": False, "2": True})

    assert results({"owner": "1"}, {"owner": "2"}, known)[0] == {"owner": "2"}
    assert results({"owner": "2"}, {"owner": "1"}, known)[0] == {}


def test_policy_for_the_street_decides_for_the_whole_address():
    assert results({**BERLIN, "state": None}, BOSTON, fields={"street": "newest"})[0] == {**BOSTON, "postal_code": None}


def test_address_and_number_that_have_no_room_go_to_the_fields_an_admin_names():
    ours = {"email": "ada@acme.com", "phone": US, "x_mail_2": None, "x_phone_2": None}
    theirs = {"email": "ada@gmail.com", "phone": US2}

    changes, lost = results(ours, theirs, more_emails=["x_mail_2"], more_phones=["x_phone_2"])

    assert (changes, lost) == ({"x_mail_2": "ada@gmail.com", "x_phone_2": US2}, set())


def test_field_that_was_not_fetched_of_the_record_that_stays_is_left_alone():
    choices = combine(record({"first_name": "Ada"}), record({"first_name": "Ada", "phone": US}, "2"), Wishes())

    assert [choice.field for choice in choices] == ["first_name"]


RANKS = [
    ({}, {"lifecycle_stage": "customer"}, {}, "it has come further"),
    ({}, {"deals_count": 1}, {}, "more hangs on it"),
    ({"email": "ada@gmail.com"}, {"email": "ada@acme.com"}, {}, "it has the better e-mail address"),
    (
        {"email": "ada@acme.com", "has_bounced": True},
        {"email": "ada@gmail.com"},
        {},
        "it has the better e-mail address",
    ),
    ({"owner": "1"}, {"owner": "2"}, {}, "its owner still works here"),
    ({}, {"last_visited": moment(2024)}, {}, "it gave the last sign of life"),
    ({}, {"city": "Rome"}, {}, "more of its fields are filled"),
    ({}, {"x_erp": "7"}, {"external_ids": ["x_erp"]}, "other systems know it by an id"),
    ({"lifecycle_stage": "customer"}, {"x_portal": True}, {"must_stay": ["x_portal"]}, "it must not go"),
    (
        {"lifecycle_stage": "customer"},
        {"has_opted_out": True},
        {},
        "it says that no more mail is wanted, which must not be lost",
    ),
    ({"city": "Rome"}, {"created_source": "CRM_UI"}, {"survivor": ["source"]}, "its source is the more trusted one"),
]


@pytest.mark.parametrize(("worse", "better", "wishes", "why"), RANKS)
def test_record_that_stays_has_more_to_say_for_itself_than_its_age(worse, better, wishes, why):
    old, young = record(worse), record(better, "2", year=2024)
    known = Known({"1": False, "2": True})

    assert in_rank([old, young], Wishes(**wishes), known)[0] is young
    assert why_it_stays(young, old, Wishes(**wishes), known) == why


def test_older_record_stays_where_all_else_is_equal_and_then_the_lower_id():
    old, young = record({}, "10", year=2019), record({}, "9", year=2021)
    same_age = record({}, "9", year=2019)

    assert in_rank([young, old], Wishes())[0] is old
    assert in_rank([old, same_age], Wishes())[0] is same_age
    assert why_it_stays(same_age, old, Wishes()) == "nothing sets the two apart, and its id is the lower one"


def test_record_of_the_object_that_more_can_hang_on_stays():
    lead = record({"lifecycle_stage": "customer"}, of="Lead")
    contact = record({}, "2", of="Contact", links={"company": ()})

    assert in_rank([lead, contact], Wishes())[0] is contact
    assert in_rank([lead, contact], Wishes(objects=("Lead", "Contact")))[0] is lead


def test_order_of_the_criteria_is_the_admins():
    old, complete = record({}, "1", year=2010), record({"city": "Rome"}, "2", year=2020)

    assert in_rank([old, complete], Wishes())[0] is complete
    assert in_rank([old, complete], Wishes(survivor=(Criterion.OLDEST, Criterion.COMPLETE)))[0] is old
