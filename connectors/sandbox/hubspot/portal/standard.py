"""The other objects every portal has. They are empty, but a client that walks all of HubSpot's objects finds them."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.sandbox.hubspot.portal import spell
from connectors.sandbox.hubspot.portal.spell import choice, moment, number, text
from connectors.sandbox.hubspot.properties import ObjectType, Property


@dataclass(frozen=True, slots=True)
class _Sketch:
    """As much of an object as tells it from the others."""

    name: str
    singular: str
    type_id: str
    scope: str
    display: Property
    more: tuple[Property, ...] = ()
    created_property: str = "hs_createdate"
    needs: tuple[str, ...] = ()


def _commerce() -> list[_Sketch]:
    info = "commerceinformation"
    price = (number("price", "Unit price", info), text("hs_sku", "SKU", info))
    product = (*price, text("description", "Product description", info, "textarea"))
    item = (
        number("price", "Unit price", info),
        number("quantity", "Quantity", info),
        number("hs_product_id", "Product ID", info),
        number("amount", "Net price", info),
    )
    quote = (choice("hs_status", "Quote Status", info, ("DRAFT", "APPROVAL_NOT_NEEDED", "APPROVED", "REJECTED")),)
    return [
        _Sketch("products", "product", "0-7", "products", text("name", "Name", info), product, "createdate"),
        _Sketch("line_items", "line_item", "0-8", "line_items", text("name", "Name", info), item, "createdate"),
        _Sketch("quotes", "quote", "0-14", "quotes", text("hs_title", "Quote name", info), quote),
        _Sketch("invoices", "invoice", "0-53", "invoices", text("hs_number", "Invoice number", info)),
        _Sketch("discounts", "discount", "0-84", "line_items", text("hs_label", "Label", info)),
        _Sketch("fees", "fee", "0-85", "line_items", text("hs_label", "Label", info)),
        _Sketch("taxes", "tax", "0-86", "line_items", text("hs_label", "Label", info)),
        _Sketch("orders", "order", "0-123", "orders", text("hs_order_name", "Name", info)),
        _Sketch("carts", "cart", "0-142", "carts", text("hs_cart_name", "Name", info)),
    ]


def _sales_and_service() -> list[_Sketch]:
    info = "objectinformation"
    message = (
        moment("hs_timestamp", "Activity date", info),
        choice("hs_communication_channel_type", "Channel", info, ("SMS", "WHATS_APP", "LINKEDIN_MESSAGE")),
    )
    letter = (moment("hs_timestamp", "Activity date", info),)
    lead = (choice("hs_lead_type", "Lead type", info, ("NEW BUSINESS", "RE-ATTEMPTING", "UPSELL")),)
    goal = (number("hs_target_amount", "Target amount", info), moment("hs_start_datetime", "Start date", info))
    person = (text("hs_given_name", "First name", info), text("hs_family_name", "Last name", info))
    return [
        _Sketch("communications", "communication", "0-18", "contacts",
                text("hs_communication_body", "Body", info, "html"), message),
        _Sketch("postal_mail", "postal_mail", "0-116", "contacts",
                text("hs_postal_mail_body", "Body", info, "html"), letter),
        _Sketch("feedback_submissions", "feedback_submission", "0-19", "feedback_submissions",
                text("hs_survey_name", "Survey name", info)),
        _Sketch("goal_targets", "goal_target", "0-74", "goals", text("hs_goal_name", "Goal name", info), goal),
        _Sketch("users", "user", "0-115", "users", text("hs_email", "Email", info), person),
        _Sketch("conversations", "conversation", "0-11", "conversations", text("hs_thread_name", "Thread", info)),
        _Sketch("deal_splits", "deal_split", "0-72", "deals", number("hs_deal_split_amount", "Split amount", info)),
        _Sketch("forms", "form", "0-28", "forms", text("hs_form_name", "Form name", info)),
        _Sketch("leads", "lead", "0-136", "leads", text("hs_lead_name", "Lead name", info), lead,
                needs=("hs_lead_name",)),
        _Sketch("services", "service", "0-162", "services", text("hs_name", "Name", info)),
        _Sketch("courses", "course", "0-410", "courses", text("hs_course_name", "Name", info)),
        _Sketch("listings", "listing", "0-420", "listings", text("hs_name", "Name", info)),
        _Sketch("appointments", "appointment", "0-421", "appointments", text("hs_appointment_name", "Name", info)),
    ]  # fmt: skip


def standard() -> list[ObjectType]:
    """Define all of them."""
    return [_defined(sketch) for sketch in (*_commerce(), *_sales_and_service())]


def _defined(sketch: _Sketch) -> ObjectType:
    info = sketch.display.group
    shown = sketch.name.replace("_", " ").capitalize()
    kind = ObjectType(
        sketch.name,
        sketch.singular,
        sketch.type_id,
        sketch.scope,
        created_property=sketch.created_property,
        defaults=(sketch.display.name,),
        needs=sketch.needs,
        searchable=(sketch.display.name,),
        display=sketch.display.name,
        labels=(sketch.singular.replace("_", " ").capitalize(), shown),
    )
    kind.define(
        sketch.display,
        *sketch.more,
        spell.owner(info),
        *spell.read_only(
            moment(sketch.created_property, "Create date", info),
            moment("hs_lastmodifieddate", "Last modified date", info),
        ),
        *spell.provenance(info),
    )
    return kind
