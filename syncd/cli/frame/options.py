"""Options that several commands share, so that they are spelled and explained alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_CONFIG = Path("syncd.yaml")

ConfigPath = Annotated[
    Path, typer.Option("--config", "-c", envvar="SYNCD_CONFIG", help="The configuration file.", show_default=True)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")]
Streams = Annotated[
    list[str] | None, typer.Argument(metavar="STREAM", help="Streams by name, `hubspot-main/contacts`; all if none.")
]
