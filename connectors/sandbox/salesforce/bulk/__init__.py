"""Bulk API 2.0: jobs that read or write more than a request holds."""

from __future__ import annotations

from connectors.sandbox.salesforce.bulk import ingests, queries
from connectors.sandbox.salesforce.bulk.jobs import forget
from connectors.sandbox.salesforce.calls import Route

#: Below `/services/data/vNN.0`.
ROUTES = (
    Route("POST", "/jobs/query", queries.create, "bulk_query_create"),
    Route("GET", "/jobs/query", queries.list_jobs, "bulk_query_list"),
    Route("GET", "/jobs/query/{job}", queries.info, "bulk_query_info"),
    Route("PATCH", "/jobs/query/{job}", queries.change, "bulk_query_abort"),
    Route("DELETE", "/jobs/query/{job}", queries.delete, "bulk_query_delete"),
    Route("GET", "/jobs/query/{job}/results", queries.results, "bulk_query_results"),
    Route("GET", "/jobs/query/{job}/resultPages", queries.result_pages, "bulk_query_pages"),
    Route("POST", "/jobs/ingest", ingests.create, "bulk_ingest_create"),
    Route("GET", "/jobs/ingest", ingests.list_jobs, "bulk_ingest_list"),
    Route("GET", "/jobs/ingest/{job}", ingests.info, "bulk_ingest_info"),
    Route("PUT", "/jobs/ingest/{job}/batches", ingests.upload, "bulk_ingest_upload"),
    Route("PATCH", "/jobs/ingest/{job}", ingests.change, "bulk_ingest_state"),
    Route("DELETE", "/jobs/ingest/{job}", ingests.delete, "bulk_ingest_delete"),
    Route("GET", "/jobs/ingest/{job}/successfulResults", ingests.successful, "bulk_ingest_successful"),
    Route("GET", "/jobs/ingest/{job}/failedResults", ingests.failed, "bulk_ingest_failed"),
    Route("GET", "/jobs/ingest/{job}/unprocessedrecords", ingests.unprocessed, "bulk_ingest_unprocessed"),
    Route("GET", "/jobs/ingest/{job}/unprocessedRecords", ingests.unprocessed, "bulk_ingest_unprocessed"),
)

__all__ = ["ROUTES", "forget"]
