"""What the settings say of data that comes in: forms that post, and folders that files are put into."""

# ruff: noqa: RUF012 - pydantic copies defaults; ruff does not see so far as to `Part`

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from syncd.model import Mode
from syncd.settings.parts.figures import Label
from syncd.settings.parts.part import Part
from syncd.settings.parts.web import host_url
from syncd.settings.values.duration import Duration
from syncd.settings.values.secret import Secret

#: Where forms are taken; nothing else of syncd is there.
FORMS_AT = "/inbound/"
_SHORTEST_SECRET = 16

Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]


def _path(given: str) -> str:
    if not given.startswith(FORMS_AT) or given.endswith("/") or "//" in given or "%" in given or "?" in given:
        raise ValueError(f"should be a path such as {FORMS_AT}website")
    return given


def _secret(given: Secret) -> Secret:
    text = given.reveal()
    # Who takes nothing in needs no secret: then the reference stands for itself.
    if len(text) < _SHORTEST_SECRET and not text.startswith(("${", "file:")):
        raise ValueError(f"is too short: {_SHORTEST_SECRET} signs at least (openssl rand -hex 32)")
    return given


def _between(least: timedelta, most: timedelta, told: str) -> AfterValidator:
    def check(given: timedelta) -> timedelta:
        if not least <= given <= most:
            raise ValueError(f"should be {told}")
        return given

    return AfterValidator(check)


class DoorSettings(Part):
    """What all ways in have in common."""

    stream: str
    """Whose records come in, account/object: hubspot-main/contacts. People and companies only."""
    mode: Mode = Mode.OBSERVE
    """The most that may happen: observe (check and match only), suggest (a person approves) or apply. The weaker of
    this and the stream's holds."""
    required: list[Word] = []
    """Our fields that have to be filled: [email, last_name]."""
    adds: dict[str, Annotated[str, StringConstraints(min_length=1, max_length=1000)]] = {}
    """Values that every new record gets which says nothing there itself: {lead_source: Website}."""
    refuse: Literal["error", "warning", "never"] = "warning"
    """From which severity on a finding that nobody can put right refuses what comes: error, warning or never."""
    tolerates: list[str] = []
    """Rules that refuse nothing here: [email_role]."""
    evidence: Word | None = None
    """The field of the form, or the column, that holds the evidence of a double opt-in. Without it no opt-in is ever
    weighed against an opt-out."""


class FormSettings(DoorSettings):
    """A form on a web site, whose server posts what was filled in, signed."""

    path: Annotated[str, AfterValidator(_path)] | None = None
    """Where it posts to; nothing said: /inbound/<name>."""
    secret: Annotated[Secret, AfterValidator(_secret)]
    """What its server signs with, by reference: ${FORM_SECRET}. 32 random bytes: openssl rand -hex 32."""
    fields: dict[Word, str] = {}
    """Which of our fields those of the form are: {Email: email, Vorname: first_name}. Fields of our own names need no
    entry; what is named nowhere is left out."""
    origins: tuple[Annotated[str, AfterValidator(host_url)], ...] = ()
    """Web sites whose pages may post by themselves: https://www.example.com. None: servers only."""
    rate: Annotated[int, Field(ge=1, le=10_000)] = 60
    """So many submissions a minute are taken, so many at once too; who comes beyond that is to come again."""
    honeypot: Word | None = None
    """A field of the form that no person sees: who fills it in is thanked, and nothing is kept."""


class FolderSettings(DoorSettings):
    """A folder that CSV files are put into."""

    path: Path
    """The folder; relative to this file. done/ and failed/ are made in it."""
    columns: dict[Word, str] = {}
    """Which of our fields columns are, where the heading does not say: {Kunde: company_name}. Empty: none."""
    every: Annotated[Duration, _between(timedelta(seconds=1), timedelta(days=1), "from 1s to 1d")] = timedelta(
        seconds=10
    )
    """The pause between two looks into the folder."""
    settle: Annotated[Duration, _between(timedelta(0), timedelta(hours=1), "at most 1h")] = timedelta(seconds=5)
    """A file is complete when it has not changed for so long."""
    max_bytes: Annotated[int, Field(ge=1_000, le=10_000_000_000)] = 100_000_000
    """Larger files are not opened."""


class InboundSettings(Part):
    """Data that comes in is checked by the same rules, and matched, before the CRM holds it."""

    forms: dict[Label, FormSettings] = {}
    """Forms, by names of your choice: website."""
    folders: dict[Label, FolderSettings] = {}
    """Folders, by names of your choice: trade-fair."""
    keep: Annotated[Duration, _between(timedelta(days=1), timedelta(days=3650), "from 1d to 3650d")] = timedelta(
        days=30
    )
    """How long the store keeps what came in, once nothing more comes of it; and how long a value that differs from the
    record's is proposed."""

    @property
    def doors(self) -> Mapping[str, DoorSettings]:
        """Return all ways in, by name."""
        return {**self.forms, **self.folders}


def path_of(name: str, form: FormSettings) -> str:
    """Return where a form posts to."""
    return form.path or f"{FORMS_AT}{name.replace(' ', '-')}"


def placed_inbound(inbound: InboundSettings, folder: Path) -> InboundSettings:
    """Return the settings with folders made relative to that of the file."""
    folders = {name: one.model_copy(update={"path": folder / one.path}) for name, one in inbound.folders.items()}
    return inbound.model_copy(update={"folders": folders})
