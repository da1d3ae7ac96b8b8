"""Where an org does not track fields, nobody can tell whether a write that was set back ever arrived."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors import Connector
from syncd.model import Ref, Update
from tests.connectors.rigs import SalesforceRig, want_people


@pytest.fixture
def rig() -> Iterator[SalesforceRig]:
    rig = SalesforceRig()
    yield rig
    rig.close()


def sent(id_: str, **values: str) -> Update:
    return Update("fix", Ref("main", "Contact", id_), values)


def told(connector: Connector, rig: SalesforceRig, update: Update, city: str) -> dict[str, bool]:
    """Write an update, let a person set the city, and ask."""
    (record,) = connector.read(want_people(rig), [update.ref.id]).records
    connector.update("Contact", [update])
    rig.edit("Contact", [update.ref.id], MailingCity=city)
    return dict(connector.arrived("Contact", [update], {update.ref.id: record.modified_at}))


def test_without_tracking_nothing_is_told_of_a_record_somebody_changed(rig: SalesforceRig) -> None:
    (id_,) = rig.create("Contact", 1)
    rig._ask("POST", "/_sandbox/settings", {"tracked_fields": {"Contact": []}})

    assert told(rig.connect(), rig, sent(id_, MailingCity="Ulm"), "Bonn") == {}


def test_one_tracked_field_tells_for_all_that_were_sent(rig: SalesforceRig) -> None:
    (id_,) = rig.create("Contact", 1)
    rig._ask("POST", "/_sandbox/settings", {"tracked_fields": {"Contact": ["MailingCity"]}})

    assert told(rig.connect(), rig, sent(id_, MailingCity="Ulm", Email="ada@mail.example"), "Bonn") == {"fix": True}


def test_a_history_that_may_not_be_read_tells_nothing(rig: SalesforceRig) -> None:
    (id_,) = rig.create("Contact", 1)
    rig.token_without("ContactHistory")
    connector = rig.connect(token="00D!narrow")

    assert told(connector, rig, sent(id_, MailingCity="Ulm"), "Bonn") == {}


def test_a_record_nobody_has_touched_needs_no_history(rig: SalesforceRig) -> None:
    (id_,) = rig.create("Contact", 1)
    rig._ask("POST", "/_sandbox/settings", {"tracked_fields": {"Contact": []}})
    connector = rig.connect()
    (record,) = connector.read(want_people(rig), [id_]).records

    assert connector.arrived("Contact", [sent(id_, MailingCity="Ulm")], {id_: record.modified_at}) == {"fix": False}
