"""The tables, as they are at the head of the migrations (a test holds the two together).

Hot and cold parts of a record lie apart: `records` is slim, so that versions, states and tallies of a large base are
read without touching the values in `record_values`.
"""

from __future__ import annotations

from syncd.store.schema.accounts import accounts, cursors, mail_domains, owner_lists, owners, streams
from syncd.store.schema.announcing import announced, feeds
from syncd.store.schema.arriving import arrival_files, arrival_keys, arrivals
from syncd.store.schema.calling import calls_made, outlooks
from syncd.store.schema.console import login_failures, orders, sessions, signing_keys, users
from syncd.store.schema.copies import (
    aliases,
    field_times,
    findings,
    kpi_counts,
    lookup_keys,
    overrides,
    record_values,
    records,
)
from syncd.store.schema.golden import golden_shares, value_marks
from syncd.store.schema.guards import holds, norms, set_backs
from syncd.store.schema.journal import archive, fix_changes, fix_counts, fix_events, fixes
from syncd.store.schema.matching import (
    kept_apart,
    match_decisions,
    match_due,
    match_edges,
    match_groups,
    match_keys,
    match_pools,
    match_questions,
    match_records,
    match_streams,
    match_users,
    twins_due,
    written_over,
)
from syncd.store.schema.notices import conditions, messages
from syncd.store.schema.origins import audits, makers
from syncd.store.schema.providing import provided, provider_days, provider_states
from syncd.store.schema.saga import merge_plans
from syncd.store.schema.shapes import metadata
from syncd.store.schema.sweeping import catches, sweeps
from syncd.store.schema.upkeep import accesses, erasure_keys, erasures, locks, runs, seals, snapshots

#: The newest revision of the migrations.
HEAD = "0024"

__all__ = [
    "HEAD",
    "accesses",
    "accounts",
    "aliases",
    "announced",
    "archive",
    "arrival_files",
    "arrival_keys",
    "arrivals",
    "audits",
    "calls_made",
    "catches",
    "conditions",
    "cursors",
    "erasure_keys",
    "erasures",
    "feeds",
    "field_times",
    "findings",
    "fix_changes",
    "fix_counts",
    "fix_events",
    "fixes",
    "golden_shares",
    "holds",
    "kept_apart",
    "kpi_counts",
    "locks",
    "login_failures",
    "lookup_keys",
    "mail_domains",
    "makers",
    "match_decisions",
    "match_due",
    "match_edges",
    "match_groups",
    "match_keys",
    "match_pools",
    "match_questions",
    "match_records",
    "match_streams",
    "match_users",
    "merge_plans",
    "messages",
    "metadata",
    "norms",
    "orders",
    "outlooks",
    "overrides",
    "owner_lists",
    "owners",
    "provided",
    "provider_days",
    "provider_states",
    "record_values",
    "records",
    "runs",
    "seals",
    "sessions",
    "set_backs",
    "signing_keys",
    "snapshots",
    "streams",
    "sweeps",
    "twins_due",
    "users",
    "value_marks",
    "written_over",
]
