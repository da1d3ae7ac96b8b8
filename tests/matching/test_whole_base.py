"""A run over a whole base says what a matcher says of the same records."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.dedupe import Matcher, read_company, read_person
from syncd.matching import Means, match_whole, worker
from syncd.matching.packing import pack, unpack

EXTRACT = Path(__file__).parents[1] / "quality" / "dedupe" / "data" / "crm_extract.csv"
_PEOPLE = st.fixed_dictionaries(
    {
        "first_name": st.sampled_from(["Ada", "Adda", "Robert", "Bob", "", "A.", "Žofie"]),
        "last_name": st.sampled_from(["Lovelace", "Lovelase", "Smith", "Smith Jr.", ""]),
        "email": st.sampled_from(["ada@acme.com", "bob@acme.com", "bob2@acme.com", "ada.l@gmail.com", ""]),
        "phone": st.sampled_from(["+1 617 452 1504", "+1 617 452 1505", "+44 7400 123487", ""]),
        "birth_date": st.sampled_from(["1980-04-21", "1950-04-21", ""]),
        "city": st.sampled_from(["Nashville", "Köln", ""]),
    }
)  # fmt: skip


def extract(kind):
    """Return the records of a kind in the extract of labelled records."""
    with EXTRACT.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == kind]
    named = "name" if kind == "company" else "company_name"
    return {row["id"]: {**row, named: row["company"]} for row in rows}


def by_matcher(kind, records, apart=()):
    read = read_person if kind == "person" else read_company
    matcher = Matcher(kind)
    matcher.apply({record_id: read(values) for record_id, values in records.items()})
    for one, other in apart:
        matcher.keep_apart(one, other)
    return [(group.members, group.merge, group.weakest) for group in matcher.groups()], matcher.questions()


def at_once(kind, records, **options):
    means = options.pop("means", Means(workers=0, memory_mb=100))
    groups, questions = [], []
    for cluster in match_whole(kind, records.items(), means=means, **options):
        settled = cluster.settled
        for group in settled.same:
            if len(group) > 1:
                inside = tuple(part for part in settled.merge if len(part) > 1 and set(part) <= set(group))
                groups.append((group, inside, settled.weakest[group]))
        questions += settled.questions
    order = sorted(questions, key=lambda question: (-question.probability, question.one, question.other))
    return sorted(groups), order


@settings(max_examples=15, deadline=None)
@given(people=st.lists(_PEOPLE, max_size=30), data=st.data())
def test_run_over_everything_says_what_a_matcher_says(people, data):
    numbers = data.draw(st.permutations(range(len(people))))
    records = {f"r{number}": values for number, values in zip(numbers, people, strict=True)}

    assert at_once("person", records) == by_matcher("person", records)


@pytest.mark.parametrize("kind", ["person", "company"])
def test_labelled_records_get_the_groups_and_questions_of_a_matcher(kind):
    assert at_once(kind, extract(kind)) == by_matcher(kind, extract(kind))


def test_facts_that_were_read_before_say_the_same_whether_they_are_held_or_not(monkeypatch):
    records = extract("person")
    facts = {record_id: read_person(values) for record_id, values in records.items()}

    held = at_once("person", facts)
    monkeypatch.setattr(worker, "_HELD", 0)

    assert held == at_once("person", facts) == at_once("person", records)


def test_two_processes_say_what_one_says():
    records = extract("person")

    assert at_once("person", records, means=Means(workers=2, memory_mb=100)) == at_once("person", records)


def test_keys_that_too_many_share_bring_nobody_together():
    crowd = {f"r{number:02}": {"first_name": "Ada", "last_name": "Lovelace"} for number in range(61)}
    fewer = dict(list(crowd.items())[:-1])

    assert at_once("person", crowd) == ([], []) == by_matcher("person", crowd)
    assert at_once("person", fewer) == by_matcher("person", fewer)


def test_pairs_that_are_known_not_to_be_one_are_left_apart():
    records = extract("person")
    first = at_once("person", records)[0][0][0][:2]

    found = at_once("person", records, apart=frozenset({first}))

    assert found == by_matcher("person", records, [first])
    assert found != at_once("person", records)


def test_records_that_are_alike_are_one_however_many_share_their_keys():
    ada = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@acme.com"}
    crowd = {f"r{number:03}": ada for number in reversed(range(200))}

    [(members, _, _)], _ = found = at_once("person", crowd)

    assert found == by_matcher("person", crowd)
    assert len(members) == 200


def test_reasons_are_given_for_every_record_that_has_a_twin():
    records = extract("person")

    clusters = list(match_whole("person", records.items(), means=Means(workers=0), is_explaining=True))

    for cluster in clusters:
        twins = {member for group in cluster.settled.same if len(group) > 1 for member in group}
        assert twins <= cluster.links.keys()
        assert all(link.reasons and name in {link.one, link.other} for name, link in cluster.links.items())


def test_base_of_nobody_has_no_twins():
    assert at_once("person", {}) == ([], [])


def test_facts_come_back_from_their_bytes():
    for kind, read in (("person", read_person), ("company", read_company)):
        for record_id, values in extract(kind).items():
            assert unpack(kind, pack(record_id, read(values))) == (record_id, read(values))


def test_run_leaves_no_file_behind(tmp_path):
    list(match_whole("person", extract("person").items(), means=Means(workers=0, folder=tmp_path)))

    assert list(tmp_path.iterdir()) == []


def test_name_that_looks_like_no_text_is_read():
    people = {"1": {"first_name": "Na", "last_name": "Guo", "email": "na.guo@acme.com"}}

    assert at_once("person", people) == ([], [])


def test_cell_with_thousands_of_mailboxes_is_read():
    crowd = "; ".join(f"somebody{number}@gmail.com" for number in range(2000))
    people = {"1": {"first_name": "Ada", "email": crowd}, "2": {"first_name": "Ada", "email": crowd}}

    [cluster] = match_whole("person", people.items(), means=Means(workers=0))

    assert cluster.members == ("1", "2")
