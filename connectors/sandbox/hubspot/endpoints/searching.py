"""The search endpoint."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot.calls import Call
from connectors.sandbox.hubspot.rendering import Renderer
from connectors.sandbox.hubspot.search import parse, search

_MERGED = "hs_merged_object_ids"


def search_records(call: Call) -> Answer:
    """Answer a page of what matches. Values are those of now, even where the index is behind."""
    account, kind = call.account, call.kind
    query = parse(call.json(), account.readings)
    found = search(account, kind, query, call.cache)
    render = Renderer(account, kind, properties=query.properties, with_url=call.is_dated)
    records = account.tables[kind.name].records
    body: dict[str, Any] = {"total": found.total, "results": [render(records[one]) for one in found.ids]}
    if not account.readings.search_shows_merged_ids and kind.name == "contacts":
        for row in body["results"]:
            if _MERGED in row["properties"]:
                row["properties"][_MERGED] = None
    if found.following is not None:
        body["paging"] = {"next": {"after": str(found.following)}}
    return json_answer(body)
