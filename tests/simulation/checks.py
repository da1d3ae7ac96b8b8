"""What must hold: after each life what is cheap to see, after each schedule everything.

The witnesses are the CRM's effect log and its tables, the log of the calls it served, and the store as SQL shows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.sandbox.effects import Effect
from syncd.clock import SystemClock
from syncd.model import Action, Change, Fix, FixState, Stream
from syncd.store import Store
from tests.simulation.copies import check_copies
from tests.simulation.secrets_kept import check_secrets
from tests.simulation.soundness import check_store

if TYPE_CHECKING:
    from tests.simulation.run import Life, Run

#: What nobody knows the end of, or was approved and never came: nothing of that may be left when all is quiet.
_UNFINISHED = frozenset({FixState.APPROVED, FixState.INTENDED, FixState.UNKNOWN})
_WRITTEN = frozenset({FixState.APPLIED, FixState.UNDONE})
_TOO_MANY = 429
#: What a life may run into before it knows what others, or its own predecessor, have used of the limits.
_MOST_REFUSED = 6
_DAY_MS = 86_400_000
#: How a fix is closed when nobody can tell whether it arrived.
_DOUBTS = ("left to a person", "in part", "is not known")


@dataclass(slots=True)
class Verdicts:
    """What did not hold."""

    broken: list[tuple[str, str]] = field(default_factory=list)

    def add(self, law: str, what: str) -> None:
        """Note that a law did not hold."""
        self.broken.append((law, what))

    def __bool__(self) -> bool:
        return bool(self.broken)

    @property
    def laws(self) -> list[str]:
        """Return which laws did not hold."""
        return sorted({law for law, _ in self.broken})


def check_life(run: Run, life: Life, found: Verdicts) -> None:
    """Look at what one life did."""
    answer, step = life.answer, life.step
    if answer["end"] == "crashed":
        found.add("crash", answer["trace"])
    ours = [one for one in run.effects(life.began) if one.actor_kind == "app"]
    if step["what"] in {"plan", "review", "sweep"} and ours:
        found.add("reading", f"{step['what']} wrote {ours}")
    if step["what"] == "pass" and not step.get("may_write", True) and ours:
        found.add("reading", f"a pass that may not write wrote {ours}")
    if "max_changes_per_run: 2" in life.config["guards"] and step["what"] == "pass":
        _check_limit(run, life, ours, found)
    if "max_changes_per_day: 5" in life.config["guards"] and step["what"] == "pass":
        _check_day(run, life, found)
    _check_calls(run, life, found)


def _check_limit(run: Run, life: Life, ours: Iterable[Effect], found: Verdicts) -> None:
    changed = Counter(name for name, _ in {(one.object, one.id) for one in ours if one.kind != "create"})
    most = 2 * int(life.step.get("count", 1))
    for name, count in changed.items():
        if count > most:
            found.add("limits", f"{count} records of {name} were changed in runs that may change {most}")


def _check_day(run: Run, life: Life, found: Verdicts) -> None:
    """No stream is changed more often than five times in a day, by the CRM's clock, as long as ours was right."""
    ours = [one for one in run.effects() if one.actor_kind == "app"]
    if any("skew_s" in one.step or "jumps" in one.step for one in run.lives) or any(
        one.kind == "merge" for one in ours
    ):
        return
    for name in run.crm.objects:
        moments = {(one.id, one.request_id): one.at_ms for one in ours if one.object == name}
        in_life = {(one.id, one.request_id) for one in ours if one.object == name and one.seq > life.began}
        last = max((moments[key] for key in in_life), default=0)
        of_day = sum(1 for at in moments.values() if last - _DAY_MS < at <= last)
        if in_life and of_day > 5:
            found.add("limits", f"{name} was changed {of_day} times within a day that may see 5")


def _check_calls(run: Run, life: Life, found: Verdicts) -> None:
    """The CRM has to refuse calls for their number only where a life cannot know of those of the life before it."""
    if any(fault["kind"] == "throttle" for fault in life.step.get("faults", ())):
        return
    refused = sum(1 for one in run.ground.asked if one.life == life.number and one.status == _TOO_MANY)
    run.figures.refused_calls += refused
    if refused > _MOST_REFUSED:
        found.add("limits", f"{refused} calls of one life were refused for their number")


def check_all(run: Run, found: Verdicts) -> None:
    """Look at everything once all is quiet."""
    journal = Journal.read(run)
    check_journal(run, journal, found)
    check_people_win(run, journal, found)
    check_merges(run, journal, found)
    check_copies(run, journal.fixes, found)
    check_store(run, found)
    check_secrets(run, found)


@dataclass(frozen=True, slots=True)
class Journal:
    """Every fix there is, and which ids answer for which."""

    fixes: tuple[Fix, ...]
    by_id: Mapping[str, Fix]

    @classmethod
    def read(cls, run: Run) -> Journal:
        """Read all of it."""
        store = Store.open(run.store_url, SystemClock())
        try:
            with store.reading() as tx:
                fixes = tuple(tx.journal.select(limit=100_000))
        finally:
            store.close()
        return cls(fixes, {fix.id: fix for fix in fixes})


