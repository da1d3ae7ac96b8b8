"""Every write has one outcome of its own, and what may have taken effect is never sent twice."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from syncd.errors import CredentialsError, ThrottledError
from syncd.model import FixState, Link, LinkWrite, Ref, Update
from tests.connectors.doubles import answer, reset, text

UNAUTHORISED = answer(401, {"category": "INVALID_AUTHENTICATION"})


def ref(id_, name="contacts"):
    return Ref("main", name, str(id_))


def update(id_, fix=None, **values):
    return Update(fix or f"fix-{id_}", ref(id_), values or {"city": "Bonn"})


def written(*ids, errors=(), **values):
    results = [
        {"id": str(id_), "properties": {"city": "Bonn", **values}, "updatedAt": "2026-03-01T12:00:00.000Z"}
        for id_ in ids
    ]
    return answer(207 if errors else 200, {"results": results, "errors": list(errors), "numErrors": len(errors)})


def failed(category, message="no", **context):
    return {"category": category, "message": message, "context": context}


def echo(bad=()):
    """Write all rows, or refuse the call when one of the bad ids is in it."""

    def serve(request, connection):
        inputs = json.loads(request.partition(b"\r\n\r\n")[2])["inputs"]
        refused = [item["id"] for item in inputs if item["id"] in bad]
        script = (
            answer(400, {"message": f"{refused} invalid"}) if refused else written(*[item["id"] for item in inputs])
        )
        script(request, connection)

    return serve


def states(outcomes):
    return {outcome.fix: outcome.state for outcome in outcomes}


def test_a_row_that_comes_back_is_applied_and_carries_the_record(desk):
    there = desk(written(1))

    (outcome,) = there.connector.update("contacts", [update(1)])

    assert outcome.state is FixState.APPLIED
    assert outcome.record.values["city"] == "Bonn"
    assert there.bodies[0]["inputs"] == [{"id": "1", "objectWriteTraceId": "fix-1", "properties": {"city": "Bonn"}}]


def test_values_are_spelled_as_hubspot_takes_them(desk):
    there = desk(written(1, a="", b="true", c="12.50", d="y;x"))

    (outcome,) = there.connector.update("contacts", [update(1, a=None, b=True, c=12.5, d="x;y")])

    assert there.bodies[0]["inputs"][0]["properties"] == {"a": "", "b": "true", "c": "12.5", "d": "x;y"}
    assert outcome.state is FixState.APPLIED


def test_a_value_that_hubspot_changed_is_not_applied(desk):
    there = desk(written(1, city="Berlin"))

    (outcome,) = there.connector.update("contacts", [update(1)])

    assert outcome.state is FixState.REJECTED
    assert "city" in outcome.detail
    assert "Berlin" not in outcome.detail
    assert outcome.record.values["city"] == "Berlin"


def test_each_row_of_a_partial_answer_has_its_own_outcome(desk):
    errors = [
        failed("VALIDATION_ERROR", "x was not one of [a]", objectWriteTraceId=["fix-2"]),
        failed("OBJECT_NOT_FOUND", ids=["3"]),
    ]
    there = desk(written(1, errors=errors))

    outcomes = there.connector.update("contacts", [update(id_) for id_ in (1, 2, 3, 4)])

    assert [outcome.state for outcome in outcomes] == [
        FixState.APPLIED,
        FixState.REJECTED,
        FixState.STALE,
        # Left out without a word: merged away, or lost.
        FixState.UNKNOWN,
    ]
    assert outcomes[1].detail == "x was not one of [a]"
    assert outcomes[2].gone.ref.id == "3"


def test_a_call_refused_as_a_whole_is_halved_until_the_bad_rows_are_alone(desk):
    there = desk(echo(bad={"13", "77"}))

    outcomes = there.connector.update("contacts", [update(id_) for id_ in range(100)])

    rejected = {outcome.fix: outcome.detail for outcome in outcomes if outcome.state is FixState.REJECTED}
    assert rejected == {"fix-13": "['13'] invalid", "fix-77": "['77'] invalid"}
    assert Counter(states(outcomes).values()) == {FixState.APPLIED: 98, FixState.REJECTED: 2}
    assert len(there.server.requests) < 30


@pytest.mark.parametrize("trouble", [reset, answer(503), text(200, "<html>")], ids=["reset", "503", "a page"])
def test_a_lost_answer_leaves_all_rows_unknown_and_is_not_sent_again(desk, trouble):
    there = desk(trouble)

    outcomes = there.connector.update("contacts", [update(id_) for id_ in range(250)])

    assert set(states(outcomes).values()) == {FixState.UNKNOWN}
    assert len(there.server.requests) == 1


def test_no_call_holds_one_record_twice(desk):
    there = desk(echo())

    outcomes = there.connector.update("contacts", [update(1, "a"), update(2, "b"), update(1, "c")])

    assert [[item["id"] for item in body["inputs"]] for body in there.bodies] == [["1", "2"], ["1"]]
    assert [outcome.fix for outcome in outcomes] == ["a", "b", "c"]


def test_a_hundred_records_are_one_call(desk):
    there = desk(echo())

    there.connector.update("contacts", [update(id_) for id_ in range(201)])

    assert [len(body["inputs"]) for body in there.bodies] == [100, 100, 1]


def test_a_refused_token_is_raised_when_nothing_was_written(desk):
    there = desk(UNAUTHORISED)

    with pytest.raises(CredentialsError):
        there.connector.update("contacts", [update(1)])


def test_outcomes_known_already_survive_a_token_refused_later(desk):
    there = desk(written(*range(100)), UNAUTHORISED)

    outcomes = there.connector.update("contacts", [update(id_) for id_ in range(150)])

    assert Counter(states(outcomes).values()) == {FixState.APPLIED: 100, FixState.UNKNOWN: 50}


def test_a_lock_is_waited_for(desk, clock):
    there = desk(answer(423), written(1))

    (outcome,) = there.connector.update("contacts", [update(1)])

    assert outcome.state is FixState.APPLIED
    assert 2.0 in clock.waits


def test_a_write_that_is_throttled_for_ever_was_never_made(desk):
    there = desk(answer(429, {"policyName": "SECONDLY"}), attempts=2)

    with pytest.raises(ThrottledError):
        there.connector.update("contacts", [update(1)])


def test_archived_records_have_an_outcome_each(desk):
    there = desk(text(204, ""))

    outcomes = there.connector.archive("contacts", ["1", "2"])

    assert states(outcomes) == {"1": FixState.APPLIED, "2": FixState.APPLIED}
    assert there.paths == ["/crm/v3/objects/contacts/batch/archive"]


def link(id_, to, label="primary", **more):
    return LinkWrite(f"fix-{id_}", ref(id_), Link(ref(to, "companies"), label), **more)


def held(id_, to, *kinds):
    types = [{"category": category, "typeId": number, "label": None} for category, number in kinds]
    row = {"from": {"id": str(id_)}, "to": [{"toObjectId": to, "associationTypes": types}]}
    return answer(200, {"results": [row]})


def made(*pairs, errors=()):
    results = [{"fromObjectId": from_id, "toObjectId": to_id, "labels": []} for from_id, to_id in pairs]
    return answer(207 if errors else 201, {"results": results, "errors": list(errors)})


NO_LINKS = answer(200, {"results": []})


def test_a_link_to_the_primary_company_is_made_with_both_its_kinds(desk):
    there = desk(NO_LINKS, made((1, 5)))

    (outcome,) = there.connector.link("contacts", [link(1, 5)])

    assert outcome.state is FixState.APPLIED
    assert there.paths[1] == "/crm/v4/associations/contacts/companies/batch/create"
    assert [kind["associationTypeId"] for kind in there.bodies[1]["inputs"][0]["types"]] == [1, 279]


def test_labels_that_a_pair_has_are_kept(desk):
    there = desk(held(1, 5, ("USER_DEFINED", 28), ("HUBSPOT_DEFINED", 279)), made((1, 5)))

    there.connector.link("contacts", [link(1, 5)])

    kinds = {(kind["associationCategory"], kind["associationTypeId"]) for kind in there.bodies[1]["inputs"][0]["types"]}
    assert kinds == {("USER_DEFINED", 28), ("HUBSPOT_DEFINED", 279), ("HUBSPOT_DEFINED", 1)}


def test_a_link_that_is_there_already_is_not_written(desk):
    there = desk(held(1, 5, ("HUBSPOT_DEFINED", 1), ("HUBSPOT_DEFINED", 279)))

    (outcome,) = there.connector.link("contacts", [link(1, 5)])

    assert outcome.state is FixState.APPLIED
    assert len(there.server.requests) == 1


def test_each_link_of_a_partial_answer_has_its_own_outcome(desk):
    errors = [failed("OBJECT_NOT_FOUND", fromObjectId=["2"]), failed("VALIDATION_ERROR", toObjectId=["7"])]
    there = desk(NO_LINKS, made((1, 5), errors=errors))

    outcomes = there.connector.link("contacts", [link(1, 5), link(2, 6), link(3, 7), link(4, 8)])

    assert list(states(outcomes).values()) == [
        FixState.APPLIED,
        FixState.STALE,
        FixState.REJECTED,
        FixState.UNKNOWN,
    ]


def test_a_link_whose_answer_is_lost_is_unknown(desk):
    there = desk(NO_LINKS, reset)

    (outcome,) = there.connector.link("contacts", [link(1, 5)])

    assert outcome.state is FixState.UNKNOWN
    assert len(there.server.requests) == 2


def test_a_link_is_taken_away(desk):
    there = desk(held(1, 5, ("HUBSPOT_DEFINED", 279)), text(204, ""))

    (outcome,) = there.connector.link("contacts", [link(1, 5, remove=True)])

    assert outcome.state is FixState.APPLIED
    assert there.bodies[1]["inputs"] == [{"from": {"id": "1"}, "to": [{"id": "5"}]}]


def test_a_link_that_is_not_there_need_not_be_taken_away(desk):
    there = desk(NO_LINKS)

    (outcome,) = there.connector.link("contacts", [link(1, 5, remove=True)])

    assert outcome.state is FixState.APPLIED
    assert len(there.server.requests) == 1


def test_the_kind_of_a_link_between_other_objects_is_asked_for(desk):
    labels = [{"category": "USER_DEFINED", "typeId": 3, "label": None}, {"category": "HUBSPOT_DEFINED", "typeId": 77}]
    there = desk(NO_LINKS, answer(200, {"results": labels}), made((1, 5)))

    there.connector.link("contacts", [LinkWrite("fix-1", ref(1), Link(ref(5, "2-123"), ""))])

    assert there.bodies[2]["inputs"][0]["types"] == [
        {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 77},
    ]
