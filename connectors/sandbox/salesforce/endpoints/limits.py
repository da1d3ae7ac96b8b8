"""What an org may ask for, how much it holds, and which versions there are."""

from __future__ import annotations

from connectors.sandbox.exchange import Answer
from connectors.sandbox.salesforce.calls import Call
from connectors.sandbox.salesforce.endpoints.oauth import identity_url
from connectors.sandbox.salesforce.rows import FIRST_NUMBER

#: Oldest and newest version that answers.
OLDEST, NEWEST = 31, 68


def versions(call: Call) -> Answer:
    """Answer which versions there are, oldest first."""
    rows = [
        {"label": label(number), "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
        for number in range(OLDEST, NEWEST + 1)
    ]
    return call.answer(rows)


def resources(call: Call) -> Answer:
    """Answer what there is below a version."""
    place = f"/services/data/v{call.version}"
    names = ("composite", "jobs", "limits", "parameterizedSearch", "query", "queryAll", "search", "sobjects", "tooling")
    told = {name: f"{place}/{name}" for name in (*names, "recent")}
    user = call.session.user_id if call.session else ""
    return call.answer(dict(sorted({**told, "identity": identity_url(call, user)}.items())))


def recent(call: Call) -> Answer:
    """Answer what the user looked at lately: programs look at nothing."""
    return call.answer([])


def limits(call: Call) -> Answer:
    """Answer what is allowed and what is left."""
    return call.answer(call.org.quota.wire(call.org.now_ms()))


def record_count(call: Call) -> Answer:
    """Answer how many records objects have; unknown ones are passed over, and those that never had any."""
    wanted = call.request.names("sObjects") or list(call.org.schema)
    found = [kind for name in wanted if (kind := call.org.object_named(name)) is not None]
    used = [kind for kind in found if call.org.tables[kind.name].next_number > FIRST_NUMBER]
    rows = [{"count": sum(1 for _ in call.org.rows(kind.name)), "name": kind.name} for kind in used]
    return call.answer({"sObjects": rows})


def label(number: int) -> str:
    """Return what a version's release is called: three a year, Winter '27 being 68."""
    back = NEWEST - number
    year = 27 - (back + 2) // 3 if back % 3 else 27 - back // 3
    season = ("Winter", "Summer", "Spring")[back % 3]
    return f"{season} '{year:02d}"
