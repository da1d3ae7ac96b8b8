"""What tests of promises do with a rig and its connector: pull to the end, write, and look."""

from __future__ import annotations

from syncd.model import Ref, Update
from tests.connectors.rigs import want_people


def pull(rig, connector, shelf, cursor=None, want=None):
    """Pull (people, unless something else is wanted) to the end as a store would; return the last cursor."""
    for page in connector.pull(want or want_people(rig), cursor, shelf):
        shelf.keep(page)
        cursor = page.cursor
    return cursor


def settled(rig, connector, shelf):
    """Pull everything, and let so much time pass that none of it is in the overlap."""
    cursor = pull(rig, connector, shelf)
    rig.pass_time(3600)
    cursor = pull(rig, connector, shelf, cursor)
    rig.calls()
    shelf.seen.clear()
    return cursor


def write(rig, id_, **values):
    return Update(f"fix-{id_}", Ref("main", rig.people, id_), values)


def version(rig, connector, id_):
    (record,) = connector.read(want_people(rig), [id_]).records
    return record.modified_at


def states(outcomes):
    return [outcome.state for outcome in outcomes]
