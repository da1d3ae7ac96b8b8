"""The journey of a record: pull, judge, decide, keep, write. Read the files in that order; `passes` calls them."""

from __future__ import annotations

from syncd.engine.domains import DomainLookups
from syncd.engine.figures.measure import Remembered, measure, recall
from syncd.engine.forget import forget
from syncd.engine.judging.evidence import evidence_for
from syncd.engine.judging.merge_table import merge_table
from syncd.engine.matching.pairs import PairReading, Spelling, as_ours, read_pair
from syncd.engine.merging.linked_records import Known
from syncd.engine.merging.linked_sides import LINKED_ID
from syncd.engine.merging.plans import LinkedMerges, linked_merges
from syncd.engine.merging.turning import turned, with_values
from syncd.engine.outside.owners import ask_owners
from syncd.engine.passes import PassResult, apply_approved, in_order, run_pass
from syncd.engine.peers import declared
from syncd.engine.preview import preview
from syncd.engine.reading.reconcile import Sweep, sweep
from syncd.engine.review import approve, dismiss
from syncd.engine.same_person import Somebody, somebody
from syncd.engine.search import find_records
from syncd.engine.setup import StreamSetup, Tools
from syncd.engine.tally import Tally
from syncd.engine.trial import StreamTrial, try_out
from syncd.engine.writing.creating import creation
from syncd.engine.writing.undo import UndoPlan, plan_undo, put_back
from syncd.engine.writing.undo_choice import Choice

__all__ = [
    "LINKED_ID",
    "Choice",
    "DomainLookups",
    "Known",
    "LinkedMerges",
    "PairReading",
    "PassResult",
    "Remembered",
    "Somebody",
    "Spelling",
    "StreamSetup",
    "StreamTrial",
    "Sweep",
    "Tally",
    "Tools",
    "UndoPlan",
    "apply_approved",
    "approve",
    "as_ours",
    "ask_owners",
    "creation",
    "declared",
    "dismiss",
    "evidence_for",
    "find_records",
    "forget",
    "in_order",
    "linked_merges",
    "measure",
    "merge_table",
    "plan_undo",
    "preview",
    "put_back",
    "read_pair",
    "recall",
    "run_pass",
    "somebody",
    "sweep",
    "try_out",
    "turned",
    "with_values",
]
