"""What a connector foretells of a first load: its calls, and as many of them at a time as it may make."""

from __future__ import annotations

import pytest

from connectors import Options, open_connector
from connectors.book import CallBook
from connectors.forecast import LimitedBy, Means, foresee, in_words
from connectors.hubspot import chains
from tests.connectors.rigs import HubSpotRig, SalesforceRig, Shelf, want_people

#: Where nobody listens: no call is made.
NOWHERE = "http://127.0.0.1:9"
CREDENTIALS = {
    "hubspot": {"token": "pat-nobody"},
    "salesforce": {"client_id": "nobody", "client_secret": "nobody"},
}


@pytest.fixture
def told(clock, ear):
    """Foretell a first load of a CRM whose answers are known to take so many seconds."""

    def foretell(rig, records, seconds, **options):
        book = CallBook(clock)
        for endpoint in ("list", "search", "query", "bulk_results"):
            book.took(endpoint, seconds)
        given = Options(**{"share": 0.5, "book": book, **options})
        connector = open_connector(rig.crm, "main", NOWHERE, CREDENTIALS[rig.crm], given, ear, clock)
        try:
            return foresee(connector.effort(want_people(rig, links=True), records), Means(), clock.now())
        finally:
            connector.close()

    return foretell


@pytest.mark.parametrize(
    ("records", "seconds", "parallel", "takes", "limited_by"),
    [
        # One answer after the other: 10,001 calls of 1.14 s each.
        (1_000_000, 1.14, 1, "3 h 10 min", LimitedBy.ANSWERS),
        # As many side by side as it takes: half of 100 calls in 10.1 s.
        (1_000_000, 1.14, 8, "34 min", LimitedBy.PACE),
        # Not as many as it would take: 10,102 calls, four at a time.
        (1_000_000, 1.14, 4, "48 min", LimitedBy.ANSWERS),
        # Too few pages to cut them.
        (2_000, 1.0, 8, "21 s", LimitedBy.ANSWERS),
    ],
)
def test_hubspots_list_takes_as_long_as_its_answers_or_our_share(told, records, seconds, parallel, takes, limited_by):
    forecast = told(HubSpotRig, records, seconds, parallel=parallel)

    assert (in_words(forecast.seconds), forecast.limited_by) == (takes, limited_by)


@pytest.mark.parametrize(("records", "calls"), [(0, 1), (50_000, 26), (200_000, 19), (1_000_000, 59)])
def test_salesforces_queries_and_jobs_take_as_many_calls_as_they_have_pieces(told, records, calls):
    forecast = told(SalesforceRig, records, 2.0)

    assert (forecast.calls, forecast.seconds) == (calls, 2.0 * calls)
    assert forecast.limited_by is LimitedBy.ANSWERS


def test_a_list_that_is_read_one_page_at_a_time_is_not_cut(monkeypatch):
    monkeypatch.setattr(chains, "_PAGES_A_CUT", 4)
    hubspot = HubSpotRig()
    try:
        hubspot.create(hubspot.people, 1_000)
        connector = hubspot.connect(parallel=1)
        foretold = connector.effort(want_people(hubspot), 1_000).calls
        for page in connector.pull(want_people(hubspot), None, Shelf()):
            assert page.total == 1_000

        assert hubspot.calls().total() == foretold == 11
    finally:
        hubspot.close()
