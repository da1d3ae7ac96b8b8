"""Whatever is asked, there is an answer or a refusal, never a crash."""

from __future__ import annotations

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sandbox.salesforce.soql import SoqlError
from tests.connectors.sandbox_soql.soql_rows import ask

_LANGUAGE = (
    "SELECT FROM WHERE AND OR NOT IN LIKE INCLUDES GROUP BY HAVING ORDER ASC NULLS LAST LIMIT OFFSET FOR VIEW COUNT "
    'MAX FIELDS ALL TYPEOF ( ) , . = != < >= % * \\ " : ; (SELECT COUNT() COUNT(Id) CALENDAR_YEAR(Birthdate)'
)
_NAMES = "Id Name LastName Account.Name Owner.Type Contact Contacts Account CreatedDate Birthdate IsDeleted"
_VALUES = (
    "TODAY LAST_N_DAYS:3 LAST_N_YEARS:999999 2026-01-01 2026-01-01T00:00:00Z 0001-01-01T00:00:00Z 1 -1.5e9 "
    "99999999999 null true 'a' '' '%\\_' '\\u0000' '"
)
_FIELDS = (
    "Id Name AccountId Birthdate SystemModstamp IsDeleted AnnualRevenue NumberOfEmployees Description MailingAddress "
    "Owner.Name Account.Name CALENDAR_YEAR(CreatedDate) DAY_ONLY(CreatedDate) HOUR_IN_DAY(Birthdate) COUNT(Id)"
)
_OPERANDS = (
    "null 'a' '' 5 5e999 true TODAY N_YEARS_AGO:999999 2026-01-01 9999-12-31T23:59:59-14:00 (null,'a') (TODAY,1) "
    "0001-01-01T00:00:00+14:00"
)
STARTS = ["", "SELECT Id FROM Contact WHERE ", "SELECT COUNT(Id) FROM Contact GROUP BY ", "SELECT Id FROM Account "]


@settings(max_examples=400, deadline=None)
@given(
    start=st.sampled_from(STARTS),
    words=st.lists(st.sampled_from(f"{_LANGUAGE} {_NAMES} {_VALUES}".split()), max_size=12),
)
def test_any_words_are_answered_or_refused(start, words):
    with contextlib.suppress(SoqlError):
        ask(start + " ".join(words))


@settings(max_examples=400, deadline=None)
@given(
    kind=st.sampled_from(["Account", "Contact"]),
    field=st.sampled_from(_FIELDS.split()),
    sign=st.sampled_from(["=", "!=", "<", ">=", "LIKE", "IN", "INCLUDES"]),
    operand=st.sampled_from(_OPERANDS.split()) | st.just("(SELECT AccountId FROM Contact)"),
)
def test_any_comparison_is_answered_or_refused(kind, field, sign, operand):
    with contextlib.suppress(SoqlError):
        ask(f"SELECT Id FROM {kind} WHERE {field} {sign} {operand}")


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60))
def test_any_string_is_answered_or_refused(text):
    with contextlib.suppress(SoqlError):
        ask(f"SELECT Id FROM Contact WHERE LastName = '{text}'")
