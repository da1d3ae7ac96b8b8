"""The machinery around rules: choosing, running, resolving."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from quality import ChoiceError, RuleChoice, Surroundings, compile_ruleset, evaluate, lookup_keys, resolve
from quality.rule import FINE, Case, Options, Phase, Rule, Verdict, fine_until, flag, link, propose, suggest, together
from syncd.model import Link, Mode, Record, Ref, Severity, Value

NOW = datetime(2025, 6, 1, tzinfo=UTC)
AROUND = Surroundings(NOW)


def person(**values: Value) -> Record:
    return Record(Ref("crm", "contacts", "1"), "person", values)


def rule(check, *fields: str, phase: Phase = Phase.FORM, **more: Any) -> Rule:
    return Rule(check, fields={"person": fields}, phase=phase, examples=(), **more)


def upper(case: Case) -> Verdict:
    if not isinstance(case.value, str) or case.value == case.value.upper():
        return FINE
    return propose(case.value.upper(), "not loud")


def exclaimed(case: Case) -> Verdict:
    if not isinstance(case.value, str) or case.value.endswith("!"):
        return FINE
    return propose(case.value + "!", "not exclaimed")


def judged(rules: dict[str, Rule], record: Record, mode: Mode = Mode.APPLY, **choices: RuleChoice):
    return evaluate(compile_ruleset("person", choices, mode, rules=rules), record, AROUND)


def test_later_phase_sees_the_proposals_of_the_earlier():
    rules = {"b": rule(exclaimed, "name", phase=Phase.FORM), "a": rule(upper, "name", phase=Phase.TEXT)}

    found = judged(rules, person(name="ada"))

    assert [finding.proposal for finding in found.findings] == ["ADA", "ADA!"]


def test_update_holds_the_end_of_the_chain_and_names_every_rule():
    rules = {"a": rule(upper, "name", phase=Phase.TEXT), "b": rule(exclaimed, "name")}
    record = person(name="ada")

    update = resolve(record, judged(rules, record).findings).update

    assert update["name"].after == "ADA!"
    assert update["name"].rules == ("a", "b")
    assert update["name"].reasons == ("not loud", "not exclaimed")
    assert update["name"].mode is Mode.APPLY


@pytest.mark.parametrize(
    ("first", "second", "after", "mode"),
    [
        (Mode.APPLY, Mode.APPLY, "ADA!", Mode.APPLY),
        (Mode.APPLY, Mode.OBSERVE, "ADA", Mode.APPLY),
        (Mode.APPLY, Mode.SUGGEST, "ADA", Mode.APPLY),
        (Mode.SUGGEST, Mode.APPLY, "ADA!", Mode.SUGGEST),
        (Mode.OBSERVE, Mode.APPLY, None, None),  # what may only be observed never feeds what is written
        (Mode.OBSERVE, Mode.OBSERVE, None, None),
    ],
)
def test_field_goes_only_as_far_as_the_weakest_rule_behind_its_value(first, second, after, mode):
    rules = {"a": rule(upper, "name", phase=Phase.TEXT, mode=first), "b": rule(exclaimed, "name", mode=second)}
    record = person(name="ada")

    found = judged(rules, record)
    update = resolve(record, found.findings).update

    assert len(found.findings) == 2
    assert (update["name"].after, update["name"].mode) == (after, mode) if after else update == {}


def test_change_that_ends_where_it_began_is_not_an_update():
    rules = {
        "a": rule(upper, "name", phase=Phase.TEXT),
        "b": rule(lambda case: propose("ada", "too loud"), "name"),
    }
    record = person(name="ada")

    found = judged(rules, record)

    assert len(found.findings) == 2
    assert resolve(record, found.findings).update == {}


def test_suggestion_waits_for_a_person_and_feeds_no_other_rule():
    rules = {
        "a": rule(lambda case: suggest("X", "perhaps"), "name", phase=Phase.TEXT),
        "b": rule(lambda case: flag("saw it") if case.value == "X" else FINE, "name"),
    }
    record = person(name="ada")

    found = judged(rules, record)

    assert [(finding.rule, finding.mode) for finding in found.findings] == [("a", Mode.SUGGEST)]
    assert resolve(record, found.findings).update_in(Mode.SUGGEST)["name"].after == "X"


def test_stream_that_observes_writes_nothing_whatever_a_rule_may():
    record = person(name="ada")

    found = judged({"a": rule(upper, "name")}, record, Mode.OBSERVE, a=RuleChoice(mode=Mode.APPLY))

    assert found.findings[0].mode is Mode.OBSERVE
    assert resolve(record, found.findings).update == {}


def test_field_that_was_not_fetched_is_never_judged():
    seen = []

    def look(case: Case) -> Verdict:
        seen.append(case.value)
        return flag("empty")

    rules = {"a": rule(look, "name", "email")}

    found = judged(rules, person(email=None))

    assert seen == [None]
    assert [finding.field for finding in found.findings] == ["email"]


def test_nothing_is_proposed_for_a_field_that_was_not_fetched():
    rules = {"a": rule(lambda case: propose("X", "should be X", field="title"), "name")}

    found = judged(rules, person(name="ada"))

    assert found.findings == ()


def test_verdict_may_change_several_fields_together():
    moved = together((propose("Ada", "moved", field="name"), propose("Dr.", "moved", field="title")))
    record = person(name="Dr. Ada", title=None)

    update = resolve(record, judged({"a": rule(lambda case: moved)}, record).findings).update

    assert {field: proposed.after for field, proposed in update.items()} == {"name": "Ada", "title": "Dr."}


def test_rule_that_breaks_is_counted_and_stops_no_other():
    rules = {"a": rule(lambda case: 1 / 0, "name"), "b": rule(upper, "name")}

    found = judged(rules, person(name="ada"))

    assert [(failure.rule, failure.field, failure.error) for failure in found.failures] == [
        ("a", "name", "ZeroDivisionError")
    ]
    assert [finding.rule for finding in found.findings] == ["b"]


def test_record_is_judged_again_at_the_earliest_moment_any_rule_names():
    rules = {
        "a": rule(lambda case: fine_until(NOW + timedelta(days=3)), "name"),
        "b": rule(lambda case: fine_until(NOW + timedelta(days=2)), "name"),
    }

    assert judged(rules, person(name="ada")).again_at == NOW + timedelta(days=2)


def test_rule_without_fields_judges_the_record_once_with_all_proposals_on_it():
    rules = {
        "a": rule(upper, "name"),
        "b": rule(lambda case: flag("loud") if case.text("name") == "ADA" else FINE, phase=Phase.VALIDATE),
    }

    found = judged(rules, person(name="ada"))

    assert [(finding.rule, finding.field) for finding in found.findings] == [("a", "name"), ("b", "")]


def test_link_becomes_a_link_and_not_an_update():
    company = Ref("crm", "companies", "7")
    rules = {"a": rule(lambda case: link(company, "belongs there"))}
    record = person(name="ada")

    decided = resolve(record, judged(rules, record).findings)

    assert decided.update == {}
    assert [one.link for one in decided.links] == [Link(company, "primary")]


def test_verdict_is_remembered_by_value_and_by_the_fields_it_depends_on():
    seen = []

    def look(case: Case) -> Verdict:
        seen.append((case.value, case.get("country")))
        return FINE

    ruleset = compile_ruleset("person", rules={"a": rule(look, "phone", depends_on=("country",))})
    for record in (
        person(phone="1", country="US", city="x"),
        person(phone="1", country="US", city="y"),
        person(phone="1", country="DE"),
        person(phone="1", country=None),
        person(phone="1"),  # not fetched is not the same as empty
    ):
        evaluate(ruleset, record, AROUND)

    assert seen == [("1", "US"), ("1", "DE"), ("1", None), ("1", None)]


def test_verdict_is_not_remembered_across_values_that_only_compare_equal():
    rules = {"a": rule(lambda case: flag("true") if case.value is True else FINE, "flag", depends_on=())}
    ruleset = compile_ruleset("person", rules=rules)

    evaluate(ruleset, person(flag=1), AROUND)

    assert len(evaluate(ruleset, person(flag=True), AROUND).findings) == 1


class Loudness(Options):
    volume: int = 1


def test_every_mistake_in_the_choices_is_told_with_its_path_and_a_guess():
    rules = {"upper": rule(upper, "name", options=Loudness)}
    choices = {
        "uper": RuleChoice(),
        "upper": RuleChoice(options={"volme": 2, "volume": "much"}),
    }

    with pytest.raises(ChoiceError) as caught:
        compile_ruleset("person", choices, rules=rules)

    told = {mistake.path: mistake.message for mistake in caught.value.mistakes}
    assert told["uper",] == "there is no rule of this name; did you mean 'upper'?"
    assert told["upper", "options", "volme"] == "the rule has no such option; did you mean 'volume'?"
    assert told["upper", "options", "volume"].startswith("should be a valid integer")


def test_misspelt_word_in_an_option_is_told_with_a_guess() -> None:
    choices = {"required_fields": RuleChoice(options={"person": ["last_nam"]})}

    with pytest.raises(ChoiceError) as caught:
        compile_ruleset("person", choices)

    assert "; did you mean 'last_name'?" in caught.value.mistakes[0].message


@pytest.mark.parametrize(
    "choice",
    [
        RuleChoice(mode=Mode.SUGGEST),
        RuleChoice(severity=Severity.ERROR),
        RuleChoice(options={"volume": 2}),
        RuleChoice(enabled=False),
    ],
)
def test_fingerprint_changes_with_every_choice_that_could_change_a_finding(choice):
    rules = {"upper": rule(upper, "name", options=Loudness)}
    plain = compile_ruleset("person", {}, Mode.APPLY, rules=rules)

    assert compile_ruleset("person", {"upper": choice}, Mode.APPLY, rules=rules).fingerprint != plain.fingerprint
    assert compile_ruleset("person", {"upper": RuleChoice()}, Mode.APPLY, rules=rules).fingerprint == plain.fingerprint


@pytest.mark.parametrize(
    ("kind", "values", "keys"),
    [
        ("company", {"domain": "acme.com", "website": "https://www.acme.com/en"}, {("domain", "acme.com")}),
        ("company", {"domain": "HTTP://WWW.ACME.CO.UK/"}, {("domain", "acme.co.uk")}),
        (
            "company",
            {"domain": "shop.acme.com", "website": "acme.org"},
            {("domain", "acme.com"), ("domain", "acme.org")},
        ),
        ("company", {"domain": "gmail.com", "website": "linkedin.com/company/acme"}, set()),
        ("company", {"domain": None}, {("no_domain", "1")}),
        ("company", {"domain": None, "website": "https://acme.com"}, {("domain", "acme.com")}),
        (
            "company",
            {"domain": None, "other_domains": "acme.com; acme.de"},
            {("domain", "acme.com"), ("domain", "acme.de")},
        ),
        ("company", {"name": "Acme"}, {("name", "acme")}),  # whether it has a domain was not fetched
        ("company", {"name": "ACME  G.m.b.H."}, {("name", "acme")}),
        ("company", {"name": "Müller & Söhne AG"}, {("name", "muller sohne")}),
        ("company", {"name": "GmbH"}, {("name", "gmbh")}),
        ("company", {"name": "3"}, set()),
        ("company", {"domain": "anna.github.io"}, {("domain", "anna.github.io")}),  # not the host's other customers
        ("person", {"email": " Ada@UK.Acme.com "}, {("email_domain", "acme.com")}),
        ("person", {"email": "ada@gmail.com"}, set()),
        ("person", {"email": "ada@mailinator.com"}, set()),
        ("person", {"email": "ada"}, set()),
        ("person", {}, set()),
        ("deal", {"name": "acme.com"}, set()),
    ],
)
def test_keys_name_own_domains_and_names(kind, values, keys):
    assert lookup_keys(Record(Ref("crm", "x", "1"), kind, values)) == keys


@pytest.mark.parametrize(
    ("kind", "values", "links", "keys"),
    [
        ("person", {"company_name": "Acme Inc."}, {"company": ()}, {("company_name", "acme")}),
        ("person", {"company_name": "Acme Inc."}, {"company": ("7",)}, set()),
        ("person", {"company_name": "Acme Inc."}, {}, set()),  # links were not fetched
        ("person", {"company_name": None, "owner": "5"}, {"company": ("7", "8")}, {("lacks_company_name", "7")}),
        ("person", {"email": "ada@acme.com"}, {"company": ("7",)}, {("email_domain", "acme.com"), ("works_at", "7")}),
        ("deal", {"owner": None}, {"company": ("7",)}, {("lacks_owner", "7")}),
        ("deal", {"owner": "5"}, {"company": (), "person": ("1", "2")}, {("person", "1"), ("person", "2")}),
        ("ticket", {}, {"company": ("7",), "person": ("1",)}, set()),
        ("activity", {"owner": None}, {"company": ("7",)}, set()),
    ],
)
def test_keys_name_what_a_record_lacks_and_where_it_may_come_from(kind, values, links, keys):
    assert lookup_keys(Record(Ref("crm", "x", "1"), kind, values, links), ("company_name", "owner")) == keys
