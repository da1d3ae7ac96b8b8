"""Sessions of Salesforce end when nobody expects it: in a pull, in a write, in a job, between two lives."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from connectors.salesforce import full, query
from connectors.sandbox.salesforce import CONSUMER_KEY, CONSUMER_SECRET, ROTATING_KEY, ROTATING_REFRESH_TOKEN
from syncd.errors import CredentialsError
from syncd.model import FixState
from tests.journeys.crms import ONCE_ON_SALESFORCE
from tests.journeys.journey import Journey
from tests.journeys.running import Running

pytestmark = ONCE_ON_SALESFORCE


def dirty(journey: Journey, count: int) -> list[str]:
    return [
        journey.create(email=f"p{number}@example-works.com", first_name="Ada", last_name="King", country="Germany")
        for number in range(count)
    ]


def by_app(journey: Journey) -> None:
    """Let us come in as an app in its own right: a session that ended can be replaced."""
    journey.way_in = f"oauth: {{client_id: {CONSUMER_KEY}, client_secret: '${{SECRET}}'}}"
    journey.secrets = {"SECRET": CONSUMER_SECRET}


def by_single_use_tokens(journey: Journey) -> None:
    """Let us come in by refresh tokens of which each can be used once."""
    kept = journey.folder / "refresh-token"
    journey.way_in = (
        f"oauth: {{client_id: {ROTATING_KEY}, client_secret: '${{SECRET}}', refresh_token: '${{REFRESH}}', "
        f"token_file: {kept}}}"
    )
    journey.secrets = {"SECRET": CONSUMER_SECRET, "REFRESH": ROTATING_REFRESH_TOKEN}


def put_right(ids: Sequence[str]) -> list[tuple[str, str, str]]:
    return [(one, "country", "DE") for one in sorted(ids)]


def logins(journey: Journey) -> int:
    return journey.calls().get("oauth_token", 0)


@pytest.mark.parametrize(
    ("place", "nth"),
    [
        pytest.param("query", 2, id="between two pages of a pull"),
        pytest.param("bulk_query_info", 1, id="while a job is waited for"),
        pytest.param("bulk_query_results", 2, id="between two pieces of a job's results"),
        pytest.param("query_all", 1, id="before comparing"),
        pytest.param("collections_update", 1, id="in a write"),
    ],
)
def test_session_that_ends_midway_is_replaced_once_and_nothing_is_lost_or_repeated(
    journey: Journey, monkeypatch: pytest.MonkeyPatch, place: str, nth: int
) -> None:
    by_app(journey)
    journey.rules = "{duplicate: off}"  # they are all alike
    made = dirty(journey, 12)
    monkeypatch.setattr(query, "ROWS", 5)
    monkeypatch.setattr("connectors.salesforce.bulk.FETCHED", 5)
    if place.startswith("bulk"):
        monkeypatch.setattr(full, "BULK_FROM", 10)
    journey.fault("expired_token", endpoint=place, nth=nth, count=1)
    journey.calls()

    journey.pass_once()

    assert journey.struck() == [1]
    assert logins(journey) == 2
    assert sorted(journey.changes()) == put_right(made)
    assert {fix.state for fix in journey.fixes()} == {FixState.APPLIED}


def test_refresh_token_of_one_use_leads_from_pass_to_pass(journey: Journey) -> None:
    by_single_use_tokens(journey)
    journey.fault("expired_token", endpoint="collections_update", count=1)

    for _ in range(3):
        made = dirty(journey, 1)
        journey.pass_once()
        assert journey.value(made[0], "country") == "DE"

    assert logins(journey) == 4
    assert (journey.folder / "refresh-token").read_text() not in {"", ROTATING_REFRESH_TOKEN}


def test_refresh_token_of_one_use_survives_a_daemon_that_is_killed(journey: Journey) -> None:
    by_single_use_tokens(journey)
    (contact,) = dirty(journey, 1)
    killed = Running(journey)
    killed.until(lambda: journey.value(contact, "country") == "DE")
    killed.close()
    (later,) = dirty(journey, 1)

    journey.pass_once()

    assert journey.value(later, "country") == "DE"


def test_refresh_token_that_somebody_else_used_up_is_told_with_what_to_do(journey: Journey) -> None:
    by_single_use_tokens(journey)
    dirty(journey, 1)
    journey.pass_once()
    (journey.folder / "refresh-token").write_text(ROTATING_REFRESH_TOKEN)

    with pytest.raises(CredentialsError) as refused:
        journey.pass_once()

    assert "invalid_grant" in refused.value.message
    assert refused.value.hint
    assert ROTATING_REFRESH_TOKEN not in refused.value.message
