"""`getUserInfo()`, `getServerTimestamp()` and `logout()`: what a client asks about its session."""

from __future__ import annotations

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.sessions import LIFE_MS
from connectors.sandbox.salesforce.soap.calling import SoapCall, limits
from connectors.sandbox.salesforce.soap.envelope import answer
from connectors.sandbox.salesforce.soap.login import user_info


def get_user_info(call: SoapCall) -> Answer:
    """Tell who the session belongs to."""
    user = call.org.tables["User"].rows[call.cause.actor.user_id]
    told = user_info(call.org, user, _life_ms(call))
    return answer("getUserInfo", [("result", told)], limits(call.org))


def get_server_timestamp(call: SoapCall) -> Answer:
    """Tell what time it is."""
    at = f"{call.org.stamp():%Y-%m-%dT%H:%M:%S}.000Z"
    return answer("getServerTimestamp", [("result", [("timestamp", at)])], limits(call.org))


def logout(call: SoapCall) -> Answer:
    """End the session."""
    call.org.sessions.expire(call.envelope.header("SessionHeader").one("sessionId"))
    return answer("logout", [], limits(call.org))


def _life_ms(call: SoapCall) -> int:
    session = call.org.sessions.sessions.get(call.envelope.header("SessionHeader").one("sessionId"))
    return LIFE_MS if session is None or session.life_ms is None else session.life_ms
