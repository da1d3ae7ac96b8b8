"""What cannot be answered is refused in Salesforce's words, at the place of the mistake."""

from __future__ import annotations

import pytest

from connectors.sandbox.salesforce.soql import SoqlError, parse
from tests.connectors.sandbox_soql.soql_rows import ask

_COLUMN = (
    "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)
_RELATIONSHIP = (
    "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship "
    "name. Please reference your WSDL or the describe call for the appropriate names."
)
_OBJECT = (
    "If you are attempting to use a custom object, be sure to append the '__c' after the entity name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)


def refusal(text: str) -> SoqlError:
    with pytest.raises(SoqlError) as caught:
        ask(text)
    return caught.value


def test_unknown_object_is_refused_as_a_captured_answer_shows():
    refused = refusal("select count() from XYZZY")

    assert refused.error_code == "INVALID_TYPE"
    assert refused.message == (
        "\nselect count() from XYZZY\n                    ^\nERROR at Row:1:Column:21\n"
        f"sObject type 'XYZZY' is not supported. {_OBJECT}"
    )


# query with `|` before the place of the mistake, code, reason
LOCATED = [
    ("SELECT Id, |Foo FROM Contact", "INVALID_FIELD", f"No such column 'Foo' on entity 'Contact'. {_COLUMN}"),
    ("SELECT Id FROM Contact WHERE |Foo = 1", "INVALID_FIELD", f"No such column 'Foo' on entity 'Contact'. {_COLUMN}"),
    ("SELECT Id FROM Contact ORDER BY |Foo", "INVALID_FIELD", f"No such column 'Foo' on entity 'Contact'. {_COLUMN}"),
    ("SELECT |Account.Foo FROM Contact", "INVALID_FIELD", f"No such column 'Foo' on entity 'Account'. {_COLUMN}"),
    (
        "SELECT |Boss.Name FROM Contact",
        "INVALID_FIELD",
        f"Didn't understand relationship 'Boss' in field path. {_RELATIONSHIP}",
    ),
    (
        "SELECT Id, (SELECT Id FROM |Contact) FROM Account",
        "INVALID_TYPE",
        f"Didn't understand relationship 'Contact' in FROM part of query call. {_RELATIONSHIP}",
    ),
    (
        "SELECT Id FROM Contact WHERE |CreatedDate > '2026-01-01T00:00:00Z'",
        "INVALID_FIELD",
        (
            "value of filter criterion for field 'CreatedDate' must be of type dateTime and should not be "
            "enclosed in quotes"
        ),
    ),
    (
        "SELECT Id FROM Contact WHERE |SystemModstamp > 2026-01-01",
        "INVALID_FIELD",
        (
            "value of filter criterion for field 'SystemModstamp' must be of type dateTime and should not be "
            "enclosed in quotes"
        ),
    ),
    (
        "SELECT Id FROM Contact WHERE |Birthdate = 2026-01-01T00:00:00Z",
        "INVALID_FIELD",
        "value of filter criterion for field 'Birthdate' must be of type date and should not be enclosed in quotes",
    ),
    (
        "SELECT Id FROM Contact WHERE |LastName = 3999",
        "INVALID_FIELD",
        "value of filter criterion for field 'LastName' must be of type string and should be enclosed in quotes",
    ),
    (
        "SELECT Id FROM Contact WHERE |IsDeleted = 'false'",
        "INVALID_FIELD",
        "value of filter criterion for field 'IsDeleted' must be of type boolean and should not be enclosed in quotes",
    ),
    (
        "SELECT Id FROM Account WHERE |AnnualRevenue > '5'",
        "INVALID_FIELD",
        (
            "value of filter criterion for field 'AnnualRevenue' must be of type currency and should not be "
            "enclosed in quotes"
        ),
    ),
    (
        "SELECT Id FROM Contact WHERE |Description LIKE 'a%'",
        "INVALID_FIELD",
        "field 'Description' can not be filtered in a query call",
    ),
    (
        "SELECT Id FROM Contact ORDER BY |Description",
        "INVALID_FIELD",
        "field 'Description' can not be sorted in a query call",
    ),
    (
        "SELECT COUNT(Id) FROM Contact GROUP BY |Description",
        "INVALID_FIELD",
        "field 'Description' can not be grouped in a query call",
    ),
    ("SELECT Id FROM Contact WHERE |Id LIKE '003%'", "INVALID_FIELD", "invalid operator on id field"),
    ("SELECT Id FROM Contact WHERE |Id = 'abc'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: abc"),
    ("SELECT Id FROM Contact WHERE |AccountId IN ('abc')", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: abc"),
    ("SELECT |Name, COUNT(Id) FROM Account", "MALFORMED_QUERY", "Field must be grouped or aggregated: Name"),
    (
        "SELECT COUNT(Id) FROM Account GROUP BY Type ORDER BY |Name",
        "MALFORMED_QUERY",
        "Ordered field must be grouped or aggregated: Name",
    ),
    (
        "SELECT |COUNT(Type) FROM Account GROUP BY Type",
        "MALFORMED_QUERY",
        "Grouped field should not be aggregated: Type",
    ),
    (
        "SELECT Id FROM Account WHERE |Name IN (SELECT AccountId FROM Contact)",
        "MALFORMED_QUERY",
        "The left operand field in the where expression for outer query should be an id field, cannot use: 'Name'",
    ),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT |LastName FROM Contact)",
        "MALFORMED_QUERY",
        "Semi join sub-selects can only query id fields, cannot use: 'LastName'",
    ),
    ("SELECT Id, |FROM Contact", "MALFORMED_QUERY", "unexpected token: 'FROM'"),
    ("SELECT Id FROM|", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
    ("SELECT Id FROM Contact WHERE LastName |IS NULL", "MALFORMED_QUERY", "unexpected token: 'IS'"),
    ("SELECT Id FROM Contact WHERE LastName = |Ada", "MALFORMED_QUERY", "unexpected token: 'Ada'"),
    ("SELECT Id FROM Contact JOIN |Account", "MALFORMED_QUERY", "unexpected token: 'Account'"),
    ("SELECT Id FROM Contact |ALL ROWS", "MALFORMED_QUERY", "ALL ROWS not allowed in this context"),
    (
        "SELECT Id FROM Contact WHERE Id = null AND FirstName = 'a' |OR LastName = 'b'",
        "MALFORMED_QUERY",
        "unexpected token: 'OR'",
    ),
]


@pytest.mark.parametrize(("marked", "code", "reason"), LOCATED, ids=[row[0] for row in LOCATED])
def test_mistake_is_refused_where_it_stands(marked, code, reason):
    column = marked.index("|") + 1

    refused = refusal(marked.replace("|", ""))

    _, quoted, caret, place, said = refused.message.split("\n", 4)
    assert (refused.error_code, said) == (code, reason)
    assert place == f"ERROR at Row:1:Column:{column}"
    # The caret stands below the mistake, however much of the query is quoted.
    assert marked[column:].startswith(quoted[len(caret) - 1 :][:10])


PLAIN = [
    ("", "MALFORMED_QUERY", "SOQL statements cannot be empty or null"),
    (
        "SELECT Id FROM Contact OFFSET 2001",
        "NUMBER_OUTSIDE_VALID_RANGE",
        "Maximum SOQL offset allowed for apiName Contact is 2000",
    ),
    ("SELECT FIELDS(ALL) FROM Contact", "MALFORMED_QUERY", "The SOQL FIELDS function must have a LIMIT of at most 200"),
    (
        "SELECT FIELDS(CUSTOM) FROM Contact LIMIT 201",
        "MALFORMED_QUERY",
        "The SOQL FIELDS function must have a LIMIT of at most 200",
    ),
    ("SELECT Id, Name, id FROM Contact", "MALFORMED_QUERY", "duplicate field selected: Id"),
    ("SELECT Name who FROM Contact", "MALFORMED_QUERY", "only aggregate expressions use field aliasing"),
    (
        "SELECT Id FROM Account WHERE Name = 'a' OR Id IN (SELECT AccountId FROM Contact)",
        "MALFORMED_QUERY",
        "Semi join sub-selects are not allowed with the 'OR' operator",
    ),
    (
        "SELECT Id FROM Account WHERE Name = 'a' AND (Name = 'b' OR Id IN (SELECT AccountId FROM Contact))",
        "MALFORMED_QUERY",
        (
            "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE "
            "expressions."
        ),
    ),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT ParentId FROM Account)",
        "MALFORMED_QUERY",
        "The inner and outer selects should not be on the same object type",
    ),
    (
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Id IN (SELECT ContactId FROM Case))",
        "MALFORMED_QUERY",
        "Nesting of semi join sub-selects is not supported",
    ),
    (
        "SELECT Type, (SELECT Id FROM Contacts) FROM Account GROUP BY Type",
        "MALFORMED_QUERY",
        "Grouped query cannot use child relationships in the SELECT list",
    ),
    (
        "SELECT Id, (SELECT COUNT() FROM Contacts) FROM Account",
        "MALFORMED_QUERY",
        "Only root queries support aggregate expressions",
    ),
    (
        f"SELECT Id FROM Contact WHERE LastName = '{'x' * 100_000}'",
        "MALFORMED_QUERY",
        "SOQL statements can not be longer than 100000 characters",
    ),
]


