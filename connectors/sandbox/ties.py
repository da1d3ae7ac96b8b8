"""Which records of HubSpot keep the id of one of Salesforce's from the start: rightly, stale, or somebody else's."""

from __future__ import annotations

from datetime import datetime, timedelta
from sys import intern

import orjson

from connectors.sandbox.clock import iso, to_ms
from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.loader import Loader as Here
from connectors.sandbox.hubspot.loader import fitted
from connectors.sandbox.population.overlap import Sides, Tie
from connectors.sandbox.salesforce.loader import Loader as There
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.recycle_bin import Deleted

_OBJECTS = {"person": "contacts", "company": "companies", "deal": "deals"}
_KEPT_IN = {
    "Contact": "salesforcecontactid", "Lead": "salesforceleadid", "Account": "salesforceaccountid",
    "Opportunity": "hs_salesforceopportunityid",
}  # fmt: skip
#: A merged record lies in the bin for so long.
_IN_BIN = timedelta(days=15)
_MERGED_AGO = (timedelta(days=4), timedelta(days=90))


def tie(account: Account, org: Org, sides: Sides, here: Here, there: There) -> None:
    """Let HubSpot's records keep the ids they are tied to, and its truth say which of these are right."""
    for number, one in enumerate(sides.ties):
        record_id = here.ids[_OBJECTS[one.kind]].get(one.first)
        right = there.ids.get(one.second)
        if record_id is None or right is None:
            continue
        name = org.object_of(right) or ""
        merged_at = (sides.second.now - _MERGED_AGO[number % 2]).replace(microsecond=0)
        kept = _merged_into(org, name, right, merged_at) if one.how == "stale" else right
        _keep(account, sides, one, record_id, name, kept)
        if name == "Contact" and (firm := org.tables[name].rows[right]["AccountId"]):
            account.tables["contacts"].records[record_id].values["salesforceaccountid"] = str(firm)


def _keep(account: Account, sides: Sides, one: Tie, record_id: int, name: str, kept: str) -> None:
    object_name = _OBJECTS[one.kind]
    values = account.tables[object_name].records[record_id].values
    values[_KEPT_IN[name]] = kept
    values[intern("salesforcelastsynctime")] = iso(to_ms(sides.first.now - timedelta(days=1)))
    truth = account.truth[object_name]
    row = orjson.loads(truth[record_id]) | {"tie": {"how": one.how, "object": name, "id": kept}}
    truth[record_id] = fitted(orjson.dumps(row))


def _merged_into(org: Org, name: str, right: str, merged_at: datetime) -> str:
    """Return the id of a record that was merged into another one; a long time ago, and nothing is left of it."""
    gone = org.new_id(name)
    if org.stamp() - merged_at < _IN_BIN:
        row = org.tables[name].rows[right]
        org.tables[name].insert({
            **row, "Id": gone, "IsDeleted": True, "MasterRecordId": right,
            "SystemModstamp": merged_at, "LastModifiedDate": merged_at,
        })  # fmt: skip
        org.deletions.setdefault(name, []).append(Deleted(to_ms(merged_at), gone))
    return gone
