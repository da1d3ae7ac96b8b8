from __future__ import annotations

import csv
from pathlib import Path

import pytest

from syncd.errors import ConfigError
from syncd.matching import MatchJob, Means, match_file

EXTRACT = Path(__file__).parents[1] / "quality" / "dedupe" / "data" / "crm_extract.csv"
ADA = "Ada,Lovelace,ada@lovelace-engines.com,+44 7400 123487"


def matched(tmp_path, text, *, encoding="utf-8", **options):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(text.encode(encoding))
    report = match_file(MatchJob(source, target, means=Means(workers=0, memory_mb=100), **options))
    with target.open(encoding="utf-8-sig", newline="") as file:
        return report, list(csv.DictReader(file, delimiter=report.dialect.delimiter))


def people(*rows):
    return "\n".join(("First name,Last name,Email,Mobile,Notes", *rows, ""))


def test_twins_share_a_group_and_say_why(tmp_path):
    report, rows = matched(tmp_path, people(f"{ADA},a", "Grace,Hopper,grace@navy.mil,,b", f"{ADA},c"))

    first, alone, second = rows
    assert first["syncd_group"] == second["syncd_group"] == "1"
    assert first["syncd_merge"] == second["syncd_merge"] == "1a"
    assert (first["syncd_answer"], first["syncd_with"], second["syncd_with"]) == ("merge", "4", "2")
    assert float(first["syncd_probability"]) > 0.99
    assert first["syncd_reason"].endswith(".")
    assert [alone[name] for name in alone if name.startswith("syncd_")] == [""] * 6
    assert (sum(report.rows.values()), report.counts.groups, report.counts.merged) == (3, 1, 1)


def test_pair_in_doubt_is_asked_about(tmp_path):
    _, rows = matched(tmp_path, people(ADA.replace("lace,", "lace Sr.,", 1), ADA.replace("lace,", "lace Jr.,", 1)))

    assert [(row["syncd_answer"], row["syncd_merge"]) for row in rows] == [("ask", ""), ("ask", "")]
    assert "Is row 3 the same" in rows[0]["syncd_reason"]


def test_people_and_companies_of_one_file_are_never_taken_for_each_other(tmp_path):
    twins = [
        *["Contact,Turing Works,Alan,Turing,alan@turing-works.com,+44 20 7946 0123"] * 2,
        *["Account,Turing Works Ltd,,,alan@turing-works.com,+44 20 7946 0123"] * 2,
    ]
    others = [f"Contact,,Nobody,Number {number},nobody{number}@example.com," for number in range(200)]
    unknown = "Spaceship,Turing Works,Alan,Turing,alan@turing-works.com,+44 20 7946 0123"

    # What nobody knows stands behind the first rows, by which the column is known.
    text = "\n".join(["Record type,Company,First name,Last name,Email,Phone", *twins, *others, unknown, ""])
    report, rows = matched(tmp_path, text)

    groups = [row["syncd_group"] for row in rows if row["Company"]]
    assert groups == ["1", "1", "2", "2", ""]
    assert report.rows == {"person": 202, "company": 2, "": 1}


def test_every_mailbox_counts_and_a_house_number_goes_with_its_street(tmp_path):
    report, rows = matched(
        tmp_path,
        "Given name,Surname,Street number,Address_1,Suburb,Email 1,Email 2\n"
        "Ada,Lovelace,12,Dorset Street,Kew,a@one.example,ada.lovelace@engines.example\n"
        "Ada,King,,,,ada.lovelace@engines.example,\n",
    )

    layout = report.layouts.by_kind["person"]
    assert rows[0]["syncd_group"] == rows[1]["syncd_group"] == "1"
    assert layout.values(["Ada", "Lovelace", "12", "Dorset Street", "Kew", "a@one.example", "b@one.example"]) == {
        "first_name": "Ada",
        "last_name": "Lovelace",
        "street": "12 Dorset Street",
        "city": "Kew",
        "email": "a@one.example; b@one.example",
    }


@pytest.mark.parametrize("kind", ["person", "company"])
def test_many_rows_get_the_answer_of_few(tmp_path, kind):
    with EXTRACT.open(encoding="utf-8", newline="") as file:
        lines = [row for row in csv.reader(file) if row[2] in {"kind", kind}]
    text = "\n".join(";".join(cell.replace(";", ",") for cell in line) for line in lines)
    given = (
        {"company": "name", "tax_id": "tax_id", "email": "email"} if kind == "company" else {"full_name": "full_name"}
    )

    _, few = matched(tmp_path, text, kind=kind, given=given)
    _, many = matched(tmp_path, text, kind=kind, given=given, few_rows=10)

    assert many == few
    assert sum(row["syncd_answer"] == "merge" for row in few) > 10


def test_what_the_file_holds_stays_and_runs_nothing(tmp_path):
    _, rows = matched(tmp_path, people(f"{ADA},=1+1", "x,y,,,-5"))

    assert [row["Notes"] for row in rows] == ["'=1+1", "-5"]
    assert list(rows[0])[:5] == ["First name", "Last name", "Email", "Mobile", "Notes"]


def test_result_can_be_matched_again(tmp_path):
    text = people(f"{ADA},=a", f"{ADA},b")
    _, once = matched(tmp_path, text)

    _, twice = matched(tmp_path, (tmp_path / "out.csv").read_text("utf-8"))

    assert twice == once


def test_older_encodings_and_other_separators_are_read(tmp_path):
    report, rows = matched(
        tmp_path, "Vorname;Nachname;E-Mail\r\nJürgen;Groß;j@gross.de\r\nJürgen;Groß;j@gross.de\r\n", encoding="cp1252"
    )

    assert (report.dialect.delimiter, report.dialect.is_sure_of_encoding) == (";", False)
    assert rows[0]["Nachname"] == "Groß"
    assert rows[0]["syncd_group"] == "1"


def test_rows_too_short_or_too_long_keep_their_cells(tmp_path):
    _, rows = matched(tmp_path, people("Ada", f"{ADA},x,more"))

    assert rows[0]["Notes"] == ""
    assert rows[1][None] == ["more"]


def test_name_and_tax_number_count_where_only_matching_knows_them(tmp_path):
    report, _ = matched(tmp_path, "Name,Email,SSN\nAda Lovelace,ada@x.org,12-345678\n", kind="person")
    firms, _ = matched(tmp_path, "Company,Tax ID,Email\nAcme,DE123456789,info@acme.com\n", kind="company")

    assert report.layouts.by_kind["person"].columns.by_field == {"full_name": 0, "email": 1, "identifier": 2}
    assert firms.layouts.by_kind["company"].columns.by_field == {"name": 0, "tax_id": 1, "email": 2}


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("", {}, "is empty"),
        ("a,b\n", {}, "do not tell whether"),
        (people(f"{ADA},"), {"kind": "persons"}, "There is no kind 'persons'"),
        (people(f"{ADA},"), {"given": {"Note": "email"}}, "The file has no column 'Note'"),
        (people(f"{ADA},"), {"given": {"Notes": "tax_id"}}, "A person has no field 'tax_id'"),
        (people(f'"{ADA},'), {}, "has a quote in line 2 that is never closed"),
    ],
)
def test_file_that_cannot_be_used_is_refused_in_a_sentence(tmp_path, text, options, message):
    with pytest.raises(ConfigError, match=message):
        matched(tmp_path, text, **options)

    assert not (tmp_path / "out.csv").exists()


def test_file_is_never_written_over_itself(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(people(f"{ADA},"))

    with pytest.raises(ConfigError, match="different ones"):
        match_file(MatchJob(source, source))
