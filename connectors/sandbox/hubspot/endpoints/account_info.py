"""What the account says of itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.sandbox.clock import iso, to_ms
from connectors.sandbox.exchange import Answer, json_answer
from connectors.sandbox.hubspot.account import TIME_ZONE
from connectors.sandbox.hubspot.calls import Call


def details(call: Call) -> Answer:
    """Answer who the account is."""
    offset = _local(call).utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    return json_answer({
        "portalId": call.account.portal, "accountType": "STANDARD", "timeZone": TIME_ZONE,
        "companyCurrency": "USD", "additionalCurrencies": [],
        "utcOffset": f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}",
        "utcOffsetMilliseconds": minutes * 60_000, "uiDomain": "app.hubspot.com", "dataHostingLocation": "na1",
    })  # fmt: skip


def daily_usage(call: Call) -> Answer:
    """Answer how much of the day's calls is used."""
    account = call.account
    now_ms = account.now_ms()
    row: dict[str, Any] = {
        "name": "private-apps-api-calls-daily",
        "usageLimit": account.limiter.daily_limit(),
        "currentUsage": account.limiter.daily_used(now_ms),
        "collectedAt": iso(now_ms),
        "fetchStatus": "SUCCESS",
        "resetsAt": iso(_next_midnight_ms(call)),
    }
    return json_answer({"results": [row]})


def legacy_me(call: Call) -> Answer:
    """Answer the same in the words of the oldest API, which connectors still ask."""
    return json_answer({
        "portalId": call.account.portal, "timeZone": TIME_ZONE, "accountType": "STANDARD", "currency": "USD",
        "utcOffset": "-05:00", "utcOffsetMilliseconds": -18_000_000,
    })  # fmt: skip


def legacy_daily_usage(call: Call) -> Answer:
    """Answer the day's calls in the oldest API's words."""
    account = call.account
    now_ms = account.now_ms()
    return json_answer([{
        "name": "api-calls-daily", "usageLimit": account.limiter.daily_limit(),
        "currentUsage": account.limiter.daily_used(now_ms), "collectedAt": now_ms, "fetchStatus": "SUCCESS",
        "resetsAt": _next_midnight_ms(call),
    }])  # fmt: skip


def _local(call: Call) -> datetime:
    return datetime.fromtimestamp(call.account.now_ms() / 1000, UTC).astimezone(ZoneInfo(TIME_ZONE))


def _next_midnight_ms(call: Call) -> int:
    tomorrow = _local(call) + timedelta(days=1)
    return to_ms(tomorrow.replace(hour=0, minute=0, second=0, microsecond=0))
