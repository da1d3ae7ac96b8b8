"""Files that people write: YAML text → data that knows the place of each key and value, and mistakes with places."""

from __future__ import annotations

from syncd.located.document import Document, Path, Place
from syncd.located.likeness import closest, did_you_mean
from syncd.located.mistakes import mistakes_of
from syncd.located.reading import read_document
from syncd.located.shaping import shaped

__all__ = ["Document", "Path", "Place", "closest", "did_you_mean", "mistakes_of", "read_document", "shaped"]
