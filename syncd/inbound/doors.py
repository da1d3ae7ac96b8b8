"""The ways in, as the settings name them, ready for use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from syncd.model import Mode
from syncd.settings import DoorSettings, FolderSettings, FormSettings, Secret, Settings, StreamSettings
from syncd.settings.parts.inbound import path_of
from syncd.settings.reading.inbound import may_come_in


@dataclass(frozen=True)
class Door:
    """One way in. `gate` checks what comes by it."""

    name: str
    stream: StreamSettings
    mode: Mode
    required: tuple[str, ...]
    adds: Mapping[str, str]
    #: From which severity on a finding refuses: error, warning or never; and the rules that refuse nothing.
    refuse: str
    tolerates: frozenset[str]
    #: What holds the evidence of an opt-in, as the form or the file calls it; empty: nothing does.
    evidence: str
    #: Our fields by what the form or the file calls them.
    names: Mapping[str, str]

    def heading_of(self, field: str) -> str:
        """Return what the form or the file calls a field."""
        return next((heading for heading, name in self.names.items() if name == field), field)


@dataclass(frozen=True)
class FormDoor(Door):
    """A form."""

    path: str
    secret: Secret
    origins: tuple[str, ...]
    rate: int
    honeypot: str

    @cached_property
    def all_names(self) -> Mapping[str, str]:
        """Return the fields by what the form calls them, those included that need no entry."""
        ours = {name: name for name in self.stream.mapping.fields if may_come_in(self.stream, name)}
        named = set(self.names.values())
        return {**{name: name for name in ours if name not in named}, **self.names}


@dataclass(frozen=True)
class FolderDoor(Door):
    """A folder."""

    path: Path
    every: timedelta
    settle: timedelta
    max_bytes: int


def doors_of(settings: Settings) -> tuple[tuple[FormDoor, ...], tuple[FolderDoor, ...]]:
    """Return the forms and the folders of the settings."""
    inbound = settings.inbound
    forms = tuple(_form(name, one, settings) for name, one in sorted(inbound.forms.items()))
    return forms, tuple(_folder(name, one, settings) for name, one in sorted(inbound.folders.items()))


def _form(name: str, form: FormSettings, settings: Settings) -> FormDoor:
    return FormDoor(
        *_common(name, form, settings),
        names=form.fields,
        path=path_of(name, form),
        secret=form.secret,
        origins=form.origins,
        rate=form.rate,
        honeypot=form.honeypot or "",
    )


def _folder(name: str, folder: FolderSettings, settings: Settings) -> FolderDoor:
    return FolderDoor(
        *_common(name, folder, settings),
        names=folder.columns,
        path=folder.path,
        every=folder.every,
        settle=folder.settle,
        max_bytes=folder.max_bytes,
    )


def _common(
    name: str, door: DoorSettings, settings: Settings
) -> tuple[str, StreamSettings, Mode, tuple[str, ...], Mapping[str, str], str, frozenset[str], str]:
    stream = settings.stream(door.stream)
    assert stream is not None, "the settings allow no door to nowhere"  # noqa: S101 - for the type checker
    return (
        name,
        stream,
        Mode.weakest((door.mode, stream.mode)),
        tuple(door.required),
        door.adds,
        door.refuse,
        frozenset(door.tolerates),
        door.evidence or "",
    )
