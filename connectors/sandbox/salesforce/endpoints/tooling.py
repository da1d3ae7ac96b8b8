"""`/tooling`: an org into which nobody has put any code."""

from __future__ import annotations

import re

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.querying import query

_FROM = re.compile(r"\bFROM\s+(\w+)", re.IGNORECASE)
#: What an org may hold of code and settings; there is none of it here.
_EMPTY = frozenset({
    "ApexClass", "ApexCodeCoverage", "ApexCodeCoverageAggregate", "ApexComponent", "ApexLog", "ApexPage",
    "ApexTestQueueItem", "ApexTestResult", "ApexTrigger", "AsyncApexJob", "AuraDefinition", "AuraDefinitionBundle",
    "ContainerAsyncRequest", "CustomField", "CustomObject", "Flow", "FlowDefinition", "InstalledSubscriberPackage",
    "LightningComponentBundle", "MetadataContainer", "StaticResource", "TraceFlag", "ValidationRule", "WorkflowRule",
})  # fmt: skip
_BY_LOWER = {name.lower(): name for name in _EMPTY}


def run(call: Call) -> Answer:
    """Answer `/tooling/query?q=`."""
    text = call.require("q")
    found = _FROM.search(text)
    name = _BY_LOWER.get(found[1].lower()) if found else None
    told = {"queryLocator": None, "entityTypeName": name}
    if name is not None:
        return call.answer({"size": 0, "totalSize": 0, "done": True, **told, "records": []})
    result = query(call.org, text, version=call.version)
    told["entityTypeName"] = result.object
    records = result.records
    return call.answer({"size": len(records), "totalSize": result.total_size, "done": True, **told, "records": records})


def list_objects(call: Call) -> Answer:
    """Answer which objects there are: none is described."""
    return call.answer({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": []})