def check_journal(run: Run, journal: Journal, found: Verdicts) -> None:
    """Each effect of ours has its row, with the true value before; each row that says it was written has its effect."""
    for fix in journal.fixes:
        if fix.state in _UNFINISHED:
            found.add("lost", f"{fix.state.value} when all is quiet: {fix}")
    said = _said(run, journal)
    merged = _merged_records(run, journal)
    doubted = _doubted(journal)
    for one in run.effects():
        if one.actor_kind != "app" or one.kind != "update" or not run.is_plain(one):
            continue
        key = (one.object, one.id, one.property, _plain(one.before), _plain(one.after))
        if said[key] > 0:
            said[key] -= 1
        elif (one.object, one.id) in merged or key in doubted:
            continue
        elif (true := _overtaken(run, one, said)) is not None:
            said[true] -= 1
            run.figures.overtaken += 1
        else:
            found.add("unjournalled", f"happened, and nobody stands for it: {one}")
    for key, count in said.items():
        if count > 0 and (key[0], key[1]) not in merged:
            found.add("untrue", f"said to be written {count} times more than it happened: {key}")


Key = tuple[str, str, str, str, str]


def _said(run: Run, journal: Journal) -> Counter[Key]:
    return Counter(
        _key(fix, change)
        for fix in journal.fixes
        if fix.action is Action.UPDATE and fix.state in _WRITTEN
        for change in fix.changes
    )


def _key(fix: Fix, change: Change) -> Key:
    return (fix.ref.object, fix.ref.id, change.property, _plain(change.before), _plain(change.after))


def _doubted(journal: Journal) -> set[Key]:
    return {
        _key(fix, change)
        for fix in journal.fixes
        if any(doubt in fix.detail for doubt in _DOUBTS)
        for change in fix.changes
    }


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _merged_records(run: Run, journal: Journal) -> set[tuple[str, str]]:
    """Return the records that took part in merges of ours: the CRM picks values then, and we mend them."""
    ours = [one for one in run.effects() if one.kind in {"merge", "create"} and one.actor_kind == "app"]
    found = {(one.object, one.id) for one in ours}
    for fix in journal.fixes:
        if fix.action is Action.MERGE:
            found |= {(fix.ref.object, fix.ref.id), (fix.changed.object, fix.changed.id)}
    return found


def _overtaken(run: Run, effect: Effect, said: Counter[Key]) -> Key | None:
    """Return the row of a write that somebody overtook: behind our last reading, and before the write arrived.

    No CRM offers a comparison within the write; such a write is unavoidable. It is one only when no call of that life
    that named the record was served between the other's edit and the write.
    """
    rows = [
        key
        for key, count in said.items()
        if count > 0 and key[:3] == (effect.object, effect.id, effect.property) and key[4] == _plain(effect.after)
    ]
    others = [
        one.seq
        for one in run.effects()
        if one.seq < effect.seq and (one.object, one.id, one.property) == (effect.object, effect.id, effect.property)
    ]
    if not rows or not others:
        return None
    looked = [one for one in run.ground.asked if others[-1] <= one.effects < effect.seq and one.names(effect.id)]
    return None if looked else rows[0]


def check_people_win(run: Run, journal: Journal, found: Verdicts) -> None:
    """What somebody set after a write of ours is not set again by the rules of that write, as long as it stands.

    An undo is a person's word, too: what it put back is not written over by the rules that were taken back.
    """
    lines: dict[tuple[str, str, str], list[Effect]] = {}
    for one in run.effects():
        if one.kind == "update" and run.is_plain(one):
            lines.setdefault((one.object, one.id, one.property), []).append(one)
    written = _written(journal)
    for line in lines.values():
        for ours, middle, again in zip(line, line[1:], line[2:], strict=False):
            if (ours.actor_kind, again.actor_kind) != ("app", "app"):
                continue
            first, back, second = (written.get(_effect_key(one)) for one in (ours, middle, again))
            is_overruled = middle.actor_kind != "app" and _plain(middle.after) != _plain(ours.after)
            is_undone = middle.actor_kind == "app" and back is not None and bool(back[0].undoes)
            if first is None or second is None or not (is_overruled or is_undone):
                continue
            # What an undo put back was overruled when it did so; another value than that is looked at afresh.
            if first[0].undoes or second[0].undoes:
                continue
            if first[1] & second[1]:
                found.add("people", f"{ours} was overruled by {middle}, and done again by {again}")


def _written(journal: Journal) -> dict[Key, tuple[Fix, frozenset[str]]]:
    return {
        _key(fix, change): (fix, frozenset(change.rules))
        for fix in journal.fixes
        if fix.state in _WRITTEN and fix.action is Action.UPDATE
        for change in fix.changes
    }


def _effect_key(one: Effect) -> Key:
    return (one.object, one.id, one.property, _plain(one.before), _plain(one.after))


def check_merges(run: Run, journal: Journal, found: Verdicts) -> None:
    """No merge twice, none without a row, none said to be done that was not."""
    done = [one for one in run.effects() if one.kind == "merge" and one.actor_kind == "app"]
    fixes = [fix for fix in journal.fixes if fix.action is Action.MERGE and not fix.undoes]
    said = [fix for fix in fixes if fix.state in _WRITTEN]
    if len(done) > len(said):
        found.add("merges", f"{len(done)} merges happened, the journal has {len(said)}: {done}")
    if len(said) > len(done):
        read_back = sum(1 for fix in said if "read back" in fix.detail)
        if len(said) - len(done) > read_back:
            found.add("merges", f"the journal says {len(said)} merges, {len(done)} happened: {said}")
    brought_back = {(one.object, one.id) for one in run.effects() if one.kind in {"restore", "create"}}
    for fix in said:
        is_there = fix.state is FixState.APPLIED and fix.ref.id in run.live_ids(fix.ref.object)
        if is_there and (fix.ref.object, fix.ref.id) not in brought_back:
            found.add("merges", f"merged, and still there: {fix}")


def stream_of(run: Run, name: str) -> Stream:
    """Return the stream of an object."""
    return Stream("main", name, "company" if name == run.crm.companies else "person")
