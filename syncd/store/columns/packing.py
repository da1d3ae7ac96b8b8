"""Values to bytes and back, exactly: absent, null, the empty text, 1, 1.0 and true stay six different things.

The bytes are JSON. They are kept as bytes because PostgreSQL's text and jsonb cannot hold every string a CRM can.
What the fast coder refuses (lone surrogates, whole numbers beyond 64 bits) is coded by the patient one and starts with
a blank. Numbers are finite, as JSON's are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import orjson
import xxhash

from syncd.model import Create, Deed, KeptValue, Link, Merge, Raw, Ref, Removal, Stream, Value

_PATIENT = b" "


def pack(value: Any) -> bytes:
    """Return `value` (JSON scalars, lists, dicts) as bytes."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return _PATIENT + json.dumps(value, separators=(",", ":")).encode()


def unpack(data: bytes) -> Any:
    """Return what `pack` was given; lists for tuples."""
    return json.loads(data) if data.startswith(_PATIENT) else orjson.loads(data)


def pack_links(links: Mapping[str, Sequence[str]]) -> bytes:
    """Return linked ids by object as bytes. An absent object stays absent, an empty list empty."""
    return pack({name: list(ids) for name, ids in links.items()}) if links else b"{}"


def unpack_links(data: bytes) -> dict[str, tuple[str, ...]]:
    """Return what `pack_links` was given."""
    return {} if data == b"{}" else {name: tuple(ids) for name, ids in unpack(data).items()}


def pack_names(names: Sequence[str]) -> str:
    """Return names or sentences as one line of JSON, for a text column."""
    return json.dumps(list(names), ensure_ascii=False, separators=(",", ":"))


def unpack_names(line: str) -> tuple[str, ...]:
    """Return what `pack_names` was given."""
    return tuple(json.loads(line))


def pack_proposal(proposal: Value | Deed) -> bytes:
    """Return a proposed value or deed as bytes; kinds JSON does not know are told by a tag."""
    match proposal:
        case Link() | Removal() | Merge() | Create():
            return _pack_deed(proposal)
        case datetime():
            return pack({"datetime": proposal.isoformat()})
        case date():
            return pack({"date": proposal.isoformat()})
        case tuple():
            return pack({"list": list(proposal)})
        case _:
            return pack(proposal)


def unpack_proposal(data: bytes) -> Value | Deed:
    """Return what `pack_proposal` was given."""
    match unpack(data):
        case {"link": _} | {"removal": _} | {"merge": _} | {"create": _} as deed:
            return _unpack_deed(deed)
        case {"datetime": str(text)}:
            return datetime.fromisoformat(text)
        case {"date": str(text)}:
            return date.fromisoformat(text)
        case {"list": [*items]}:
            return tuple(items)
        case scalar:
            return scalar  # type: ignore[no-any-return]  # a JSON scalar is a Value


def _pack_deed(deed: Deed) -> bytes:
    match deed:
        case Link(to=to, label=label):
            return pack({"link": [to.account, to.object, to.id, label]})
        case Removal():
            return pack({"removal": True})
        case Merge(into=into, values=values):
            return pack({"merge": [into.account, into.object, into.id, _kept(values)]})
        case Create(stream=stream, values=values, links=links):
            place = [stream.account, stream.object, stream.kind]
            return pack({"create": [*place, _kept(values), pack_ties(links)]})


def _unpack_deed(deed: Mapping[str, Any]) -> Deed:
    match deed:
        case {"link": [account, object_name, record_id, label]}:
            return Link(Ref(account, object_name, record_id), label)
        case {"merge": [account, object_name, record_id, kept]}:
            return Merge(Ref(account, object_name, record_id), _unkept(kept))
        case {"create": [account, object_name, kind, kept, ties]}:
            return Create(Stream(account, object_name, kind), _unkept(kept), unpack_ties(ties))
        case _:
            return Removal()


def pack_ties(links: Sequence[Link]) -> str:
    """Return links as one line of JSON, for a text column."""
    return json.dumps([[one.to.account, one.to.object, one.to.id, one.label] for one in links], separators=(",", ":"))


def unpack_ties(line: str) -> tuple[Link, ...]:
    """Return what `pack_ties` was given."""
    return tuple(Link(Ref(account, name, id_), label) for account, name, id_, label in json.loads(line))


def _kept(values: Sequence[KeptValue]) -> list[list[str]]:
    return [[one.field, pack_proposal(one.value).decode(), one.reason] for one in values]


def _unkept(kept: Sequence[Sequence[str]]) -> tuple[KeptValue, ...]:
    return tuple(KeptValue(name, _value(text), reason) for name, text, reason in kept)


def _value(text: str) -> Value:
    return unpack_proposal(text.encode())  # type: ignore[return-value]  # only values are packed within a deed


def digest(value: Any) -> bytes:
    """Return a hash of a packable value, 16 bytes."""
    return xxhash.xxh3_128_digest(pack(value))


def pack_raw(value: Raw) -> bytes:
    """Return one raw value as bytes."""
    return pack(value)


def unpack_raw(data: bytes) -> Raw:
    """Return what `pack_raw` was given."""
    return unpack(data)  # type: ignore[no-any-return]  # only raw values are packed so
