"""Writes in front of a scripted server: one outcome for each row, whatever the answer."""

from __future__ import annotations

import pytest

from syncd.errors import MissingScopeError, RetryableError
from syncd.model import FixState, Gone, Link, LinkWrite, MergeWrite, Ref, Update
from tests.connectors.doubles import answer, reset, text, torn
from tests.connectors.salesforce.conftest import contact_id, refused, row, rows

ME = "005000000000009AAA"
ACCOUNT = "001000000000001AAA"


def done(number):
    return {"id": contact_id(number), "success": True, "errors": []}


def failed(code, message="no", **more):
    return {"success": False, "errors": [{"statusCode": code, "message": message, "fields": []}], **more}


def told(*results):
    return answer(200, list(results))


def change(number, **values):
    return Update(f"fix-{number}", Ref("main", "Contact", contact_id(number)), values or {"MailingCity": "Ulm"})


def states(outcomes):
    return [outcome.state for outcome in outcomes]


def test_values_are_written_and_read_back_in_two_calls(desk):
    there = desk(told(done(1), done(2)), rows(row(1, MailingCity="Ulm"), row(2, MailingCity="Ulm")))

    outcomes = there.connector.update("Contact", [change(1), change(2)])

    assert states(outcomes) == [FixState.APPLIED] * 2
    assert [outcome.record.values for outcome in outcomes] == [{"MailingCity": "Ulm"}] * 2
    assert there.lines[0] == "PATCH /services/data/v64.0/composite/sobjects HTTP/1.1"
    assert there.json[0] == {
        "allOrNone": False,
        "records": [
            {"attributes": {"type": "Contact"}, "Id": contact_id(number), "MailingCity": "Ulm"} for number in (1, 2)
        ],
    }


def test_a_fix_gives_no_record_a_new_owner_and_passes_rules_that_only_warn(desk):
    there = desk(told(done(1)), rows(row(1, MailingCity="Ulm")))

    there.connector.update("Contact", [change(1)])

    assert there.headers("Sforce-Auto-Assign")[0] == "FALSE"
    assert there.headers("Sforce-Duplicate-Rule-Header")[0].startswith("allowSave=true")
    assert there.headers("Sforce-Call-Options")[0] == "client=syncd"


def test_null_clears(desk):
    there = desk(told(done(1)), rows(row(1, Phone=None)))

    (outcome,) = there.connector.update("Contact", [change(1, Phone=None)])

    assert b'"Phone":null' in there.bodies[0]
    assert outcome.state is FixState.APPLIED


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Phone must be E.164"),
        ("REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]"),
        ("DUPLICATES_DETECTED", "Use one of these records?"),
        ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "bad value for restricted picklist field: X"),
        ("STRING_TOO_LONG", "Phone: data value too large"),
        ("INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields: X"),
        ("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id"),
        ("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead"),
    ],
)
def test_a_row_that_salesforce_refuses_is_rejected_in_its_words(desk, code, message):
    there = desk(told(done(1), failed(code, message)), rows(row(1, MailingCity="Ulm"), row(2)))

    outcomes = there.connector.update("Contact", [change(1), change(2)])

    assert states(outcomes) == [FixState.APPLIED, FixState.REJECTED]
    assert outcomes[1].detail == f"{code}: {message}"


def test_a_deleted_record_is_stale_and_a_merged_one_says_where_it_went(desk):
    gone = failed("ENTITY_IS_DELETED", "entity is deleted")
    there = desk(
        told(gone, gone, gone),
        rows(row(1, IsDeleted=True), row(2, IsDeleted=True, MasterRecordId=contact_id(9))),
        rows(row(9)),
    )

    outcomes = there.connector.update("Contact", [change(1), change(2), change(3)])

    assert states(outcomes) == [FixState.STALE] * 3
    assert [outcome.gone.merged_into for outcome in outcomes] == [None, contact_id(9), None]
    assert outcomes[0].gone == Gone(Ref("main", "Contact", contact_id(1)))


def test_a_reference_to_nothing_does_not_make_the_record_itself_stale(desk):
    there = desk(told(failed("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")), rows(row(1)))

    (outcome,) = there.connector.update("Contact", [change(1, OwnerId="005000000000000AAA")])

    assert outcome.state is FixState.REJECTED


def test_a_locked_row_is_tried_again_and_the_others_are_not(desk, clock):
    there = desk(
        told(done(1), failed("UNABLE_TO_LOCK_ROW")), told(done(2)),
        rows(row(1, MailingCity="Ulm"), row(2, MailingCity="Ulm")),
    )  # fmt: skip

    outcomes = there.connector.update("Contact", [change(1), change(2)])

    assert states(outcomes) == [FixState.APPLIED] * 2
    assert [record["Id"] for record in there.json[1]["records"]] == [contact_id(2)]
    assert clock.waits == [1.0]


def test_a_row_that_stays_locked_is_unknown_and_read_back_later(desk, clock):
    locked = told(failed("UNABLE_TO_LOCK_ROW"))
    there = desk(locked, locked, locked, locked, rows(row(1)))

    (outcome,) = there.connector.update("Contact", [change(1)])

    assert outcome.state is FixState.UNKNOWN
    assert len(clock.waits) == 3


