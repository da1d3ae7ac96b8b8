"""Several requests in one."""

from __future__ import annotations

V = "/services/data/v66.0"


def test_later_subrequests_speak_of_earlier_ones(org):
    told = org.ask("POST", "/composite", {"compositeRequest": [
        {"method": "POST", "url": f"{V}/sobjects/Account", "referenceId": "firm", "body": {"Name": "Acme"}},
        {"method": "POST", "url": f"{V}/sobjects/Contact", "referenceId": "who",
         "body": {"LastName": "Lovelace", "AccountId": "@{firm.id}"}},
        {"method": "GET", "url": f"{V}/query/?q=SELECT Account.Name FROM Contact WHERE Id = '@{{who.id}}'",
         "referenceId": "found"},
    ]}).json()["compositeResponse"]  # fmt: skip

    assert [it["httpStatusCode"] for it in told] == [201, 201, 200]
    assert told[2]["body"]["records"][0]["Account"]["Name"] == "Acme"
    assert [it["referenceId"] for it in told] == ["firm", "who", "found"]


def test_errors_stay_inside_and_what_hangs_on_them_is_halted(org):
    answer = org.ask("POST", "/composite", {"compositeRequest": [
        {"method": "GET", "url": f"{V}/sobjects/Foo", "referenceId": "bad"},
        {"method": "PATCH", "url": f"{V}/sobjects/Contact/@{{bad.id}}", "referenceId": "after", "body": {"Title": "x"}},
        {"method": "GET", "url": f"{V}/limits/recordCount?sObjects=User", "referenceId": "fine"},
    ]})  # fmt: skip

    told = answer.json()["compositeResponse"]
    assert answer.status == 200
    assert told[0] == {
        "body": [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}],
        "httpHeaders": {}, "httpStatusCode": 404, "referenceId": "bad",
    }  # fmt: skip
    assert told[1]["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert told[2]["httpStatusCode"] == 200


def test_an_atomic_composite_is_done_whole_or_not_at_all(org):
    told = org.ask("POST", "/composite", {"allOrNone": True, "compositeRequest": [
        {"method": "POST", "url": f"{V}/sobjects/Account", "referenceId": "one", "body": {"Name": "Acme"}},
        {"method": "POST", "url": f"{V}/sobjects/Account", "referenceId": "two", "body": {}},
        {"method": "POST", "url": f"{V}/sobjects/Account", "referenceId": "three", "body": {"Name": "Last"}},
    ]}).json()["compositeResponse"]  # fmt: skip

    assert [it["body"][0]["errorCode"] for it in told] == [
        "PROCESSING_HALTED", "REQUIRED_FIELD_MISSING", "PROCESSING_HALTED",
    ]  # fmt: skip
    assert org.query("SELECT COUNT() FROM Account")["totalSize"] == 0


def test_conditions_hold_within_a_composite(org):
    one = org.create("Contact", LastName="Lovelace")
    since = org.ask("GET", f"/sobjects/Contact/{one}").headers["Last-Modified"]
    org.control("clock", {"shift_s": 2})
    org.act("update", "Contact", id=one, properties={"Title": "theirs"})

    told = org.ask("POST", "/composite", {"compositeRequest": [
        {"method": "PATCH", "url": f"{V}/sobjects/Contact/{one}", "referenceId": "r", "body": {"Title": "ours"},
         "httpHeaders": {"If-Unmodified-Since": since}},
    ]}).json()["compositeResponse"]  # fmt: skip

    assert told[0]["httpStatusCode"] == 412
    assert org.get(f"/sobjects/Contact/{one}")["Title"] == "theirs"


def test_26_subrequests_and_6_queries_are_too_many(org):
    wish = {"method": "GET", "url": f"{V}/limits"}
    query = {"method": "GET", "url": f"{V}/query?q=SELECT Id FROM User"}

    many = [{**wish, "referenceId": f"r{number}"} for number in range(26)]
    queries = [{**query, "referenceId": f"r{number}"} for number in range(6)]

    assert org.refused("POST", "/composite", {"compositeRequest": many})[:2] == (400, "LIMIT_EXCEEDED")
    assert org.refused("POST", "/composite", {"compositeRequest": queries})[:2] == (400, "LIMIT_EXCEEDED")


def test_a_batch_goes_on_after_an_error_unless_told_not_to(org):
    wishes = [{"method": "GET", "url": "v66.0/sobjects/Foo"}, {"method": "GET", "url": "v66.0/limits"}]

    on = org.ask("POST", "/composite/batch", {"batchRequests": wishes}).json()
    halted = org.ask("POST", "/composite/batch", {"batchRequests": wishes, "haltOnError": True}).json()

    assert on["hasErrors"] is True
    assert [it["statusCode"] for it in on["results"]] == [404, 200]
    assert [it["statusCode"] for it in halted["results"]] == [404, 412]


def test_each_graph_stands_for_itself(org):
    def graph(name, fields):
        wish = {"method": "POST", "url": f"{V}/sobjects/Account", "referenceId": "a"}
        return {"graphId": name, "compositeRequest": [
            {**wish, "body": {"Name": name}}, {**wish, "referenceId": "b", "body": fields},
        ]}  # fmt: skip

    told = org.ask("POST", "/composite/graph", {"graphs": [graph("good", {"Name": "x"}), graph("bad", {})]}).json()

    assert [(it["graphId"], it["isSuccessful"]) for it in told["graphs"]] == [("good", True), ("bad", False)]
    assert {row["Name"] for row in org.query("SELECT Name FROM Account")["records"]} == {"good", "x"}


def test_a_tree_plants_parents_and_children(org):
    told = org.ask("POST", "/composite/tree/Account", {"records": [{
        "attributes": {"type": "Account", "referenceId": "root"}, "Name": "Acme",
        "Contacts": {"records": [{"attributes": {"type": "Contact", "referenceId": "leaf"}, "LastName": "Lovelace"}]},
    }]})  # fmt: skip

    assert told.status == 201
    assert [it["referenceId"] for it in told.json()["results"]] == ["root", "leaf"]
    assert org.query("SELECT Account.Name FROM Contact")["records"][0]["Account"]["Name"] == "Acme"


def test_subrequests_have_names_of_their_own_and_leave_the_whole_its_headers(org):
    def refused(*wishes):
        whole = [{"method": "GET", "url": f"{V}/limits", **wish} for wish in wishes]
        return org.refused("POST", "/composite", {"compositeRequest": whole})[:2]

    assert refused({"referenceId": "a"}, {"referenceId": "a"}) == (400, "INVALID_INPUT")
    assert refused({}) == (400, "INVALID_INPUT")
    assert refused({"referenceId": "a-b"}) == (400, "INVALID_INPUT")
    assert refused({"referenceId": "a", "httpHeaders": {"Accept": "text/xml"}}) == (400, "INVALID_INPUT")
