"""An admin's rules, conditions, owners and field policies as the settings read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from quality import FieldPolicy
from syncd.errors import ConfigError
from syncd.model import Mode
from syncd.settings import Settings, load_settings

RULE = """\
description: Lead sources have the spelling of our list.
kind: person
field: lead_source
change: {map: {tradeshow: Trade show}}
owner: marketing
examples:
  - {given: {lead_source: TradeShow}, becomes: Trade show}
  - {given: {lead_source: Trade show}, is_right: true}
"""
#: Where policies stand.
AT = "streams.main/contacts.fields"
SETTINGS = """\
accounts: {main: {crm: hubspot, token: "${TOKEN}"}}
streams:
  main/contacts:
    mode: apply
"""


def loaded(folder: Path, more: str = "", **rules: str) -> Settings:
    (folder / "rules").mkdir(exist_ok=True)
    for name, text in rules.items():
        (folder / "rules" / f"{name}.yaml").write_text(text)
    (folder / "syncd.yaml").write_text(SETTINGS + more)
    return load_settings(folder / "syncd.yaml", {"TOKEN": "secret"})


def told(folder: Path, more: str = "", **rules: str) -> list[str]:
    with pytest.raises(ConfigError) as error:
        loaded(folder, more, **rules)
    return [str(mistake).removeprefix(f"{folder}/") for mistake in error.value.mistakes]


def test_rule_in_the_folder_judges_like_any_other(tmp_path: Path) -> None:
    settings = loaded(tmp_path, x_source=RULE)

    (stream,) = settings.streams
    (step,) = [one for one in stream.ruleset().steps if one.name == "x_source"]
    assert (step.field, step.mode) == ("lead_source", Mode.SUGGEST)
    assert stream.owner_of("x_source") == "marketing"
    assert settings.description_of("x_source") == "Lead sources have the spelling of our list."
    assert tmp_path / "rules" in settings.files
    assert tmp_path / "rules" / "x_source.yaml" in settings.files


def test_settings_choose_for_a_rule_of_ones_own_as_for_any_other(tmp_path: Path) -> None:
    chosen = "rules: {x_source: {mode: apply, severity: info, owner: sales}, phone_form: off}\n"

    (stream,) = loaded(tmp_path, chosen, x_source=RULE).streams

    (step,) = [one for one in stream.ruleset().steps if one.name == "x_source"]
    assert (step.mode, step.severity.name) == (Mode.APPLY, "INFO")
    assert stream.owner_of("x_source") == "sales"


def test_settings_mean_the_same_only_with_the_same_rules(tmp_path: Path) -> None:
    first, again = loaded(tmp_path, x_source=RULE), loaded(tmp_path)
    changed = loaded(tmp_path, x_source=RULE.replace("marketing", "sales"))

    assert first == again
    assert first != changed


def test_field_of_an_own_mapping_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "crm: hubspot\nobject: contacts\nkind: person\nfields:\n"
        "  email: {source: email}\n  x_region: {source: sales_region, type: text, write: true}\n"
        "examples:\n  - {given: {email: a@b.de}, becomes: {email: a@b.de}}\n"
    )
    rule = RULE.replace("lead_source", "x_region")

    settings = loaded(tmp_path, "    mapping: mine.yaml\n", x_region=rule)

    assert "x_region" in settings.streams[0].ruleset().rules


def test_condition_of_a_stream_stands_above_that_of_all(tmp_path: Path) -> None:
    here = "    rules: {phone_form: {when: 'country == \"FR\"'}}\n"
    everywhere = "rules: {phone_form: {when: 'country == \"DE\"', owner: sales}}\n"

    (stream,) = loaded(tmp_path, here + everywhere).streams

    condition = stream.rules["phone_form"].when
    assert condition is not None
    assert condition.text == 'country == "FR"'
    assert stream.owner_of("phone_form") == "sales"


def test_condition_is_read_in_the_words_of_the_kind_it_judges(tmp_path: Path) -> None:
    both = "  main/companies: {}\nrules: {company_name_form: {when: 'domain != \"\"'}}\n"

    assert told(tmp_path, both) == ["syncd.yaml:6:36: rules.company_name_form.when: a person has no field 'domain'"]


def test_policies_say_how_far_fixes_of_a_field_may_go(tmp_path: Path) -> None:
    policies = "    fields: {phone: protect, email: {policy: suggest, rules: [email_form]}, city: apply}\n"

    (stream,) = loaded(tmp_path, policies).streams

    assert stream.policies == {
        "phone": FieldPolicy(Mode.OBSERVE),
        "email": FieldPolicy(Mode.SUGGEST, frozenset({"email_form"})),
        "city": FieldPolicy(),
    }


@pytest.mark.parametrize(
    ("more", "rules", "mistakes"),
    [
        (
            "    fields: {phonee: protect, email: {policy: ask}, city: {rules: [city_caze]}, state: never}\n",
            {},
            [
                f"syncd.yaml:5:14: {AT}.phonee: the mapping has no such field (did you mean 'phone'?)",
                f"syncd.yaml:5:47: {AT}.email.policy: should be 'protect', 'suggest' or 'apply'",
                f"syncd.yaml:5:68: {AT}.city.rules.0: there is no rule of this name (did you mean 'city_case'?)",
                f"syncd.yaml:5:88: {AT}.state: should be protect, suggest or apply, or a mapping",
            ],
        ),
        (
            'rules:\n  phone_form:\n    when: >-\n      country == "DE" &&\n      contry == "x"\n',
            {},
            ["syncd.yaml:9:7: rules.phone_form.when: a person has no field 'contry' (did you mean 'country'?)"],
        ),
        (
            "rules: {x_sorce: apply}\n",
            {"x_source": RULE},
            ["syncd.yaml:5:9: rules.x_sorce: there is no rule of this name; did you mean 'x_source'?"],
        ),
        (
            "",
            {
                "x_a": RULE,
                "x_aa": RULE,
                "x_ab": RULE,
                "x_b": RULE,
                "source": RULE,
                "x_c": RULE.replace("TradeShow", "Fair"),
            },
            [
                "rules/source.yaml: a rule of your own begins with 'x_', in small letters: x_phone_of_customers.yaml",
                "rules/x_b.yaml: changes a field that three other rules change already",
                "rules/x_c.yaml:7:43: examples.0.becomes: the rule says otherwise: nothing is wrong",
            ],
        ),
    ],
)
def test_every_mistake_is_told_in_its_place(
    tmp_path: Path, more: str, rules: dict[str, str], mistakes: list[str]
) -> None:
    assert told(tmp_path, more, **rules) == mistakes


def test_rule_that_another_one_would_always_take_back_is_warned_of(tmp_path: Path) -> None:
    rule = """\
description: Countries are written out.
kind: person
field: country
change: {map: {DE: Germany}}
examples:
  - {given: {country: de}, becomes: Germany}
  - {given: {country: FR}, is_right: true}
"""

    (warning,) = loaded(tmp_path, x_country=rule).warnings
    settled = loaded(tmp_path, "rules: {country_form: off}\n").warnings

    assert settled == ()
    assert str(warning).removeprefix(f"{tmp_path}/") == (
        "rules/x_country.yaml: examples.0: country_form would change the result again; "
        "switch it off, or narrow either by a `when`"
    )
