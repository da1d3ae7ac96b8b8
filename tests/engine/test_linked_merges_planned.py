"""Merges of linked accounts are one plan: what belongs to it, its order, and what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from syncd.engine.merging.linked_records import Known
from syncd.engine.merging.plans import in_plans, linked_merges, with_mates
from syncd.model import Action, Fix, FixState, Mode, Ref, Stream
from syncd.store import Transaction, TwinRow

HUB, ORG = Stream("hub", "contacts", "person"), Stream("org", "Contact", "person")
LEADS = Stream("org", "Lead", "person")


class Base:
    """What is kept of two accounts: who is the same as whom, who holds which id, and what is to be merged."""

    def __init__(
        self, *same: str, held: Mapping[str, str] | None = None, gone: Mapping[str, str] | None = None
    ) -> None:
        self.groups = [{_ref(one) for one in group.split()} for group in same]
        self.held = {_ref(one): value for one, value in (held or {}).items()}
        self.gone = dict(gone or {})
        self.fixes: list[Fix] = []
        self.known = {HUB: Known(HUB, holds="link", changes_id=True), ORG: Known(ORG), LEADS: Known(LEADS)}

    def merge(self, goes: str, stays: str, state: FixState = FixState.APPROVED) -> Fix:
        """Let two be merged."""
        made = Fix(f"f{len(self.fixes)}", _ref(goes), Action.MERGE, state, rules=("duplicate",), into=_ref(stays))
        self.fixes.append(made)
        return made

    @property
    def tx(self) -> Transaction:
        """Return what the planning reads."""
        return cast(
            "Transaction",
            SimpleNamespace(
                twins=SimpleNamespace(of=self._twins),
                journal=SimpleNamespace(merges_of=self._merges_of, merges=self._merges),
                records=SimpleNamespace(read=self._read, versions=self._read),
                aliases=SimpleNamespace(current=lambda _, id_: self.gone.get(id_, id_)),
            ),
        )

    def plans(self) -> list[tuple[list[str], tuple[str, ...]]]:
        """Return the steps of each plan and what it waits for."""
        found = linked_merges(self.tx, self.known.values(), self.fixes)
        return [([step.id for step in plan.steps], plan.waits) for plan in found]

    def planned(self) -> set[str]:
        """Return the merges that are never sent alone."""
        return set(in_plans(self.tx, self.known.values(), self.fixes))

    def _twins(self, stream: Stream, ids: list[str]) -> dict[str, tuple[TwinRow, ...]]:
        mine = {one: Ref(stream.account, stream.object, one) for one in ids}
        rows = {
            one: tuple(TwinRow(other, "g1", 0.99, is_sure=True) for group in self.groups if ref in group
                       for other in sorted(group - {ref}, key=str))
            for one, ref in mine.items()
        }  # fmt: skip
        return {one: found for one, found in rows.items() if found}

    def _read(self, stream: Stream, ids: list[str]) -> dict[str, Any]:
        there = [one for one in ids if one not in self.gone]
        told = {one: self.held.get(Ref(stream.account, stream.object, one)) for one in there}
        known = {ref.id for group in self.groups for ref in group} | {ref.id for ref in self.held}
        return {one: SimpleNamespace(values={"link": told[one]}) for one in there
                if one in known and _place(one) == (stream.account, stream.object)}  # fmt: skip

    def _merges_of(self, stream: Stream, ids: list[str]) -> list[Fix]:
        return [fix for fix in self.fixes if fix.ref.object == stream.object and {fix.ref.id, fix.changed.id} & {*ids}]

    def _merges(self, ids: list[str]) -> list[Fix]:
        return [fix for fix in self.fixes if fix.id in ids]


def _place(id_: str) -> tuple[str, str]:
    return {"h": ("hub", "contacts"), "c": ("org", "Contact"), "l": ("org", "Lead")}[id_[0]]


def _ref(id_: str) -> Ref:
    return Ref(*_place(id_), id_)


LINKED = {"h1": "c1", "h2": "c2"}


def test_whoever_holds_the_ids_goes_first():
    base = Base("h1 h2 c1 c2", held=LINKED)
    there, here = base.merge("c2", "c1"), base.merge("h2", "h1")

    assert base.plans() == [([here.id, there.id], ())]
    assert base.planned() == {here.id, there.id}


def test_without_ids_the_one_that_can_be_taken_back_whole_goes_first():
    base = Base("h1 h2 c1 c2")
    here, there = base.merge("h2", "h1"), base.merge("c2", "c1")

    assert base.plans() == [([there.id, here.id], ())]


def test_twins_that_matching_has_two_minds_about_are_one_plan_by_the_merge_between_them():
    base = Base("h1 c1", "h2 c2", held=LINKED)
    here, there = base.merge("h2", "h1"), base.merge("c2", "c1")

    assert base.plans() == [([here.id, there.id], ())]


def test_merges_without_counterparts_stand_for_themselves():
    base = Base("h1 h2")
    base.merge("h2", "h1")

    assert (base.plans(), base.planned()) == ([], set())


def test_nothing_is_merged_where_the_other_side_stays_two():
    base = Base("h1 h2 c1 c2", held=LINKED)
    base.merge("h2", "h1")

    [(_, waits)] = base.plans()
    base.known[ORG] = Known(ORG, Mode.OBSERVE)
    [(_, observed)] = base.plans()

    assert "they are 2 records, and none of them is to be merged" in waits[0]
    assert "is only observed" in observed[0]


def test_where_an_account_may_have_several_that_it_stays_two_holds_nothing():
    base = Base("h1 h2 c1 c2")
    fix = base.merge("h2", "h1")
    base.known[ORG] = Known(ORG, has_several=True)

    assert base.plans() == [([fix.id], ())]


def test_a_third_one_that_stays_holds_the_plan_only_where_both_sides_merge():
    alone = Base("h1 h2 h3 c1", held={"h1": "c1"})
    alone.merge("h2", "h1")
    both = Base("h1 h2 h3 c1 c2", held=LINKED)
    both.merge("h2", "h1")
    both.merge("c2", "c1")

    assert alone.plans()[0][1] == ()
    assert "2 of them would be left" in both.plans()[0][1][0]


def test_ids_of_two_that_are_not_to_be_one_hold_a_merge_whatever_matching_thinks():
    base = Base("h1 h2", "c1", "c2", held=LINKED)
    fix = base.merge("h2", "h1")

    assert base.planned() == {fix.id}
    assert "hold two ids of another account, c2 and c1" in base.plans()[0][1][0]


@pytest.mark.parametrize("gone", [{"c2": "c1"}, {"c2": "c9"}])
def test_an_id_of_one_that_was_merged_or_deleted_meanwhile_holds_nothing(gone: dict[str, str]):
    base = Base("h1 h2 c1", held=LINKED, gone=gone)
    fix = base.merge("h2", "h1")

    assert base.plans() == [([fix.id], ())]


def test_a_merge_there_is_no_affair_of_its_own_where_two_here_hold_the_ids():
    base = Base("c1 c2", "h1 c1", "h2 c2", held=LINKED)
    base.merge("c2", "c1")

    assert "in hub/contacts they are 2 records" in base.plans()[0][1][0]


def test_a_merge_that_somebody_turned_round_waits_until_the_other_one_is():
    base = Base("h1 h2 c1 c2", held=LINKED)
    base.merge("h1", "h2")
    base.merge("c2", "c1")

    assert base.plans()[0][1] == ("h2 stays, and is linked with c2, which goes by f1: turn one of them round",)


def test_a_lead_and_a_contact_are_no_reason_to_wait():
    base = Base("h1 h2 c1 l1", held={"h2": "c1"})
    fix = base.merge("h2", "h1")

    assert base.plans() == [([fix.id], ())]


def test_what_a_person_says_of_one_is_said_of_all_that_are_open():
    base = Base("h1 h2 c1 c2", held=LINKED)
    here, there = base.merge("h2", "h1", FixState.PROPOSED), base.merge("c2", "c1", FixState.PROPOSED)
    known = list(base.known.values())

    assert set(with_mates(base.tx, known, [there.id])) == {here.id, there.id}
    assert all("a person has to say yes" in one for one in base.plans()[0][1])


def test_what_is_not_answered_holds_the_rest():
    base = Base("h1 h2 c1 c2", held=LINKED)
    base.merge("h2", "h1", FixState.UNKNOWN)
    there = base.merge("c2", "c1")
    base.fixes = [fix for fix in base.fixes if fix.id != there.id] + [there]

    [(_, waits)] = base.plans()

    assert waits == ("a merge of theirs is not answered yet",)
