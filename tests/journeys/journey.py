"""What a test of a whole journey does: configure, let people act in the CRM, pass, and look at what happened."""

from __future__ import annotations

import io
import os
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import orjson
import urllib3

from connectors.sandbox import DEFAULT_TOKEN
from syncd.cli import run_command
from syncd.clock import SystemClock
from syncd.engine import DomainLookups, PassResult, apply_approved, run_pass
from syncd.model import Fix, FixState, Ref, Stream
from syncd.settings import parse_settings
from syncd.store import Store, Transaction
from syncd.telemetry import Telemetry
from syncd.wiring import Parts, build
from tests.journeys.crms import HUBSPOT, Crm

#: Every fix at once: for journeys that are about something else.
OPEN_GUARDS = (
    "{max_changes_per_run: 100000, max_changes_per_day: 100000, max_share: 1.0, canary: 0, max_jump: 1.0, "
    "max_set_back: 100000}"
)


class HurriedClock(SystemClock):
    """The real clock, but for waiting: what is waited for is over at once, in the CRM too."""

    def __init__(self, ahead: timedelta, pass_time: Callable[[float], None]) -> None:
        self._ahead = ahead
        self._pass_time = pass_time
        self._skipped = 0.0

    def now(self) -> datetime:
        """Return the time, ahead of the real one."""
        return super().now() + self._ahead

    def monotonic(self) -> float:
        """Return seconds, those that were not waited for included."""
        return super().monotonic() + self._skipped

    def wait(self, seconds: float, stop: threading.Event | None = None) -> bool:
        """Let the time pass at once."""
        if seconds > 0:
            self._skipped += seconds
            self._pass_time(seconds)
        return stop is not None and stop.is_set()


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and the code it ended with."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Return what `--json` printed."""
        return orjson.loads(self.out)

    @property
    def complaint(self) -> str:
        """Return what was said to a person about what went wrong, without the log."""
        return "\n".join(line for line in self.err.splitlines() if not line.startswith("{"))


