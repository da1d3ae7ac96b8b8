"""SOAP: merge() and convertLead(), login() for old orgs, and XML that means harm."""

from __future__ import annotations

import pytest
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed

from connectors.sandbox.salesforce.sessions import PASSWORD, SECURITY_TOKEN, USERNAME
from tests.connectors.sandbox_bulk.envelopes import envelope, fault, merge_body, merge_request, results

PATH = "/services/Soap/u/66.0"
NOBODY = "0035g00000ZZZZZ"


@pytest.fixture
def soap(session, org_sandbox):
    """Send an envelope; return status and content."""

    def send(text: str | bytes, path: str = PATH) -> tuple[int, bytes]:
        headers = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'}
        content = text.encode() if isinstance(text, str) else text
        answer = session.post(org_sandbox.url + path, data=content, headers=headers, timeout=30)
        return answer.status_code, answer.content

    return send


@pytest.fixture
def merged(soap):
    """Merge; return the results."""

    def merge(*requests: str, headers: str = "") -> list[dict]:
        status, content = soap(envelope(merge_body(*requests), headers=headers))
        assert status == 200, content
        return results(content)

    return merge


@pytest.fixture
def three(http):
    """Three contacts that are one person."""
    return [
        http.make("Contact", LastName="Lovelace", FirstName="Ada", Phone="1", Fax="7"),
        http.make("Contact", LastName="Lovelace", Email="ada@example.com"),
        http.make("Contact", LastName="Lovelace", Title="Countess"),
    ]


def test_losers_go_to_the_bin_and_point_at_their_master(merged, http, three):
    master, *losers = three

    (result,) = merged(merge_request("Contact", master[:15], *losers))

    assert (result["id"], result["success"], result["mergedRecordIds"]) == (master, "true", losers)
    rows = http.rows("SELECT Id, IsDeleted, MasterRecordId FROM Contact ORDER BY Id", with_deleted=True)
    assert rows == [
        {"Id": master, "IsDeleted": False, "MasterRecordId": None},
        *({"Id": loser, "IsDeleted": True, "MasterRecordId": master} for loser in losers),
    ]


def test_master_keeps_its_values_but_for_those_sent(merged, http, three):
    master, *losers = three

    merged(merge_request("Contact", master, *losers, nulls=("Fax",), Email="ada@example.com", Title=""))

    (row,) = http.rows("SELECT Phone, Fax, Email, Title FROM Contact")
    assert row == {"Phone": "1", "Fax": None, "Email": "ada@example.com", "Title": None}


def test_children_of_losers_become_children_of_the_master(merged, http, three):
    master, loser, _ = three
    task = http.make("Task", WhoId=loser, Subject="Call")
    case = http.make("Case", ContactId=loser)

    (result,) = merged(merge_request("Contact", master, loser))

    assert sorted(result["updatedRelatedIds"]) == sorted([task, case])
    assert http.rows("SELECT WhoId FROM Task") == [{"WhoId": master}]
    assert http.rows("SELECT ContactId FROM Case") == [{"ContactId": master}]


def test_each_request_of_a_call_succeeds_or_fails_by_itself(merged, http, three):
    master, first, second = three
    http.json("DELETE", f"/sobjects/Contact/{first}")

    bad, good = merged(merge_request("Contact", master, first), merge_request("Contact", master, second))

    assert bad["success"] == "false"
    assert bad["errors"][0]["statusCode"] == "ENTITY_IS_DELETED"
    assert (good["success"], good["mergedRecordIds"]) == ("true", [second])


def test_request_that_fails_leaves_nothing_behind(merged, http, three):
    master, *losers = three
    http.make("Task", WhoId=losers[0], Subject="Call")

    (result,) = merged(merge_request("Contact", master, *losers, Email="not an address"))

    assert result["errors"][0]["statusCode"] == "INVALID_EMAIL_ADDRESS"
    assert result["errors"][0]["fields"] == ["Email"]
    assert len(http.rows("SELECT Id FROM Contact")) == 3
    assert http.rows("SELECT WhoId FROM Task") == [{"WhoId": losers[0]}]


def test_more_than_three_records_are_refused(merged, http, three):
    fourth = http.make("Contact", LastName="Lovelace")

    (result,) = merged(merge_request("Contact", *three, fourth))

    assert result["success"] == "false"
    assert len(http.rows("SELECT Id FROM Contact")) == 4


# object of the request, status code
REFUSED = [
    ("Opportunity", "INSUFFICIENT_ACCESS_OR_READONLY"),
    ("Nothing", "INVALID_TYPE"),
    ("", "INVALID_TYPE"),
    ("Account", "MALFORMED_ID"),
]


