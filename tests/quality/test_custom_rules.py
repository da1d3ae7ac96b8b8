"""Rules that an admin writes: what they make of values, and what is told of those that cannot be used."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality import (
    CustomRule,
    FieldPolicy,
    KnownField,
    RuleChoice,
    Surroundings,
    catalog,
    compile_condition,
    compile_ruleset,
    evaluate,
    placed_behind,
    read_custom_rule,
    resolve,
)
from quality.plainly import evaluate_plainly
from syncd.errors import ConfigError
from syncd.model import Mode, Record, Ref, Severity

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
TEXTS = ("email", "phone", "first_name", "last_name", "country", "lead_source", "lifecycle_stage", "company_name")
PERSON = {
    **{name: KnownField("text") for name in TEXTS},
    "x_score": KnownField("number"),
    "last_contacted": KnownField("datetime", is_read_only=True),
}
FIELDS = {"person": PERSON, "company": {"name": KnownField("text"), "country": KnownField("text")}}

SOURCE = """\
description: Lead sources have the spelling of our list.
kind: person
field: lead_source
when: country != "US"
change:
  - trim
  - map: {tradeshow: Trade show, fair: Trade show}
owner: marketing
examples:
  - given: {lead_source: " TradeShow"}
    becomes: Trade show
  - given: {lead_source: fair, country: US}
    is_right: true
"""


def made(text: str, name: str = "own") -> Any:
    return read_custom_rule(text, f"rules/{name}.yaml", name, FIELDS)


def told(text: str) -> list[str]:
    with pytest.raises(ConfigError) as error:
        made(text)
    return [str(mistake).removeprefix("rules/own.yaml:") for mistake in error.value.mistakes]


def judged(text: str, values: dict[str, Any], choice: RuleChoice | None = None) -> Any:
    custom = made(text)
    ruleset = compile_ruleset("person", {"own": choice or RuleChoice()}, Mode.APPLY, rules={"own": custom.rule})
    full = {**dict.fromkeys(PERSON), **values}
    record = Record(Ref("crm", "contacts", "1"), "person", {name: one for name, one in full.items() if one is not ...})
    return evaluate(ruleset, record, Surroundings(NOW))


def test_rule_in_yaml_finds_and_proposes_as_one_in_python() -> None:
    (finding,) = judged(SOURCE, {"lead_source": "FAIR"}).findings

    assert (finding.rule, finding.field, finding.proposal) == ("own", "lead_source", "Trade show")
    assert finding.message == "Lead sources have the spelling of our list."
    assert finding.severity is Severity.WARNING


def test_rule_in_yaml_waits_for_a_person_until_it_is_told_otherwise() -> None:
    (finding,) = judged(SOURCE, {"lead_source": "FAIR"}).findings
    (trusted,) = judged(SOURCE, {"lead_source": "FAIR"}, RuleChoice(mode=Mode.APPLY)).findings

    assert finding.mode is Mode.SUGGEST
    assert trusted.mode is Mode.APPLY


def test_rule_says_nothing_where_a_field_it_names_was_not_fetched() -> None:
    said = judged(SOURCE, {"lead_source": "FAIR", "country": ...})

    assert said.findings == said.failures == ()


def change_of(steps: str, field: str = "last_name") -> str:
    return (
        f"description: What the steps make of a value.\nkind: person\nfield: {field}\nchange: {steps}\n"
        f"examples:\n  - {{given: {{{field}: {{0}}}}, becomes: {{1}}}}\n"
        f"  - {{given: {{{field}: {{1}}}}, is_right: true}}\n"
    )


@pytest.mark.parametrize(
    ("steps", "before", "after"),
    [
        ("trim", "' x '", "x"),
        ("collapse_blanks", "a  b", "a b"),
        ("lower", "ÄB", "äb"),
        ("upper", "äb", "ÄB"),
        ("title", "o'neil mc-donald", "O'neil Mc-Donald"),
        ("clear", "x", "null"),
        ("{set: y}", "x", "y"),
        ("{replace: {' Limited': ' Ltd'}}", "X Limited", "X Ltd"),
        ("{pattern: {pattern: '^([A-Z]+)-0*(\\d+)$', to: '\\1\\2'}}", "AB-007", "AB7"),
        ("{map: {Nope: null}}", "nope", "null"),
        ("[trim, upper, {replace: {'.': ''}}]", "' g.m.b.h '", "GMBH"),
    ],
)
def test_steps_make_of_a_value_what_the_example_says(steps: str, before: str, after: str) -> None:
    text = change_of(steps).replace("{0}", before).replace("{1}", after)

    assert made(text).rule.phase.name == "CUSTOM"


FULL_NAME = """\
description: A person without a company name works for themselves.
kind: person
field: company_name
when: value == "" && lifecycle_stage == "freelancer"
change:
  template: "{first_name} {last_name}"
