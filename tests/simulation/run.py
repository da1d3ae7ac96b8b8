"""One schedule, played: acts in the CRM, lives of syncd, and at the end quiet, and questions that must have answers.

Nothing here asks syncd what it did. The CRM's effect log and tables are read in this process; the store's by SQL.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from connectors.sandbox.effects import Effect
from tests.journeys.crms import HUBSPOT, SALESFORCE, Crm
from tests.simulation.acts import perform
from tests.simulation.checks import Verdicts, check_all, check_life
from tests.simulation.ground import Ground, Moments
from tests.simulation.schedules import RULES, Step
from tests.simulation.stores import Files, Stores

#: Grants that are looked for wherever syncd leaves something behind.
SECRETS = {"hubspot": "pat-na1-planted-4f81c2d7", "salesforce": "00D5g0000000001!AQplanted4f81c2d7"}
OPEN_GUARDS = (
    "{max_changes_per_run: 100000, max_changes_per_day: 100000, max_share: 1.0, canary: 0, max_group: 1000, "
    "max_jump: 1.0, max_set_back: 100000}"
)
#: Passes in which everything must have come to rest once nobody does anything any more.
MOST_PASSES = 8
#: How many points a life of a kind may be expected to have, until one has been lived.
_FIRST_REACH = {"pass": 900, "daemon": 1500, "apply": 250, "sweep": 150, "undo": 250, "review": 8, "plan": 60}


class Nursery:
    """The process whose children are the lives."""

    def __init__(self, root: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.simulation.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=root,
            env={"PYTHONPATH": str(root), "PYTHONHASHSEED": "0", "PATH": "/usr/bin:/bin", "TZ": "UTC"},
        )

    def live(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Have a life lived; return what it says of itself."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(orjson.dumps(wish) + b"\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = orjson.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """Let it end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@dataclass(slots=True)
