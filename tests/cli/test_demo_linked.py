"""The score of two linked CRMs: who is one, what is true of them, and what nobody could know."""

from __future__ import annotations

from typing import Any

from syncd.cli.demonstration.kin import Kin
from syncd.cli.demonstration.linked_score import (
    Linked,
    Pair,
    Written,
    score_counterparts,
    score_links,
    score_merges,
    score_values,
)

ADA, ADA_TOO, ADA_THERE, BO_THERE = (
    ("hubspot", "contacts", "1"), ("hubspot", "contacts", "2"), ("salesforce", "Contact", "A"),
    ("salesforce", "Contact", "B"),
)  # fmt: skip
FIRM, FIRM_THERE = ("hubspot", "companies", "1"), ("salesforce", "Account", "F")


def _row(place: tuple[str, str, str], who: str, kind: str = "person", **more: Any) -> dict[str, Any]:
    held: dict[str, Any] = {"older": {}, "also_true": {}, "truth": {}, "loaded": {}, **more}
    return {"object": place[1], "id": place[2], "kind": kind, "who": who, **held}


def _kin(*effects: dict[str, Any]) -> Kin:
    hubspot = [
        _row(ADA, "p1", truth={"phone": "+1"}, loaded={"last_name": "Kng"}, company=None, true_company="1"),
        _row(ADA_TOO, "p1", company="1", true_company="1"),
        _row(FIRM, "c1", "company"),
    ]
    salesforce = [
        _row(ADA_THERE, "p1", truth={"last_name": "King"}, also_true={"phone": ["+1"]}, older={"phone": "+9"},
             company="F", true_company="F"),
        _row(BO_THERE, "p2", company=None, true_company=None),
        _row(FIRM_THERE, "c1", "company"),
    ]  # fmt: skip
    return Kin.of({"hubspot": hubspot, "salesforce": salesforce}, effects)


def test_counterparts_are_counted_once_for_each_who_is_in_both():
    sure, asked = score_counterparts(_kin(), [Pair(ADA, ADA_THERE, True), Pair(ADA_TOO, BO_THERE, False)])

    assert sure.data()["person"] == {"right": 1, "wrong": 0, "missed": 0}
    assert sure.data()["company"] == {"right": 0, "wrong": 0, "missed": 1}
    assert asked.wrong["person"] == 1


def test_a_merged_record_is_whose_it_was_and_the_wrong_one_is_seen():
    kin = _kin({"kind": "merge", "object": "contacts", "id": "3", "property": "", "before": "1;2", "after": "3"})
    joined = ("hubspot", "contacts", "3")

    assert kin.whose(joined) == ("person", "p1")
    assert score_merges(kin, [(ADA_TOO, ADA)]).data()["person"] == {"right": 1, "wrong": 0, "missed": 0}
    assert score_merges(kin, [(BO_THERE, ADA_THERE)]).wrong["person"] == 1
    assert score_counterparts(kin, [Pair(joined, BO_THERE, True)])[0].wrong["person"] == 1


def test_what_is_true_of_somebody_is_right_wherever_it_is_written_and_mistakes_handed_on_are_told_apart():
    written = [
        Written(ADA_THERE, "phone", None, "+1", ("authority",)),
        Written(ADA, "phone", None, "+9", ("authority",)),  # what was true once, where it never stood
        Written(ADA_THERE, "last_name", None, "Kng", ("authority",)),
        Written(ADA_THERE, "phone", None, "+9", ("phone_form",)),
    ]

    carried, own = score_values(_kin(), written, frozenset())
    last_only, _ = score_values(_kin(), written[:2], frozenset({(ADA_THERE, "phone")}))

    assert (own.right["phone"], carried.wrong["phone"], carried.inherited) == (1, 1, 1)
    assert not last_only.data()["all"]["right"]


def test_a_mistake_that_a_merge_kept_is_no_mistake_of_the_merge():
    kept = Written(ADA_TOO, "last_name", None, "Kng", ("duplicate",))
    chosen = Written(ADA_TOO, "last_name", "King", "Kng", ("duplicate",))

    assert score_values(_kin(), [kept], frozenset())[1].inherited == 1
    assert score_values(_kin(), [chosen], frozenset())[1].wrong["last_name"] == 1


def test_links_that_the_other_crm_has_are_missed_as_long_as_nobody_makes_them():
    assert score_links(_kin(), []).missed["company"] == 1
    made = score_links(_kin(), [Linked(ADA, "company", FIRM)])
    assert made.data()["company"] == {"right": 1, "wrong": 0, "missed": 0}
