from __future__ import annotations

import pytest

from mappings import shipped_mapping
from syncd.clean import Job, clean_file
from syncd.clock import SystemClock


@pytest.fixture
def gate_of(tmp_path):
    def check(text: str, **options):
        (tmp_path / "in.csv").write_text(text)
        job = Job(tmp_path / "in.csv", min_complete=options.pop("min_complete", 0.9), **options)
        return clean_file(job, SystemClock()).gate

    return check


def test_file_of_complete_rows_passes(gate_of):
    gate = gate_of(
        "firstname,lastname,email\nAda,Lovelace,ada@acme.com\n", mapping=shipped_mapping("hubspot", "contacts")
    )

    assert gate.passes
    assert [fit.property for fit in gate.fits()] == ["firstname", "lastname", "email"]


def test_checking_writes_nothing(gate_of, tmp_path):
    gate_of("Last name,Email\nLovelace,ada@acme.com\n")

    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_required_field_without_a_column_is_in_the_way(gate_of):
    gate = gate_of("First name,Email\nAda,ada@acme.com\n")

    assert gate.without_column == ("last_name",)
    assert "The required field last_name has no column." in gate.problems()


@pytest.mark.parametrize(("least", "passes"), [(0.9, False), (0.5, True)])
def test_share_of_complete_rows_is_held_to_what_is_asked_for(gate_of, least, passes):
    gate = gate_of("Last name,Email\nLovelace,ada@acme.com\nHopper,\n", min_complete=least)

    assert gate.complete_share == 0.5
    assert gate.lacking == {"email": 1}
    assert gate.passes is passes


def test_column_that_the_crm_has_no_property_for_is_in_the_way_unless_left_out_on_purpose(gate_of):
    text = "Last name,Email,Shoe size\nLovelace,ada@acme.com,38\n"
    contacts = shipped_mapping("hubspot", "contacts")

    told = gate_of(text, mapping=contacts).problems()

    assert len(told) == 1
    assert told[0].startswith("The column 'Shoe size' does not fit: no field of this name")
    assert gate_of(text, mapping=contacts, given={"Shoe size": ""}).passes
    assert gate_of(text).passes


def test_column_that_the_crm_alone_sets_is_in_the_way(gate_of):
    gate = gate_of("Last name,Email,Last contacted\nLovelace,ada@acme.com,2026-01-01\n")

    assert gate.problems() == ("The column 'Last contacted' does not fit: the CRM alone sets it.",)


def test_cells_of_another_type_are_counted(gate_of):
    gate = gate_of("Name,Domain,Employees\nAcme,acme.com,many\nGlobex,globex.com,12\n")

    assert gate.unfit == {"employee_count": 1}
    assert "1 cells of 'Employees' do not hold what employee_count holds (number)." in gate.problems()


def test_rows_that_share_an_address_are_told_by_their_numbers(gate_of):
    gate = gate_of("Last name,Email\nLovelace,ada@acme.com\nHopper,g@acme.com\nByron, ADA@acme.com\n")

    assert gate.duplicates == 1
    assert "1 rows have the e-mail address of an earlier row: 4 (as 2)." in gate.problems()


def test_value_that_cannot_be_right_is_in_the_way(gate_of):
    gate = gate_of("Last name,Email\nLovelace,nobody\n")

    assert gate.wrong == 1
    assert not gate.passes


def test_companies_that_share_a_domain_are_told(gate_of):
    gate = gate_of("Company name,Domain\nAcme,acme.com\nAcme Corp,www.ACME.com\n")

    assert "1 rows have the domain of an earlier row: 3 (as 2)." in gate.problems()


def test_findings_of_an_earlier_run_are_not_in_the_way(gate_of):
    text = "Last name,Email,syncd_findings\nLovelace,ada@acme.com,\n"

    assert gate_of(text, mapping=shipped_mapping("hubspot", "contacts")).passes
