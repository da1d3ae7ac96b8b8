"""The official SDK, unmodified but for the host, drives every endpoint we use."""

from __future__ import annotations

import pytest
from hubspot.crm.associations.v4 import (
    AssociationSpec,
    BatchInputPublicAssociationMultiArchive,
    BatchInputPublicAssociationMultiPost,
    BatchInputPublicFetchAssociationsBatchRequest,
    PublicAssociationMultiPost,
)
from hubspot.crm.contacts import (
    ApiException,
    BatchInputSimplePublicObjectBatchInput,
    BatchInputSimplePublicObjectBatchInputForCreate,
    BatchInputSimplePublicObjectBatchInputUpsert,
    BatchInputSimplePublicObjectId,
    BatchReadInputSimplePublicObjectId,
    Filter,
    FilterGroup,
    PublicGdprDeleteInput,
    PublicMergeInput,
    PublicObjectSearchRequest,
    SimplePublicObjectInput,
    SimplePublicObjectInputForCreate,
)
from hubspot.crm.properties import PropertyCreate, PropertyGroupCreate, PropertyUpdate


def _contact(client, **properties: str) -> str:
    made = client.crm.contacts.basic_api.create(SimplePublicObjectInputForCreate(properties=properties))
    return str(made.id)


def test_sdk_creates_reads_changes_and_archives_a_contact(client):
    api = client.crm.contacts.basic_api
    one = _contact(client, email="ada@example.com", firstname="Ada")

    api.update(one, SimplePublicObjectInput(properties={"firstname": "Augusta"}))
    read = api.get_by_id(one, properties=["firstname"], properties_with_history=["firstname"])
    by_email = api.get_by_id("ada@example.com", id_property="email")
    api.archive(one)
    gone = api.get_page(archived=True).results

    assert read.properties["firstname"] == "Augusta"
    assert [version.value for version in read.properties_with_history["firstname"]] == ["Augusta", "Ada"]
    assert by_email.id == one
    assert [record.id for record in gone] == [one]
    assert gone[0].archived_at is not None


def test_sdk_walks_all_pages_of_a_list(client):
    made = [_contact(client, firstname=f"n{number}") for number in range(7)]

    first = client.crm.contacts.basic_api.get_page(limit=3)
    everything = client.crm.contacts.get_all()

    assert [record.id for record in first.results] == made[:3]
    assert first.paging.next.after == made[3]
    assert [record.id for record in everything] == made


def test_sdk_drives_the_batches(client):
    api = client.crm.contacts.batch_api
    made = api.create(
        BatchInputSimplePublicObjectBatchInputForCreate(
            inputs=[{"properties": {"email": "a@example.com"}}, {"properties": {"email": "b@example.com"}}]
        )
    )
    ids = [record.id for record in made.results]

    api.update(
        BatchInputSimplePublicObjectBatchInput(inputs=[{"id": one, "properties": {"city": "Bern"}} for one in ids])
    )
    upserted = api.upsert(
        BatchInputSimplePublicObjectBatchInputUpsert(
            inputs=[
                {"id": email, "idProperty": "email", "properties": {"city": "Basel"}}
                for email in ("a@example.com", "c@example.com")
            ]
        )
    )
    read = api.read(
        BatchReadInputSimplePublicObjectId(
            inputs=[*({"id": one} for one in ids), {"id": "999"}], properties=["city"], properties_with_history=[]
        )
    )
    api.archive(BatchInputSimplePublicObjectId(inputs=[{"id": ids[1]}]))

    assert [row.new for row in upserted.results] == [False, True]
    assert {record.id: record.properties["city"] for record in read.results} == {ids[0]: "Basel", ids[1]: "Bern"}
    assert read.num_errors == 1
    assert read.errors[0].context["ids"] == ["999"]
    assert [record.id for record in client.crm.contacts.basic_api.get_page(archived=True).results] == [ids[1]]


def test_sdk_searches_merges_and_forgets(client):
    primary, other = _contact(client, email="a@example.com"), _contact(client, email="b@example.com")

    merged = client.crm.contacts.basic_api.merge(PublicMergeInput(object_id_to_merge=other, primary_object_id=primary))
    found = client.crm.contacts.search_api.do_search(
        PublicObjectSearchRequest(
            filter_groups=[FilterGroup(filters=[Filter(property_name="email", operator="EQ", value="a@example.com")])],
            properties=["hs_additional_emails"],
            limit=10,
        )
    )
    client.crm.contacts.basic_api.purge(PublicGdprDeleteInput(object_id=merged.id))

    assert merged.id not in {primary, other}
    assert [(record.id, record.properties["hs_additional_emails"]) for record in found.results] == [
        (merged.id, "b@example.com")
    ]
    with pytest.raises(ApiException) as refused:
        client.crm.contacts.basic_api.get_by_id(primary)
    assert refused.value.status == 404


