"""`/search` and `/parameterizedSearch`: records found by the words in them."""

from __future__ import annotations

import re
from typing import Any

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce import sosl
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.endpoints.shapes import a_number, objects, texts
from connectors.sandbox.salesforce.errors import unsupported_type
from connectors.sandbox.salesforce.querying import query
from connectors.sandbox.salesforce.rows import Row
from connectors.sandbox.salesforce.schema import FieldSchema, ObjectSchema

Wire = dict[str, Any]
#: Types whose fields each scope looks into.
_SCOPES = {"EMAIL": {"email"}, "PHONE": {"phone"}}
_NOBODY = "000000000000000AAA"
_TEXTS = frozenset({"string", "textarea", "email", "phone", "url", "picklist", "multipicklist", "combobox"})
_NAMES = frozenset({"Name", "FirstName", "LastName", "Subject", "CaseNumber"})
_WHERE = re.compile(r"\s*WHERE\s+(.*?)(?=\s+ORDER\s+BY\b|\s+LIMIT\b|\s+OFFSET\b|\s*$)", re.IGNORECASE | re.DOTALL)


def search(call: Call) -> Answer:
    """Answer `/search?q=FIND {…}`."""
    text = call.request.parameter("q")
    if not text:
        raise sosl.malformed("No search term found. The search term must be enclosed in braces.")
    return _found(call, sosl.parse(text))


def parameterized(call: Call) -> Answer:
    """Answer a search whose parts are parameters, or a JSON body."""
    if call.request.method == "POST":
        body = call.json()
        usual = texts(body.get("fields"), "fields") or ["Id"]
        returned = tuple(
            sosl.Returned(str(it.get("name")), ", ".join(texts(it.get("fields"), "fields") or usual), _rest(it))
            for it in objects(body.get("sobjects"), "sobjects")
        )
        wanted = sosl.Search(
            str(body.get("q") or ""), str(body.get("in") or "ALL").upper(), returned,
            min(a_number(body.get("overallLimit"), "overallLimit", sosl.MOST), sosl.MOST),
        )  # fmt: skip
        return _found(call, wanted)
    request = call.request
    asked = request.names("sobject")
    returned = tuple(
        sosl.Returned(
            name, ", ".join(request.names(f"{name}.fields") or request.names("fields") or ["Id"]),
            _rest({"where": request.parameter(f"{name}.where"), "limit": request.parameter(f"{name}.limit")}),
        )
        for name in asked
    )  # fmt: skip
    limit = request.parameter("overallLimit")
    most = min(int(limit), sosl.MOST) if limit.isdigit() else sosl.MOST
    return _found(call, sosl.Search(request.parameter("q"), (request.parameter("in") or "ALL").upper(), returned, most))


def _rest(given: Wire) -> str:
    where, limit = given.get("where"), given.get("limit")
    return (f"WHERE {where}" if where else "") + (f" LIMIT {limit}" if limit else "")


def _found(call: Call, wanted: sosl.Search) -> Answer:
    is_match = sosl.matching(wanted.term)
    searchable = [kind for kind in call.org.schema.values() if kind.may("searchable") and kind.may("queryable")]
    returned = wanted.returned or tuple(sosl.Returned(kind.name) for kind in searchable)
    records: list[Wire] = []
    for it in returned:
        kind = call.org.object_named(it.object)
        if kind is None:
            raise unsupported_type(it.object)
        ids = _matching(call, kind, wanted.scope, is_match)
        records += _shown(call, kind, it, ids)
    return call.answer({"searchRecords": records[: wanted.limit]})


def _matching(call: Call, kind: ObjectSchema, scope: str, is_match: sosl.Match) -> list[str]:
    names = [it.name for it in kind.fields.values() if _is_searched(it, scope)]
    found: list[str] = []
    for row in call.org.rows(kind.name):
        if is_match(_text(row, names)):
            found.append(row.id)
            if len(found) >= sosl.MOST:
                break
    return found


def _is_searched(it: FieldSchema, scope: str) -> bool:
    if scope == "NAME":
        return it.name in _NAMES
    return it.type in _SCOPES.get(scope, _TEXTS)


def _text(row: Row, names: list[str]) -> str:
    # No word reaches from one value into the next.
    return "\n".join(str(row[name]) for name in names if row[name] is not None).lower()


def _shown(call: Call, kind: ObjectSchema, wanted: sosl.Returned, ids: list[str]) -> list[Wire]:
    # What makes no sense is refused even where nothing is found.
    listed = ", ".join(f"'{one}'" for one in ids or (_NOBODY,))
    where = _WHERE.match(wanted.rest)
    rest = wanted.rest[where.end() :] if where is not None else wanted.rest
    more = f" AND ({where[1]})" if where is not None else ""
    # It is read as SOQL, by which nothing can be done but look.
    text = f"SELECT {wanted.fields} FROM {kind.name} WHERE Id IN ({listed}){more} {rest}"  # noqa: S608
    return query(call.org, text, version=call.version).records
