"""The labelled sets that matching is trained and measured on, each read into our own fields.

A set is a folder with `records.csv` (first column `id`) and `truth.csv` (`id,cluster_id`); the CRM-like ones also have
`hard.csv` (`id_l,id_r,kind`): pairs that are not the same although they look it.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Records of one kind, with what is known of them."""

    name: str
    kind: str
    values: Mapping[str, Mapping[str, str]]
    cluster: Mapping[str, str]
    hard: Mapping[Pair, str] = field(default_factory=dict)
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def true_pairs(self) -> set[Pair]:
        """Return all pairs of records that are one."""
        by_cluster: dict[str, list[str]] = defaultdict(list)
        for record_id in self.values:
            by_cluster[self.cluster[record_id]].append(record_id)
        return {pair(one, other) for ids in by_cluster.values() for one, other in combinations(ids, 2)}


def pair(one: str, other: str) -> Pair:
    """Return two ids in order."""
    return (one, other) if one < other else (other, one)


#: By set: kind, and which of our fields its columns are (several are joined by blanks).
_COLUMNS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "febrl1": ("person", {
        "first_name": "given_name", "last_name": "surname", "street": "street_number address_1", "city": "suburb",
        "postal_code": "postcode", "state": "state", "birth_date": "date_of_birth", "identifier": "soc_sec_id",
    }),
    "fake_1000": ("person", {
        "first_name": "first_name", "last_name": "surname", "birth_date": "dob", "city": "city", "email": "email",
    }),
    "early_childhood": ("company", {
        "name": "site_name", "street": "address", "postal_code": "zip", "phone": "phone", "website": "website",
        "email": "email_address",
    }),
    "restaurants": ("company", {"name": "name", "street": "addr", "phone": "phone", "city": "city"}),
    "organisations": ("company", {"name": "name", "city": "city", "country": "country", "website": "website"}),
}  # fmt: skip
_COLUMNS = {**_COLUMNS, "febrl2": _COLUMNS["febrl1"], "febrl3": _COLUMNS["febrl1"]}
_SAME = ("email", "phone", "website", "street", "city", "postal_code", "country", "tax_id", "linkedin")
_CRM_PERSON = {
    **{name: name for name in (*_SAME, "full_name", "first_name", "last_name", "mobile", "birth_date", "job_title")},
    "company_name": "company",
    "state": "region",
}
_CRM_COMPANY = {**{name: name for name in _SAME}, "name": "company", "state": "region"}


def read_sets(folder: Path, names: Iterable[str] = ()) -> list[LabelledSet]:
    """Return the sets in `folder` (all, or those named); a set of two kinds comes as two."""
    found: list[LabelledSet] = []
    for path in sorted(folder.iterdir()):
        if (path / "records.csv").exists() and (not names or path.name in names):
            found.extend(_read(path))
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _read(path: Path) -> list[LabelledSet]:
    rows = _rows(path / "records.csv")
    truth = _rows(path / "truth.csv")
    cluster = {row["id"]: row["cluster_id"] for row in truth}
    tags = {row["id"]: tuple(filter(None, (row.get("tags") or "").split(";"))) for row in truth}
    hard = {pair(row["id_l"], row["id_r"]): row["kind"] for row in _rows(path / "hard.csv")}
    if path.name in _COLUMNS:
        kind, columns = _COLUMNS[path.name]
        return [LabelledSet(path.name, kind, {row["id"]: _take(row, columns) for row in rows}, cluster)]
    if path.name == "truthset":
        people = {row["id"]: _truthset_person(row) for row in rows if row["record_type"] == "PERSON"}
        others = {row["id"]: _truthset_company(row) for row in rows if row["record_type"] != "PERSON"}
        found = [LabelledSet(path.name, "person", people, cluster), LabelledSet(path.name, "company", others, cluster)]
        return [one for one in found if one.values]
    if "kind" not in rows[0]:
        return []
    found = []
    for kind, columns in (("person", _CRM_PERSON), ("company", _CRM_COMPANY)):
        values = {row["id"]: _take(row, columns) for row in rows if row["kind"] == kind}
        found.append(LabelledSet(path.name, kind, values, cluster, hard, tags))
    return found


def _take(row: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, str]:
    return {name: " ".join(filter(None, (row[part] for part in parts.split()))) for name, parts in columns.items()}


def _truthset_person(row: Mapping[str, str]) -> dict[str, str]:
    return {
        "first_name": row["primary_name_first"], "last_name": row["primary_name_last"],
        "middle_name": row["primary_name_middle"], "full_name": row["primary_name_full"] or row["native_name_full"],
        "birth_date": row["date_of_birth"], "email": row["email_address"], "phone": row["phone_number"],
        "identifier": row["passport_number"] or row["ssn_number"] or row["drivers_license_number"]
        or row["national_id_number"], "company_name": row["employer"], **_truthset_address(row),
    }  # fmt: skip


def _truthset_company(row: Mapping[str, str]) -> dict[str, str]:
    return {
        "name": row["primary_name_org"] or row["primary_name_full"], "tax_id": row["tax_id_number"],
        "email": row["email_address"], "phone": row["phone_number"], **_truthset_address(row),
    }  # fmt: skip


def _truthset_address(row: Mapping[str, str]) -> dict[str, str]:
    return {
        "street": row["addr_line1"] or row["addr_full"].partition(",")[0], "city": row["addr_city"],
        "postal_code": row["addr_postal_code"], "country": row["addr_country"],
    }  # fmt: skip
