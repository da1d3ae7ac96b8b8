"""The demonstration counts proposed merges by the sandbox's truth, not by syncd's word."""

from __future__ import annotations

from syncd.cli.demonstration.merges import MergeScore, ProposedPair, score_merges


def row(key, twin=None, of="contacts"):
    return {"object": of, "id": key, "duplicate_of": twin}


TRUTH = {
    "crm": [row("1"), row("2", "1"), row("3", "1"), row("4"), row("5", "4", of="leads"), {"object": "deals", "id": "1"}]
}


def pair(goes, stays, *, is_sure=True):
    return ProposedPair("crm", "contacts", goes, stays, is_sure)


def test_twins_of_one_object_can_be_merged_once_each():
    assert score_merges(TRUTH, []) == MergeScore(missed=2)
    assert score_merges(TRUTH, [pair("1", "3"), pair("2", "3", is_sure=False)]) == MergeScore(1, 0, 1, 0, 0)


def test_merge_of_two_people_is_wrong_and_so_is_one_of_whom_the_sandbox_knows_nothing():
    assert score_merges(TRUTH, [pair("4", "1"), pair("9", "1", is_sure=False)]) == MergeScore(0, 1, 0, 1, 2)
