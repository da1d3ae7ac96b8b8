"""Calculated properties: worked out whenever they are read, and never a reason to call a record modified."""

from __future__ import annotations

import re
from collections.abc import Callable

from connectors.sandbox.hubspot.account import Account
from connectors.sandbox.hubspot.records import Record

Computation = Callable[[Account, Record], str | None]


def _full_name_or_email(_: Account, record: Record) -> str | None:
    names = [record.values.get("firstname", ""), record.values.get("lastname", "")]
    return " ".join(name for name in names if name) or record.values.get("email") or None


def _email_domain(_: Account, record: Record) -> str | None:
    domain = record.values.get("email", "").rpartition("@")[2]
    return domain.strip().lower() or None


def _searchable(name: str) -> Computation:
    def compute(_: Account, record: Record) -> str | None:
        digits = re.sub(r"\D", "", record.values.get(name, ""))
        # Area code and local number only.
        return digits[-10:] or None

    return compute


def _linked_count(source: str, target: str) -> Computation:
    def compute(account: Account, record: Record) -> str | None:
        return str(len(account.links.of(source, record.id, target)))

    return compute


def _primary_company(account: Account, record: Record) -> str | None:
    found = account.links.primary_of("0-1", record.id, "0-2")
    return None if found is None else str(found)


def _parent_company(account: Account, record: Record) -> str | None:
    linked = account.links.of("0-2", record.id, "0-2")
    return next((str(other) for other, types in linked.items() if 14 in types), None)


def _deal_stage(account: Account, record: Record) -> dict[str, str]:
    for pipeline in account.pipelines["deals"].values():
        if (stage := pipeline.stage(record.values.get("dealstage", ""))) is not None:
            return stage.metadata
    return {}


def _is_closed(account: Account, record: Record) -> str | None:
    return _deal_stage(account, record).get("isClosed", "false")


def _is_won(account: Account, record: Record) -> str | None:
    metadata = _deal_stage(account, record)
    is_won = metadata.get("isClosed") == "true" and metadata.get("probability") == "1.0"
    return str(is_won).lower()


def _probability(account: Account, record: Record) -> str | None:
    return _deal_stage(account, record).get("probability")


def _is_unworked(_: Account, record: Record) -> str | None:
    is_worked = record.values.get("notes_last_contacted") or record.values.get("hubspot_owner_id")
    return str(not is_worked).lower()


#: By object and property.
COMPUTED: dict[str, dict[str, Computation]] = {
    "contacts": {
        "associatedcompanyid": _primary_company,
        "hs_full_name_or_email": _full_name_or_email,
        "hs_email_domain": _email_domain,
        "hs_searchable_calculated_phone_number": _searchable("phone"),
        "hs_searchable_calculated_mobile_number": _searchable("mobilephone"),
        "num_associated_deals": _linked_count("0-1", "0-3"),
        "hs_is_unworked": _is_unworked,
    },
    "companies": {
        "hs_parent_company_id": _parent_company,
        "num_associated_contacts": _linked_count("0-2", "0-1"),
        "num_associated_deals": _linked_count("0-2", "0-3"),
    },
    "deals": {
        "hs_is_closed": _is_closed,
        "hs_is_closed_won": _is_won,
        "hs_deal_stage_probability": _probability,
        "num_associated_contacts": _linked_count("0-3", "0-1"),
    },
    "tickets": {"num_associated_contacts": _linked_count("0-5", "0-1")},
}
