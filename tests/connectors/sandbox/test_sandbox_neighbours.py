"""What connectors nobody here wrote ask beside the documented paths."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "path", ["/crm/v4/objects/tickets", "/crm/v3/objects/p_subscription", "/crm/v3/objects/quotes"]
)
def test_singer_taps_list_objects_by_odd_names(http, path):
    assert http.get(f"{path}?associations=conversations,contacts") == {"results": []}


def test_old_associations_are_read_in_batches(http, make):
    contact, company, lonely = make(), make("companies", name="Acme"), make("companies", name="Lonely")
    http.ask("PUT", f"/crm/v4/objects/contacts/{contact}/associations/default/companies/{company}")

    answer = http.ask(
        "POST", "/crm/v3/associations/company/contact/batch/read", {"inputs": [{"id": company}, {"id": lonely}]}
    )  # fmt: skip

    assert answer.status == 207
    assert answer.json()["results"] == [
        {"from": {"id": company}, "to": [{"id": contact, "type": "company_to_contact_unlabeled"}]}
    ]


@pytest.mark.parametrize("path", ["/companies/v2/properties", "/properties/v1/deals/properties"])
def test_the_oldest_property_lists_still_answer(http, path):
    rows = http.get(path)

    assert {row["name"]: row["readOnlyValue"] for row in rows}["hs_lastmodifieddate"] is True


def test_the_oldest_account_calls_still_answer(http):
    assert http.get("/integrations/v1/me")["portalId"] == 62515
    assert http.get("/integrations/v1/limit/daily")[0]["usageLimit"] == 625_000
