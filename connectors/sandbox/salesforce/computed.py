"""Values that are made of others: compound names and addresses, flags that follow from a stage, formulas."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from connectors.sandbox.salesforce.rows import Row, Value
from connectors.sandbox.salesforce.schema import ObjectSchema

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.org import Org

_ADDRESS = {
    "City": "city", "Country": "country", "GeocodeAccuracy": "geocodeAccuracy", "Latitude": "latitude",
    "Longitude": "longitude", "PostalCode": "postalCode", "State": "state", "Street": "street",
}  # fmt: skip
#: Probability and forecast category of each stage.
STAGES: dict[str, tuple[int, str, str]] = {
    "Prospecting": (10, "Pipeline", "Pipeline"),
    "Qualification": (10, "Pipeline", "Pipeline"),
    "Needs Analysis": (20, "Pipeline", "Pipeline"),
    "Value Proposition": (50, "Pipeline", "Pipeline"),
    "Id. Decision Makers": (60, "Pipeline", "Pipeline"),
    "Perception Analysis": (70, "Pipeline", "Pipeline"),
    "Proposal/Price Quote": (75, "Pipeline", "Pipeline"),
    "Negotiation/Review": (90, "BestCase", "Best Case"),
    "Closed Won": (100, "Closed", "Closed"),
    "Closed Lost": (0, "Omitted", "Omitted"),
}
CLOSED_CASE = "Closed"
CLOSED_TASK = "Completed"
_NAMED = {"Contact", "Lead", "User"}


def computed_fields(org: Org, kind: ObjectSchema) -> dict[str, Callable[[Row], Value]]:
    """Return what is worked out when a row is read, by field."""
    made: dict[str, Callable[[Row], Value]] = {}
    for it in kind.fields.values():
        if it.type == "address":
            made[it.name] = _address(it.name.removesuffix("Address"))
    if kind.name == "Project__c":
        # A formula over a parent: it changes with the parent's name, and the project's own stamp does not.
        made["Account_Name__c"] = lambda row: _parent_name(org, row)
    return made


def derived(kind: str, row: Row, given: Collection[str] | None = None) -> dict[str, Value]:
    """Return the stored values that follow from a row's others; `given`: which of them a write brings itself."""
    made: dict[str, Value] = {}
    if kind in _NAMED:
        made["Name"] = full_name(row)
    if kind == "Contact":
        made["IsEmailBounced"] = row["EmailBouncedDate"] is not None
    elif kind == "Opportunity":
        made |= _of_stage(row, given)
    elif kind == "Case":
        made["IsClosed"] = row["Status"] == CLOSED_CASE
    elif kind == "Task":
        made["IsClosed"] = row["Status"] == CLOSED_TASK
        made["IsHighPriority"] = row["Priority"] == "High"
    return made


def _of_stage(row: Row, given: Collection[str] | None) -> dict[str, Value]:
    """A new stage brings its probability and forecast, unless the same write says others."""
    stage = str(row["StageName"])
    made: dict[str, Value] = {"IsClosed": stage.startswith("Closed"), "IsWon": stage == "Closed Won"}
    probability, _, label = STAGES.get(stage, (50, "Pipeline", "Pipeline"))
    if given is None or "StageName" in given:
        usual: dict[str, Value] = {"Probability": float(probability), "ForecastCategoryName": label}
        made |= {name: value for name, value in usual.items() if not given or name not in given}
    made["ForecastCategory"] = str(made.get("ForecastCategoryName", row["ForecastCategoryName"]) or "").replace(" ", "")
    amount, likely = row["Amount"], made.get("Probability", row["Probability"])
    if isinstance(amount, float) and isinstance(likely, float):
        made["ExpectedRevenue"] = amount * likely / 100
    return made


def full_name(row: Row) -> str:
    """Return what a person's Name is: first and last name (the salutation is not shown by the API)."""
    return " ".join(str(part) for part in (row["FirstName"], row["LastName"]) if part)


def _address(stem: str) -> Callable[[Row], Value]:
    parts = [(f"{stem}{part}", word) for part, word in _ADDRESS.items()]

    def compute(row: Row) -> Value:
        found = {word: row[name] for name, word in parts}
        return found if any(value is not None for value in found.values()) else None

    return compute


def _parent_name(org: Org, row: Row) -> Value:
    parent = org.tables["Account"].rows.get(str(row["Account__c"]))
    return parent["Name"] if parent is not None else None
