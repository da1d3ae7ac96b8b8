"""Encryption at rest: with a key, nothing a record says can be read from the database, and all of it comes back."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect, text

from syncd.errors import StoreError
from syncd.model import FixState, Mode, Offered, Raw
from syncd.store import ArrivalState, Entrance, Said, Store, StoreKeys, Told, pack_parts
from syncd.store.columns.ciphers import Seal
from syncd.store.columns.packing import pack
from syncd.store.encryption import resealing
from tests.store.given import CONTACTS, MODIFIED, change, decided, finding, fix, kept, moved, ref, source

KEY, OTHER = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
MAILBOX = "zoe.quarrington@example-works.com"
SHY = "quarrington"


def opened(url: str, clock, key: str | None = None, *older: str) -> Store:
    store = Store.open(url, clock, StoreKeys.of(key, older))
    store.migrate()
    return store


@pytest.fixture
def encrypted(store_url, clock):
    """An open store with a key, and nothing in it."""
    store = opened(store_url, clock, KEY)
    yield store
    store.close()


def hold(store: Store) -> str:
    """Keep a person with all that can be kept of one; return their fix."""
    said = f"wrote to {MAILBOX}"
    with store.transaction() as tx:
        proposed = finding("1", message=f"should be {MAILBOX}", proposal=MAILBOX, has_proposal=True)
        keys = frozenset({("email", MAILBOX), ("email_domain", "quarrington.example")})
        tx.records.keep(CONTACTS, [kept("1", values={"email": MAILBOX}, findings=(proposed,), keys=keys)])
        tx.overrides.keep(CONTACTS, "1", "email", "email_form", MAILBOX, MODIFIED)
        tx.mail_domains.want(["quarrington.example"])
        tx.provided.want("firmo", ["quarrington.example"])
        tx.provided.keep("firmo", {"quarrington.example": ({"email": Offered(MAILBOX, 1.0)}, MODIFIED)})
        pool = tx.matching.begin("hubspot-main", "person", "v1", "")
        tx.matching.enroll(pool, CONTACTS, "m1")
        tx.match_rows.enter(pool.id, {(1, "1"): pack_parts([MAILBOX])})
        tx.match_rows.rekey(pool.id, (), [(77, 1)])
        tx.match_rows.count_users(pool.id, {(88, 99): 1})
        came = tx.arrivals.enter(Entrance("site", CONTACTS, "m1", Mode.APPLY, Said({"email": MAILBOX}), MAILBOX))
        tx.arrivals.put_under(came.id, [f"mail {MAILBOX}"])
        tx.arrivals.settle(came, ArrivalState.PENDING, Told({"email": MAILBOX}, detail=said))
        tx.arrival_files.begin("fair", "d1", f"{MAILBOX}.csv")
    [one] = decided(store, fix("1", change(before="Zoe.Quarrington@EXAMPLE-works.com", after=MAILBOX)))
    with store.transaction() as tx:
        tx.archive.keep(CONTACTS, {one.id: source("1", email=MAILBOX)})
    moved(store, one.id, FixState.INTENDED, at=MODIFIED)
    with store.transaction() as tx:
        tx.journal.settle([(one.id, FixState.APPLIED, said)], MODIFIED)
    return str(one.id)


def told(store: Store, fix_id: str):
    """Return all that a store tells of the person, by every way in."""
    with store.reading() as tx:
        pool = tx.matching.pool("hubspot-main", "person")
        [member] = tx.match_rows.by_record(1, ["1"])
        found = tx.journal.find(fix_id)
        assert found is not None
        return (
            tx.records.read(CONTACTS, ["1"])["1"].values,
            tx.records.with_key("hubspot-main", "person", {("email", MAILBOX)}),
            tx.records.keys_of(CONTACTS, ["1"]),
            [(one.finding.message, one.finding.proposal) for one in tx.findings.of(ref("1"))],
            [(one.value) for one in tx.overrides.select()],
            tx.mail_domains.is_any_due(),
            tx.provided.read("firmo", ["quarrington.example"])["quarrington.example"].offers,
            (found.changes, found.reasons, found.detail),
            [one.detail for one in tx.journal.events(fix_id)],
            tx.journal.last_written(CONTACTS, ["1"])["1", "email"].after,
            tx.archive.of([fix_id])[fix_id].values,
            [(one.said, one.told) for one in tx.arrivals.under([f"mail {MAILBOX}"])],
            len(tx.arrivals.of_somebody(CONTACTS, [], [MAILBOX])),
            [one.name for one in tx.arrival_files.recent()],
            pool is not None and (member.facts is None or member.facts == pack_parts([MAILBOX])),
        )


def raw(store: Store) -> str:
    """Return everything that lies in the database, however it is read."""
    url = store._url
    engine = create_engine(url)
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        rows = [connection.execute(text(f"SELECT * FROM {name}")).all() for name in names]
    engine.dispose()
    held = repr([[bytes(one) if isinstance(one, memoryview) else one for one in row] for part in rows for row in part])
    if url.get_backend_name() == "sqlite":
        place = Path(str(url.database))
        held += "".join(path.read_bytes().decode("latin-1") for path in place.parent.glob(f"{place.name}*"))
    return held.lower()


def test_nothing_a_record_says_can_be_read_from_an_encrypted_store_and_all_of_it_comes_back(
    encrypted, store_url, clock
):
    fix_id = hold(encrypted)

    said = told(encrypted, fix_id)
    values, holders, keys, findings, overrides, is_due, provided, fixed, events, written, copy, *came, is_fact = said

    assert SHY not in raw(encrypted)
    assert values == {"email": MAILBOX} == copy
    assert holders == {("email", MAILBOX): (ref("1"),)}
    assert keys == {"1": {("email", MAILBOX), ("email_domain", "quarrington.example")}}
    assert findings == [(f"should be {MAILBOX}", MAILBOX)]
    assert (overrides, is_due, written, is_fact) == ([MAILBOX], True, MAILBOX, True)
    assert provided == {"email": Offered(MAILBOX, 1.0)}
    assert fixed[0][0].before == "Zoe.Quarrington@EXAMPLE-works.com"
    assert events[-1] == f"wrote to {MAILBOX}"
    told_of_it = Told({"email": MAILBOX}, detail=f"wrote to {MAILBOX}")
    assert came == [[(Said({"email": MAILBOX}), told_of_it)], 1, [f"{MAILBOX}.csv"]]


def test_hashes_that_matching_looks_up_are_others_in_every_encrypted_store(encrypted):
    hold(encrypted)

    with encrypted.reading() as tx:
        connection = tx.records.connection
        keys = set(connection.execute(text("SELECT key FROM match_keys")).scalars())
        users = {tuple(row) for row in connection.execute(text("SELECT value, used_by FROM match_users"))}
        pool = tx.matching.pool("hubspot-main", "person")
        members = tx.match_rows.members(pool.id, [77, 78], None)
        counts = tx.match_rows.users(pool.id, [88, 89], 5)

    assert keys.isdisjoint({77})
    assert users.isdisjoint({(88, 99)})
    assert (members, counts) == ({77: [1]}, {88: 1})


@pytest.mark.parametrize(
    ("first", "key", "older", "expected"),
    [
        (KEY, None, (), "which the settings do not name"),
        (KEY, OTHER, (), "which the settings do not name"),
        (KEY, None, (KEY,), "none but old keys"),
        (None, KEY, (), "is not encrypted"),
    ],
    ids=["no key", "wrong key", "only as an old key", "not encrypted yet"],
)
def test_store_is_not_opened_with_other_keys_than_it_needs(store_url, clock, first, key, older, expected):
    store = opened(store_url, clock, first)
    hold(store)
    store.close()
    other = Store.open(store_url, clock, StoreKeys.of(key, older))

    with pytest.raises(StoreError, match=expected) as refused:
        other.migrate()
    with pytest.raises(StoreError, match=expected), other.reading():
        pass

    assert refused.value.hint
    other.close()


def test_another_key_in_the_settings_takes_the_place_of_the_old_one_at_the_next_start(store_url, clock):
    before = opened(store_url, clock, KEY)
    fix_id = hold(before)
    as_it_was = told(before, fix_id)
    before.close()
    opened(store_url, clock, OTHER, KEY).close()

    after = opened(store_url, clock, OTHER)

    assert told(after, fix_id) == as_it_was
    after.close()


def test_rekeying_encrypts_what_was_plain_changes_the_key_and_decrypts_again(store_url, clock):
    plain = opened(store_url, clock)
    fix_id = hold(plain)
    as_it_was, in_plain = told(plain, fix_id), SHY in raw(plain)
    plain.close()
    held = []
    for key, older in ((KEY, ()), (OTHER, (KEY,)), (None, (OTHER,))):
        store = Store.open(store_url, clock, StoreKeys.of(key, older))
        count = store.rekey("a test")
        held.append((SHY in raw(store), told(store, fix_id) == as_it_was, count > 0))
        store.close()

    assert in_plain
    assert held == [(False, True, True), (False, True, True), (True, True, True)]
    last = opened(store_url, clock)
    assert told(last, fix_id) == as_it_was
    last.close()


def test_rekeying_that_is_cut_short_leaves_the_store_as_it_was(store_url, clock, monkeypatch):
    plain = opened(store_url, clock)
    fix_id = hold(plain)
    as_it_was = told(plain, fix_id)
    plain.close()
    torn = Store.open(store_url, clock, StoreKeys.of(KEY))
    monkeypatch.setattr(resealing, "keep_seal", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        torn.rekey("a test")
    torn.close()

    again = opened(store_url, clock)
    assert told(again, fix_id) == as_it_was
    again.close()


def test_many_rows_are_rekeyed_batch_by_batch(store_url, clock, monkeypatch):
    monkeypatch.setattr(resealing, "_BATCH", 3)
    plain = opened(store_url, clock)
    rows = [
        kept(str(number), values={"email": f"{number}@x.com"}, keys=frozenset({("email", f"{number}@x.com")}))
        for number in range(10)
    ]
    with plain.transaction() as tx:
        tx.records.keep(CONTACTS, rows)
        tx.mail_domains.want([f"{number}.com" for number in range(10)])
        tx.provided.want("firmo", [f"{number}.com" for number in range(10)])
    plain.close()
    store = Store.open(store_url, clock, StoreKeys.of(KEY))

    count = store.rekey("a test")

    with store.reading() as tx:
        found = tx.records.read(CONTACTS, [str(number) for number in range(10)])
        holders = tx.records.with_key("hubspot-main", "person", {("email", "7@x.com")})
    store.close()
    assert count == 40
    assert {one.values["email"] for one in found.values()} == {f"{number}@x.com" for number in range(10)}
    assert holders == {("email", "7@x.com"): (ref("7"),)}


def test_process_that_has_the_store_open_while_it_is_rekeyed_is_refused(store_url, clock):
    reader = opened(store_url, clock)
    hold(reader)
    other = Store.open(store_url, clock, StoreKeys.of(KEY))
    other.rekey("a test")
    other.close()

    with pytest.raises(StoreError, match="meanwhile"), reader.transaction():
        pass

    reader.close()


def test_value_that_somebody_changed_in_the_database_is_refused(encrypted, clock):
    hold(encrypted)
    with encrypted.transaction() as tx:
        held = bytes(tx.records.connection.execute(text("SELECT raw FROM record_values")).scalar_one())
        torn = held[:-1] + bytes([held[-1] ^ 1])
        tx.records.connection.execute(text("UPDATE record_values SET raw = :torn"), {"torn": torn})

    with pytest.raises(StoreError, match="cannot be read"), encrypted.reading() as tx:
        tx.records.read(CONTACTS, ["1"])


def test_key_that_is_none_is_refused_without_being_shown():
    with pytest.raises(StoreError) as refused:
        StoreKeys.of("c2hvcnQ=")

    assert "c2hvcnQ" not in str(refused.value)
    assert "2hvcn" not in repr(StoreKeys.of(KEY))


SEAL, STRANGER = Seal.fresh(), Seal.fresh()
ANY_TEXT = st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("\x01\x00\ud800\ufffd"), max_size=60)


@settings(max_examples=60)
@given(ANY_TEXT, st.none() | ANY_TEXT | st.integers())
def test_what_is_sealed_veiled_or_masked_comes_back_and_shows_nothing(text: str, value: Raw):
    packed = pack(value)

    assert SEAL.unseal(SEAL.seal(packed)) == packed
    assert SEAL.unseal_text(SEAL.seal_text(text)) == text == SEAL.unveil(SEAL.veil(text))
    assert SEAL.veil(text) == SEAL.veil(text)
    assert len(text) < 4 or text not in SEAL.seal_text(text) + SEAL.veil(text)
    if text:
        assert SEAL.seal_text(text) != SEAL.seal_text(text)
        with pytest.raises(StoreError):
            STRANGER.unveil(SEAL.veil(text))
    assert SEAL.mask(len(text)) == SEAL.mask(len(text)) != STRANGER.mask(len(text))
