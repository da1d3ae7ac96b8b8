"""Does the local copy say what the CRM holds? Held against the CRM's tables, and against a daemon that knew nothing.

The second daemon reads everything into a store of its own, in a life that may not write. What it holds and what it
finds wrong is what the first must hold and find, whatever its history: nothing was lost on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from syncd.clock import SystemClock
from syncd.engine.judging.people import is_same
from syncd.model import Fix, FixState, SourceRecord
from syncd.store import Store
from tests.journeys.crms import HUBSPOT

if TYPE_CHECKING:
    from tests.simulation.checks import Verdicts
    from tests.simulation.run import Run

#: Within the resolution of its stamps, a CRM's version is noted as older than it says, so that it is read again.
_RESOLUTION = {"hubspot": timedelta(0), "salesforce": timedelta(seconds=1)}
#: What the CRM counts by itself, without a new version of the record: read again in due time, not at once.
_SILENT = frozenset({"num_associated_contacts", "num_associated_deals", "associatedcompanyid"})
#: Rules that speak of what only a long life knows: of pairs, of what was said of them, of what was tried before.
_OF_HISTORY = frozenset({"duplicate", "merge_fields"})


def check_copies(run: Run, fixes: Sequence[Fix], found: Verdicts) -> None:
    """Compare, look for what is gone as the daemon does every hour and every day, and compare again."""
    _compare(run, _read(run, run.store_url), _as_fresh(run, found), found, law="cursor", only_changes=True)
    # A sweep may show what reading changes cannot, and that may be worth a fix: then all is compared once more.
    for _ in range(2):
        before = run.ground.world.effects.last_seq
        # A life knows nothing of the calls of the one before: right behind it, the CRM may ask it to slow down.
        run.ground.call(lambda: run.ground.world.clock.shift(11))
        sweeps = {"kinds": ["removals", "census"], "count": 3, "metrics": True}
        idle = run.live({"step": "life", "what": "pass", "tick_ms": 40, "seed": 1, **sweeps}, found)
        if run.ground.world.effects.last_seq == before:
            break
    last = (idle.answer.get("passes") or [{"calls": 0, "streams": 0, "fixes": {}}])[-1]
    if last["calls"] > last["streams"] or any(last["fixes"].values()):
        found.add("idle", f"an idle pass was not quiet: {last}")
    _compare(run, _read(run, run.store_url), _as_fresh(run, found), found, law="copy")
    if not found:
        _compare_findings(run, fixes, found)


def _as_fresh(run: Run, found: Verdicts) -> dict[str, dict[str, SourceRecord]]:
    """Have a daemon read everything that knows nothing yet, and may not write; return what it holds."""
    store = run.files.named(run.folder, "fresh.db")
    life = {"step": "life", "tick_ms": 40, "seed": 1, "what": "pass", "store": store, "mode": "observe"}
    run.live({**life, "may_write": False}, found)
    return _read(run, store)


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
                if not is_same(mine.values.get(key, "?"), other.values.get(key, "?"))
            }
            if different:
                found.add(law, f"{name} {id_} differs (ours, fresh): {different}")
            if abs(mine.modified_at - other.modified_at) > _RESOLUTION[run.crm.name]:
                found.add(law, f"{name} {id_}: version {mine.modified_at}, fresh {other.modified_at}")
            if (law, run.crm) == ("cursor", HUBSPOT):
                # HubSpot links without a new version: only a census sees it.
                continue
            if {k: set(v) for k, v in mine.links.items()} != {k: set(v) for k, v in other.links.items()}:
                found.add(f"{law}-links", f"{name} {id_}: links {dict(mine.links)}, fresh {dict(other.links)}")


def _compare_findings(run: Run, fixes: Sequence[Fix], found: Verdicts) -> None:
    """Compare what is found wrong; what people have overruled is known to the first daemon alone."""
    ours, overridden = _findings(run, run.store_url)
    theirs, _ = _findings(run, f"sqlite:///{run.folder / 'fresh.db'}")
    closed = {
        (fix.ref.object, fix.ref.id)
        for fix in fixes
        if fix.state in {FixState.REJECTED, FixState.DISMISSED, FixState.PROPOSED}
    }
    if any(name == run.crm.companies for name, _ in overridden):
        # What somebody has overruled of a company is no longer doubted, and people may take it over.
        return
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
