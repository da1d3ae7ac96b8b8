"""How fixes are sent and how their records stand afterwards, where the answer alone does not show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from syncd.engine.guarding.compare import Comparison
from syncd.engine.setup import StreamSetup
from syncd.model import BESIDE, PARENT, PROMOTE, Fix, Link, Outcome, Raw, SourceRecord


def promotes(fix: Fix) -> bool:
    """Return whether a fix chooses which company is the primary one."""
    return fix.link is not None and fix.link.label == PROMOTE


def as_sent(link: Link) -> Link:
    """Return a link as the connectors know it."""
    return replace(link, label="primary") if link.label == PROMOTE else link


def with_promoted(setup: StreamSetup, by_id: Mapping[str, Fix], applied: Sequence[Outcome]) -> list[Outcome]:
    """Read those anew whose primary company, or parent, was chosen: it shows in a value that only the CRM writes."""
    shown = {one.fix for one in applied if _shows_in_value(by_id[one.fix])}
    ids = [by_id[one.fix].ref.id for one in applied if one.fix in shown]
    read = {record.ref.id: record for record in setup.connector.read(setup.want, ids).records} if ids else {}
    return [replace(one, record=read.get(by_id[one.fix].ref.id)) if one.fix in shown else one for one in applied]


def _shows_in_value(fix: Fix) -> bool:
    return fix.link is not None and fix.link.label in {PROMOTE, PARENT}


def as_written(fix: Fix, answer: SourceRecord | None, comparison: Comparison) -> SourceRecord:
    """Return the record after the write, as it was read back.

    Where it was not, it is what was read just before with the change laid over it, and in the version of before: what
    others wrote in between stands in the same version as our change, so the next pull has to look again.
    """
    before = comparison.records[fix.ref.id]
    if _shows_in_value(fix):
        return before if answer is None else answer
    if fix.link is not None:
        linked = before.links.get(fix.link.to.object, ())
        rest = tuple(one for one in linked if one != fix.link.to.id)
        made = (*rest, fix.link.to.id) if fix.link.label == BESIDE else (fix.link.to.id, *rest)
        links = rest if fix.undoes else made
        return replace(before, links={**before.links, fix.link.to.object: links})
    written = {change.property: change.after for change in fix.changes}
    now: Mapping[str, Raw] = written if answer is None else answer.values
    values = {name: value for name, value in {**before.values, **now}.items() if name in before.values}
    return replace(before, values=values, modified_at=before.modified_at if answer is None else answer.modified_at)
