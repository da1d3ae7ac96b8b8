"""`syncd demo`: a simulated CRM, the daemon, and the KPIs before and after."""

from __future__ import annotations

from typing import Annotated

import typer

from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.options import AsJson


def demo(  # noqa: PLR0913 - a command has as many options as it has
    *,
    crm: Annotated[str, typer.Option(help="Which CRM: the name of one, or both.")] = "both",
    linked: Annotated[
        bool, typer.Option("--linked", help="Both CRMs as one: partly linked bases, and their own connector between.")
    ] = False,
    people: Annotated[int, typer.Option(min=1, help="How many contacts.")] = 2000,
    companies: Annotated[int, typer.Option(min=1, help="How many companies.")] = 600,
    seed: Annotated[int, typer.Option(help="The same seed makes the same base.")] = 1,
    once: Annotated[bool, typer.Option("--once", help="End after the table.")] = False,
    live: Annotated[bool, typer.Option("--live", help="People, forms and imports keep dirtying the base.")] = False,
    sandbox_port: Annotated[int, typer.Option(min=0, max=65535, help="The sandbox's port; 0 takes a free one.")] = 0,
    web_port: Annotated[int, typer.Option(min=0, max=65535, help="The port of metrics and health; 0: any.")] = 0,
    as_json: AsJson = False,
) -> ExitCode:
    """See syncd at work on a simulated dirty CRM: no account, no configuration, nothing left behind."""
    from syncd.cli.demonstration import DemoChoice, play

    crms = _crms(crm)
    if linked and len(crms) < 2:
        raise typer.BadParameter("takes more than one CRM", param_hint="--linked")
    is_once = once or as_json
    return play(DemoChoice(crms, people, companies, seed, is_once, live, sandbox_port, web_port, as_json, linked))


def _crms(name: str) -> tuple[str, ...]:
    """Return the CRMs that are meant."""
    from connectors import crms

    known = crms()
    if name in {"both", "all"}:
        return known
    if name not in known:
        raise typer.BadParameter(f"no CRM is called '{name}'; there are: {', '.join(known)}, both", param_hint="--crm")
    return (name,)
