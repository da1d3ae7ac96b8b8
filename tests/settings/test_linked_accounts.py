"""What the settings say of accounts that are linked."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncd.errors import ConfigError
from syncd.settings import LinkedKind, Settings, parse_settings

_ACCOUNTS = """
accounts:
  marketing: {crm: hubspot, token: '${TOKEN}'}
  sales: {crm: salesforce, token: '${TOKEN}'}
  support: {crm: hubspot, token: '${TOKEN}'}
"""


def _settings(linked: str) -> Settings:
    return parse_settings(_ACCOUNTS + linked, file="syncd.yaml", folder=Path(), env={"TOKEN": "t"})


def test_linked_accounts_look_for_people_and_companies_unless_told_otherwise() -> None:
    found = _settings("linked_accounts: {customers: {accounts: [marketing, sales]}}")

    linked = found.linked_accounts["customers"]
    assert linked.kinds == (LinkedKind.PERSON, LinkedKind.COMPANY)
    assert {one.stream.account for one in found.streams if one.linked == linked} == {"marketing", "sales"}
    assert not found.warnings


def test_kind_that_an_account_does_not_watch_is_odd() -> None:
    found = _settings("linked_accounts: {customers: {accounts: [marketing, sales], kinds: [person, deal]}}")

    assert [one.message for one in found.warnings] == [
        "linked_accounts.customers: no deal has a counterpart in marketing, sales: no stream there is of the kind"
    ]


def test_accounts_have_one_record_of_each_unless_told_otherwise_by_kind_or_for_all() -> None:
    told = [
        _settings(f"linked_accounts: {{customers: {{accounts: [marketing, sales]{more}}}}}").linked_accounts[
            "customers"
        ]
        for more in ("", ", records_per_account: several", ", records_per_account: {company: several}")
    ]

    assert [(one.has_several("person"), one.has_several("company")) for one in told] == [
        (False, False),
        (True, True),
        (False, True),
    ]


def test_several_records_of_a_kind_that_is_not_looked_for_are_refused() -> None:
    with pytest.raises(ConfigError) as refused:
        _settings("linked_accounts: {customers: {accounts: [marketing, sales], records_per_account: {deal: several}}}")

    assert "deal is none of the kinds that are looked for: person, company" in str(refused.value)


_DEALS = """
linked_accounts: {customers: {accounts: [marketing, sales], kinds: [deal]}}
streams:
  marketing/deals: {matching: {identify: [name]}}
  sales/Opportunity: {%s}
"""


def test_deals_of_linked_accounts_are_compared_by_what_both_can_be_compared_by() -> None:
    found = _settings(_DEALS % "matching: {identify: [name]}")

    ours, theirs = (found.stream(name) for name in ("marketing/deals", "sales/Opportunity"))
    assert ours is not None
    assert theirs is not None
    assert [one.name for one in ours.pool] == ["marketing/deals", "sales/Opportunity"]
    assert ours.matching == theirs.matching
    assert ours.pool == theirs.pool


def test_deals_of_linked_accounts_that_are_compared_otherwise_are_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        _settings(_DEALS % "matching: {identify: [name, next_step]}")

    assert {one.message for one in caught.value.mistakes} == {
        f"streams.{name}.matching: linked accounts have to say the same of when two records are one"
        for name in ("marketing/deals", "sales/Opportunity")
    }
