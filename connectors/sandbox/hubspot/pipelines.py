"""Pipelines and their stages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from connectors.sandbox.clock import iso
from connectors.sandbox.hubspot.properties import BIRTH_MS


@dataclass(slots=True)
class PipelineStage:
    """One step of a pipeline."""

    id: str
    label: str
    display_order: int
    metadata: dict[str, str]
    created_ms: int = BIRTH_MS
    updated_ms: int = BIRTH_MS
    is_archived: bool = False

    def wire(self) -> dict[str, Any]:
        """Return the stage as the API sends it."""
        return {
            "label": self.label,
            "displayOrder": self.display_order,
            "metadata": dict(self.metadata),
            "createdAt": iso(self.created_ms),
            "updatedAt": iso(self.updated_ms),
            "archived": self.is_archived,
            "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
            "id": self.id,
        }


@dataclass(slots=True)
class Pipeline:
    """An ordered way through stages."""

    id: str
    label: str
    display_order: int
    stages: list[PipelineStage] = field(default_factory=list)
    created_ms: int = BIRTH_MS
    updated_ms: int = BIRTH_MS

    def stage(self, stage_id: str) -> PipelineStage | None:
        """Return a stage by id."""
        return next((stage for stage in self.stages if stage.id == stage_id), None)

    def wire(self) -> dict[str, Any]:
        """Return the pipeline as the API sends it."""
        return {
            "label": self.label,
            "displayOrder": self.display_order,
            "id": self.id,
            "stages": [stage.wire() for stage in sorted(self.stages, key=lambda stage: stage.display_order)],
            "createdAt": iso(self.created_ms),
            "updatedAt": iso(self.updated_ms),
            "archived": False,
        }


_DEALS = (
    ("appointmentscheduled", "Appointment Scheduled", "0.2"),
    ("qualifiedtobuy", "Qualified To Buy", "0.4"),
    ("presentationscheduled", "Presentation Scheduled", "0.6"),
    ("decisionmakerboughtin", "Decision Maker Bought-In", "0.8"),
    ("contractsent", "Contract Sent", "0.9"),
    ("closedwon", "Closed Won", "1.0"),
    ("closedlost", "Closed Lost", "0.0"),
)
_TICKETS = (
    ("1", "New", "OPEN"),
    ("2", "Waiting on contact", "OPEN"),
    ("3", "Waiting on us", "OPEN"),
    ("4", "Closed", "CLOSED"),
)


def fresh_pipelines() -> dict[str, dict[str, Pipeline]]:
    """Return what a new portal has, by object and id."""
    deal_stages = [
        PipelineStage(stage, label, order, {"isClosed": str(order > 4).lower(), "probability": probability})
        for order, (stage, label, probability) in enumerate(_DEALS)
    ]
    ticket_stages = [
        PipelineStage(stage, label, order, {"ticketState": state, "isClosed": str(state == "CLOSED").lower()})
        for order, (stage, label, state) in enumerate(_TICKETS)
    ]
    return {
        "deals": {"default": Pipeline("default", "Sales Pipeline", 0, deal_stages)},
        "tickets": {"0": Pipeline("0", "Support Pipeline", 0, ticket_stages)},
    }
