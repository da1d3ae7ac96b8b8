"""Does the local copy say what the CRM holds? Held against the CRM's tables, and against a daemon that knew nothing.

The second daemon reads everything into a store of its own, in a life that may not write. What it holds and what it
finds wrong is what the first must hold and find, whatever its history: nothing was lost on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from syncd.clock import SystemClock
from syncd.model import Fix, FixState, SourceRecord
from syncd.store import Store

if TYPE_CHECKING:
    from tests.simulation.checks import Verdicts
    from tests.simulation.run import Run

#: Within the resolution of its stamps, a CRM's version is noted as older than it says, so that it is read again.
_RESOLUTION = {"hubspot": timedelta(0), "salesforce": timedelta(seconds=1)}
#: What the CRM counts by itself, without a new version of the record: read again in due time, not at once.
_SILENT = frozenset({"num_associated_contacts", "num_associated_deals"})
#: Rules that speak of what only a long life knows: of pairs, of what was said of them, of what was tried before.
_OF_HISTORY = frozenset({"duplicate", "merge_fields"})


def check_copies(run: Run, fixes: Sequence[Fix], found: Verdicts) -> None:
    """Compare, look for what is gone as the daemon does every hour and every day, and compare again."""
    before = run.ground.world.effects.last_seq
    fresh = run.files.named(run.folder, "fresh.db")
    quiet = {"step": "life", "tick_ms": 40, "seed": 1}
    run.live({**quiet, "what": "pass", "store": fresh, "mode": "observe", "may_write": False}, found)
    theirs = _read(run, fresh)
    _compare(run, _read(run, run.store_url), theirs, found, law="cursor", only_changes=True)
    run.live({**quiet, "what": "sweep", "kinds": ["removals", "census"]}, found)
    idle = run.live({**quiet, "what": "pass", "count": 3, "metrics": True}, found)
    ours = _read(run, run.store_url)
    _compare(run, ours, theirs, found, law="copy")
    if run.ground.world.effects.last_seq != before:
        written = run.effects(before)
        # A sweep may show what reading changes could not, and that may be worth a fix: then once more.
        run.tell(f"    after the sweep it wrote {written}")
        return
    last = (idle.answer.get("passes") or [{"calls": 0, "streams": 0, "fixes": {}}])[-1]
    if last["calls"] > last["streams"] or any(last["fixes"].values()):
        found.add("idle", f"an idle pass was not quiet: {last}")
    _compare_findings(run, fresh, fixes, found)


def _read(run: Run, url: str) -> dict[str, dict[str, SourceRecord]]:
    from tests.simulation.checks import stream_of

    store = Store.open(url, SystemClock())
    try:
        with store.reading() as tx:
            held = {}
            for name in run.crm.objects:
                stream = stream_of(run, name)
                ids = tx.records.ids(stream, "", 100_000)
                held[name] = dict(tx.records.read(stream, ids))
            return held
    finally:
        store.close()


def _compare(run: Run, ours: Any, theirs: Any, found: Verdicts, *, law: str, only_changes: bool = False) -> None:
    for name in run.crm.objects:
        there = run.live_ids(name)
        if set(theirs[name]) != there:
            found.add(law, f"a full pull holds {sorted(theirs[name])} of {name}, there are {sorted(there)}")
        missing, left = there - set(ours[name]), set(ours[name]) - there
        if missing or (left and not only_changes):
            found.add(law, f"{name}: missing {sorted(missing)}, left over {sorted(left)}")
        for id_ in there & set(ours[name]) & set(theirs[name]):
            mine, other = ours[name][id_], theirs[name][id_]
            different = {
                key: (mine.values.get(key, "(not fetched)"), other.values.get(key, "(not fetched)"))
                for key in {*mine.values, *other.values} - _SILENT
                if mine.values.get(key, "?") != other.values.get(key, "?")
            }
            if different:
                found.add(law, f"{name} {id_} differs (ours, fresh): {different}")
            if abs(mine.modified_at - other.modified_at) > _RESOLUTION[run.crm.name]:
                found.add(law, f"{name} {id_}: version {mine.modified_at}, fresh {other.modified_at}")
            if {k: set(v) for k, v in mine.links.items()} != {k: set(v) for k, v in other.links.items()}:
                found.add(f"{law}-links", f"{name} {id_}: links {dict(mine.links)}, fresh {dict(other.links)}")


def _compare_findings(run: Run, fresh: str, fixes: Sequence[Fix], found: Verdicts) -> None:
    """Compare what is found wrong; what people have overruled is known to the first daemon alone."""
    ours, overridden = _findings(run, run.store_url)
    theirs, _ = _findings(run, fresh)
    closed = {
        (fix.ref.object, fix.ref.id)
        for fix in fixes
        if fix.state in {FixState.REJECTED, FixState.DISMISSED, FixState.PROPOSED}
    }
    for key in sorted(ours ^ theirs):
        name, id_, rule, _ = key
        if rule in _OF_HISTORY or (name, id_) in overridden or (name, id_) in closed:
            continue
        whose = "only the old daemon" if key in ours else "only a fresh daemon"
        found.add("findings", f"{whose} finds {key}")


def _findings(run: Run, url: str) -> tuple[set[tuple[str, str, str, str]], set[tuple[str, str]]]:
    from tests.simulation.checks import stream_of

    store = Store.open(url, SystemClock())
    kept: set[tuple[str, str, str, str]] = set()
    try:
        with store.reading() as tx:
            for name in run.crm.objects:
                stream = stream_of(run, name)
                for id_ in tx.records.ids(stream, "", 100_000):
                    for one in tx.findings.of(run_ref(name, id_)):
                        kept.add((name, id_, one.finding.rule, one.finding.field))
            overridden = {(one.ref.object, one.ref.id) for one in tx.overrides.select()}
    finally:
        store.close()
    return kept, overridden


def run_ref(name: str, id_: str) -> Any:
    """Return a record of the account."""
    from syncd.model import Ref

    return Ref("main", name, id_)
