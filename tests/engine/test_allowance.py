"""How many records may go in a run, and how many into one and the same."""

from __future__ import annotations

from syncd.engine.allowance import Allowance
from syncd.model import Action, Fix, FixState, Ref


def fix(record: str, action: Action, into: str = "", undoes: str = "") -> Fix:
    stays = Ref("main", "contacts", into) if into else None
    return Fix(record, Ref("main", "contacts", record), action, FixState.APPROVED, into=stays, undoes=undoes)


def passing(allowed: Allowance, *fixes: Fix) -> list[str]:
    return [one.id for one in allowed.passing(fixes)]


def allowance(*, removals: int = 100, merges: int = 100, group: int = 100) -> Allowance:
    return Allowance(100, {}, 0, "", "", removals, merges, group)


def test_no_more_merges_pass_than_a_run_may_make_and_the_rest_is_not_held_up():
    allowed = allowance(merges=2)

    first = passing(allowed, fix("1", Action.MERGE, "9"), fix("2", Action.UPDATE), fix("3", Action.MERGE, "8"))
    second = passing(allowed, fix("4", Action.MERGE, "7"), fix("5", Action.ARCHIVE))

    assert (first, second) == (["1", "2", "3"], ["5"])


def test_no_more_records_become_one_than_a_group_may_hold():
    allowed = allowance(group=3)

    found = passing(allowed, *(fix(str(number), Action.MERGE, "9") for number in range(4)), fix("5", Action.MERGE, "8"))

    assert found == ["0", "1", "5"]


def test_what_takes_something_back_counts_against_nothing():
    allowed = allowance(removals=1, merges=1)

    undos = passing(
        allowed, fix("1", Action.MERGE, "9", undoes="a"), fix("2", Action.ARCHIVE, undoes="b"), fix("3", Action.ARCHIVE)
    )

    assert undos == ["1", "2", "3"]
    assert passing(allowed, fix("4", Action.ARCHIVE), fix("5", Action.MERGE, "9")) == ["5"]
