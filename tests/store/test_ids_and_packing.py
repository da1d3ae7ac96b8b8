"""Ids and bytes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.model import Link, Ref
from syncd.store.columns.packing import digest, pack, pack_names, pack_proposal, unpack, unpack_names, unpack_proposal
from syncd.store.columns.types import storable
from syncd.store.rows.ids import IdMaker


def test_ids_of_a_clock_that_stands_or_goes_back_still_grow(clock):
    make = IdMaker(clock)
    ids = [make() for _ in range(3000)]
    clock.moment -= timedelta(hours=1)
    ids += [make() for _ in range(3000)]
    clock.advance(7200)
    ids += [make() for _ in range(10)]

    assert ids == sorted(set(ids))
    assert {len(one) for one in ids} == {15}
    assert not set("ilou") & set("".join(ids))


@pytest.mark.parametrize(
    "proposal",
    [
        None,
        "",
        "x",
        True,
        1,
        1.5,
        date(2026, 2, 28),
        datetime(2026, 2, 28, 1, 2, 3, 4, tzinfo=UTC),
        (),
        ("a", "b"),
        Link(Ref("a", "companies", "7"), "primary"),
    ],
)
def test_proposal_of_every_kind_comes_back(proposal):
    back = unpack_proposal(pack_proposal(proposal))

    assert back == proposal
    assert type(back) is type(proposal)


@given(st.lists(st.text()))
def test_names_come_back(names):
    assert unpack_names(pack_names(names)) == tuple(names)


@pytest.mark.parametrize("value", [2**64, -(2**64), "\ud800", {"\udfff": 1}, {"a": [None, "", 0, False]}])
def test_what_the_fast_coder_refuses_is_packed_all_the_same(value: object):
    assert unpack(pack(value)) == value


def test_digests_tell_types_apart():
    different: tuple[object, ...] = (None, "", 0, False, 0.0, "0", [], {})

    assert len({digest(value) for value in different}) == 8


@given(st.text(st.characters()))
def test_storable_text_is_utf8_without_nul(text):
    stored = storable(text)

    assert "\x00" not in stored
    assert storable(stored) == stored
    stored.encode()


def test_storable_text_replaces_lone_surrogates():
    assert set(storable("a\ud800b")) == {"a", "\ufffd", "b"}
