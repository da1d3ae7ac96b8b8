"""Tickets: one customer who writes twice, or by two channels, about one matter within a few days."""

from __future__ import annotations

from quality.declarations.declaration import CREATED_AT, Compared, Declaration, Way

DECLARATION = Declaration(
    compared=(
        Compared("name", Way.TEXT, 0.85),
        Compared("person", Way.LINK, 0.0),
        Compared(CREATED_AT, Way.DATE, 7.0),
        Compared("pipeline", Way.EXACT, 0.0),
        Compared("category", Way.EXACT, 0.0),
    ),
    agree=(("name",), ("person",), (CREATED_AT,)),
    contradict=("pipeline",),
)