class Journey:
    """One account, one store, and as many lives of syncd as the test needs."""

    def __init__(self, url: str, store_url: str, folder: Path, crm: Crm = HUBSPOT) -> None:
        self.crm = crm
        self.url = url
        self.store_url = store_url
        self.folder = folder
        self.mode = "apply"
        self.guards = OPEN_GUARDS
        self.rules = "{}"
        self.token = DEFAULT_TOKEN
        #: The account's way in, as YAML, and what its secrets are.
        self.way_in = "token: '${TOKEN}'"
        self.secrets: dict[str, str] = {}
        self.port = 0
        #: How far syncd's clock is ahead of the CRM's.
        self.ahead = timedelta(0)
        #: How mail domains are looked up; never in the real DNS.
        self.domains: DomainLookups | None = None
        #: More settings of the store, and whole sections of settings, as YAML.
        self.more_of_store = ""
        self.sections = ""
        #: More settings of the people, as YAML.
        self.extra = ""
        self._http = urllib3.PoolManager(retries=False)

    # Our side

    def text(self) -> str:
        """Return the configuration."""
        more = {self.crm.people: self.extra}
        streams = [f"  main/{name}: {{mode: {self.mode}, {more.get(name, '')}}}\n" for name in self.crm.objects]
        return (
            f"accounts: {{main: {{crm: {self.crm.name}, {self.way_in}, url: '{self.url}', share: 1.0}}}}\n"
            f"streams:\n{''.join(streams)}"
            f"rules: {self.rules}\n"
            f"guards: {self.guards}\n"
            f"store: {{url: '${{STORE}}'{self.more_of_store}}}\n"
            f"web: {{port: {self.port}}}\n"
            f"{self.sections}"
        )

    def environment(self) -> dict[str, str]:
        """Return the variables that the configuration names."""
        return {"TOKEN": self.token, "STORE": self.store_url, **self.secrets}

    @contextmanager
    def life(self):
        """Open everything as the daemon does; unanswered writes are read back at once."""
        settings = parse_settings(self.text(), file="syncd.yaml", folder=self.folder, env=self.environment())
        clock = HurriedClock(self.ahead, self.pass_time)
        parts = build(settings, clock=clock, telemetry=Telemetry(clock), holder="test")
        try:
            yield replace(parts, tools=replace(parts.tools, settle_after_s=0.0, domains=self.domains))
        finally:
            parts.close()

    def pass_once(self, *, may_write: bool = True, over_guards: bool = False) -> dict[str, PassResult]:
        """Live for one pass over all streams; return what became of them by object."""
        with self.life() as parts:
            _, results = run_pass(
                parts.tools, parts.setups, trigger="test", may_write=may_write, over_guards=over_guards
            )
        return {result.setup.stream.object: result for result in results}

    @staticmethod
    def live(parts: Parts) -> dict[str, PassResult]:
        """Pass once in a life that was begun by the test."""
        _, results = run_pass(parts.tools, parts.setups, trigger="test", may_write=True)
        return {result.setup.stream.object: result for result in results}

    def apply(self, *, over_guards: bool = False) -> str:
        """Write what is approved; return the run."""
        with self.life() as parts:
            run, _ = apply_approved(parts.tools, parts.setups, trigger="test", over_guards=over_guards)
        return run

    def command(self, *arguments: str) -> Said:
        """Run a command line as a person would, on this configuration."""
        file = self.folder / "syncd.yaml"
        file.write_text(self.text(), "utf-8")
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), patch.dict(os.environ, self.environment()):
            code = run_command([*arguments, "--config", str(file)])
        return Said(code, out.getvalue(), err.getvalue())

    def fixes(self, object_name: str = "", *states: FixState) -> list[Fix]:
        """Return the journal's fixes of an object, of people unless another is named."""
        found: list[Fix] = self.with_store(lambda tx: tx.journal.select(stream=self.stream(object_name), states=states))
        return found

    def rules_against(self, record_id: str) -> set[str]:
        """Return the rules that have something against a person now."""
        found = self.with_store(lambda tx: tx.findings.of(self.ref(record_id)))
        return {one.finding.rule for one in found}

    def with_store(self, look: Callable[[Transaction], Any]) -> Any:
        """Return what `look` finds in a reading transaction, while no syncd lives."""
        store = Store.open(self.store_url, SystemClock())
        try:
            with store.reading() as tx:
                return look(tx)
        finally:
            store.close()

    def stream(self, object_name: str = "") -> Stream:
        """Return a stream of the account, that of people unless another is named."""
        name = object_name or self.crm.people
        return Stream("main", name, "company" if name == self.crm.companies else "person")

    def ref(self, record_id: str, object_name: str = "") -> Ref:
        """Return a record of the account."""
        return Ref("main", object_name or self.crm.people, record_id)

    # The CRM's side

    def create(self, object_name: str = "", who: str | Mapping[str, str] = "import", **properties: str) -> str:
        """Let somebody create a record; return its id. Fields go by our names or the CRM's."""
        name = object_name or self.crm.people
        values = self.crm.spelled(name, properties)
        answer = self.act("create", object=name, properties=values, **{"as": who})
        return str(answer["results"][0]["id"])

    def create_company(self, name: str = "Example Works GmbH", domain: str = "example-works.com", **more: str) -> str:
        """Let somebody create a company; return its id."""
        return self.create(self.crm.companies, name=name, domain=domain, **more)

    def edit(
        self,
        record_id: str,
        object_name: str = "",
        who: str | Mapping[str, str] = "person",
        **properties: str | None,
    ) -> None:
        """Let somebody edit a record."""
        name = object_name or self.crm.people
        values = {self.crm.property(name, key): value for key, value in properties.items()}
        self.act("update", object=name, id=record_id, properties=values, **{"as": who})

    def act(self, do: str, **wish: Any) -> dict[str, Any]:
        """Let something happen in the CRM."""
        return self.control("POST", "act", {"do": do, **wish})

    def unlink(self, contact: str, company: str) -> None:
        """Let a person take a contact away from a company."""
        if self.crm.company_link:
            self.edit(contact, "", "person", **{self.crm.company_link: None})
        else:
            self.act("unlink", object=self.crm.people, id=contact, to=self.crm.companies, to_id=company)

    def fault(self, kind: str, **more: Any) -> None:
        """Let calls go wrong."""
        self.control("POST", "faults", {"kind": kind, **more})

    def edited_meanwhile(self, record_id: str, during: str, values: Mapping[str, str], **more: Any) -> None:
        """Let a person edit somebody during the next call of a kind."""
        spelled = {self.crm.property(self.crm.people, name): value for name, value in values.items()}
        wish = {"object": self.crm.people, "count": 1, **more}
        self.fault("edit", endpoint=during, id=record_id, properties=spelled, **wish)

    def allow(self, *seen: str, changed: Sequence[str] | None = None) -> None:
        """Let an administrator leave us nothing but to see these objects, and to change all or some of them."""
        place, wish = self.crm.allow(seen, seen if changed is None else changed)
        self.control("POST", place, wish)

    def allow_all(self) -> None:
        """Let an administrator give us everything back."""
        self.allow(*self.crm.objects)

    def struck(self) -> list[int]:
        """Return how often each fault has struck."""
        return [one["struck"] for one in self.control("GET", "faults")["faults"]]

    def pass_time(self, seconds: float) -> None:
        """Let the CRM's time pass."""
        self.control("POST", "clock", {"shift_s": seconds})

    def no_faults(self) -> None:
        """Let calls go well again."""
        self.control("DELETE", "faults")

    def call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Call the CRM itself, as an administrator's program."""
        headers = {"Authorization": f"Bearer {DEFAULT_TOKEN}", "Content-Type": "application/json"}
        content = None if body is None else orjson.dumps(body)
        answer = self._http.request(method, f"{self.url}{path}", body=content, headers=headers)
        assert answer.status < 400, answer.data
        return orjson.loads(answer.data) if answer.data else {}

    def value(self, record_id: str, name: str, object_name: str = "") -> str | None:
        """Return what the CRM holds, of a field by our name or the CRM's."""
        kind = object_name or self.crm.people
        spelled = self.crm.property(kind, name)
        answer = self.call("GET", self.crm.path.format(object=kind, id=record_id, name=spelled))
        return self.crm.value(answer, spelled)

    def written(self, **wanted: str) -> list[dict[str, Any]]:
        """Return what syncd did to records, by the sandbox's own log."""
        query = "&".join(f"{name}={value}" for name, value in {"actor": "app", "limit": "1000000", **wanted}.items())
        found: list[dict[str, Any]] = self.control("GET", f"effects?{query}")["effects"]
        return found

    def changes(self, **wanted: str) -> list[tuple[str, str, str | None]]:
        """Return the single values syncd wrote to people, by our names, in the order they were written."""
        effects = self.written(kind="update", object=self.crm.people, **wanted)
        named = [(one["id"], self.crm.field(one["object"], one["property"]), one["after"]) for one in effects]
        return [one for one in named if one[1] not in {"company", *self.crm.derived}]

    def links(self) -> list[tuple[str, str]]:
        """Return the links syncd made and took away: a person, and the company or nothing."""
        if self.crm.company_link:
            effects = self.written(kind="update", object=self.crm.people, property=self.crm.company_link)
            return [(one["id"], one["after"] or "") for one in effects]
        effects = [one for one in self.written() if one["kind"] in {"link", "unlink"}]
        return [(one["id"], one["after"].partition(":")[0] if one["kind"] == "link" else "") for one in effects]

    def calls(self) -> dict[str, int]:
        """Return the calls since the last look, by endpoint and object."""
        rows = self.control("GET", "requests")["requests"]
        self.control("DELETE", "requests")
        counts: dict[str, int] = {}
        for row in rows:
            name = f"{row['endpoint']} {row['object']}".strip()
            counts[name] = counts.get(name, 0) + row["count"]
        return counts

    def control(self, method: str, place: str, body: Any = None) -> dict[str, Any]:
        """Use the sandbox's control API."""
        answer = self._http.request(
            method, f"{self.url}/_sandbox/{place}", body=None if body is None else orjson.dumps(body)
        )
        assert answer.status < 400, answer.data
        return orjson.loads(answer.data) if answer.data else {}

    def close(self) -> None:
        """Let go of connections."""
        self._http.clear()


def outcome(results: Mapping[str, PassResult], object_name: str = "") -> dict[str, int]:
    """Return what a pass wrote, without the zeros: to people and companies alike, unless an object is named."""
    told: Counter[str] = Counter()
    for name, result in results.items():
        if object_name in {"", name}:
            told.update({state.value: count for state, count in result.tally.fixes.items() if count})
    return dict(told)


def values(effects: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str | None]]:
    """Return what effects did to single values: record, property and the value after, in the order they happened."""
    return [(one["id"], one["property"], one["after"]) for one in effects if one["kind"] == "update"]


def rules_of(fixes: Sequence[Any]) -> set[str]:
    """Return the rules that have a part in fixes."""
    return {rule for fix in fixes for rule in fix.rules}


__all__ = ["Journey", "Parts", "Said", "outcome", "rules_of", "values"]
