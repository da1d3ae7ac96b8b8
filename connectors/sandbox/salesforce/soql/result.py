"""What a query found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.sandbox.salesforce.soql.scope import Column
from connectors.sandbox.salesforce.soql.source import Row

Wire = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """Rows found, in order. They are rendered when a page is asked for, so that a large result costs little."""

    object: str
    #: How many rows were found, after LIMIT and OFFSET; of `COUNT()`, the number counted.
    total_size: int
    #: The rows as the source holds them; empty for `COUNT()`.
    rows: Sequence[Row]
    #: Fields in the order they were selected, parents' ones by path; what Bulk writes as columns.
    columns: tuple[Column, ...]
    #: Whether the rows are groups: there are no further pages of those.
    is_aggregate: bool
    #: Spells one row.
    render: Callable[[Row], Wire]

    @property
    def records(self) -> list[Wire]:
        """Every row as the query endpoints spell it."""
        return self.page(0, len(self.rows))

    def page(self, start: int, size: int) -> list[Wire]:
        """Return some rows as the query endpoints spell them."""
        return [self.render(row) for row in self.rows[start : start + size]]
