"""The whole account as plain data, and back: what survives a restart, and what save and load keep."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from connectors.sandbox.hubspot.account import Account, Owner
from connectors.sandbox.hubspot.claims import claim
from connectors.sandbox.hubspot.links import USER, LinkType
from connectors.sandbox.hubspot.pipelines import Pipeline, PipelineStage
from connectors.sandbox.hubspot.properties import Group, ObjectType, Option, Property
from connectors.sandbox.hubspot.records import Record, Table, Version
from connectors.sandbox.hubspot.segments import ListFolder, SegmentList
from connectors.sandbox.hubspot.write_rules import WriteRule

State = dict[str, Any]


def take(account: Account) -> State:
    """Return the account as data."""
    links = account.links
    return {
        "portal": account.portal,
        "tier": account.limiter.tier_name,
        "readings": account.readings.state(),
        "tokens": account.tokens.state(),
        "types": [asdict(kind) for kind in account.types.values()],
        "tables": {name: _take_table(table) for name, table in account.tables.items()},
        "labels": [asdict(kind) for kind in links.types.values() if kind.category == USER],
        "link_limits": list(links.limits.items()),
        "links": [[*ends, sorted(types)] for *ends, types in links.pairs()],
        "pipelines": {name: [asdict(it) for it in found.values()] for name, found in account.pipelines.items()},
        "owners": [asdict(owner) for owner in account.owners.values()],
        "lists": [{**asdict(it), "members": list(it.members.items())} for it in account.lists.values()],
        "folders": [asdict(it) for it in account.folders.values()],
        "write_rules": [rule.state() for rule in account.write_rules],
        "blocked_emails": sorted(account.blocked_emails),
        "truth": {
            name: [[one, row.decode()] for one, row in rows.items()] for name, rows in account.truth.items()
        },
    }  # fmt: skip


def put_back(account: Account, state: State) -> None:
    """Make the account what the data says."""
    account.clear()
    account.portal = state["portal"]
    account.limiter.set_tier(state["tier"])
    account.readings = account.readings.turned(state["readings"])
    account.tokens.restore(state["tokens"])
    for row in state["types"]:
        account.add_type(_type(row))
    for row in state["labels"]:
        kind = LinkType(**row)
        if kind.id not in account.links.types:
            account.links.adopt(kind)
    for name, row in state["tables"].items():
        account.tables[name] = _put_table(row)
        _claim_all(account, account.types[name], account.tables[name])
    for source, target, one, other, types in state["links"]:
        # Types that were made up when the state was kept may go by HubSpot's own ids by now.
        known = {kind.id for kind in account.links.types_between(source, target)}
        account.links.put(source, one, target, other, frozenset(types) & known)
    account.links.limits = dict(state.get("link_limits", ()))
    account.pipelines = {name: {row["id"]: _pipeline(row) for row in rows} for name, rows in state["pipelines"].items()}
    account.owners = {row["id"]: Owner(**{**row, "teams": [tuple(team) for team in row["teams"]]})
                      for row in state["owners"]}  # fmt: skip
    account.lists = {row["id"]: SegmentList(**{**row, "members": dict(row["members"])}) for row in state["lists"]}
    account.folders = {row["id"]: ListFolder(**row) for row in state.get("folders", ())}
    account.write_rules = tuple(map(WriteRule.read, state.get("write_rules", ())))
    account.blocked_emails = set(state["blocked_emails"])
    account.truth = {name: {one: text.encode() for one, text in rows} for name, rows in state["truth"].items()}
    account.schema_revision += 1


def _take_table(table: Table) -> State:
    return {
        "next_id": table.next_id,
        "aliases": list(table.aliases.items()),
        "merged_ms": list(table.merged_ms.items()),
        "records": [
            [it.id, it.created_ms, it.modified_ms, it.archived_ms, it.values,
             {name: [list(version) for version in versions] for name, versions in it.history.items()}
             if it.history else None]
            for it in table.records.values()
        ],
    }  # fmt: skip


def _put_table(row: State) -> Table:
    table = Table()
    records = [
        Record(one, values, created, modified, archived,
               {name: [Version(*version) for version in versions] for name, versions in history.items()}
               if history else None)
        for one, created, modified, archived, values, history in row["records"]
    ]  # fmt: skip
    records.sort(key=lambda record: record.id)
    table.fill([record for record in records if record.archived_ms is None])
    for record in records:
        if record.archived_ms is not None:
            table.add(record)
    table.next_id = row["next_id"]
    table.aliases = dict(row["aliases"])
    table.merged_ms = dict(row["merged_ms"])
    return table


def _claim_all(account: Account, kind: ObjectType, table: Table) -> None:
    unique = [it.name for it in kind.properties.values() if it.is_unique]
    if kind.name == "contacts":
        unique += ["email", "hs_additional_emails"]
    for record in table.live_records() if unique else ():
        for name in unique:
            claim(account, kind, record, name)


def _type(row: State) -> ObjectType:
    plain: State = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in row.items()
        if name not in {"properties", "groups"}
    }
    kind = ObjectType(**plain)
    for name, definition in row["properties"].items():
        options = [Option(**option) for option in definition.pop("options")]
        kind.properties[name] = Property(**definition, options=options)
    kind.groups = {name: Group(**group) for name, group in row["groups"].items()}
    return kind


def _pipeline(row: State) -> Pipeline:
    return Pipeline(**{**row, "stages": [PipelineStage(**stage) for stage in row["stages"]]})
