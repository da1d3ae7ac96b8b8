"""Facts as bytes and back: nested tuples in the interpreter's own form, which is read faster than anything else.

For files that live as long as one run; what is kept for longer goes through the store.
"""

from __future__ import annotations

import dataclasses
import functools
import marshal
import operator
import typing
from collections.abc import Callable
from typing import Any

from quality.dedupe import CompanyFacts, Facts, PersonFacts

_KINDS: dict[str, Any] = {"person": PersonFacts, "company": CompanyFacts}
_Parts = tuple[Any, ...]
_REMEMBERED = 16_384
#: Bytes that say how long an id is.
_LENGTH = 4


def pack(record_id: str, facts: Facts) -> bytes:
    """Return a record's id and facts as bytes; the id stands in front, to be read alone."""
    name = record_id.encode(errors="surrogatepass")
    return len(name).to_bytes(_LENGTH, "little") + name + marshal.dumps(_packer(_kind_of(facts))(facts))


def unpack(kind: str, data: bytes) -> tuple[str, Facts]:
    """Return the id and the facts of a record of a kind."""
    parts = marshal.loads(data[_end_of_id(data) :])  # noqa: S302 - written by this very run, in a folder of its own
    return unpack_id(data), _unpacker(_KINDS[kind])(parts)


def unpack_id(data: bytes) -> str:
    """Return the id of a record."""
    return data[_LENGTH : _end_of_id(data)].decode(errors="surrogatepass")


def _end_of_id(data: bytes) -> int:
    return _LENGTH + int.from_bytes(data[:_LENGTH], "little")


def _kind_of(facts: Facts) -> Any:
    return type(facts)


def _remembering(kind: Any) -> Callable[[_Parts], Any]:
    """Return what turns tuples into a dataclass, and equal ones into the same."""
    return functools.lru_cache(maxsize=_REMEMBERED)(_unpacker(kind))


@functools.cache
def _packer(kind: Any) -> Callable[[Any], _Parts]:
    """Return what turns a dataclass into a tuple, the dataclasses in it likewise."""
    inner = _inner(kind)
    parts_of: Callable[[Any], _Parts] = operator.attrgetter(*inner)
    writes = [(place, write) for place, (write, _) in enumerate(inner.values()) if write]
    if not writes:
        return parts_of

    def packed(value: Any) -> _Parts:
        parts = list(parts_of(value))
        for place, write in writes:
            parts[place] = write(parts[place])
        return tuple(parts)

    return packed


@functools.cache
def _unpacker(kind: Any) -> Callable[[_Parts], Any]:
    """Return what turns the tuple of a dataclass into it."""
    reads = [(place, read) for place, (_, read) in enumerate(_inner(kind).values()) if read]

    def unpacked(parts: _Parts) -> Any:
        values = list(parts)
        for place, read in reads:
            values[place] = read(values[place])
        return kind(*values)

    return unpacked


def _inner(kind: Any) -> dict[str, tuple[Callable[[Any], Any] | None, Callable[[Any], Any] | None]]:
    """Return by field what packs and unpacks it; nothing for what is as it is."""
    hints = typing.get_type_hints(kind)
    return {one.name: _both(hints[one.name]) for one in dataclasses.fields(kind)}


def _both(hint: Any) -> tuple[Callable[[Any], Any] | None, Callable[[Any], Any] | None]:
    members: Any = typing.get_args(hint)
    if _is_ours(hint):
        return _packer(hint), _remembering(hint)
    if typing.get_origin(hint) is tuple and members and _is_ours(members[0]):
        write, read = _packer(members[0]), _remembering(members[0])
        return (lambda values: tuple(map(write, values))), (lambda values: tuple(map(read, values)))
    return None, None


def _is_ours(hint: Any) -> bool:
    return dataclasses.is_dataclass(hint)