examples:
  - given: {first_name: Ada, last_name: King, lifecycle_stage: freelancer}
    becomes: Ada King
  - given: {first_name: Ada, lifecycle_stage: freelancer}
    is_right: true
"""


def test_template_waits_until_every_field_it_names_holds_something() -> None:
    full = judged(FULL_NAME, {"first_name": "A", "last_name": "B", "lifecycle_stage": "freelancer"})
    partly = judged(FULL_NAME, {"first_name": "A", "last_name": None, "lifecycle_stage": "freelancer"})

    assert [one.proposal for one in full.findings] == ["A B"]
    assert partly.findings == ()


CHECKED = """\
description: Customers have a phone number.
kind: person
when: lifecycle_stage == "customer"
check: phone != ""
message: a customer without a phone number
severity: error
examples:
  - given: {lifecycle_stage: customer}
    is_right: false
  - given: {lifecycle_stage: customer, phone: "1"}
    is_right: true
"""


def test_check_finds_what_does_not_hold_on_the_record_as_a_whole() -> None:
    (finding,) = judged(CHECKED, {"lifecycle_stage": "customer"}).findings

    assert (finding.field, finding.severity, finding.has_proposal) == ("", Severity.ERROR, False)
    assert finding.message == "a customer without a phone number"


def test_rule_that_asks_for_the_time_is_asked_again_the_next_day() -> None:
    text = """\
description: Customers hear of us every quarter.
kind: person
when: days_since(last_contacted) > 90
examples:
  - {given: {last_contacted: 2026-01-01}, at: 2026-06-01, is_right: false}
  - {given: {last_contacted: 2026-01-01}, at: 2026-02-01, is_right: true}
"""

    said = judged(text, {"last_contacted": datetime(2026, 4, 1, tzinfo=UTC)})

    assert said.findings == ()
    assert said.again_at == datetime(2026, 5, 2, tzinfo=UTC)


def test_change_that_never_comes_to_rest_is_not_proposed() -> None:
    text = """\
description: Nobody thought of the dot that is there already.
kind: person
field: company_name
change: {replace: {Ltd: Ltd.}}
when: value.startsWith("B") || value == "A Ltd"
examples:
  - {given: {company_name: A Ltd}, becomes: A Ltd.}
  - {given: {company_name: A}, is_right: true}
"""

    said = judged(text, {"company_name": "B Ltd"})

    assert said.findings == ()
    assert [failure.error for failure in said.failures] == ["UnstableChangeError"]


def test_change_that_does_not_make_a_value_right_is_only_found() -> None:
    text = """\
description: Phone numbers have nothing but digits in them.
kind: person
field: phone
check: value.matches("^[0-9]*$")
change: {replace: {" ": ""}}
examples:
  - {given: {phone: 1 2}, becomes: "12"}
  - {given: {phone: 1 x}, is_right: false}
  - {given: {phone: "12"}, is_right: true}
