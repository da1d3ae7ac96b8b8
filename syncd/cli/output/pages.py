"""Writing a page to a file that somebody named."""

from __future__ import annotations

from pathlib import Path

from syncd.errors import ConfigError, Mistake


def write_page(file: Path, page: str) -> None:
    """Write it; ConfigError where that cannot be done."""
    try:
        file.write_text(page, "utf-8")
    except OSError as error:
        raise ConfigError([Mistake(str(file), 0, 0, f"cannot be written: {error.strerror}")]) from error