@pytest.mark.parametrize(("kind", "code"), REFUSED)
def test_object_that_cannot_be_merged_is_refused(merged, three, kind, code):
    (result,) = merged(merge_request(kind, *three))

    assert result["errors"][0]["statusCode"] == code


def test_record_cannot_be_merged_with_itself(merged, three):
    (result,) = merged(merge_request("Contact", three[0], three[0][:15]))

    assert result["errors"][0]["statusCode"] == "MERGE_FAILED"


def test_record_named_by_an_external_id_is_refused(merged, three):
    request = merge_request("Contact", *three).replace(
        "</u:masterRecord>", "<s:Account><s:Name>Acme</s:Name></s:Account></u:masterRecord>"
    )

    (result,) = merged(request)

    assert result["errors"][0]["statusCode"] == "INVALID_FIELD"


def test_merging_somebody_with_the_one_they_report_to_is_refused(merged, http, three):
    master, loser, _ = three
    http.json("PATCH", f"/sobjects/Contact/{master}", {"ReportsToId": loser})

    (result,) = merged(merge_request("Contact", master, loser))

    assert result["errors"][0]["statusCode"] == "MERGE_FAILED"


def test_call_takes_200_requests_and_no_more(merged, soap, three):
    request = merge_request("Contact", three[0], NOBODY)

    assert len(merged(*[request] * 200)) == 200
    status, content = soap(envelope(merge_body(*[request] * 201)))
    assert (status, fault(content)[0]) == (500, "sf:EXCEEDED_ID_LIMIT")


def test_answer_tells_what_of_the_day_is_used(soap, three):
    _, content = soap(envelope(merge_body(merge_request("Contact", *three))))

    assert b"<LimitInfoHeader><limitInfo><current>" in content
    assert b"<type>API REQUESTS</type>" in content


def test_effect_log_names_the_client_of_the_call(merged, http, session, org_sandbox, three):
    merged(merge_request("Contact", *three))

    effects = session.get(f"{org_sandbox.url}/_sandbox/effects", params={"kind": "merge", "format": "json"}, timeout=30)
    assert {effect["endpoint"] for effect in effects.json()["effects"]} == {"soap_merge"}


def test_fault_on_merges_strikes_merges_alone_and_speaks_soap(soap, merged, http, three):
    http.control("faults", {"kind": "expired_token", "endpoint": "soap_merge", "count": 1})

    status, content = soap(envelope(merge_body(merge_request("Contact", *three))))

    assert (status, fault(content)[0]) == (500, "sf:INVALID_SESSION_ID")
    assert merged(merge_request("Contact", *three))[0]["success"] == "true"


def test_request_over_the_limit_of_the_day_is_a_fault(soap, http, three):
    http.control("settings", {"crm": "salesforce", "tier": "trial", "spend": 5_000})

    status, content = soap(envelope(merge_body(merge_request("Contact", *three))))

    assert (status, fault(content)[0]) == (500, "sf:REQUEST_LIMIT_EXCEEDED")
    http.control("settings", {"crm": "salesforce", "tier": "enterprise", "clear": True})


def test_session_nobody_has_is_a_fault(soap):
    status, content = soap(envelope(merge_body(), token="00D000!nobody"))

    code, text = fault(content)
    assert (status, code) == (500, "sf:INVALID_SESSION_ID")
    assert text.startswith("INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session.")


def test_token_in_jwt_format_is_no_session_for_soap(soap, http):
    http.control("tokens", {"value": "jwt", "is_jwt": True})

    status, content = soap(envelope(merge_body(), token="jwt"))

    assert (status, fault(content)[0]) == (500, "sf:INVALID_SESSION_ID")


