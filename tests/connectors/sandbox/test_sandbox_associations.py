"""Associations v4: labels, primaries, pages, batches."""

from __future__ import annotations

import pytest

V4 = "/crm/v4"
PRIMARY = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]


@pytest.fixture
def pair(make):
    """Return a contact and a company."""
    return make(), make("companies", name="Acme")


def _types(http, contact: str, company: str) -> set[int]:
    rows = http.get(f"{V4}/objects/contacts/{contact}/associations/companies")["results"]
    found = {str(row["toObjectId"]): {kind["typeId"] for kind in row["associationTypes"]} for row in rows}
    return found.get(company, set())


def test_a_link_shows_from_both_ends_and_ids_are_integers(http, pair):
    contact, company = pair

    made = http.ask("PUT", f"{V4}/objects/contacts/{contact}/associations/companies/{company}", PRIMARY)
    back = http.get(f"{V4}/objects/companies/{company}/associations/contacts")["results"]

    assert made.status == 201
    assert made.json() == {
        "fromObjectTypeId": "0-1",
        "fromObjectId": int(contact),
        "toObjectTypeId": "0-2",
        "toObjectId": int(company),
        "labels": ["Primary"],
    }
    assert back[0]["toObjectId"] == int(contact)
    assert {kind["typeId"] for kind in back[0]["associationTypes"]} == {2, 280}


def test_a_contact_has_one_primary_company(http, pair, make):
    contact, first = pair
    second = make("companies", name="Second")

    for company in (first, second):
        http.ask("PUT", f"{V4}/objects/contacts/{contact}/associations/companies/{company}", PRIMARY)

    assert _types(http, contact, first) == {279}
    assert _types(http, contact, second) == {1, 279}


def test_labels_written_replace_those_of_the_pair(http, pair):
    contact, company = pair
    labels = f"{V4}/associations/contacts/companies/labels"
    made = http.post(labels, {"label": "Billing contact", "name": "billing_contact"})["results"][0]["typeId"]
    path = f"{V4}/objects/contacts/{contact}/associations/companies/{company}"

    http.ask("PUT", path, PRIMARY)
    http.ask("PUT", path, [{"associationCategory": "USER_DEFINED", "associationTypeId": made}])

    assert _types(http, contact, company) == {279, made}
    assert {"category": "USER_DEFINED", "typeId": made, "label": "Billing contact"} in http.get(labels)["results"]


def test_a_default_link_leaves_labels_alone_and_the_unlabelled_type_takes_all_with_it(http, pair):
    contact, company = pair
    http.ask("PUT", f"{V4}/objects/contacts/{contact}/associations/companies/{company}", PRIMARY)

    http.ask("PUT", f"{V4}/objects/contacts/{contact}/associations/default/companies/{company}")
    kept = _types(http, contact, company)
    http.post(
        f"{V4}/associations/contacts/companies/batch/labels/archive",
        {"inputs": [{"from": {"id": contact}, "to": {"id": company},
                     "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 279}]}]},
    )  # fmt: skip

    assert kept == {1, 279}
    assert _types(http, contact, company) == set()


def test_batch_read_pages_per_record_and_reports_the_unlinked(http, pair, make, sandbox):
    contact, company = pair
    lonely = make(email="lonely@example.com")
    http.post(
        f"{V4}/associations/contacts/companies/batch/create",
        {"inputs": [{"from": {"id": contact}, "to": {"id": company}, "types": PRIMARY}]},
    )
    asked = {"inputs": [{"id": contact}, {"id": lonely}]}

    told = http.ask("POST", f"{V4}/associations/contacts/companies/batch/read", asked)
    http.control("settings", {"readings": {"unassociated_are_errors": False}})
    silent = http.ask("POST", f"{V4}/associations/contacts/companies/batch/read", asked)

    assert told.status == 207
    assert told.json()["results"][0]["from"] == {"id": contact}
    assert told.json()["errors"][0]["context"] == {"fromObjectId": [lonely]}
    assert (silent.status, len(silent.json()["results"])) == (200, 1)


def test_pages_of_links_go_by_id(http, make):
    company = make("companies", name="Acme")
    people = [make(firstname=f"n{number}") for number in range(3)]
    for one in people:
        http.ask("PUT", f"{V4}/objects/companies/{company}/associations/default/contacts/{one}")

    first = http.get(f"{V4}/objects/companies/{company}/associations/contacts?limit=2")
    after = first["paging"]["next"]["after"]
    rest = http.get(f"{V4}/objects/companies/{company}/associations/contacts?limit=2&after={after}")

    assert [str(row["toObjectId"]) for row in first["results"] + rest["results"]] == people


def test_a_link_of_a_wrong_type_or_to_nobody_is_refused(http, pair):
    contact, company = pair
    wrong = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 4}]

    status, body = http.refused("PUT", f"{V4}/objects/contacts/{contact}/associations/companies/{company}", wrong)
    rows = http.ask(
        "POST", f"{V4}/associations/contacts/companies/batch/create",
        {"inputs": [{"from": {"id": contact}, "to": {"id": "5"}, "types": PRIMARY}]},
    )  # fmt: skip

    assert (status, body["subCategory"]) == (400, "crm.associations.INVALID_ASSOCIATION_TYPE")
    assert (rows.status, rows.json()["numErrors"]) == (207, 1)


def test_archived_records_do_not_show_as_linked(http, pair):
    contact, company = pair
    http.ask("PUT", f"{V4}/objects/contacts/{contact}/associations/default/companies/{company}")

    http.ask("DELETE", f"/crm/v3/objects/companies/{company}")

    assert _types(http, contact, company) == set()


def test_a_deleted_link_is_gone_from_both_ends(http, pair):
    contact, company = pair
    http.ask("PUT", f"{V4}/objects/contacts/{contact}/associations/default/companies/{company}")

    answer = http.ask("DELETE", f"{V4}/objects/contacts/{contact}/associations/companies/{company}")

    assert answer.status == 204
    assert http.get(f"{V4}/objects/companies/{company}/associations/contacts") == {"results": []}


def test_sizes_of_batches_are_limited(http):
    rows = [{"id": str(number)} for number in range(1_001)]

    assert http.refused("POST", f"{V4}/associations/contacts/companies/batch/read", {"inputs": rows})[0] == 400


def test_a_custom_object_links_to_contacts(http, make):
    contact, gold = make(), make("p62515_subscription", subscription_name="Gold")

    http.ask("PUT", f"{V4}/objects/2-3465404/{gold}/associations/default/contacts/{contact}")

    assert http.get(f"{V4}/objects/contacts/{contact}/associations/subscription")["results"][0]["toObjectId"] == int(
        gold
    )
