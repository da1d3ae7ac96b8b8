"""`syncd sandbox`: only the simulated CRM, for trying things and for tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.frame.options import AsJson

if TYPE_CHECKING:
    from datetime import datetime

    from connectors.sandbox import Sandbox
    from connectors.sandbox.population import Population, Sides
    from syncd.cli.output.screen import Screen

#: Seconds between two events of a base that lives.
LIVE_EVERY_S = 0.5


def sandbox(  # noqa: PLR0913 - a command has as many options as it has
    *,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8410,
    people: Annotated[int, typer.Option(min=0, help="How many contacts.")] = 2000,
    companies: Annotated[int, typer.Option(min=1, help="How many companies.")] = 600,
    seed: Annotated[int, typer.Option(help="The same seed makes the same base.")] = 1,
    dirt: Annotated[float, typer.Option(min=0, max=1, help="0: all clean; 1: two records in five are dirty.")] = 1.0,
    overlap: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Two bases that hold so much the same, each dirty in its own way; 0.6: most."),
    ] = None,
    state: Annotated[Path | None, typer.Option(help="Keep the CRM in this file, over restarts.")] = None,
    tier: Annotated[str, typer.Option(help="Limits: free_starter, pro, enterprise, increase, oauth, off.")] = "pro",
    latency: Annotated[float, typer.Option(min=0, help="Seconds that every answer takes longer.")] = 0.0,
    live: Annotated[bool, typer.Option("--live", help="People, forms and imports keep dirtying the base.")] = False,
    pace: Annotated[float, typer.Option(min=0.01, help="With --live: seconds between two events.")] = LIVE_EVERY_S,
    native: Annotated[
        bool, typer.Option("--native", help="HubSpot's own Salesforce connector keeps the two in step.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Serve a simulated HubSpot and Salesforce with a dirty base, until Ctrl-C. Needs no account, no configuration."""
    from connectors.sandbox.limits import TIERS
    from syncd.cli.output.screen import Screen, error_screen
    from syncd.clock import SystemClock

    if tier not in TIERS:
        raise typer.BadParameter(f"no tier is called '{tier}'; there are: {', '.join(TIERS)}", param_hint="--tier")
    if state is None or not state.exists():
        error_screen().line(f"Making {people} contacts and {companies} companies ...")
    population = _base(people, companies, seed, dirt, SystemClock().now(), overlap)
    made = _made(population, tier, state)
    if native:
        made.native.turn({"is_on": True})
    if latency:
        made.world.faults.add({"kind": "latency", "seconds": latency})
    _serve(made, Screen(), host, port, live_every_s=pace if live else None, as_json=as_json)
    return 0


def _base(
    people: int, companies: int, seed: int, dirt: float, now: datetime, overlap: float | None
) -> Population | Sides:
    from connectors.sandbox.population import Overlap, generate, generate_sides

    if overlap is None:
        return generate(people, companies, seed=seed, now=now, dirt=dirt)
    return generate_sides(people, companies, seed=seed, now=now, dirt=dirt, overlap=Overlap(shared=overlap))


def _made(population: Population | Sides, tier: str, state: Path | None) -> Sandbox:
    from connectors.sandbox import Sandbox
    from syncd.errors import ConfigError, Mistake

    try:
        return Sandbox(population=population, tier=tier, state=state)
    except (OSError, ValueError) as error:
        mistake = Mistake(str(state), 0, 0, f"cannot be used as the sandbox's state: {error}")
        raise ConfigError([mistake], hint="Name another file, or delete this one to begin anew.") from error


def _ways_in(crm: str, credentials: Mapping[str, str], url: str) -> tuple[str, str]:
    """Return the commands that make a first configuration for a simulated CRM."""
    client_id = credentials.get("client_id")
    kind, option = ("client_secret", f" --client-id {client_id}") if client_id else ("token", "")
    export = f"export {crm.upper()}_{kind.upper()}={credentials[kind]}"
    return export, f"syncd init --yes --crm {crm}{option} --url {url}"


def _serve(made: Sandbox, screen: Screen, host: str, port: int, *, live_every_s: float | None, as_json: bool) -> None:
    from threading import Thread

    from syncd.errors import ConfigError

    def tell(url: str) -> None:
        if as_json:
            screen.json({"url": url, "token": made.token, "control": f"{url}/_sandbox/"})
        else:
            screen.line(f"serves   {url}")
            screen.line(f"control  {url}/_sandbox/  (truth, effects, faults, limits)")
            for crm in made.crms.values():
                screen.line(f"To try {crm.title}:")
                for command in _ways_in(crm.name, crm.credentials, url):
                    screen.line(f"  {command}")
        screen.flush()
        if live_every_s is not None:
            # It waits for the server's loop, which is calling here.
            Thread(target=made.live, args=(live_every_s,), name="sandbox-wake", daemon=True).start()

    try:
        made.run(host, port, tell)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(
            f"Cannot serve on {host}:{port}: {reason}.", hint="Choose another port with --port."
        ) from error
