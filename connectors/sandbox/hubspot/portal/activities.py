"""Properties of notes, tasks, calls, e-mails and meetings."""

from __future__ import annotations

from connectors.sandbox.hubspot.portal import spell
from connectors.sandbox.hubspot.portal.spell import choice, moment, number, text
from connectors.sandbox.hubspot.properties import ObjectType, Property

_INFO = "engagement"

_OWN: dict[str, tuple[str, str, tuple[str, ...]]] = {
    # name: singular, type id, searchable
    "notes": ("note", "0-46", ("hs_note_body",)),
    "tasks": ("task", "0-27", ("hs_task_subject", "hs_task_body")),
    "calls": ("call", "0-48", ("hs_call_title", "hs_call_body")),
    "emails": ("email", "0-49", ("hs_email_subject",)),
    "meetings": ("meeting", "0-47", ("hs_meeting_title", "hs_meeting_body")),
}
#: A note or a task is work on a record, not contact with the person.
CONTACTING = frozenset({"calls", "emails", "meetings"})


def _special(name: str) -> list[Property]:
    if name == "notes":
        return [text("hs_note_body", "Note body", _INFO, "html"), text("hs_attachment_ids", "Attachments", _INFO)]
    if name == "tasks":
        return [
            text("hs_task_subject", "Task Title", _INFO),
            text("hs_task_body", "Notes", _INFO, "html"),
            choice("hs_task_status", "Task Status", _INFO, ("NOT_STARTED", "IN_PROGRESS", "WAITING", "COMPLETED")),
            choice("hs_task_priority", "Priority", _INFO, ("NONE", "LOW", "MEDIUM", "HIGH")),
            choice("hs_task_type", "Task Type", _INFO, ("TODO", "CALL", "EMAIL")),
        ]
    if name == "calls":
        return [
            text("hs_call_title", "Call Title", _INFO),
            text("hs_call_body", "Call notes", _INFO, "html"),
            choice("hs_call_direction", "Call direction", _INFO, ("INBOUND", "OUTBOUND")),
            choice("hs_call_status", "Call status", _INFO, ("COMPLETED", "NO_ANSWER", "BUSY", "FAILED", "CANCELED")),
            number("hs_call_duration", "Call duration", _INFO),
            text("hs_call_from_number", "From Number", _INFO),
            text("hs_call_to_number", "To Number", _INFO),
        ]
    if name == "emails":
        return [
            text("hs_email_subject", "Email subject", _INFO),
            text("hs_email_text", "Text", _INFO, "textarea"),
            text("hs_email_html", "Html", _INFO, "html"),
            choice("hs_email_direction", "Email Direction", _INFO, ("EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL")),
            choice(
                "hs_email_status", "Email send status", _INFO, ("SENT", "SENDING", "BOUNCED", "FAILED", "SCHEDULED")
            ),
        ]
    return [
        text("hs_meeting_title", "Meeting name", _INFO),
        text("hs_meeting_body", "Meeting description", _INFO, "html"),
        text("hs_meeting_location", "Location", _INFO),
        moment("hs_meeting_start_time", "Start time", _INFO),
        moment("hs_meeting_end_time", "End time", _INFO),
        choice("hs_meeting_outcome", "Meeting outcome", _INFO, ("SCHEDULED", "COMPLETED", "NO_SHOW", "CANCELED")),
    ]


def activities() -> list[ObjectType]:
    """Define all five."""
    found = []
    for name, (singular, type_id, searchable) in _OWN.items():
        kind = ObjectType(
            name,
            singular,
            type_id,
            "contacts",  # activities have no scope of their own
            created_property="hs_createdate",
            needs=("hs_timestamp",),
            searchable=searchable,
            display=searchable[0],
            labels=(singular.title(), name.title()),
        )
        kind.define(
            moment("hs_timestamp", "Activity date", _INFO),
            *_special(name),
            spell.owner(_INFO),
            *spell.read_only(
                moment("hs_createdate", "Create date", _INFO),
                moment("hs_lastmodifieddate", "Last modified date", _INFO),
            ),
            *spell.provenance(_INFO),
        )
        found.append(kind)
    return found
