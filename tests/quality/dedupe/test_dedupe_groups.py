"""Groups, answers, and a matcher that is current after every change."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.dedupe import Matcher, Memory, read_company, read_person, shipped_points
from quality.dedupe.calibration import FEWEST_DECISIONS, Calibration, size_step
from quality.dedupe.groups import components, holds_together, joined
from quality.dedupe.person_levels import person_levels
from quality.dedupe.sentences import SENTENCES
from quality.dedupe.usage import Usage
from quality.dedupe.vetoes import veto

ADA = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@lovelace-engines.com", "mobile": "+44 7400 123487"}
_PEOPLE = st.fixed_dictionaries(
    {
        "first_name": st.sampled_from(["Ada", "Adda", "Robert", "Bob", "Thomas", "", "A."]),
        "last_name": st.sampled_from(["Lovelace", "Lovelase", "Smith", "Smith Jr.", ""]),
        "email": st.sampled_from(
            ["ada@acme.com", "bob@acme.com", "bob2@acme.com", "ada.l@gmail.com", "info@acme.com", ""]
        ),
        "phone": st.sampled_from(["+1 617 452 1504", "+1 617 452 1505", "+44 7400 123487", ""]),
        "birth_date": st.sampled_from(["1980-04-21", "1950-04-21", "", ""]),
        "city": st.sampled_from(["Nashville", "Köln", ""]),
    }
)
_EDITS = st.lists(
    st.tuples(st.sampled_from([f"r{number}" for number in range(12)]), st.one_of(st.none(), _PEOPLE)),
    min_size=1,
    max_size=40,
)


def matched(kind, records, **options):
    read = read_person if kind == "person" else read_company
    matcher = Matcher(kind, **options)
    matcher.apply({record_id: read(values) for record_id, values in records.items()})
    return matcher


def outcome(matcher):
    groups = [(group.members, group.merge, group.weakest) for group in matcher.groups()]
    return groups, matcher.questions()


@settings(max_examples=60, deadline=None)
@given(edits=_EDITS)
def test_records_one_by_one_give_the_groups_of_one_run_over_all(edits):
    matcher = Matcher("person")
    known: dict[str, dict[str, str]] = {}
    for record_id, values in edits:
        matcher.apply({record_id: read_person(values) if values is not None else None})
        if values is None:
            known.pop(record_id, None)
        else:
            known[record_id] = values

    assert outcome(matcher) == outcome(matched("person", dict(sorted(known.items()))))


_FIRMS = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Acme", "Acme Works GmbH", "Works Acme", "Acme Holding", "Bolt", "Bolts Ltd", ""]),
        "domain": st.sampled_from(["acme.com", "acme.de", "bolt.com", "", ""]),
        "phone": st.sampled_from(["+1 617 452 1504", "+1 617 452 1505", ""]),
        "street": st.sampled_from(["Main St 5", "Main Street 5", "Oak Rd 7", ""]),
        "city": st.sampled_from(["Nashville", "Köln", ""]),
    }
)
_FIRM_EDITS = st.lists(
    st.tuples(st.sampled_from([f"r{number}" for number in range(12)]), st.one_of(st.none(), _FIRMS)),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(edits=_FIRM_EDITS, cap=st.sampled_from([2, 4, 60]))
def test_companies_one_by_one_give_the_groups_of_one_run_over_all(edits, cap):
    matcher = Matcher("company", memory=Memory(cap))
    known: dict[str, dict[str, str]] = {}
    for record_id, values in edits:
        matcher.apply({record_id: read_company(values) if values is not None else None})
        known |= {record_id: values} if values is not None else {}
        if values is None:
            known.pop(record_id, None)

    assert outcome(matcher) == outcome(matched("company", dict(sorted(known.items())), memory=Memory(cap)))


@settings(max_examples=25, deadline=None)
@given(edits=_EDITS, data=st.data())
def test_turned_keys_and_spread_values_are_looked_at_again(edits, data):
    known = {record_id: values for record_id, values in edits if values is not None}
    order = data.draw(st.permutations(sorted(known)))
    narrow, whole = Matcher("person", memory=Memory(cap=3)), Matcher("person", memory=Memory(cap=3))
    for record_id in order:
        narrow.add(record_id, read_person(known[record_id]))
    for record_id in order[::2]:
        narrow.remove(record_id)

    whole.apply({record_id: read_person(known[record_id]) for record_id in order[1::2]})

    assert outcome(narrow) == outcome(whole)


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.tuples(st.integers(0, 11), st.sampled_from(["Ada", "Ada", "Ada", "Bob", ""])), max_size=60))
def test_copies_one_by_one_give_the_groups_of_one_run_over_all(steps):
    matcher = Matcher("person", memory=Memory(cap=2))
    known: dict[str, dict[str, str]] = {}
    for number, name in steps:
        values = {"first_name": name, "last_name": "Lovelace", "email": f"{name}@acme.com"}
        matcher.apply({f"r{number}": read_person(values) if name else None})
        known |= {f"r{number}": values}
        if not name:
            known.pop(f"r{number}")

    assert outcome(matcher) == outcome(matched("person", known, memory=Memory(cap=2)))
    largest = [max((count for name in ("Ada", "Bob") if (count := _of(known, name)) > 1), default=0)]
    assert [max((len(group.members) for group in matcher.groups()), default=0)] == largest


def _of(known, name):
    return sum(values["first_name"] == name for values in known.values())


@given(edits=_EDITS)
@settings(max_examples=25, deadline=None)
def test_groups_are_apart_and_what_is_merged_lies_within_them(edits):
    known = {record_id: values for record_id, values in edits if values is not None}

    groups = matched("person", known).groups()

    members = [member for group in groups for member in group.members]
    assert len(members) == len(set(members))
    assert all(len(group.members) > 1 and set(part) <= set(group.members) for group in groups for part in group.merge)


@given(edits=_EDITS)
@settings(max_examples=25, deadline=None)
def test_nothing_is_merged_over_a_veto(edits):
    facts = {record_id: read_person(values) for record_id, values in edits if values is not None}
    usage = Usage()
    for fact in facts.values():
        usage.add(fact)
    matcher = Matcher("person")
    matcher.apply(facts)

    merged = [pair for group in matcher.groups() for part in group.merge for pair in combinations(part, 2)]

    assert [pair for pair in merged if veto("person", person_levels(facts[pair[0]], facts[pair[1]], usage))] == []


@given(edits=_EDITS)
@settings(max_examples=25, deadline=None)
def test_every_level_has_a_sentence_and_both_orders_one_answer(edits):
    facts = [read_person(values) for _, values in edits if values is not None]
    usage = Usage()
    for fact in facts:
        usage.add(fact)

    for one, other in combinations(facts[:8], 2):
        levels = person_levels(one, other, usage)
        assert all(level in SENTENCES["person"][name] for name, level in levels.items())
        assert levels == person_levels(other, one, usage)


@pytest.mark.parametrize("kind", ["person", "company"])
def test_points_are_shipped_for_named_levels_only(kind):
    points = shipped_points(kind)

    assert points.single.keys() == SENTENCES[kind].keys()
    assert all(level in SENTENCES[kind][name] for name, levels in points.single.items() for level in levels)
    assert max(points.ask_from, points.same_from) < points.merge_from


def test_group_keeps_its_id_while_most_of_its_members_stay():
    matcher = matched("person", {"1": ADA, "2": ADA})
    before = matcher.group_of("1")

    matcher.add("3", read_person(ADA))
    matcher.remove("1")

    after = matcher.group_of("2")
    assert after.id == before.id
    assert after.members == ("2", "3")


def test_only_groups_that_changed_are_reported():
    matcher = matched("person", {"1": ADA, "2": ADA})
    other = {"first_name": "Grace", "last_name": "Hopper", "email": "grace@navy.mil"}

    assert matcher.add("3", read_person(other)) == frozenset()
    assert matcher.add("4", read_person(other)) == {matcher.group_of("3").id}
    assert matcher.change("4", read_person(other)) == frozenset()


def test_no_duplicate_is_remembered_for_ever_and_for_a_successor():
    matcher = matched("person", {"1": ADA, "2": ADA})

    matcher.keep_apart("1", "2")
    matcher.change("1", read_person({**ADA, "job_title": "Analyst"}))
    apart = matcher.groups()
    matcher.apply({"1": None, "3": read_person(ADA)})
    matcher.succeed("1", "3")

    assert apart == []
    assert matcher.groups() == []
    assert matcher.questions() == []


def test_reasons_are_sentences_with_the_weightiest_first():
    reasons = matched("person", {"1": ADA, "2": {**ADA, "first_name": "Augusta Ada"}}).reasons("1", "2")

    assert reasons
    assert [abs(reason.points) for reason in reasons] == sorted(
        (abs(reason.points) for reason in reasons), reverse=True
    )
    assert all(reason.text.endswith(".") for reason in reasons)


def test_person_is_never_compared_with_a_company():
    matcher = matched("person", {"1": ADA})

    with pytest.raises(TypeError, match="never compared"):
        matcher.add("2", read_company({"name": "Ada", "email": ADA["email"]}))


def test_best_edges_join_first_whatever_their_order():
    edges = [(0.9, ("b", "c")), (0.95, ("a", "b")), (0.8, ("c", "d"))]
    parts = [("a",), ("b",), ("c",), ("d",)]

    small = joined(parts, edges, lambda ours, theirs: len(ours + theirs) < 3)

    assert small == joined(parts, edges[::-1], lambda ours, theirs: len(ours + theirs) < 3)
    assert small == [("a", "b"), ("c", "d")]


def test_two_people_are_not_bridged_by_one_weak_link():
    assert not holds_together([0.9, 0.01, 0.01], threshold=0.55, share=0.85)
    assert holds_together([0.9, 0.6, 0.3], threshold=0.55, share=0.85)


def test_components_are_what_edges_connect():
    edges = {"a": ["b"], "b": ["a"], "c": []}

    assert components(["b", "a", "c"], edges.__getitem__) == [("a", "b"), ("c",)]


def test_larger_base_makes_the_same_score_less_sure():
    calibration = Calibration(per_size=0.3)

    assert calibration.probability(2.0, 1_000_000) < calibration.probability(2.0, 10_000)
    assert calibration.probability(2.0, 100) == calibration.probability(2.0, 10_000)
    assert size_step(1_000_000) == size_step(1_000_001)


def test_decisions_move_the_calibration_once_there_are_enough():
    shipped = Calibration()
    decisions = [(score / 10, score > 20) for score in range(-50, 51)] * 4

    assert shipped.refined(decisions[: FEWEST_DECISIONS - 1]) == shipped
    assert shipped.refined(decisions).probability(1.0, 100) < shipped.probability(1.0, 100)
