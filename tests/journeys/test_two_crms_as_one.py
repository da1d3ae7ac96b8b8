"""Two dirty, partly linked CRMs with their own connector between them become one: nothing wrong, nothing comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import urllib3

from connectors.sandbox import Sandbox
from connectors.sandbox.population import generate_sides
from syncd.cli.demonstration.counterpart import Counterpart
from syncd.cli.demonstration.linked import LinkedOutcome, tell
from syncd.cli.demonstration.play import DemoChoice, configure
from syncd.cli.frame.opening import opened
from syncd.engine import run_pass

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CRMS = ("hubspot", "salesforce")


def _told(folder: Path, people: int, companies: int, seed: int) -> LinkedOutcome:
    world = generate_sides(people, companies, seed=seed, now=NOW)
    choice = DemoChoice(CRMS, people, companies, seed, True, False, 0, 0, False, True)
    with Sandbox.start(population=world, tier="off") as sandbox:
        crm = Counterpart(sandbox.url, sandbox.token, None, urllib3.PoolManager(retries=False, timeout=120))
        with opened(configure(folder, crm, choice)) as parts:

            def cycle(may_write: bool):  # noqa: FBT001 - as the story has it
                return run_pass(parts.tools, parts.setups, trigger="test", may_write=may_write)[1]

            return tell(parts, crm, CRMS, cycle, lambda _: None)


def _holds(outcome: LinkedOutcome) -> None:
    for tally in (outcome.sure, outcome.carried, outcome.linked, outcome.merged):
        assert tally.right.total() > 0
        assert tally.wrong.total() == 0, tally.examples
    assert outcome.resurrected == 0
    assert outcome.restless == 0


def test_two_crms_become_one_and_nothing_is_wrong_or_comes_back(tmp_path):
    outcome = _told(tmp_path, 50, 16, 2)

    _holds(outcome)
    assert outcome.own.wrong.total() == 0, outcome.own.examples
    assert outcome.sure.right["person"] >= 5 * outcome.sure.missed["person"]


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 13))
def test_so_do_larger_ones(tmp_path, seed):
    outcome = _told(tmp_path, 600, 180, seed)

    _holds(outcome)
    # A connector's old spelling of a company goes on to those who work there.
    assert outcome.own.wrong.total() <= outcome.own.right.total() // 500, outcome.own.examples
