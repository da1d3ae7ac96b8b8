"""The plan as a page: every change with its reason, whatever the values hold."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from syncd.cli.output.screen import Screen
from syncd.cli.planning.content import OBSERVED, Part, Plan, show_plan
from syncd.cli.planning.page import page_of
from syncd.model import Action, Change, Fix, FixState, Link, Ref


def fix(number: int, after: str, *, state: FixState = FixState.APPROVED, of: str = "contacts") -> Fix:
    change = Change("city", "city", "MÜNCHEN", after, ("city_case",), ("all capitals",))
    return Fix("", Ref("main", of, str(number)), Action.UPDATE, state, (change,), rules=("city_case",))


def plan_of(*observed: Fix) -> Plan:
    return Plan(
        Part("apply", "Will be written by `syncd apply`", ()),
        Part("review", "Waiting for a person: `syncd review`", ()),
        Part(OBSERVED, "Only observed", observed),
    )


class Reader(HTMLParser):
    """Reads the cells of all tables, and whether anything could run or be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.tags: set[str] = set()
        self.outside: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.outside += [value for name, value in attrs if name in {"src", "href", "style"} or name.startswith("on")]
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data):
        if self.cells:
            self.cells[-1] += data.strip()


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def test_each_change_stands_there_with_its_reason():
    reader = read(page_of(plan_of(fix(17, "München"))))

    assert reader.cells[2:] == ["17", "city", "MÜNCHEN", "München", "city_case", "all capitals"]


def test_link_stands_there_with_what_it_leads_to():
    to = Link(Ref("main", "companies", "4"))
    link = Fix("", Ref("main", "contacts", "3"), Action.LINK, FixState.APPROVED, link=to, reasons=("same domain",))

    cells = read(page_of(plan_of(link))).cells

    assert "link to companies/4" in cells
    assert "same domain" in cells


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"></td><td>', "\x1b[2J"]
)
def test_hostile_value_is_shown_and_does_nothing(hostile):
    page = page_of(plan_of(fix(1, hostile)))

    reader = read(page)
    assert not reader.tags & {"script", "img", "link", "iframe"}
    assert reader.outside == []
    assert len(reader.cells) == 2 + 6
    assert "\x1b" not in page


def test_each_stream_has_its_own_first_fixes(capsys):
    fixes = [fix(number, "a", of=name) for name in ("companies", "contacts") for number in range(30)]

    show_plan(Screen(), plan_of(*fixes), limit=2)

    told = capsys.readouterr().out
    assert told.count("main/companies/") == told.count("main/contacts/") == 2
    assert "and 56 more" in told


def test_what_would_wait_for_a_person_is_told():
    plan = plan_of(fix(1, "a"), fix(2, "b", state=FixState.PROPOSED))

    assert plan.observe.heading == "Only observed: 2, 1 of them only after a person's word"


def test_page_says_what_could_not_be_taken_back():
    page = page_of(
        replace(plan_of(fix(17, "München")), notes={"merges in main/contacts (3)": ["<the record> gets a new id"]})
    )

    assert "<h3>merges in main/contacts (3)</h3><ul><li>&lt;the record&gt; gets a new id</li></ul>" in page


def test_merge_stands_there_with_what_it_writes_to_the_record_that_stays():
    change = Change("phone", "phone", None, "+14155550100", ("duplicate",), ("nothing was there",))
    merge = Fix("", Ref("main", "contacts", "12"), Action.MERGE, FixState.PROPOSED, (change,), None, ("duplicate",))

    reader = read(page_of(plan_of(replace(merge, reasons=("they are one",), into=Ref("main", "contacts", "11")))))

    assert reader.cells[2:] == [
        *("12", "", "", "merge into contacts/11", "duplicate", "they are one"),
        *("11", "phone", "(empty)", "+14155550100", "duplicate", "nothing was there"),
    ]
