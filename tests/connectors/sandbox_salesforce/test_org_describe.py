"""Versions, describe, limits."""

from __future__ import annotations

FIELD_ATTRIBUTES = 57


def test_versions_are_listed_and_old_ones_are_gone(org):
    versions = org.get("/services/data/")

    assert versions[-1] == {"label": "Winter '27", "url": "/services/data/v68.0", "version": "68.0"}
    assert versions[-3]["label"] == "Spring '26"
    assert versions[-5]["label"] == "Summer '25"
    assert org.refused("GET", "/services/data/v29.0/limits")[:2] == (410, "GONE")
    assert org.refused("GET", "/services/data/v99.0/limits")[:2] == (404, "NOT_FOUND")


def test_the_global_describe_has_28_attributes_an_object(org):
    told = org.get("/sobjects")

    assert (told["encoding"], told["maxBatchSize"]) == ("UTF-8", 200)
    contact = next(it for it in told["sobjects"] if it["name"] == "Contact")
    assert len(contact) == 28
    assert contact["keyPrefix"] == "003"
    assert contact["urls"]["describe"] == "/services/data/v66.0/sobjects/Contact/describe"


def test_a_describe_has_57_attributes_a_field(org):
    told = org.get("/sobjects/Contact/describe")

    assert {len(field) for field in told["fields"]} == {FIELD_ATTRIBUTES}
    fields = {field["name"]: field for field in told["fields"]}
    assert fields["MailingCity"]["compoundFieldName"] == "MailingAddress"
    assert fields["Email"]["idLookup"] is True
    assert fields["LastName"]["nillable"] is False
    assert fields["HasOptedOutOfEmail"]["permissionable"] is True
    assert [value["value"] for value in fields["CleanStatus"]["picklistValues"]][:2] == ["Matched", "Different"]
    assert told["recordTypeInfos"][-1]["recordTypeId"] == "012000000000000AAA"
    assert "Histories" in {child["relationshipName"] for child in told["childRelationships"]}


def test_an_unchanged_describe_is_not_sent_again(org):
    first = org.ask("GET", "/sobjects/Contact/describe")
    since = {"If-Modified-Since": first.headers["Last-Modified"]}

    again = org.ask("GET", "/sobjects/Contact/describe", headers=since)
    org.control("clock", {"shift_s": 5})
    org.set(fields=[{"object": "Contact", "name": "Shoe_Size__c", "type": "double", "label": "Shoe Size"}])
    after = org.ask("GET", "/sobjects/Contact/describe", headers=since)

    assert again.status == 304
    assert after.status == 200
    assert "Shoe_Size__c" in {field["name"] for field in after.json()["fields"]}


def test_an_object_nobody_knows_is_not_found(org):
    assert org.refused("GET", "/sobjects/Foo")[:2] == (404, "NOT_FOUND")
    assert org.refused("GET", "/sobjects/Foo/describe")[:2] == (404, "NOT_FOUND")


def test_every_data_answer_tells_what_of_the_day_is_used(org):
    org.set(edition="developer")

    first = org.ask("GET", "/limits")
    second = org.ask("GET", "/sobjects")

    assert first.headers["Sforce-Limit-Info"] == "api-usage=1/15000"
    assert second.headers["Sforce-Limit-Info"] == "api-usage=2/15000"
    assert first.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert first.json()["DailyApiRequests"] == {"Max": 15000, "Remaining": 14999}


def test_the_day_ends_with_403_and_comes_back_a_day_later(org):
    org.set(edition="developer", spend=15_000)

    refused = org.refused("GET", "/sobjects")
    org.control("clock", {"shift_s": 86_500})

    assert refused == (403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
    org.get("/sobjects")
    org.set(edition="off", clear=True)


def test_record_counts_pass_over_what_is_unknown_or_never_had_a_record(org):
    org.create("Account", Name="Acme")

    told = org.get("/limits/recordCount?sObjects=Account,Opportunity,Foo")

    assert told == {"sObjects": [{"count": 1, "name": "Account"}]}


def test_answers_are_packed_and_pretty_where_asked_for(org):
    packed = org.ask("GET", "/sobjects", headers={"Accept-Encoding": "gzip"}, decode_content=False)
    pretty = org.ask("GET", "/limits", headers={"X-PrettyPrint": "1"})

    assert packed.data[:2] == b"\x1f\x8b"
    assert pretty.data.startswith(b"{\n  ")


def test_too_long_a_uri_is_answered_by_the_edge_with_a_page(org):
    answer = org.ask("GET", "/query?q=" + "x" * 17_000)

    assert answer.status == 414
    assert answer.data.startswith(b"<h1>Bad Message 414</h1>")


def test_header_names_are_spelled_as_the_real_ones(org):
    told = dict(org.ask("GET", "/limits").headers.items())

    assert {"Content-Type", "Content-Length", "Date", "Sforce-Limit-Info"} <= set(told)
