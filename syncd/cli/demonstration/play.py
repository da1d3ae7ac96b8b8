"""The demonstration itself: read, judge, show; write, show again; then go on as a daemon."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mappings import shipped_mappings
from syncd.cli.demonstration import linked, linked_outcome
from syncd.cli.demonstration.counterpart import Counterpart, running
from syncd.cli.demonstration.merges import proposed_pairs, score_merges
from syncd.cli.demonstration.outcome import Outcome, calls_between, show
from syncd.cli.demonstration.score import score
from syncd.cli.frame.exits import ExitCode
from syncd.cli.frame.opening import opened
from syncd.cli.output.progress import watching
from syncd.cli.output.screen import Screen
from syncd.daemon import stop_on_signals, work
from syncd.engine import PassResult, run_pass
from syncd.model import Role
from syncd.wiring import Parts

#: What is kept clean: the kinds that the shipped rules judge.
KINDS = ("company", "person", "deal")
#: Who may log in to the demonstration's console.
USER = "demo"
#: The environment variable that the demonstration's configuration takes the token from.
TOKEN = "SYNCD_DEMO_TOKEN"  # noqa: S105 - its name

CONFIGURATION = """\
# Written by `syncd demo`. Fixes are applied at once and the guards stand wide open: fine for a simulated CRM,
# never a way to begin with a real one (`syncd init` writes that).
accounts:
{accounts}
streams:
{streams}
guards:
  {{max_changes_per_run: 1000000, max_changes_per_day: 10000000, max_share: 1.0, max_jump: 1.0, max_set_back: 1000000,
    max_merges_per_run: 1000000}}