def test_version_that_was_retired_is_a_fault(soap):
    status, content = soap(envelope(merge_body()), "/services/Soap/u/21.0")

    assert (status, fault(content)[0]) == (500, "sf:UNSUPPORTED_API_VERSION")


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE e [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><x>&b;</x>'
    "</soapenv:Body></soapenv:Envelope>"
)
FILE = BOMB.replace('"aaaaaaaaaa"', 'SYSTEM "file:///etc/passwd"')
HOSTILE = {
    "entities": BOMB.encode(),
    "files": FILE.encode(),
    "other encodings": BOMB.encode("utf-16"),
    "no xml": b"merge, please",
    "no envelope": b"<merge/>",
    "open end": envelope(merge_body())[:-20].encode(),
    "depth": envelope("<x>" * 5000 + "</x>" * 5000).encode(),
    "nothing": b"",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_xml_is_a_fault_and_no_more(soap, content):
    status, answered = soap(content)

    assert (status, fault(answered)[0]) == (500, "soapenv:Client")
    assert b"root:" not in answered


def test_unknown_operation_is_a_fault(soap):
    status, content = soap(envelope("<u:emptyRecycleBin/>"))

    assert status == 500
    assert "No operation available for request {urn:partner.soap.sforce.com}emptyRecycleBin" in fault(content)[1]


def test_public_client_logs_in_by_soap_where_that_still_exists(session):
    client = Salesforce(
        username=USERNAME, password=PASSWORD, security_token=SECURITY_TOKEN, session=session, version="59.0"
    )

    assert client.query("SELECT COUNT() FROM Contact")["totalSize"] == 0


def test_wrong_password_is_refused_in_the_tags_the_public_client_looks_for(session):
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        Salesforce(username=USERNAME, password="wrong", security_token="x", session=session, version="59.0")

    assert caught.value.code == "INVALID_LOGIN"


def test_login_is_gone_from_new_versions(session):
    with pytest.raises(SalesforceAuthenticationFailed):
        Salesforce(username=USERNAME, password=PASSWORD, security_token=SECURITY_TOKEN, session=session, version="65.0")


class TestConvertLead:
    """Leads become contacts."""

    @pytest.fixture
    def lead(self, http):
        return http.make(
            "Lead", LastName="Hopper", FirstName="Grace", Company="Navy", Email="grace@example.com", Title="Admiral",
            City="New York", LeadSource="Web",
        )  # fmt: skip

    @pytest.fixture
    def converted(self, soap):
        def convert(lead: str, **parts: str) -> dict:
            wanted = {"convertedStatus": "Closed - Converted", "leadId": lead} | parts
            inner = "".join(f"<u:{name}>{value}</u:{name}>" for name, value in wanted.items())
            status, content = soap(envelope(f"<u:convertLead><u:leadConverts>{inner}</u:leadConverts></u:convertLead>"))
            assert status == 200, content
            return results(content)[0]

        return convert

    def test_account_contact_and_opportunity_take_over_what_the_lead_knew(self, converted, http, lead):
        result = converted(lead)

        assert (result["success"], result["leadId"]) == ("true", lead)
        (contact,) = http.rows("SELECT Id, Name, Email, Title, MailingCity, AccountId FROM Contact")
        assert contact == {
            "Id": result["contactId"], "Name": "Grace Hopper", "Email": "grace@example.com", "Title": "Admiral",
            "MailingCity": "New York", "AccountId": result["accountId"],
        }  # fmt: skip
        assert http.rows("SELECT Name, BillingCity FROM Account") == [{"Name": "Navy", "BillingCity": "New York"}]
        assert http.rows("SELECT Id, Name FROM Opportunity") == [{"Id": result["opportunityId"], "Name": "Navy-"}]
        assert http.rows("SELECT ContactId FROM OpportunityContactRole") == [{"ContactId": result["contactId"]}]

    def test_lead_stays_closed_and_knows_what_became_of_it(self, converted, http, lead):
        result = converted(lead, doNotCreateOpportunity="true")

        (row,) = http.rows("SELECT IsConverted, Status, ConvertedContactId, ConvertedOpportunityId FROM Lead")
        assert row == {
            "IsConverted": True, "Status": "Closed - Converted", "ConvertedContactId": result["contactId"],
            "ConvertedOpportunityId": None,
        }  # fmt: skip
        again = converted(lead)
        assert again["errors"][0]["statusCode"] == "CANNOT_UPDATE_CONVERTED_LEAD"

    def test_account_that_is_there_already_is_only_given_what_it_lacks(self, converted, http, lead):
        account = http.make("Account", Name="The Navy")

        result = converted(lead, accountId=account)

        assert result["accountId"] == account
        assert http.rows("SELECT Name, BillingCity FROM Account") == [{"Name": "The Navy", "BillingCity": "New York"}]

    def test_activities_go_on_with_the_contact(self, converted, http, lead):
        http.make("Task", WhoId=lead, Subject="Call")

        result = converted(lead)

        assert http.rows("SELECT WhoId FROM Task") == [{"WhoId": result["contactId"]}]

    def test_lead_that_cannot_be_converted_leaves_nothing_behind(self, converted, http, lead):
        http.make("Contact", LastName="Hopper", Email="grace@example.com")

        result = converted(lead)

        assert result["errors"][0]["statusCode"] == "DUPLICATES_DETECTED"
        assert http.rows("SELECT Id FROM Account") == []

    def test_status_that_is_not_one_of_converted_leads_is_refused(self, converted, lead):
        result = converted(lead, convertedStatus="Open - Not Contacted")

        assert result["errors"][0]["statusCode"] == "INVALID_STATUS"