def test_a_lost_answer_to_a_second_try_leaves_the_first_ones_outcomes(desk):
    there = desk(
        told(done(1), failed("UNABLE_TO_LOCK_ROW")), text(503, "<html>"), rows(row(1, MailingCity="Ulm"), row(2))
    )

    outcomes = there.connector.update("Contact", [change(1), change(2)])

    assert states(outcomes) == [FixState.APPLIED, FixState.UNKNOWN]


@pytest.mark.parametrize("trouble", [reset, torn, answer(503), answer(500), text(200, "<html>"), answer(502)],
                         ids=["reset", "torn", "503", "500", "page", "502"])  # fmt: skip
def test_a_write_whose_answer_is_lost_is_unknown_and_the_rest_is_not_sent(desk, trouble):
    there = desk(trouble)

    outcomes = there.connector.update("Contact", [change(number) for number in range(250)])

    assert set(states(outcomes)) == {FixState.UNKNOWN}
    assert [line.split()[0] for line in there.lines] == ["PATCH"]


@pytest.mark.parametrize(
    "results", [[], [done(1)], [done(2), done(1)], {"no": "list"}, [done(1), {"success": True}], ["?", "?"]], ids=str
)
def test_a_row_that_the_answer_does_not_name_is_unknown(desk, results):
    there = desk(answer(200, results), rows(row(1, MailingCity="Ulm"), row(2, MailingCity="Ulm")))

    outcomes = there.connector.update("Contact", [change(1), change(2)])

    assert outcomes[1].state is FixState.UNKNOWN


def test_a_call_refused_as_a_whole_is_halved_until_the_bad_row_is_alone(desk):
    def judge(request, connection):
        if request.startswith(b"GET"):
            rows(*(row(number, MailingCity="Ulm") for number in range(4)))(request, connection)
        elif b"nonsense" in request:
            refused(400, "JSON_PARSER_ERROR", "Cannot deserialize")(request, connection)
        else:
            names = [number for number in range(4) if contact_id(number).encode() in request]
            told(*(done(number) for number in names))(request, connection)

    there = desk(judge)
    updates = [change(number) for number in range(4)]
    updates[2] = change(2, NumberOfEmployees="nonsense")

    outcomes = there.connector.update("Contact", updates)

    assert states(outcomes) == [FixState.APPLIED, FixState.APPLIED, FixState.REJECTED, FixState.APPLIED]


def test_a_user_who_may_not_write_at_all_stops_the_stream(desk):
    there = desk(refused(403, "INSUFFICIENT_ACCESS", "no"))

    with pytest.raises(MissingScopeError):
        there.connector.update("Contact", [change(number) for number in range(100)])

    assert len(there.server.requests) == 1


def test_a_write_stands_when_it_cannot_be_read_back(desk):
    there = desk(told(done(1)), answer(503))

    (outcome,) = there.connector.update("Contact", [change(1)])

    assert (outcome.state, outcome.record) == (FixState.APPLIED, None)


def test_a_value_that_salesforce_did_not_take_over_is_rejected(desk):
    there = desk(told(done(1)), rows(row(1, MailingCity="Kiel", LastModifiedById=ME)), answer(200, {"user_id": ME}))

    (outcome,) = there.connector.update("Contact", [change(1)])

    assert outcome.state is FixState.REJECTED
    assert "MailingCity" in outcome.detail
    assert there.paths[-1] == "/services/oauth2/userinfo"


@pytest.mark.parametrize("trouble", [refused(403, "Bad_OAuth_Token"), answer(503)], ids=["refused", "lost"])
def test_without_knowing_who_we_are_another_value_may_be_somebodys(desk, trouble):
    there = desk(told(done(1)), rows(row(1, MailingCity="Kiel")), trouble)

    (outcome,) = there.connector.update("Contact", [change(1)])

    assert (outcome.state, outcome.record) == (FixState.APPLIED, None)


def test_a_value_that_somebody_changed_right_behind_us_does_not_undo_that_we_wrote(desk):
    whom = f"https://login.salesforce.com/id/00D000000000001AAA/{ME}"
    there = desk(
        answer(200, {"access_token": "t", "id": whom}), told(done(1)), rows(row(1, MailingCity="Kiel")),
        credentials={"client_id": "app", "client_secret": "hush"},
    )  # fmt: skip

    (outcome,) = there.connector.update("Contact", [change(1)])

    assert (outcome.state, outcome.record) == (FixState.APPLIED, None)


@pytest.mark.parametrize(
    ("sent", "held"),
    [(" Ulm ", "Ulm"), ("", None), ("a;b", "b;a"), (250, 250.0), ("1.50", 1.5), (True, True), ("a\r\nb", "a\nb")],
)
def test_a_value_in_another_spelling_is_the_same_value(desk, sent, held):
    there = desk(told(done(1)), rows(row(1, Field__c=held)))

    (outcome,) = there.connector.update("Contact", [change(1, Field__c=sent)])

    assert outcome.state is FixState.APPLIED


