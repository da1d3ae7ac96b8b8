"""Deals: entered twice by two colleagues, or by a form and a colleague. Renewals of one contract are not one deal."""

from __future__ import annotations

from quality.declarations.declaration import CREATED_AT, Compared, Declaration, Way

DECLARATION = Declaration(
    compared=(
        Compared("name", Way.TEXT, 0.85),
        Compared("company", Way.LINK, 0.0),
        Compared("person", Way.LINK, 0.0),
        Compared("amount", Way.NUMBER, 0.01),
        Compared("close_date", Way.DATE, 14.0),
        Compared("currency", Way.EXACT, 0.0),
        Compared("pipeline", Way.EXACT, 0.0),
        # What is sold again every year has the same name, customer and amount.
        Compared(CREATED_AT, Way.DATE, 180.0),
    ),
    agree=(("name",), ("company", "person"), ("amount", "close_date")),
    contradict=("currency", "pipeline", CREATED_AT),
)