@pytest.mark.parametrize(("text", "code", "message"), PLAIN, ids=[row[0][:60] for row in PLAIN])
def test_query_that_makes_no_sense_is_refused_whole(text, code, message):
    refused = refusal(text)

    assert (refused.error_code, refused.message) == (code, message)


def test_only_whole_words_around_the_mistake_are_quoted():
    refused = refusal(f"SELECT {', '.join(['Id'] * 40)}, Foo, {', '.join(['Name'] * 40)} FROM Contact WHERE")

    assert refused.message.startswith("\nSELECT") is False
    assert len(refused.message.split("\n")[1]) <= 81


def test_line_of_the_mistake_is_counted():
    refused = refusal("SELECT Id\nFROM Contact\nWHERE Foo = 1")

    assert "ERROR at Row:3:Column:7" in refused.message


def test_datetime_whose_plus_became_a_blank_is_refused_as_a_real_org_does():
    # Percent-encoding forgotten: `+00:00` arrives as ` 00:00`.
    refused = refusal("SELECT Id FROM Account WHERE LastModifiedDate >= 2013-12-01T12:00:00 00:00")

    assert refused.error_code == "MALFORMED_QUERY"
    assert refused.message.endswith("\nERROR at Row:1:Column:68\nline 1:68 no viable alternative at character ' '")


def test_string_that_does_not_end_is_refused():
    refused = refusal("SELECT Id FROM Contact WHERE LastName = 'O'Neil'")

    assert refused.error_code == "MALFORMED_QUERY"


def test_thousand_parentheses_are_too_complicated_rather_than_a_crash():
    with pytest.raises(SoqlError, match="too complicated"):
        parse(f"SELECT Id FROM Contact WHERE {'(' * 3000}Id = null{')' * 3000}")
