"""A seeded generator of a realistic dirty CRM base of any size, with the truth kept."""

from __future__ import annotations

from connectors.sandbox.population.generate import generate
from connectors.sandbox.population.overlap import Overlap, Sides, Tie
from connectors.sandbox.population.people import (
    Activity,
    Company,
    Deal,
    Defect,
    Person,
    Population,
    Source,
    Ticket,
    User,
)
from connectors.sandbox.population.sides import generate_sides

__all__ = [
    "Activity",
    "Company",
    "Deal",
    "Defect",
    "Overlap",
    "Person",
    "Population",
    "Sides",
    "Source",
    "Ticket",
    "Tie",
    "User",
    "generate",
    "generate_sides",
]