def test_trouble_before_anything_was_written_is_raised(desk):
    there = desk(text(406, ""))

    with pytest.raises(RetryableError):
        there.connector.update("Contact", [change(1)])


def test_deleted_records_have_an_outcome_each(desk):
    there = desk(
        told(done(1), failed("ENTITY_IS_DELETED", id=contact_id(2)), failed("DELETE_FAILED"), {"success": True})
    )

    outcomes = there.connector.archive("Contact", [contact_id(number) for number in (1, 2, 3, 4)])

    assert states(outcomes) == [FixState.APPLIED, FixState.STALE, FixState.REJECTED, FixState.UNKNOWN]
    assert there.lines[0].startswith("DELETE /services/data/v64.0/composite/sobjects?ids=003")
    assert there.lines[0].endswith("allOrNone=false HTTP/1.1")


# Links


def link(number, to=ACCOUNT, **more):
    return LinkWrite(
        f"fix-{number}", Ref("main", "Contact", contact_id(number)), Link(Ref("main", "Account", to)), **more
    )


def test_a_link_is_a_value_and_one_that_is_there_or_leads_elsewhere_is_not_written(desk):
    other = "001000000000002AAA"
    there = desk(
        rows(row(1, AccountId=None), row(2, AccountId=ACCOUNT), row(3, AccountId=other)),
        told(done(1)),
        rows(row(1, AccountId=ACCOUNT)),
    )

    outcomes = there.connector.link("Contact", [link(1), link(2), link(3)])

    assert states(outcomes) == [FixState.APPLIED, FixState.APPLIED, FixState.REJECTED]
    assert [record["AccountId"] for record in there.json[1]["records"]] == [ACCOUNT]


def test_a_link_is_taken_away_only_when_it_is_that_one(desk):
    there = desk(
        rows(row(1, AccountId=ACCOUNT), row(2, AccountId="001000000000002AAA")),
        told(done(1)),
        rows(row(1, AccountId=None)),
    )

    outcomes = there.connector.link("Contact", [link(1, remove=True), link(2, remove=True)])

    assert states(outcomes) == [FixState.APPLIED] * 2
    assert [record["AccountId"] for record in there.json[1]["records"]] == [None]


# Merges


def soap(inner, status=200):
    names = 'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com"'
    body = f"<soapenv:Envelope {names}><soapenv:Body>{inner}</soapenv:Body></soapenv:Envelope>"
    return text(status, body, {"Content-Type": "text/xml; charset=utf-8"})


def merged(*ids):
    lost = "".join(f"<mergedRecordIds>{id_}</mergedRecordIds>" for id_ in ids)
    return soap(
        f"<mergeResponse><result><id>{contact_id(1)}</id>{lost}<success>true</success></result></mergeResponse>"
    )


def into_first(number, **values):
    goes, stays = (Ref("main", "Contact", contact_id(one)) for one in (number, 1))
    return MergeWrite(contact_id(number), goes, stays, values)


def test_records_are_merged_three_a_call_and_the_values_go_with_the_first(desk):
    there = desk(merged(contact_id(2), contact_id(3)), merged(contact_id(4)))

    merges = [into_first(2, Phone="1 & 2", Fax=None), into_first(3), into_first(4)]
    outcomes = there.connector.merge("Contact", merges)

    first, second = (body.decode() for body in there.bodies)
    assert [(one.fix, one.state, one.gone.merged_into) for one in outcomes] == [
        (contact_id(number), FixState.APPLIED, contact_id(1)) for number in (2, 3, 4)
    ]
    assert f"<s:fieldsToNull>Fax</s:fieldsToNull><s:Id>{contact_id(1)}</s:Id><s:Phone>1 &amp; 2</s:Phone>" in first
    assert "<u:sessionId>00Dsecret</u:sessionId>" in first
    assert "s:Phone" not in second


def test_a_merge_that_is_refused_is_rejected_in_salesforces_words(desk):
    errors = "<errors><message>no rights</message><statusCode>INSUFFICIENT_ACCESS_OR_READONLY</statusCode></errors>"
    there = desk(soap(f"<mergeResponse><result>{errors}<success>false</success></result></mergeResponse>"))

    (outcome,) = there.connector.merge("Contact", [into_first(2)])

    assert (outcome.state, outcome.detail) == (FixState.REJECTED, "INSUFFICIENT_ACCESS_OR_READONLY: no rights")


@pytest.mark.parametrize("trouble", [reset, soap("<x/>"), text(200, "<html", {"Content-Type": "text/xml"}), merged()],
                         ids=["reset", "empty", "torn", "unnamed"])  # fmt: skip
def test_a_merge_without_a_clear_answer_is_unknown_and_never_sent_again(desk, trouble):
    there = desk(trouble)

    (outcome,) = there.connector.merge("Contact", [into_first(2)])

    assert outcome.state is FixState.UNKNOWN
    assert len(there.server.requests) == 1
