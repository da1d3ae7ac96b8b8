"""The stop switch: files whose being there stops all writing, and a word in a store that several daemons share."""

from __future__ import annotations

from pathlib import Path

from syncd.errors import ConfigError
from syncd.settings import Settings
from syncd.store import Store


def files_of(settings: Settings) -> list[Path]:
    """Return the files whose being there is the switch: one for all streams, unless some have their own."""
    return list(dict.fromkeys([settings.guards.stop_file, *(one.guards.stop_file for one in settings.streams)]))


def why_off(settings: Settings, store: Store) -> str:
    """Return why nothing is written; empty when it may be."""
    return store.stop_reason() or next((_note(file) for file in files_of(settings) if file.exists()), "")


def switch_off(settings: Settings, store: Store, note: str) -> list[Path]:
    """Let nothing be written from the next batch on; return the files that say so. The note says who wants it."""
    files = files_of(settings)
    for file in files:
        put(file, note)
    # The files are this machine's; daemons elsewhere look into the store.
    if store.is_shared:
        store.stop(note)
    return files


def switch_on(settings: Settings, store: Store) -> tuple[list[Path], str]:
    """Let everybody write again; return the files that were there, and what the store said."""
    there = [file for file in files_of(settings) if file.exists()]
    for file in there:
        file.unlink(missing_ok=True)
    return there, store.lift()


def put(file: Path, note: str) -> None:
    """Write who put the switch on; raise ConfigError when the file cannot be written."""
    try:
        file.write_text(note + "\n")
    except OSError as error:
        raise ConfigError(
            f"The stop file {file} cannot be written: {error.strerror}.",
            hint="Anybody who may write to its folder can put it there; to be sure at once, end the daemon.",
        ) from error


def _note(file: Path) -> str:
    """Return what a stop file says; anybody may have put it there, with anything in it."""
    try:
        said = file.read_bytes()[:300].decode(errors="replace").strip()
    except OSError:
        said = ""
    return said or f"the file {file.name} is there"
