"""How many records may go in a run, and how many into one and the same."""

from __future__ import annotations

from syncd.engine.guarding.allowance import Allowance, RuleLimit
from syncd.model import Action, Change, Fix, FixState, Ref


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


def test_as_many_records_go_as_a_run_may_remove_and_no_more():
    allowed = allowance(removals=3)

    assert passing(allowed, *(fix(str(number), Action.ARCHIVE) for number in range(5))) == ["0", "1", "2"]


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


def update(record: str, rule: str, *fields: str, before: str | None = "x") -> Fix:
    changes = tuple(Change(name, name, before, "y", (rule,)) for name in fields)
    ref = Ref("main", "contacts", record)
    return Fix(record, ref, Action.UPDATE, FixState.APPROVED, changes, rules=(rule,))


def test_no_more_of_a_rule_pass_than_are_left_and_what_it_notes_does_not_count():
    left = {"country_form": RuleLimit(1, "max_share_per_day")}
    allowed = Allowance(100, {}, 0, "", "", rule_left=left, notes=frozenset({"flags"}))

    found = passing(
        allowed,
        update("1", "country_form", "flags", before=None),
        update("2", "country_form", "country"),
        update("3", "country_form", "country"),
        update("4", "phone_form", "phone"),
    )

    assert found == ["1", "2", "4"]
    assert allowed.kept_back == {("max_share_per_day", "country_form"): 1}


def test_field_that_is_not_believed_holds_its_changes_and_everything_that_cannot_be_put_back():
    allowed = Allowance(100, {}, 0, "", "", held_fields=frozenset({"city"}), holds_deeds=True)

    found = passing(
        allowed,
        update("1", "city_case", "city"),
        update("2", "phone_form", "phone"),
        fix("3", Action.MERGE, "9"),
        fix("4", Action.ARCHIVE),
        fix("5", Action.MERGE, "9", undoes="a"),
    )

    assert found == ["2", "5"]


def test_stream_that_is_not_believed_lets_only_undos_pass():
    allowed = Allowance(100, {}, 0, "", "", is_shut=True)

    assert passing(allowed, update("1", "phone_form", "phone"), fix("2", Action.LINK, undoes="a")) == ["2"]