store: {{url: "sqlite:///syncd.db"}}
web: {{host: 127.0.0.1, port: {port}}}
log: {{level: warning}}
{more}"""
ACCOUNT = """\
  {crm}-demo:
    crm: {crm}
    token: ${{{token}}}
    url: {url}
    share: 1.0"""
STREAM = "  {crm}-demo/{object}: {{mode: apply, every: 5s}}"


@dataclass(frozen=True, slots=True)
class DemoChoice:
    """What the person asked for."""

    crms: tuple[str, ...]
    people: int
    companies: int
    seed: int
    once: bool
    live: bool
    #: Ports of the sandbox and of metrics and health; 0: any free one.
    sandbox_port: int
    web_port: int
    as_json: bool
    #: Whether both CRMs are told of as one.
    is_linked: bool = False


def play(choice: DemoChoice) -> ExitCode:
    """Play the demonstration; returns after the table when `once` is set, else when told to stop."""
    screen = Screen()
    arguments = ["--people", str(choice.people), "--companies", str(choice.companies), "--seed", str(choice.seed)]
    arguments += ["--port", str(choice.sandbox_port)] + (["--live"] if choice.live else [])
    arguments += ["--overlap", str(linked.OVERLAP)] if choice.is_linked else []
    if not choice.as_json:
        named = " and ".join(choice.crms)
        screen.line(f"Making a dirty base for {named}: {choice.people} people, {choice.companies} companies ...")
    with tempfile.TemporaryDirectory(prefix="syncd-demo-") as folder, running(arguments) as crm:
        config = configure(Path(folder), crm, choice)
        with opened(config) as parts:
            _first_cycles(parts, crm, choice, screen)
            if not choice.once:
                _go_on(parts, crm, screen, config)
    return ExitCode.OK


def configure(folder: Path, crm: Counterpart, choice: DemoChoice) -> Path:
    """Write the configuration of a demonstration into a folder; the token goes by the environment."""
    os.environ[TOKEN] = crm.token
    config = folder / "syncd.yaml"
    accounts = [ACCOUNT.format(crm=name, token=TOKEN, url=crm.url) for name in choice.crms]
    streams = [
        STREAM.format(crm=name, object=mapping.object)
        for name in choice.crms
        for mapping in shipped_mappings(name)
        if mapping.kind in KINDS
    ]
    named = ", ".join(f"{name}-demo" for name in choice.crms)
    more = linked.CONFIGURATION.format(accounts=named) if choice.is_linked else ""
    parts = {"accounts": "\n".join(accounts), "streams": "\n".join(streams)}
    text = CONFIGURATION.format(**parts, port=choice.web_port, more=more)
    config.write_text(text, "utf-8")
    return config


def _first_cycles(parts: Parts, crm: Counterpart, choice: DemoChoice, screen: Screen) -> None:
    """Let the first cycles happen, and show what they came to."""

    def say(text: str) -> None:
        if not choice.as_json:
            screen.line(text)
            screen.flush()

    def cycle(may_write: bool) -> Sequence[PassResult]:  # noqa: FBT001 - the only thing to say of a cycle
        with watching(parts.telemetry):
            return run_pass(parts.tools, parts.setups, trigger="demo", may_write=may_write)[1]

    if choice.is_linked:
        story = linked.tell(parts, crm, choice.crms, cycle, say)
        screen.json(linked_outcome.data(story)) if choice.as_json else linked_outcome.show(screen, story)
        return
    outcome = _outcome(parts, crm, choice, cycle, say)
    screen.json(outcome.data()) if choice.as_json else show(screen, outcome)


def _outcome(parts: Parts, crm: Counterpart, choice: DemoChoice, cycle: linked.Cycle, say: linked.Say) -> Outcome:
    """Measure before anything is written, write, write what follows, and look whether anything is left to do."""
    say("Reading and judging all of it ...")
    started = crm.calls()
    before = cycle(False)
    pulled = crm.calls()
    say("Writing what is certain: read, compare, write, look at the answer ...")
    written = cycle(True)
    say("Writing what follows from that: whoever has a company now gets its name ...")
    following = cycle(True)
    wrote = crm.calls()
    say("Once more, to see whether anything is left to do ...")
    after = cycle(True)
    ended = crm.calls()
    truths = {name: crm.truth(name) for name in choice.crms}
    return Outcome(
        before=before,
        written=[*written, *following],
        after=after,
        pull_calls=calls_between(started, pulled),
        write_calls=calls_between(pulled, wrote),
        idle_calls=calls_between(wrote, ended),
        score=score(truths, crm.effects()),
        merges=score_merges(truths, proposed_pairs(parts)),
    )


def _let_in(parts: Parts) -> str:
    """Let somebody log in to the console; return the password, which is good for this demonstration only."""
    from syncd.web.passwords import hash_of

    password = secrets.token_urlsafe(12)
    with parts.store.transaction() as tx:
        tx.users.add(USER, Role.ADMIN, password=hash_of(password))
    return password


def _go_on(parts: Parts, crm: Counterpart, screen: Screen, config: Path) -> None:
    """Be the daemon until Ctrl-C, and tell of every pass that did something."""
    password = _let_in(parts)

    def started(url: str) -> None:
        screen.table(
            ("what", "where"),
            (
                ("console", f"{url}/  name: {USER}  password: {password}"),
                ("metrics", f"{url}/metrics"),
                ("health", f"{url}/healthz  {url}/readyz"),
                ("sandbox", f"{crm.url}/_sandbox/"),
                ("configuration", str(config)),
            ),
        )
        screen.line("The daemon goes on; Ctrl-C ends it.")
        screen.flush()

    def told(_run: str, results: Sequence[PassResult]) -> None:
        for one in results:
            if one.report.judged or one.report.fixes_applied or one.error is not None:
                failed = f"; failed: {one.error.message}" if one.error is not None else ""
                screen.line(
                    f"{one.setup.stream.name}: {one.report.pulled} changed, {one.report.fixes_applied} fixes written, "
                    f"{one.kpis.clean_ratio:.1%} clean{failed}"
                )
                screen.flush()

    stop_on_signals(parts.tools.stop)
    work(parts, after_pass=told, started=started)
