"""Facts as bytes and back: nested tuples in the interpreter's own form, which is read faster than anything else.

For files that live as long as one run; what is kept for longer goes through the store.
"""

from __future__ import annotations

import dataclasses
import functools
import marshal
import typing
from collections.abc import Callable
from typing import Any

from quality.dedupe import CompanyFacts, Facts, PersonFacts

_KINDS: dict[str, Any] = {"person": PersonFacts, "company": CompanyFacts}
_Parts = tuple[Any, ...]
_REMEMBERED = 16_384


def pack(record_id: str, facts: Facts) -> bytes:
    """Return a record's id and facts as bytes."""
    return marshal.dumps((record_id, _packer(_kind_of(facts))(facts)))


def unpack(kind: str, data: bytes) -> tuple[str, Facts]:
    """Return the id and the facts of a record of a kind."""
    record_id, parts = marshal.loads(data)  # noqa: S302 - written by this very run, in a folder of its own
    return record_id, _unpacker(_KINDS[kind])(parts)


def _kind_of(facts: Facts) -> Any:
    return type(facts)


def _remembering(kind: Any) -> Callable[[_Parts], Any]:
    """Return what turns tuples into a dataclass, and equal ones into the same."""
    return functools.lru_cache(maxsize=_REMEMBERED)(_unpacker(kind))


@functools.cache
def _packer(kind: Any) -> Callable[[Any], _Parts]:
    """Return what turns a dataclass into a tuple, the dataclasses in it likewise."""
    steps = [(name, write) for name, (write, _) in _inner(kind).items()]

    def packed(value: Any) -> _Parts:
        return tuple([write(getattr(value, name)) if write else getattr(value, name) for name, write in steps])

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
