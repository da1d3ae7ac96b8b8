"""What the settings say of values from outside: every mistake at once, no secret in the file, no path out of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from syncd.errors import ConfigError
from syncd.model import Mode
from syncd.settings import parse_settings

ENV = {"TOKEN": "tokentoken", "FIRMO_KEY": "k3y-of-firmo", "ERP": "postgresql://erp:pa55word@erp.example.com/erp"}
ACCOUNT = """
accounts:
  hub: {crm: hubspot, token: '${TOKEN}'}
"""
GOOD = """
enrichment:
  providers:
    our-list:
      type: csv
      by: [domain]
      file: reference/companies.csv
      values: {industry: {at: Branch, words: {Steel: STEEL}}, city: Town}
    erp:
      type: sql
      by: [name, country]
      url: ${ERP}
      query: SELECT town FROM customers WHERE name = :name AND country = :country
      values: {city: town}
    firmo:
      type: http
      by: [domain]
      url: https://api.example.com/{domain}
      headers: {Authorization: "Bearer {key}"}
      key: ${FIRMO_KEY}
      values: {industry: company.branch}
  fields:
    company:
      industry: [our-list, firmo]
      city: {providers: [our-list, erp], sure: 0.7, replace: true}
"""


def read(text, folder=Path("/etc/syncd")):
    return parse_settings(ACCOUNT + text, file="syncd.yaml", folder=folder, env=ENV)


def test_providers_of_each_type_are_read_with_what_is_said_of_all():
    found = read(GOOD)

    section = found.enrichment
    assert {name: one.type for name, one in section.providers.items()} == {
        "our-list": "csv",
        "erp": "sql",
        "firmo": "http",
    }
    assert section.providers["our-list"].file == Path("/etc/syncd/reference/companies.csv")
    assert section.fields["company"]["industry"].providers == ["our-list", "firmo"]
    assert found.warnings == ()


def test_rule_is_on_for_enriched_streams_only_and_suggests():
    found = read(GOOD)

    steps = {
        one.stream.name: [s for s in one.ruleset(Mode.APPLY).steps if s.name == "enriched"] for one in found.streams
    }
    assert {name: [step.mode for step in found] for name, found in steps.items()} == {
        "hub/companies": [Mode.SUGGEST],
        "hub/contacts": [],
    }


def test_rule_may_be_off_all_the_same():
    found = read(GOOD + "rules: {enriched: off}\n")

    assert not any("enriched" in one.ruleset().rules for one in found.streams)


def test_secrets_of_providers_are_secrets():
    found = read(GOOD)

    assert {"k3y-of-firmo", "pa55word"} <= {*found.secrets()}
    assert "k3y-of-firmo" not in repr(found.enrichment)
    assert "pa55word" not in repr(found.enrichment)


def test_mistakes_are_told_all_at_once_and_where():
    text = """
enrichment:
  providers:
    one: {type: csvv, by: [domain]}
    two:
      type: csv
      by: [domian]
      file: ../companies.csv
      colums: {domain: Website}
      values: {industri: Branch, owner: Who}
      keep: 5
    three:
      type: http
      by: [domain]
      url: https://{domain}/x?k={key}
      key: abcdefgh
      values: {industry: a.b}
    four: {by: [domain], values: {city: Town}}
    five: {type: sql, by: [name], url: 'postgresql://u:secret@host/db', query: 'DROP TABLE x', values: {city: t}}
  fields:
    compny: {}
    company: {industry: [tow, three], city: {providers: [three], sures: 0.7}, quality_flags: [three]}
    person: {city: [three], opt_in: [three]}
  streams: [hub/compnies]
"""
    with pytest.raises(ConfigError) as caught:
        read(text)

    told = [re.sub(r"^.*?: enrichment\.", "", str(one)) for one in caught.value.mistakes]
    assert sorted(one.split(":", 1)[0] for one in told) == [
        "fields.company.city.providers.0",
        "fields.company.city.sures",
        "fields.company.industry.0",
        "fields.company.quality_flags",
        "fields.compny",
        "fields.person.city.0",
        "fields.person.opt_in",
        "providers.five.query",
        "providers.five.query",
        "providers.five.url",
        "providers.four",
        "providers.one",
        "providers.three.key",
        "providers.three.url",
        "providers.two.by.0",
        "providers.two.colums",
        "providers.two.file",
        "providers.two.keep",
        "providers.two.values.industri",
        "providers.two.values.owner",
        "streams.0",
    ]
    text = "\n".join(told)
    assert "did you mean 'csv'?" in text
    assert "did you mean 'domain'?" in text
    assert "leads out of the folder" in text
    assert "a secret does not stand in this file" in text
    assert "secret@" not in text
    assert "abcdefgh" not in text


def test_provider_that_is_asked_for_nothing_is_odd():
    found = read(GOOD.replace("[our-list, erp]", "[our-list]"))

    assert [one.message for one in found.warnings] == [
        "enrichment.providers.erp: is asked for nothing: no field under `fields` names it"
    ]
