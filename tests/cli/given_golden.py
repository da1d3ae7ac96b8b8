"""Ada in two linked accounts, and Eva in one of them; what either of them holds, and since when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from syncd.clock import SystemClock
from syncd.model import Raw, Ref, SourceRecord, Stream
from syncd.store import KeptRecord, Mark, Store, TwinRow
from syncd.store.matching.twins import Twins

SETTINGS = """\
accounts:
  hub: {crm: hubspot, token: "${TOKEN}"}
  org: {crm: salesforce, token: "${TOKEN}"}
streams: {hub/contacts: {}, org/Contact: {}, hub/companies: {}}
linked_accounts: {customers: {accounts: [hub, org], kinds: [person]}}
"""
HERE, THERE = Stream("hub", "contacts", "person"), Stream("org", "Contact", "person")
THEN = datetime(2026, 3, 1, tzinfo=UTC)
#: Who is whose counterpart.
SAME = {
    Ref("hub", "contacts", "1"): Ref("org", "Contact", "a"),
    Ref("org", "Contact", "a"): Ref("hub", "contacts", "1"),
}


def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Keep them; return the settings."""
    monkeypatch.setenv("TOKEN", "a-token-of-a-test")
    monkeypatch.setattr(Twins, "of", counterparts)
    file = tmp_path / "syncd.yaml"
    file.write_text(SETTINGS + f"store: {{url: 'sqlite:///{tmp_path}/syncd.db'}}\n", "utf-8")
    store = Store.open(f"sqlite:///{tmp_path}/syncd.db", SystemClock())
    store.migrate()
    with store.transaction() as tx:
        keep(tx, HERE, "1", {"email": "ada@example-works.com", "jobtitle": "Buyer", "company": "=cmd()", "city": None})
        keep(tx, HERE, "2", {"email": "eva@example-works.com", "jobtitle": None, "company": "A\nB", "city": None})
        keep(tx, THERE, "a", {"Email": "ADA@example-works.com", "Title": "Head of Sales", "MailingCity": "Bonn"})
        tx.value_marks.keep(HERE, {"1": {"job_title": [Mark("buyer", THEN, by="person")]}})
        later = THEN + timedelta(days=1)
        tx.value_marks.keep(THERE, {"a": {"job_title": [Mark("headofsales", later, by="person")]}})
    store.close()
    return str(file)


def keep(tx: Any, stream: Stream, record_id: str, values: dict[str, Raw]) -> None:
    record = SourceRecord(Ref(stream.account, stream.object, record_id), values, THEN, THEN, {})
    tx.records.keep(stream, [KeptRecord(record, 1, "rules")])


def counterparts(_: Twins, stream: Stream, ids: Any) -> dict[str, tuple[TwinRow, ...]]:
    refs = {one: Ref(stream.account, stream.object, one) for one in ids}
    return {one: (TwinRow(SAME[ref], "g1", 0.99, is_sure=True),) for one, ref in refs.items() if ref in SAME}
