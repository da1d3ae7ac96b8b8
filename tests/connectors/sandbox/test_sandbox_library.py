"""How much of the official library is answered: every path of it is, or is known not to be."""

from __future__ import annotations

import re
from pathlib import Path

import hubspot
import pytest

from connectors.sandbox.hubspot import routes
from connectors.sandbox.hubspot.account import Owner
from connectors.sandbox.hubspot.readings import Readings

_CALL = re.compile(r'call_api\(\s*"([^"]+)",\s*"(\w+)"')
#: Packages about the CRM that the sandbox has nothing for.
_ABSENT = {"crm/exports", "crm/extensions", "crm/imports", "crm/timeline"}
#: Single calls of other packages: what was only there for moving over, what writes users, and deal splits' own paths.
_UNSERVED = {
    "POST /crm/v3/lists/idmapping",
    "POST /crm/v3/objects/deals/splits/batch/read",
    "POST /crm/v3/objects/deals/splits/batch/upsert",
    "POST /settings/v3/users/",
    "PUT /settings/v3/users/{userId}",
    "DELETE /settings/v3/users/{userId}",
}


def _calls() -> dict[str, set[str]]:
    """Return the calls of each of the library's packages: method and path."""
    root = Path(hubspot.__file__).parent
    found: dict[str, set[str]] = {}
    for package in ("crm", "oauth", "webhooks", "settings/users"):
        for file in (root / package).rglob("*_api.py"):
            name = "/".join(file.relative_to(root).parts[:2])
            for call in _CALL.finditer(file.read_text()):
                found.setdefault(name, set()).add(f"{call[2]} {call[1]}")
    return found


def test_every_call_of_the_official_library_is_answered_or_known_not_to_be():
    calls = _calls()

    unserved = {
        call
        for package, of_package in calls.items()
        if package not in _ABSENT
        for call in of_package
        if routes.find(call.partition(" ")[0], re.sub(r"\{\w+\}", "x", call.partition(" ")[2])) is None
    }

    assert len({call for of_package in calls.values() for call in of_package}) > 150
    assert unserved == _UNSERVED


@pytest.mark.parametrize(
    "name",
    ["calls", "communications", "emails", "feedback_submissions", "goals", "leads", "meetings", "notes", "postal_mail",
     "tasks", "taxes"],
)  # fmt: skip
def test_official_sdk_reaches_each_object_by_its_own_package(client, name):
    api = getattr(client.crm.objects, name)

    page, found = api.basic_api.get_page(), api.search_api.do_search({"limit": 5})

    assert (page.results, found.total) == ([], 0)


def test_official_sdk_links_by_the_names_of_types(client, make):
    one, other, company = make(email="a@example.com"), make(email="b@example.com"), make("companies", name="Acme")
    batch = client.crm.associations.batch_api
    pairs = {
        "inputs": [{"from": {"id": who}, "to": {"id": company}, "type": "contact_to_company"} for who in (one, "9")]
    }

    made = batch.create("contacts", "companies", pairs)
    linked = batch.read("contacts", "companies", {"inputs": [{"id": one}]}).results[0].to
    types = client.crm.associations.schema.types_api.get_all("contacts", "companies").results
    batch.archive("contacts", "companies", {"inputs": pairs["inputs"][:1]})
    left = client.crm.associations.v4.basic_api.get_page("contacts", one, "companies").results

    assert [row.type for row in made.results] == ["contact_to_company"]
    assert made.errors[0].category == "OBJECT_NOT_FOUND"
    assert {row.type for row in linked} == {"contact_to_company", "contact_to_company_unlabeled"}
    assert {(kind.id, kind.name) for kind in types} == {
        ("1", "contact_to_company"),
        ("279", "contact_to_company_unlabeled"),
    }
    assert [kind.type_id for kind in left[0].association_types] == [279]
    assert other


