"""Bulk API 1.0, which older clients use: jobs made of batches the client cuts itself, in CSV, JSON or XML."""

from __future__ import annotations

from connectors.sandbox.salesforce.bulk1 import batches, jobs
from connectors.sandbox.salesforce.bulk1.refusals import refused, serves
from connectors.sandbox.salesforce.calls import Route

_JOB = "/services/async/{version}/job"
_BATCH = _JOB + "/{job}/batch"

#: Whole paths.
ROUTES = (
    Route("POST", _JOB, jobs.create, "bulk1_job_create"),
    Route("GET", _JOB + "/{job}", jobs.info, "bulk1_job_info"),
    Route("POST", _JOB + "/{job}", jobs.change, "bulk1_job_state"),
    Route("POST", _BATCH, batches.add, "bulk1_batch_add"),
    Route("GET", _BATCH, batches.list_batches, "bulk1_batch_list"),
    Route("GET", _BATCH + "/{batch}", batches.info, "bulk1_batch_info"),
    Route("GET", _BATCH + "/{batch}/request", batches.request, "bulk1_batch_request"),
    Route("GET", _BATCH + "/{batch}/result", batches.result, "bulk1_batch_result"),
    Route("GET", _BATCH + "/{batch}/result/{result}", batches.query_result, "bulk1_query_result"),
)

__all__ = ["ROUTES", "refused", "serves"]
