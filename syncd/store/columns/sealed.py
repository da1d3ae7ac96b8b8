"""Column types for what a record says: plain, or encrypted where the store has a seal (see `sealing`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import Dialect, LargeBinary, TypeDecorator

from syncd.store.columns.types import Line, storable

if TYPE_CHECKING:
    from syncd.store.columns.ciphers import Seal

#: What sealed and veiled texts begin with; no plain one may.
TEXT_MARK = "\x01"
#: Under which the seal of an engine lies in its dialect, which every column type is given.
_PLACE = "syncd_seal"


def seal_of(dialect: Dialect) -> Seal | None:
    """Return the seal of the engine that a dialect belongs to; None where values are kept in plain."""
    found: Seal | None = dialect.__dict__.get(_PLACE)
    return found


def use_seal(dialect: Dialect, seal: Seal | None) -> None:
    """Let everything that is written and read through a dialect's engine go through a seal."""
    dialect.__dict__[_PLACE] = seal


def masks_of(dialect: Dialect, hashes: Collection[int]) -> Mapping[int, int]:
    """Return by what hashes of values are kept: themselves, or keyed hashes of them where there is a seal."""
    seal = seal_of(dialect)
    return dict(zip(hashes, hashes, strict=True)) if seal is None else {one: seal.mask(one) for one in hashes}


class Sealed(TypeDecorator[bytes]):
    """Packed values that are only ever read back."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Encrypt it, where there is a seal."""
        return sealed(value, seal_of(dialect))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Decrypt it."""
        return unsealed(value, seal_of(dialect))


class SealedLine(Line):
    """Text that is only ever read back."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypt it, where there is a seal."""
        return sealed_text(value, seal_of(dialect))

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypt it."""
        return unsealed_text(value, seal_of(dialect))


class VeiledLine(Line):
    """Text that is looked up by being the same. Its order is not that of the alphabet where there is a seal."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypt it, where there is a seal."""
        return veiled(value, seal_of(dialect))

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypt it."""
        return unveiled(value, seal_of(dialect))


def sealed(value: bytes | None, seal: Seal | None) -> bytes | None:
    """Return packed values as they are kept."""
    return value if value is None or seal is None else seal.seal(value)


def unsealed(held: bytes | None, seal: Seal | None) -> bytes | None:
    """Return what `sealed` was given."""
    return held if held is None or seal is None else seal.unseal(bytes(held))


def sealed_text(value: str | None, seal: Seal | None) -> str | None:
    """Return text as it is kept."""
    if value is None:
        return None
    return unmarked(value) if seal is None else seal.seal_text(storable(value))


def unsealed_text(held: str | None, seal: Seal | None) -> str | None:
    """Return what `sealed_text` was given."""
    return held if held is None or seal is None else seal.unseal_text(held)


def veiled(value: str | None, seal: Seal | None) -> str | None:
    """Return text as it is kept and looked up."""
    if value is None:
        return None
    return unmarked(value) if seal is None else seal.veil(storable(value))


def unveiled(held: str | None, seal: Seal | None) -> str | None:
    """Return what `veiled` was given."""
    return held if held is None or seal is None else seal.unveil(held)


def unmarked(value: str) -> str:
    """Return text as it is kept in plain: never like one that is encrypted."""
    return storable("\ufffd" + value[1:] if value.startswith(TEXT_MARK) else value)