def test_a_limit_on_links_is_kept_from_either_end(client, http, make):
    people = [make(email=f"{name}@example.com") for name in "ab"]
    firms = [make("companies", name=name) for name in "xy"]
    api = client.crm.associations.v4.schema.definition_configurations_api
    limit = {"category": "HUBSPOT_DEFINED", "typeId": 279, "maxToObjectIds": 1}
    path = "/crm/v4/objects/contacts/{}/associations/default/companies/{}"

    made = api.batch_create("contacts", "companies", {"inputs": [limit]}).results
    first = http.ask("PUT", path.format(people[0], firms[0])).status
    second, told = http.refused("PUT", path.format(people[0], firms[1]))
    rows = [{"from": {"id": firms[1]}, "to": {"id": who}} for who in people]
    batch = http.ask("POST", "/crm/v4/associations/companies/contacts/batch/associate/default", {"inputs": rows})

    assert [(row.type_id, row.user_enforced_max_to_object_ids) for row in made] == [(279, 1)]
    assert [row.type_id for row in api.get_all().results] == [279]
    assert {row.type_id for row in api.get_all_between_two_object_types("contacts", "companies").results} == {1, 279}
    assert (first, second, told["category"]) == (200, 400, "VALIDATION_ERROR")
    assert (batch.status, batch.json()["numErrors"], len(batch.json()["results"])) == (207, 1, 2)
    api.batch_update("contacts", "companies", {"inputs": [limit | {"maxToObjectIds": 2}]})
    assert http.ask("PUT", path.format(people[0], firms[1])).status == 200
    api.batch_remove("contacts", "companies", {"inputs": [{"category": "HUBSPOT_DEFINED", "typeId": 279}]})
    assert api.get_all().results == []
    assert http.refused("POST", "/crm/v4/associations/definitions/configurations/contacts/deals/batch/create",
                        {"inputs": [limit]})[0] == 400  # fmt: skip


def test_an_object_of_ones_own_is_related_to_others_and_no_more(client, http, make):
    car = {
        "name": "car", "labels": {"singular": "Car", "plural": "Cars"}, "requiredProperties": ["plate"],
        "primaryDisplayProperty": "plate", "associatedObjects": ["CONTACT"],
        "properties": [{"name": "plate", "label": "Plate", "type": "string", "fieldType": "text"}],
    }  # fmt: skip
    schema = http.post("/crm-object-schemas/v3/schemas", car)
    api = client.crm.schemas.core_api

    made = api.create_association("car", {"fromObjectTypeId": schema["objectTypeId"], "toObjectTypeId": "0-3"})
    one, deal = make("p_car", plate="BE 1"), make("deals", dealname="Big", dealstage="contractsent")
    http.ask("PUT", f"/crm/v4/objects/car/{one}/associations/default/deals/{deal}")
    api.archive_association("car", made.id)

    assert {row["toObjectTypeId"] for row in schema["associations"]} == {"0-1", schema["objectTypeId"]}
    assert http.get(f"/crm/v4/objects/car/{one}/associations/deals")["results"] == []
    assert http.refused("DELETE", "/crm/v3/schemas/contacts/associations/279")[0] == 400
    assert http.refused("DELETE", "/crm/v3/schemas/contacts/associations/77")[0] == 404


def test_official_sdk_reads_users_teams_and_roles(client, http, sandbox):
    owners = {
        7: Owner(7, "o@example.com", "O", "W", 11, [("1", "North"), ("2", "South")]),
        8: Owner(8, "p@example.com", "P", "X", 12, [("2", "South")]),
        9: Owner(9, "gone@example.com", "G", "N", 13, is_archived=True),
    }
    sandbox.call(lambda: sandbox.account.owners.update(owners))
    api = client.settings.users

    page = api.users_api.get_page(limit=1)
    teams = {team.name: (team.user_ids, team.secondary_user_ids) for team in api.teams_api.get_all().results}

    assert [(user.id, user.primary_team_id) for user in page.results] == [("11", "1")]
    assert api.users_api.get_page(after=page.paging.next.after).results[0].email == "p@example.com"
    assert api.users_api.get_by_id("p@example.com", id_property="EMAIL").id == "12"
    assert teams == {"North": (["11"], []), "South": (["12"], ["11"])}
    assert len(api.roles_api.get_all().results) == 1
    assert http.refused("GET", "/settings/v3/users/13")[0] == 404


def test_every_reading_nobody_has_verified_is_in_the_documentation():
    told = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text()

    assert [name for name in Readings().state() if f"`{name}`" not in told] == []