"""

    (finding,) = judged(text, {"phone": "1 y"}).findings

    assert not finding.has_proposal


WORDS = "'trim', 'collapse_blanks', 'lower', 'upper', 'title' or 'clear'"
HEAD = "description: Something is as it should be.\nkind: person\n"
EXAMPLES = "examples:\n  - {given: {email: a}, is_right: true}\n  - {given: {email: b}, is_right: false}\n"


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        (
            HEAD + "whn: x\ncheck: email == 'a'\n" + EXAMPLES,
            ["3:1: whn: unknown key (did you mean 'when'?)"],
        ),
        (
            HEAD.replace("person", "persn") + "check: email == 'a'\n" + EXAMPLES,
            ["2:7: kind: there is no kind 'persn' (did you mean 'person'?)"],
        ),
        (
            HEAD + "field: [emial, phone]\ncheck: emial == 'a'\n" + EXAMPLES,
            [
                "3:9: field.0: person has no field 'emial' (did you mean 'email'?)",
                "4:8: check: there is no field 'emial' (did you mean 'email'?)",
            ],
        ),
        (
            HEAD + "check: >-\n  email == 'a' &&\n  lowr(email) == 'a'\n" + EXAMPLES,
            ["5:3: check: there is no function 'lowr' (did you mean 'lower'?)"],
        ),
        (
            HEAD + "field: email\nchange: [trim, trm]\n" + EXAMPLES,
            [f"4:16: change.1: should be {WORDS} (did you mean 'trim'?)"],
        ),
        (
            HEAD + "field: email\nchange: {set: a, copy: phone}\n" + EXAMPLES,
            ["4:9: change: a step is one of set, copy, template, replace, pattern or map"],
        ),
        (
            HEAD + "field: last_contacted\nchange: clear\n" + EXAMPLES,
            ["3:8: field: the CRM alone sets last_contacted: it can be judged, and not changed"],
        ),
        (
            HEAD + "field: x_score\nchange: trim\n" + EXAMPLES,
            ["4:9: change: works on text only, and this field is a number"],
        ),
        (
            HEAD + "field: x_score\nchange: {set: high}\n" + EXAMPLES,
            ["4:9: change: should be a number"],
        ),
        (
            HEAD + "field: email\nchange: {pattern: {pattern: '(', to: x}}\n" + EXAMPLES,
            ["4:9: change: the pattern cannot be read: missing ): ("],
        ),
        (
            HEAD + "field: email\nchange: {pattern: {pattern: '(a)', to: '\\2'}}\n" + EXAMPLES,
            ["4:9: change: the pattern has no group 2"],
        ),
        (HEAD + EXAMPLES, ["1:1: a rule needs a condition (when or check), or a change"]),
        (HEAD + "change: trim\n" + EXAMPLES, ["3:1: change: needs a field to change"]),
        (
            HEAD + "check: email == 'a'\nexamples:\n  - {given: {emal: a}, is_right: true}\n"
            "  - {given: {email: 5}, is_right: false}\n",
            [
                "5:14: examples.0.given.emal: there is no such field (did you mean 'email'?)",
                "6:21: examples.1.given.email: should be text; quote it",
            ],
        ),
        (
            HEAD + "check: email == 'b'\n" + EXAMPLES,
            [
                "5:35: examples.0.is_right: the rule says otherwise: something is wrong, and nothing is proposed",
                "6:35: examples.1.is_right: the rule says otherwise: nothing is wrong",
            ],
        ),
        (
            HEAD + "field: email\nchange: upper\nexamples:\n  - {given: {email: a}, becomes: B}\n"
            "  - {given: {email: B}, is_right: true}\n",
            ["6:34: examples.0.becomes: the rule says otherwise: it becomes 'A'"],
        ),
        (
            HEAD + "field: email\nchange: {replace: {a: aa}}\nexamples:\n  - {given: {email: a}, becomes: aa}\n"
            "  - {given: {email: B}, is_right: true}\n",
            ["6:5: examples.0: the change would change its own result again, pass after pass"],
        ),
        (
            HEAD + "check: email == 'a'\n" + EXAMPLES.replace("b}, is_right: false", "a}, is_right: true"),
            ["5:3: examples: one more is needed: one that it finds something wrong with"],
        ),
    ],
)
def test_rule_that_cannot_be_used_is_told_with_every_mistake_in_its_place(text: str, mistakes: list[str]) -> None:
    assert told(text) == mistakes


@given(st.text(max_size=40), st.sampled_from(["trim", "collapse_blanks", "lower", "upper", "title", "clear"]))
def test_every_plain_step_comes_to_rest_or_proposes_nothing(value: str, step: str) -> None:
    text = (
        f"description: What one step makes of a value.\nkind: person\nfield: email\nchange: {step}\nexamples:\n"
        "  - {given: {email: ' aB '}, becomes: %s}\n  - {given: {phone: x}, is_right: true}\n"
    )
    results = {"trim": "aB", "collapse_blanks": "aB", "lower": "' ab '", "upper": "' AB '", "title": "' Ab '"}
    text %= results.get(step, "null")

    said = judged(text, {"email": value})

    for finding in said.findings:
        assert not judged(text, {"email": finding.proposal}).findings


def test_what_is_remembered_of_own_rules_conditions_and_policies_is_what_they_say() -> None:
    own = {"x_source": made(SOURCE).rule, "x_name": made(FULL_NAME).rule, "x_check": made(CHECKED).rule}
    types = {name: known.type for name, known in PERSON.items()}
    choices = {
        "email_form": RuleChoice(when=compile_condition('country == "DE" && lead_source != ""', types)),
        "x_source": RuleChoice(mode=Mode.APPLY, when=compile_condition('email != ""', types)),
        "x_check": RuleChoice(when=compile_condition("x_score > 3", types)),
    }
    policies = {"email": FieldPolicy(Mode.SUGGEST), "company_name": FieldPolicy(rules=frozenset({"x_name"}))}
    ruleset = compile_ruleset("person", choices, Mode.APPLY, rules={**catalog(), **own}, policies=policies)
    mixes = itertools.product(
        ("A@B.de", None, ...),
        ("DE", "Germany", None, ...),
        (" fair", "Trade show", None),
        ("freelancer", "customer", ...),
    )

    for email, country, source, stage in [*mixes] * 2:
        values = {"email": email, "country": country, "lead_source": source, "lifecycle_stage": stage}
        filled = {**values, "first_name": "Ada", "last_name": "King", "company_name": None, "phone": None, "x_score": 5}
        kept: Any = {name: value for name, value in filled.items() if value is not ...}
        record = Record(Ref("crm", "contacts", "1"), "person", kept)
        around = Surroundings(NOW)
        assert evaluate(ruleset, record, around) == evaluate_plainly(ruleset, record, around)


FLAGGING = """\
description: Customers can be called.
kind: person
when: lifecycle_stage == "customer"
check: phone != ""
flag: true
examples:
  - given: {lifecycle_stage: customer}
    is_right: false
  - given: {lifecycle_stage: lead}
    is_right: true
