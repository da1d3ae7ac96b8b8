"""`/query` and `/queryAll`: a page of rows, and the way to the next."""

from __future__ import annotations

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.calls import Call, pairs
from connectors.sandbox.salesforce.querying import query
from connectors.sandbox.salesforce.soql import Result

_SMALLEST, _LARGEST = 200, 2000


def run(call: Call) -> Answer:
    """Answer `/query?q=`."""
    return _run(call, include_deleted=False)


def run_all(call: Call) -> Answer:
    """Answer `/queryAll?q=`: deleted, merged and archived rows too."""
    return _run(call, include_deleted=True)


def more(call: Call) -> Answer:
    """Answer the next page of an earlier query."""
    org = call.org
    user = call.session.user_id if call.session else ""
    life_s = org.readings.locator_life_s
    locator, cursor, offset = call.cursors.find(call.parts["locator"], user, org.now_ms(), life_s)
    return call.answer(call.cursors.page(locator, cursor, offset, _place(call)))


def _run(call: Call, *, include_deleted: bool) -> Answer:
    user = call.session.user_id if call.session else ""

    def keep(children: Result, sent: int) -> str:
        return f"{_place(call)}/{call.cursors.keep(children, user, sent, call.org.now_ms())}-{sent}"

    text = call.require("q")
    result = query(call.org, text, include_deleted=include_deleted, version=call.version, keep=keep)
    size = _size(call, len(result.columns))
    if result.is_aggregate or len(result.rows) <= size:
        return call.answer({"totalSize": result.total_size, "done": True, "records": result.records})
    locator = call.cursors.keep(result, user, size, call.org.now_ms())
    found = call.cursors.find(f"{locator}-0", user, call.org.now_ms(), call.org.readings.locator_life_s)
    return call.answer(call.cursors.page(*found, _place(call)))


def _size(call: Call, columns: int) -> int:
    """Return how many rows a page has: the size asked for is a hint, wide rows make it smaller."""
    wanted = pairs(call.headers.get("sforce-query-options", "")).get("batchsize", "")
    size = min(max(int(wanted), _SMALLEST), _LARGEST) if wanted.isdigit() else _LARGEST
    cells = call.org.readings.page_cells
    return max(_SMALLEST, min(size, cells // max(1, columns))) if cells else size


def _place(call: Call) -> str:
    name = "queryAll" if call.endpoint.startswith("query_all") else "query"
    return f"/services/data/v{call.version}/{name}"
