"""Asks a CRM once a day who owns records, their names, and who has left; whoever that changes for is judged again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from connectors.protocol import Connector
from quality import OWNERS
from syncd.engine.setup import StreamSetup, Tools
from syncd.errors import ConnectorError, RefusedError
from syncd.model import Owner

ASK_EVERY = timedelta(days=1)


def ask_owners(tools: Tools, account: str, connector: Connector, setups: Iterable[StreamSetup]) -> None:
    """Learn who the owners of an account are, if a rule wants to know and it has not been asked within a day.

    Where that may not be read, nothing is known of any. A CRM that cannot answer now is asked the next time.
    """
    if not any(OWNERS in setup.ruleset.asks for setup in setups):
        return
    now = tools.clock.now()
    with tools.store.reading() as tx:
        asked_at = tx.owners.asked_at(account)
    if asked_at is not None and now - asked_at < ASK_EVERY:
        return
    owners: Mapping[str, Owner] | None = None
    try:
        owners = connector.owners()
    except ConnectorError as error:
        tools.telemetry.owners_untold(account, error)
        if not isinstance(error, RefusedError):
            return
    with tools.store.transaction() as tx:
        changed = tx.owners.keep(account, owners)
        tx.records.wake_owned(account, changed, now)
