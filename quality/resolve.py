"""Turn findings into what to do: per record an update, a link to records of an object, a removal, a merge, a new record
in a stream; one each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from syncd.model import Create, Deed, Finding, Link, Merge, Mode, Record, Removal, Stream, Value

_NO_VALUE = "a link, a removal, a merge or a new record is not a value"


@dataclass(frozen=True, slots=True)
class Proposed:
    """What one field should hold, why, and how far we may go."""

    after: Value
    rules: tuple[str, ...]
    #: The rules' sentences, in the same order.
    reasons: tuple[str, ...]
    #: The weakest mode of the contributing rules: never OBSERVE.
    mode: Mode


@dataclass(frozen=True, slots=True)
class ProposedLink:
    """The record another one should be linked to, why, and how far we may go."""

    link: Link
    rules: tuple[str, ...]
    reasons: tuple[str, ...]
    mode: Mode


@dataclass(frozen=True, slots=True)
class ProposedRemoval:
    """That the record should go, why, and how far we may go."""

    rules: tuple[str, ...]
    reasons: tuple[str, ...]
    mode: Mode


@dataclass(frozen=True, slots=True)
class ProposedMerge:
    """The record another one should be merged into, why, and how far we may go."""

    merge: Merge
    rules: tuple[str, ...]
    reasons: tuple[str, ...]
    mode: Mode


@dataclass(frozen=True, slots=True)
class ProposedCreate:
    """The record that should be made for this one, why, and how far we may go."""

    create: Create
    rules: tuple[str, ...]
    reasons: tuple[str, ...]
    mode: Mode


@dataclass(frozen=True, slots=True)
class Resolution:
    """What to do with one record: change these fields, make these links, merge it away, or let it go; and what to make
    for it."""

    update: Mapping[str, Proposed]
    #: At most one to records of an object: the strongest, and of equals the one named first.
    links: tuple[ProposedLink, ...] = ()
    #: Made of all findings that ask for it and may go furthest.
    removal: ProposedRemoval | None = None
    #: The one that may go furthest, and of equals the one named first.
    merge: ProposedMerge | None = None
    #: At most one in a stream, as for links.
    creates: tuple[ProposedCreate, ...] = ()

    def update_in(self, mode: Mode) -> dict[str, Proposed]:
        """Return the part of the update that has this mode: what to write, or what to ask a person."""
        return {field: proposed for field, proposed in self.update.items() if proposed.mode is mode}


def resolve(record: Record, findings: Iterable[Finding]) -> Resolution:
    """Return what `findings` (in the order `evaluate` gave them) come to on `record`.

    The rules of a field build on each other, so a field's value is the last one of a chain and its mode the weakest
    of that chain. Where a weaker rule comes last, the chain ends before it: what is sure need not wait for what is
    not. Changes that end where they began, or that may only be observed, are left out; their findings remain.
    """
    chains: dict[str, list[Finding]] = {}
    links: dict[str, ProposedLink] = {}
    removals: list[Finding] = []
    creates: dict[Stream, ProposedCreate] = {}
    merge: ProposedMerge | None = None
    for finding in findings:
        if not finding.has_proposal:
            continue
        if isinstance(finding.proposal, Link):
            _propose_link(links, finding, finding.proposal)
        elif isinstance(finding.proposal, Removal):
            removals.append(finding)
        elif isinstance(finding.proposal, Merge):
            merge = _stronger(merge, finding, finding.proposal)
        elif isinstance(finding.proposal, Create):
            _propose_create(creates, finding, finding.proposal)
        elif finding.field in chains:
            chains[finding.field].append(finding)
        else:
            chains[finding.field] = [finding]
    update = {}
    for field, chain in chains.items():
        proposed = _alone(chain[0]) if len(chain) == 1 else _proposed(_strongest_part(chain))
        if field in record.values and proposed.mode is not Mode.OBSERVE and not _is_same(record, field, proposed):
            update[field] = proposed
    removal = _proposed_removal(removals) if removals else None
    return Resolution(update, tuple(links.values()), removal, merge, tuple(creates.values()))


def _strongest_part(chain: Sequence[Finding]) -> Sequence[Finding]:
    """Return the longest beginning of the chain that has the strongest mode a beginning can have."""
    strength = chain[0].mode.strength
    for length, finding in enumerate(chain):
        if finding.mode.strength < strength:
            return chain[:length]
    return chain


def _alone(finding: Finding) -> Proposed:
    """Return what one finding comes to: most fields have no more."""
    after = finding.proposal
    if isinstance(after, Deed):
        raise TypeError(_NO_VALUE)
    return Proposed(after, (finding.rule,), (finding.message,), finding.mode)


def _proposed(chain: Sequence[Finding]) -> Proposed:
    after = chain[-1].proposal
    if isinstance(after, Deed):
        raise TypeError(_NO_VALUE)
    return Proposed(
        after=after,
        rules=tuple(finding.rule for finding in chain),
        reasons=tuple(finding.message for finding in chain),
        mode=Mode.weakest(finding.mode for finding in chain),
    )


def _propose_link(links: dict[str, ProposedLink], finding: Finding, link: Link) -> None:
    """Put the link among `links`, unless one of its object is there that may go as far."""
    if finding.mode is Mode.OBSERVE:
        return
    held = links.get(link.to.object)
    if held is None or held.mode.strength < finding.mode.strength:
        links[link.to.object] = ProposedLink(link, (finding.rule,), (finding.message,), finding.mode)


def _propose_create(creates: dict[Stream, ProposedCreate], finding: Finding, create: Create) -> None:
    """Put the new record among `creates`, unless one of its stream is there that may go as far."""
    if finding.mode is Mode.OBSERVE:
        return
    held = creates.get(create.stream)
    if held is None or held.mode.strength < finding.mode.strength:
        creates[create.stream] = ProposedCreate(create, (finding.rule,), (finding.message,), finding.mode)


def _stronger(held: ProposedMerge | None, finding: Finding, merge: Merge) -> ProposedMerge | None:
    """Return the merge that may go further; what may only be observed is none."""
    if finding.mode is Mode.OBSERVE or (held is not None and held.mode.strength >= finding.mode.strength):
        return held
    return ProposedMerge(merge, (finding.rule,), (finding.message,), finding.mode)


def _proposed_removal(findings: Sequence[Finding]) -> ProposedRemoval | None:
    mode = max((finding.mode for finding in findings), key=lambda one: one.strength, default=Mode.OBSERVE)
    if mode is Mode.OBSERVE:
        return None
    asking = [finding for finding in findings if finding.mode is mode]
    rules, reasons = tuple(one.rule for one in asking), tuple(one.message for one in asking)
    return ProposedRemoval(rules, reasons, mode)


def _is_same(record: Record, field: str, proposed: Proposed) -> bool:
    before = record.values[field]
    return type(before) is type(proposed.after) and before == proposed.after
