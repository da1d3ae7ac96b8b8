"""The search endpoint: filters, free text, sorts, pages, and an index that may lag behind."""

from __future__ import annotations

from connectors.sandbox.hubspot.search.query import Query, parse
from connectors.sandbox.hubspot.search.run import SearchCache, reader, search

__all__ = ["Query", "SearchCache", "parse", "reader", "search"]
