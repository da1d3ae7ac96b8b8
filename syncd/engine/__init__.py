"""The journey of a record: pull, judge, decide, keep, write. Read the files in that order; `passes` calls them."""

from __future__ import annotations

from syncd.engine.domains import DomainLookups
from syncd.engine.evidence import evidence_for
from syncd.engine.forget import forget
from syncd.engine.measure import measure, recall
from syncd.engine.owners import ask_owners
from syncd.engine.passes import PassResult, apply_approved, in_order, run_pass
from syncd.engine.preview import preview
from syncd.engine.reconcile import Sweep, sweep
from syncd.engine.setup import StreamSetup, Tools
from syncd.engine.tally import Tally
from syncd.engine.undo import UndoPlan, plan_undo, put_back

__all__ = [
    "DomainLookups",
    "PassResult",
    "StreamSetup",
    "Sweep",
    "Tally",
    "Tools",
    "UndoPlan",
    "apply_approved",
    "ask_owners",
    "evidence_for",
    "forget",
    "in_order",
    "measure",
    "plan_undo",
    "preview",
    "put_back",
    "recall",
    "run_pass",
    "sweep",
]
