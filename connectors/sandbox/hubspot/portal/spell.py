"""Short words to write property definitions with."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.sandbox.hubspot.properties import Option, Property


def text(name: str, label: str, group: str, field_type: str = "text", *, form: bool = True) -> Property:
    """Define a string people fill in."""
    return Property(name, label, "string", field_type, group, is_form_field=form)


def number(name: str, label: str, group: str) -> Property:
    """Define a number people fill in."""
    return Property(name, label, "number", "number", group, is_form_field=True)


def moment(name: str, label: str, group: str) -> Property:
    """Define a point in time people fill in."""
    return Property(name, label, "datetime", "date", group)


def day(name: str, label: str, group: str) -> Property:
    """Define a date people fill in."""
    return Property(name, label, "date", "date", group, is_form_field=True)


def choice(
    name: str, label: str, group: str, options: Sequence[str | tuple[str, str]], field_type: str = "select"
) -> Property:
    """Define an enumeration; an option is its value, or value and label."""
    pairs = [(option, option.replace("_", " ").title()) if isinstance(option, str) else option for option in options]
    listed = [Option(value, shown, order) for order, (value, shown) in enumerate(pairs)]
    return Property(name, label, "enumeration", field_type, group, listed, is_form_field=True)


def flag(name: str, label: str, group: str) -> Property:
    """Define a yes or no."""
    yes_no = [Option("true", "Yes", 0), Option("false", "No", 1)]
    return Property(name, label, "bool", "booleancheckbox", group, yes_no)


def owner(group: str) -> Property:
    """Define the owner property every object has."""
    return Property(
        "hubspot_owner_id", "Owner", "enumeration", "select", group, has_external_options=True, references="OWNER"
    )


def read_only(*definitions: Property) -> list[Property]:
    """Take away the right to write: HubSpot sets these itself."""
    for definition in definitions:
        definition.is_read_only, definition.is_form_field = True, False
    return list(definitions)


def calculated(*definitions: Property) -> list[Property]:
    """Work these out when they are read; they never move the last-modified property."""
    for definition in definitions:
        definition.is_calculated = True
    return read_only(*definitions)


def custom(*definitions: Property) -> list[Property]:
    """Make these the account's own."""
    for definition in definitions:
        definition.is_hubspot_defined = False
    return list(definitions)


def provenance(group: str) -> list[Property]:
    """Define what HubSpot keeps about the making of each record."""
    return read_only(
        number("hs_object_id", "Record ID", group),
        choice(
            "hs_object_source", "Record source", group,
            ("CRM_UI", "API", "INTEGRATION", "IMPORT", "FORMS", "AUTOMATION_PLATFORM", "EMAIL", "MIGRATION"),
        ),
        text("hs_object_source_id", "Record creation source ID", group),
        text("hs_object_source_label", "Record source label", group),
        text("hs_object_source_detail_1", "Record source detail 1", group),
        text("hs_object_source_detail_2", "Record source detail 2", group),
        text("hs_object_source_detail_3", "Record source detail 3", group),
        number("hs_object_source_user_id", "Record creation source user ID", group),
        choice("hs_merged_object_ids", "Merged record IDs", group, (), "checkbox"),
        number("hs_created_by_user_id", "Created by user ID", group),
        number("hs_updated_by_user_id", "Updated by user ID", group),
    )  # fmt: skip


def kept_in_step(group: str, *ids: tuple[str, str]) -> list[Property]:
    """Define what HubSpot's own connector notes about the Salesforce record that one is kept in step with.

    Only that connector writes them; they stay in an account that it was taken out of again.
    """
    return read_only(
        *(text(name, label, group) for name, label in ids),
        moment("salesforcelastsynctime", "Last Salesforce Sync Time", group),
        flag("salesforcedeleted", "Salesforce Deleted", group),
    )