"""


def test_own_rule_that_flags_puts_its_name_on_the_record_while_it_finds_something() -> None:
    ruleset = compile_ruleset(
        "person",
        stream_mode=Mode.APPLY,
        rules={"x_callable": made(FLAGGING, "x_callable").rule, "quality_flags": catalog()["quality_flags"]},
    )
    around = Surroundings(NOW)

    written = [
        [found.proposal for found in evaluate(ruleset, record, around).findings if found.has_proposal]
        for record in (
            Record(Ref("crm", "contacts", "1"), "person", values)
            for values in (
                {"lifecycle_stage": "customer", "phone": None, "quality_flags": None},
                {"lifecycle_stage": "customer", "phone": "+493012345678", "quality_flags": "x_callable"},
                {"lifecycle_stage": "customer", "quality_flags": "x_callable"},  # the phone was not fetched
            )
        )
    ]

    assert written == [["x_callable"], [None], []]


def mapping_rule(name: str, steps: str, before: str, after: str) -> CustomRule:
    examples = (
        f"[{{given: {{lead_source: {before}}}, becomes: {after}}}, {{given: {{lead_source: X}}, is_right: true}}]"
    )
    text = f"description: The list.\nkind: person\nfield: lead_source\nchange: {steps}\nexamples: {examples}\n"
    rule: CustomRule = made(text, name)
    return rule


def written_by(*rules: CustomRule, given: str) -> tuple[object, bool]:
    """Return what rules that stand in this order make of a lead source, and whether one of them broke."""
    placed: list[CustomRule] = []
    for rule in rules:
        found = placed_behind(rule, placed)
        assert found is not None
        placed.append(found)
    ruleset = compile_ruleset(
        "person",
        {rule.name: RuleChoice(mode=Mode.APPLY) for rule in placed},
        Mode.APPLY,
        rules={rule.name: rule.rule for rule in placed},
    )
    record = Record(Ref("crm", "contacts", "1"), "person", {"lead_source": given})
    judgement = evaluate(ruleset, record, Surroundings(NOW))
    change = resolve(record, judgement.findings).update.get("lead_source")
    return (change.after if change is not None else given), bool(judgement.failures)


def test_rules_that_change_one_field_build_on_each_other_in_the_order_of_their_names() -> None:
    first = mapping_rule("x_a", "[{map: {fair: Show}}]", "fair", "Show")
    second = mapping_rule("x_b", "[{map: {show: Event}}]", "show", "Event")

    assert written_by(first, second, given="fair") == ("Event", False)
    assert written_by(first, second, given="Event") == ("Event", False)


def test_rule_never_writes_what_an_earlier_one_would_change_again() -> None:
    there = mapping_rule("x_a", "[{map: {p: q, r: s}}]", "p", "q")
    back = mapping_rule("x_b", "[{map: {q: r, s: p}}]", "q", "r")

    value, is_broken = written_by(there, back, given="p")

    assert (value, is_broken) == ("q", True)


def test_no_more_than_three_rules_change_one_field() -> None:
    rules = [mapping_rule(f"x_{name}", "[{map: {fair: Show}}]", "fair", "Show") for name in "abcd"]

    placed: list[CustomRule] = []
    for rule in rules[:3]:
        found = placed_behind(rule, placed)
        assert found is not None
        placed.append(found)

    assert placed_behind(rules[3], placed) is None
