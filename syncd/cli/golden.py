"""`syncd golden`: one record of each person, company or deal over all linked accounts, and where each value is from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import DEFAULT_CONFIG, AsJson, ConfigPath

if TYPE_CHECKING:
    from syncd.settings import Settings


def golden(
    kind: Annotated[str, typer.Argument(help="What to tell of: person, company or deal.")] = "person",
    *,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write them as CSV.")] = None,
    parquet: Annotated[Path | None, typer.Option("--parquet", metavar="FILE", help="Write them as Parquet.")] = None,
    origins: Annotated[
        bool, typer.Option("--origins", help="With the account, record and time that each value is from.")
    ] = False,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> ExitCode:
    """Tell the golden records of linked accounts: as CSV, Parquet or a JSON document a line. Makes no call."""
    from syncd.cli.frame.noting import counted
    from syncd.cli.frame.opening import open_store
    from syncd.cli.output.golden_files import Shown, data_of, written_to
    from syncd.cli.output.screen import Screen
    from syncd.clock import SystemClock
    from syncd.engine.linked.golden_records import golden_records

    screen = Screen()
    with open_store(config) as (settings, store):
        shown = Shown(_fields(settings, kind), with_origins=origins)
        told = several = 0
        with written_to(csv, parquet, shown) as write:
            for one in golden_records(store.reading, settings.streams, kind, SystemClock().now()):
                told, several = told + 1, several + (len(one.members) > 1)
                write(one)
                if as_json:
                    screen.json_line(data_of(one, shown))
        counted(records=told)
    if not as_json:
        screen.line(f"{told} golden records of the kind {kind}, {several} of them known in several accounts")
        for file in (csv, parquet):
            if file is not None:
                screen.line(f"written to {file}")
    return ExitCode.OK


def _fields(settings: Settings, kind: str) -> tuple[str, ...]:
    """Return the fields that are told of a kind, in the order of our own; refuse a kind that is not linked."""
    from mappings import canonical_fields
    from quality.golden import block_of
    from syncd.errors import UnknownNameError
    from syncd.located import did_you_mean

    linked = [one for one in settings.streams if one.linked is not None and one.stream.kind in {*one.linked.kinds}]
    kinds = sorted({one.stream.kind for one in linked})
    if kind not in kinds:
        hint = f"There are: {', '.join(kinds)}." if kinds else "Link accounts in `linked_accounts` first."
        raise UnknownNameError(f"No records of the kind {kind!r} are linked{did_you_mean(kind, kinds)}.", hint=hint)
    chosen = [one.rules["authority"].options["fields"] for one in linked if one.stream.kind == kind]
    heads = dict.fromkeys(name for fields in chosen for name, how in fields.items() if how["policy"] != "never")
    told = {name for head in heads for name in block_of(head)}
    ours = [name for name in canonical_fields(kind) if name in told]
    return (*ours, *(name for name in heads if name not in ours))