def test_sdk_reads_and_writes_associations(client):
    contact = _contact(client, email="ada@example.com")
    company = client.crm.companies.basic_api.create({"properties": {"name": "Acme"}}).id
    spec = [AssociationSpec(association_category="HUBSPOT_DEFINED", association_type_id=1)]
    links = client.crm.associations.v4

    links.basic_api.create("contacts", contact, "companies", company, spec)
    one = links.basic_api.get_page("contacts", contact, "companies")
    many = links.batch_api.get_page(
        "companies", "contacts", BatchInputPublicFetchAssociationsBatchRequest(inputs=[{"id": company}])
    )
    links.batch_api.archive(
        "contacts",
        "companies",
        BatchInputPublicAssociationMultiArchive(inputs=[{"from": {"id": contact}, "to": [{"id": company}]}]),
    )
    none = links.basic_api.get_page("contacts", contact, "companies")
    links.batch_api.create(
        "contacts",
        "companies",
        BatchInputPublicAssociationMultiPost(
            inputs=[PublicAssociationMultiPost(_from={"id": contact}, to={"id": company}, types=spec)]
        ),
    )
    again = links.basic_api.get_page("contacts", contact, "companies")

    assert [(kind.type_id, kind.label) for kind in one.results[0].association_types] == [(279, None), (1, "Primary")]
    assert many.results[0].to[0].to_object_id == contact  # the SDK turns the integer into text
    assert none.results == []
    assert len(again.results) == 1


def test_sdk_manages_property_definitions(client):
    api = client.crm.properties
    api.groups_api.create("contacts", PropertyGroupCreate(name="ours", label="Ours"))
    api.core_api.create(
        "contacts",
        PropertyCreate(name="shoe_size", label="Shoe size", type="number", field_type="number", group_name="ours"),
    )

    api.core_api.update("contacts", "shoe_size", PropertyUpdate(label="Size of shoes"))
    changed = api.core_api.get_by_name("contacts", "shoe_size")
    everything = {it.name: it for it in api.core_api.get_all("contacts").results}
    api.core_api.archive("contacts", "shoe_size")
    names = {it.name for it in api.core_api.get_all("contacts").results}

    assert changed.label == "Size of shoes"
    assert not changed.hubspot_defined
    assert everything["lastmodifieddate"].modification_metadata.read_only_value
    assert everything["associatedcompanyid"].calculated
    assert "shoe_size" not in names


def test_sdk_reads_owners_pipelines_schemas_lists_and_labels(client, sandbox):
    from connectors.sandbox.hubspot.account import Owner

    sandbox.call(lambda: sandbox.account.owners.update({7: Owner(7, "o@example.com", "O", "W", 11)}))

    owners = client.crm.owners.owners_api.get_page().results
    pipelines = client.crm.pipelines.pipelines_api.get_all("deals").results
    schemas = client.crm.schemas.core_api.get_all().results
    lists = client.crm.lists.lists_api.do_search({"query": ""})
    labels = client.crm.associations.v4.schema.definitions_api.get_all("contacts", "companies").results

    assert [owner.email for owner in owners] == ["o@example.com"]
    assert [stage.id for stage in pipelines[0].stages][-2:] == ["closedwon", "closedlost"]
    assert [schema.object_type_id for schema in schemas] == ["2-3465404"]
    assert lists.total == 0
    assert {label.type_id for label in labels} == {1, 279}


@pytest.mark.parametrize("kind", ["companies", "deals", "tickets"])
def test_sdk_reaches_the_other_objects_by_their_own_packages(client, kind):
    needed = {
        "companies": {"name": "Acme"},
        "deals": {"dealname": "Big", "dealstage": "closedwon"},
        "tickets": {"subject": "Help", "hs_pipeline_stage": "1"},
    }
    api = getattr(client.crm, kind)

    made = api.basic_api.create({"properties": needed[kind]})
    found = api.search_api.do_search({"filterGroups": [], "limit": 1})

    assert [record.id for record in found.results] == [made.id]
    assert made.properties["hs_lastmodifieddate"] is not None


@pytest.mark.parametrize("kind", ["notes", "calls", "emails", "meetings", "tasks", "p62515_subscription", "2-3465404"])
def test_sdk_reaches_activities_and_custom_objects_by_the_generic_package(client, kind):
    values = {"subscription_name": "Gold"} if "-" in kind or "_" in kind else {"hs_timestamp": "2026-01-01T10:00:00Z"}

    made = client.crm.objects.basic_api.create(kind, {"properties": values})
    page = client.crm.objects.basic_api.get_page(kind, limit=10)

    assert [record.id for record in page.results] == [made.id]


def test_sdk_refreshes_an_oauth_token(client, http):
    given = client.oauth.tokens_api.create(
        grant_type="refresh_token",
        client_id="sandbox-client-id",
        client_secret="sandbox-client-secret",
        refresh_token="sandbox-refresh-token",
    )

    http.token = given.access_token

    assert given.expires_in == 1800
    assert http.get("/crm/v3/objects/contacts") == {"results": []}
