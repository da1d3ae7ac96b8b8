"""Contacts that may be one, and merges of them that wait for a person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from syncd.clock import SystemClock
from syncd.model import Action, Change, Finding, Fix, FixState, Raw, Ref, SourceRecord, Stream
from syncd.store import KeptRecord, Store, TwinRow
from syncd.store.matching.twins import Twins

SETTINGS = """\
accounts: {main: {crm: hubspot, token: "${TOKEN}"}}
streams: {main/contacts: {}}
"""
CONTACTS = Stream("main", "contacts", "person")
THEN = datetime(2026, 3, 1, tzinfo=UTC)
ADA: dict[str, Raw] = {"firstname": "Ada", "lastname": "King", "email": "ada@example-works.com", "city": "London"}
#: How sure it is that the record that goes is the one that stays, and why a person has to say so.
SURE = {"12": (0.9, "They have two personal addresses at one employer."), "22": (0.6, ""), "32": (0.97, "")}


def ref(record_id: str) -> Ref:
    return Ref("main", "contacts", record_id)


def merge(goes: str, stays: str, *changes: Change) -> Fix:
    reasons = ("probably the same as another record, which would stay: it came first",)
    return Fix("", ref(goes), Action.MERGE, FixState.PROPOSED, changes, None, ("duplicate",), reasons, into=ref(stays))


PHONE = Change("phone", "phone", None, "+14155550100", ("duplicate",), ("the record that stays holds nothing here",))
CASE = Fix(
    "",
    ref("41"),
    Action.UPDATE,
    FixState.PROPOSED,
    (Change("city", "city", "MÜNCHEN", "München", ("city_case",), ("all capitals",)),),
    rules=("city_case",),
    reasons=("all capitals",),
)


def base(folder: Any, monkeypatch: Any) -> str:
    """Make three pairs: 11 and 12, 21 and 22 with companies, 31 and 32; and a city in capitals. Return the settings."""
    monkeypatch.setenv("TOKEN", "pat-na1-a-token-of-a-test")
    monkeypatch.setattr(Twins, "of", twins)
    file = folder / "syncd.yaml"
    file.write_text(SETTINGS + f"store: {{url: 'sqlite:///{folder}/syncd.db'}}\n", "utf-8")
    kept(folder, "11", {**ADA, "phone": None})
    kept(folder, "12", {**ADA, "email": "ada.king@example-works.com", "phone": "+14155550100", "jobtitle": "=cmd()"})
    for record_id in ("21", "22"):
        kept(folder, record_id, ADA, companies=("7", "8", "9"))
    for record_id in ("31", "32", "41"):
        kept(folder, record_id, ADA)
    with opened(folder).transaction() as tx:
        tx.journal.decide(CONTACTS, [], [CASE, merge("22", "21"), merge("12", "11", PHONE), merge("32", "31")], "run")
    return str(file)


def twins(_room: Twins, _stream: Stream, ids: Any) -> dict[str, tuple[TwinRow, ...]]:
    rows = {
        one: TwinRow(ref(f"{one[0]}1"), "", sure, is_sure=False, doubt=doubt) for one, (sure, doubt) in SURE.items()
    }
    return {one: (rows[one],) for one in ids if one in rows}


def opened(folder: Any) -> Store:
    store = Store.open(f"sqlite:///{folder}/syncd.db", SystemClock())
    store.migrate()
    return store


def kept(folder: Any, record_id: str, values: dict[str, Raw], *findings: Finding, **links: tuple[str, ...]) -> None:
    with opened(folder).transaction() as tx:
        record = SourceRecord(ref(record_id), values, THEN, THEN, links)
        tx.records.keep(CONTACTS, [KeptRecord(record, 1, "rules", findings)])


def fixes(folder: Any, **wanted: Any) -> dict[str, Fix]:
    with opened(folder).reading() as tx:
        return {fix.ref.id: fix for fix in tx.journal.select(**wanted)}
