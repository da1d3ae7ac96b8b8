"""The story of two CRMs as one: dirty, partly linked bases and the CRMs' own connector between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from syncd.cli.demonstration.counterpart import Counterpart
from syncd.cli.demonstration.kin import Kin
from syncd.cli.demonstration.linked_facts import links, merges, pairs, spoilt, written
from syncd.cli.demonstration.linked_score import (
    Tally,
    score_counterparts,
    score_links,
    score_merges,
    score_values,
)
from syncd.engine import PassResult
from syncd.wiring import Parts

#: Of the people, companies and deals, so many are in both CRMs.
OVERLAP = 0.6
#: What a configuration says on top: the accounts are one, and twins are merged without asking where that is sure.
CONFIGURATION = """\
linked_accounts:
  customers: {{accounts: [{accounts}], kinds: [person, company, deal]}}
rules: {{duplicate: apply}}
"""
#: How the CRMs' own connector is set: it keeps companies, people and deals in step, gives whoever lost their partner
#: another one, and makes nothing of its own accord. So whatever it makes was resurrected.
CONNECTOR: dict[str, list[str]] = {
    "objects": ["companies", "contacts", "deals"], "creates_in_hubspot": [], "creates_in_salesforce": [],
}  # fmt: skip
#: Cycles that write, at most; it ends when one has nothing left to do.
_ROUNDS = 8
#: Cycles of the connector, each with one of ours, in which nothing may happen any more.
QUIET = 3

Cycle = Callable[[bool], Sequence[PassResult]]
Say = Callable[[str], None]


@dataclass(slots=True)
class LinkedOutcome:
    """What came of it, against what is true."""

    before: Sequence[PassResult]
    after: Sequence[PassResult]
    sure: Tally
    asked: Tally
    carried: Tally
    own: Tally
    linked: Tally
    merged: Tally
    #: Records that the connector wrote somebody else's values over, by a wrong id: they count nowhere.
    lost: int = 0
    #: Fixes written in each cycle.
    fixes: list[int] = field(default_factory=list)
    #: What the connector did in each of its cycles.
    connector: list[dict[str, int]] = field(default_factory=list)

    @property
    def resurrected(self) -> int:
        """Return how many records the connector made or brought back."""
        return sum(count for did in self.connector for deed, count in did.items() if deed.endswith(_MAKING))

    @property
    def restless(self) -> int:
        """Return how many fixes were written in the quiet cycles: 0 when it is quiet."""
        return sum(self.fixes[-QUIET:])


_MAKING = (".create", ".restore")


def tell(parts: Parts, crm: Counterpart, crms: Sequence[str], cycle: Cycle, say: Say) -> LinkedOutcome:
    """Let it happen, and hold the end against the truth."""
    say("Reading and judging both, and finding out who is who ...")
    before = cycle(False)
    crm.connect(**CONNECTOR)
    say("Writing what is certain, while the CRMs' own connector copies after its fashion ...")
    fixes: list[int] = []
    connector: list[dict[str, int]] = []
    while len(fixes) < _ROUNDS and (not fixes or fixes[-1]):
        fixes.append(_applied(cycle(True)))
        connector.append(crm.let_connect())
    say("Three more cycles of that connector, to see whether anything comes back or begins anew ...")
    after = before
    for _ in range(QUIET):
        connector.append(crm.let_connect())
        after = cycle(True)
        fixes.append(_applied(after))
    effects = crm.effects("")
    kin = Kin.of({name: crm.truth(name) for name in crms}, effects)
    untrue = spoilt(kin, effects)
    sure, asked = score_counterparts(kin, pairs(parts))
    carried, own = score_values(kin, written(parts), untrue)
    merged = score_merges(kin, merges(parts))
    linked = score_links(kin, links(parts))
    return LinkedOutcome(before, after, sure, asked, carried, own, linked, merged, len(kin.lost), fixes, connector)


def _applied(results: Sequence[PassResult]) -> int:
    return sum(one.report.fixes_applied for one in results)