class Figures:
    """What many schedules came to."""

    schedules: int = 0
    lives: int = 0
    kills: int = 0
    stops: int = 0
    acts: int = 0
    faults: int = 0
    effects: int = 0
    merges: int = 0
    undos: int = 0
    #: Writes over a value that somebody set between our last reading and the arrival of the write.
    overtaken: int = 0
    #: Calls the CRM refused for its own limits.
    refused_calls: int = 0

    def add(self, other: Figures) -> None:
        """Count another schedule."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Life:
    """A life that was lived."""

    number: int
    step: Step
    answer: dict[str, Any]
    #: The effect log before and after it.
    began: int
    ended: int
    config: Step


@dataclass
class Run:
    """One schedule under way."""

    crm: Crm
    ground: Ground
    nursery: Nursery
    store_url: str
    files: Files
    folder: Path
    seed: int
    let_go: Callable[[], None]
    tell: Callable[[str], None] = lambda _line: None
    made: dict[str, list[str]] = field(default_factory=dict)
    removed: list[tuple[str, str]] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    seen: Sequence[str] = ()
    changed: Sequence[str] = ()
    late_s: float = 0.0
    lives: list[Life] = field(default_factory=list)
    figures: Figures = field(default_factory=Figures)
    config: Step = field(default_factory=lambda: {"mode": "apply", "rules": "{}", "guards": OPEN_GUARDS})
    _number: int = 0
    _reach: dict[str, int] = field(default_factory=lambda: dict(_FIRST_REACH))

    def play(self, steps: Sequence[Step]) -> Verdicts:
        """Play a schedule to its end; return what did not hold."""
        self._begin()
        found = Verdicts()
        for step in steps:
            self._take(step, found)
            if found:
                return found
        self._come_to_rest(found)
        if not found:
            check_all(self, found)
        self.figures.schedules = 1
        return found

    def warm_up(self) -> None:
        """Have the nursery live a few lives itself: what it learns on the way, its children need not learn anew."""
        self._begin()
        if self.crm is HUBSPOT:
            # While these lives wait, the CRM's time stands still: it would never have enough of asking to slow down.
            self.ground.crms[self.crm.name].settings({"tier": "off"})
        dirty = {"do": "create", "who": "import", "shout": True, "values": {"country": "Germany", "city": "PARIS"}}
        acts: list[Step] = [{"do": "create_company", "values": {"name": "NORTHERN LIGHTS"}}, *[dirty] * 4]
        acts += [{"do": "twin", "of": number, "who": "form", "city": "Paris"} for number in range(4)]
        for act in acts:
            self.ground.call(partial(perform, self, act))
        common = {"warm": True, "tick_ms": 40, "seed": 1}
        self.config = {"mode": "apply", "rules": RULES[0], "guards": OPEN_GUARDS}
        for lives in (
            {"what": "pass", "count": 3}, {"what": "review", "word": "approve", "thirds": [0, 1, 2], "actions": []},
            {"what": "apply"}, {"what": "sweep", "kinds": ["removals", "census"]},
            {"what": "undo", "nth": 0, "whole_run": True, "actions": ["merge"]}, {"what": "pass", "count": 2},
        ):  # fmt: skip
            self.ground.begin_life(Moments())
            answer = self.nursery.live(self._wish({**common, **lives}))
            assert "refused" not in answer, answer

    # What acts need

    def next_number(self) -> int:
        """Return how many were made before."""
        self._number += 1
        return self._number

    def act(self, do: str, **wish: Any) -> dict[str, Any]:
        """Let something happen in the CRM; ValueError when it is not possible."""
        return self.ground.crms[self.crm.name].act({"do": do, **wish})

    def make(self, name: str, values: dict[str, Any], who: str) -> None:
        """Create a record."""
        spelled = {key: value for key, value in self.crm.spelled(name, values).items() if value is not None}
        if self.crm is SALESFORCE and "Website" in spelled:
            spelled["Website"] = f"https://{spelled['Website']}"
        late = {"late_s": self.late_s} if self.late_s else {}
        answer = self.act("create", object=name, properties=spelled, **late, **{"as": who})
        self.made[name].append(str(answer["results"][0]["id"]))

    def change(self, name: str, id_: str, what: str, value: str | None, who: str) -> None:
        """Change a field, by our name of it."""
        spelled = self.crm.property(name, what)
        self.act("update", object=name, id=id_, properties={spelled: value}, **{"as": who})

    def nth(self, name: str, number: int) -> str | None:
        """Return the id of one of those that were made."""
        made = self.made[name]
        return made[number % len(made)] if made else None

    def person(self, number: int) -> str | None:
        """Return one of the people."""
        return self.nth(self.crm.people, number)

    def company(self, number: int) -> str | None:
        """Return one of the companies."""
        return self.nth(self.crm.companies, number)

    def value(self, name: str, id_: str, what: str) -> str | None:
        """Return what the CRM holds, by our name of the field."""
        return self.raw_value(name, id_, self.crm.property(name, what))

    def raw_value(self, name: str, id_: str, what: str) -> str | None:
        """Return what the CRM holds; None also where the record is not there."""
        if self.crm is SALESFORCE:
            row = self.ground.org.tables[name].rows.get(id_)
            held = None if row is None or row.is_deleted else row.get(what)
            return None if held is None else str(held)
        record = self.ground.account.tables[name].records.get(int(id_))
        return None if record is None else record.values.get(what) or None

    def live_ids(self, name: str) -> set[str]:
        """Return the ids of the records that are there."""
        if self.crm is SALESFORCE:
            return {id_ for id_, row in self.ground.org.tables[name].rows.items() if not row.is_deleted}
        return {str(id_) for id_ in self.ground.account.tables[name].live}

    def effects(self, since: int = 0) -> list[Effect]:
        """Return what happened to records, by the CRM's own log."""
        return list(self.ground.world.effects.since(since))

    def is_plain(self, effect: Effect) -> bool:
        """Return whether an effect is on a value that somebody could have set: no link, nothing computed."""
        derived = self.crm.derived if effect.object != self.crm.companies else ()
        return effect.property not in {self.crm.company_link, *derived} and effect.property != ""

    def set_permissions(self) -> None:
        """Let an administrator set what the token may see and change."""
        seen, changed = self.seen or self.crm.objects, self.changed if self.seen else self.crm.objects
        if self.crm is SALESFORCE:
            every = {"Account", "Contact", "Lead"}
            rights: dict[str, Any] = {
                "hide_objects": sorted(every - {*seen}), "read_only_objects": sorted({*seen} - {*changed}),
                "hide": [f"Contact.{name}" for name in sorted(self.hidden)],
            }  # fmt: skip
            self.ground.crms["salesforce"].settings({"permissions": rights})
            return
        wish: dict[str, Any] = {"value": SECRETS["hubspot"]}
        if set(seen) != set(self.crm.objects) or set(changed) != set(self.crm.objects):
            wish["scopes"] = [
                *(f"crm.objects.{name}.read" for name in seen), *(f"crm.objects.{name}.write" for name in changed),
                *(f"crm.schemas.{name}.read" for name in seen),
            ]  # fmt: skip
        self.ground.crms["hubspot"].add_token(wish)

    # The steps

    def _begin(self) -> None:
        self.ground.clear()
        self.made = {name: [] for name in self.crm.objects}
        crm = self.ground.crms[self.crm.name]
        crm.add_token({"value": SECRETS[self.crm.name]})
        crm.settings({"tier": "pro"} if self.crm is HUBSPOT else {"edition": "enterprise"})
        for left in self.folder.glob("said.log*"):
            left.unlink()

    def _take(self, step: Step, found: Verdicts) -> None:
        self.tell(f"{_shown(step)}")
        if step["step"] == "config":
            self.config = {name: step[name] for name in ("mode", "rules", "guards")}
        elif step["step"] == "act":
            self.figures.acts += 1
            self.ground.call(lambda: perform(self, step))
        else:
            self.live(step, found)

    def live(self, step: Step, found: Verdicts) -> Life:
        """Have a life of syncd lived as the step says, and look at what it did."""
        interruptions: dict[tuple[int, str], list[Callable[[], None]]] = {}
        for at, when, act in step.get("interruptions", ()):
            interruptions.setdefault((at, when), []).append(self._interruption(act))
        self.ground.begin_life(Moments(step["tick_ms"], interruptions))
        for fault in step.get("faults", ()):
            self.ground.world.faults.add(self._fault(fault))
        began = self.ground.world.effects.last_seq
        answer = self.nursery.live(self._wish(step))
        if answer["end"] == "killed":
            self.let_go()
        struck = sum(fault.struck for fault in self.ground.world.faults.all())
        self.ground.world.faults.clear()
        self.ground.moments.interruptions = {}
        life = Life(self.ground.life, step, answer, began, self.ground.world.effects.last_seq, self.config)
        self.lives.append(life)
        self._count(life, struck)
        self.tell(f"    -> {_shown(answer)}  effects {life.began}-{life.ended}")
        if answer["end"] == "ended":
            # One that writes has about twice the points of an idle one: both are to be hit.
            self._reach[step["what"]] = max(int(answer["points"]), self._reach[step["what"]] * 2 // 3)
        check_life(self, life, found)
        return life

    def _interruption(self, act: Step) -> Callable[[], None]:
        def happen() -> None:
            self.tell(f"    meanwhile, at call {self.ground.moments.calls}: {_shown(act)}")
            perform(self, act)

        return happen

    def _fault(self, fault: dict[str, Any]) -> dict[str, Any]:
        writes = {"any": "", "writes": self.crm.writes, "reads": self.crm.reads, "merges": self.crm.merges}
        rule = {name: value for name, value in fault.items() if name not in {"where", "writes"}}
        rule["endpoint"] = self.crm.writes if fault.get("writes") else writes[fault["where"]]
        if rule["kind"] == "throttle":
            rule |= self.crm.slow_down
        if rule["kind"] == "rows":
            rule |= self.crm.refusal
        return rule

    def _wish(self, step: Step) -> dict[str, Any]:
        die = step.get("die")
        stop = step.get("stop")
        store = step.get("store") or self.store_url
        return {
            **{name: value for name, value in step.items() if name not in {"faults", "interruptions", "die", "stop"}},
            "die_at": 0 if die is None else 1 + int(die * self._reach[step["what"]]),
            "stop_at": 0 if stop is None else 1 + int(stop * self._reach[step["what"]]),
            "now_ms": self.ground.now_ms,
            "url": self.ground.url,
            "folder": str(self.folder),
            "config": self.text(step.get("mode")),
            "environment": {"TOKEN": SECRETS[self.crm.name], "STORE": store},
        }

    def text(self, mode: str | None = None) -> str:
        """Return the configuration."""
        streams = [f"  main/{name}: {{mode: {mode or self.config['mode']}}}\n" for name in self.crm.objects]
        return (
            f"accounts: {{main: {{crm: {self.crm.name}, token: '${{TOKEN}}', url: '{self.ground.url}', share: 1.0}}}}\n"
            f"streams:\n{''.join(streams)}"
            f"rules: {self.config['rules']}\n"
            f"guards: {self.config['guards']}\n"
            "store: {url: '${STORE}'}\n"
        )

    def _count(self, life: Life, struck: int) -> None:
        self.figures.lives += 1
        self.figures.kills += life.answer["end"] == "killed"
        self.figures.stops += "stop" in life.step
        self.figures.faults += struck
        self.figures.undos += life.step["what"] == "undo"
        for one in self.effects(life.began):
            if one.actor_kind == "app":
                self.figures.effects += 1
                self.figures.merges += one.kind == "merge"

    # Quiet

    def _come_to_rest(self, found: Verdicts) -> None:
        """Let everything go well and nobody do anything, until a pass writes nothing any more."""
        self.tell("quiet")
        self.ground.call(self._all_well)
        self.config = {"mode": "apply", "rules": "{}", "guards": OPEN_GUARDS}
        step = {"step": "life", "what": "pass", "tick_ms": 40, "seed": 0, "count": MOST_PASSES, "until_quiet": True}
        life = self.live(step, found)
        passes = life.answer.get("passes", [])
        if life.answer["end"] != "ended" or "refused" in life.answer or any(one["errors"] for one in passes):
            found.add("well", f"passes in quiet did not end well: {life.answer}")
        elif len(passes) == MOST_PASSES:
            found.add("rest", f"it still writes after {MOST_PASSES} passes in quiet")

    def _all_well(self) -> None:
        self.hidden.clear()
        self.seen, self.changed, self.late_s = (), (), 0.0
        self.set_permissions()
        if self.crm is HUBSPOT:
            account = self.ground.account
            for definition in account.type_of(self.crm.people).properties.values():
                definition.archived_ms = None
            account.schema_revision += 1
        self.ground.world.knobs.reset()
        # Longer than any index is late.
        self.ground.world.clock.shift(120)


def _shown(what: dict[str, Any]) -> str:
    return orjson.dumps(what).decode()


@dataclass
class Theatre:
    """Everything that is there for many schedules: the CRM, the nursery, the stores."""

    crm: Crm
    ground: Ground
    nursery: Nursery
    stores: Stores
    files: Files
    folder: Path

    def run(self, seed: int, tell: Callable[[str], None] = lambda _line: None) -> Run:
        """Set the stage for a schedule."""
        url = self.stores.fresh(self.folder)
        let_go = self.stores.let_go
        return Run(self.crm, self.ground, self.nursery, url, self.files, self.folder, seed, let_go, tell)
