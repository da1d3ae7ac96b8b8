"""Merges that are one plan: kept in their order, open until they are closed, gone with their fixes."""

from __future__ import annotations

from tests.store.given import decided, link_fix, removal_fix


def test_plan_is_known_by_each_of_its_merges_and_open_until_it_is_closed(store):
    first, second = decided(store, removal_fix("1"), link_fix("2"))
    with store.transaction() as tx:
        tx.merge_plans.keep([second.id, first.id])

    with store.transaction() as tx:
        assert tx.merge_plans.open() == [(second.id, first.id)]
        assert tx.merge_plans.of([first.id, "unknown"]) == {first.id: (second.id, first.id)}
        tx.merge_plans.close(second.id)
        assert tx.merge_plans.open() == []
        assert tx.merge_plans.of([second.id]) == {second.id: (second.id, first.id)}


def test_what_becomes_part_of_another_plan_is_no_part_of_the_old_one(store):
    fixes = [one.id for one in decided(store, removal_fix("1"), link_fix("2"), removal_fix("3"))]
    with store.transaction() as tx:
        tx.merge_plans.keep(fixes[:2])
        tx.merge_plans.keep([fixes[0], fixes[2], fixes[1]])

        assert tx.merge_plans.open() == [(fixes[0], fixes[2], fixes[1])]
