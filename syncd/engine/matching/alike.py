"""Twins in one form: whichever of them is judged, a rule sees the same of all, and chooses the same one to stay.

A judged record has by then been put right by the rules before; its twins are as they are kept. So both are put right
here by the same rules, as far as those may write, and by nothing else that is known of only one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from quality import OWNERS, Surroundings, Twin, evaluate, resolve
from quality.survivorship import Wishes
from syncd.engine.setup import StreamSetup
from syncd.model import Mode, Record, Ref, Stream
from syncd.store import Transaction

#: The flag of records that stand for nobody.
_MADE_UP = "fake"


def with_twins_alike(
    tx: Transaction, setup: StreamSetup, around: Surroundings, records: Sequence[Record]
) -> Surroundings:
    """Return the surroundings with judged records and their twins in one form, and the same known of all of them."""
    if not around.twins:
        return around
    judged = {record.ref: record for record in records}
    tidied: dict[Ref, Record | None] = {}

    def tidy(record: Record) -> Record | None:
        if record.ref not in tidied:
            # What was read just now is newer than what is kept.
            tidied[record.ref] = _tidy(setup, judged.get(record.ref, record), around.now)
        return tidied[record.ref]

    forms = {ref: form for ref in around.twins if (form := tidy(judged[ref])) is not None}
    twins = {
        ref: tuple(replace(twin, record=form) for twin in around.twins[ref] if (form := tidy(twin.record)) is not None)
        for ref in forms
    }
    around = replace(around, twins={ref: found for ref, found in twins.items() if found}, tidied=forms)
    around = _with_owners(tx, setup, around, records)
    return _with_times(tx, setup, around)


def wishes_of(setup: StreamSetup) -> Wishes | None:
    """Return what an admin wants of merges; None where the rule is off."""
    return next((one.options for one in setup.ruleset.steps if isinstance(one.options, Wishes)), None)


def _tidy(setup: StreamSetup, record: Record, now: datetime) -> Record | None:
    """Return a record with everything put right on it that surely is; None for one that stands for nobody.

    Made-up entries are alike without being twins: they are let go, not merged.
    """
    findings = evaluate(setup.ruleset, record, Surroundings(now)).findings
    made_up = {step.name for step in setup.ruleset.steps if step.rule.flag == _MADE_UP}
    if any(finding.rule in made_up for finding in findings):
        return None
    sure = resolve(record, findings).update_in(Mode.APPLY)
    return (
        replace(record, values={**record.values, **{name: one.after for name, one in sure.items()}}) if sure else record
    )


def _with_owners(tx: Transaction, setup: StreamSetup, around: Surroundings, records: Sequence[Record]) -> Surroundings:
    if OWNERS not in setup.ruleset.asks:
        return around
    everybody = [*records, *(twin.record for twin in _all_twins(around))]
    owners = {str(record.values.get("owner") or "").strip() for record in everybody} - {""}
    return replace(around, active_owners=tx.owners.among(setup.stream.account, owners))


def _with_times(tx: Transaction, setup: StreamSetup, around: Surroundings) -> Surroundings:
    wishes = wishes_of(setup)
    if wishes is None or not wishes.timed_fields(setup.stream.kind):
        return around
    by_object: dict[str, set[str]] = {}
    for twin in _all_twins(around):
        by_object.setdefault(twin.record.ref.object, set()).add(twin.record.ref.id)
    times = dict(around.field_times)
    for name, ids in sorted(by_object.items()):
        account = setup.stream.account
        found = tx.field_times.of(Stream(account, name, setup.stream.kind), sorted(ids))
        times = {**{Ref(account, name, record_id): held for record_id, held in found.items()}, **times}
    return replace(around, field_times=times)


def _all_twins(around: Surroundings) -> list[Twin]:
    return [twin for found in around.twins.values() for twin in found]
