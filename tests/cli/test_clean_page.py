from __future__ import annotations

from html.parser import HTMLParser

import pytest

from quality import description_of
from syncd.clean import Job, clean_file
from syncd.cli.cleaning.page import page_of, write_page
from syncd.clock import SystemClock
from syncd.errors import ConfigError

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def report_of(tmp_path):
    def make(text, **options):
        (tmp_path / "in.csv").write_text(text)
        return clean_file(Job(tmp_path / "in.csv", **options), SystemClock())

    return make


class Tags(HTMLParser):
    """The elements and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes.update(name for name, _ in attrs)


def test_hostile_values_headings_and_names_stay_text(report_of):
    report = report_of(f'Email,"{HOSTILE}"\n"{HOSTILE}@X.COM ",\u202ex\n', given={HOSTILE: "city"})

    page = page_of(report, HOSTILE, description_of)

    tags = Tags()
    tags.feed(page)
    assert not tags.names & {"img", "script", "iframe", "object", "link"}
    assert not [name for name in tags.attributes if name.startswith("on")]
    assert "\u202e" not in page
    assert "&lt;img" in page


def test_page_needs_nothing_from_outside(report_of):
    page = page_of(report_of("Email\na@acme.com\n"), "in.csv", description_of)

    assert "http://" not in page
    assert "https://" not in page
    assert "default-src 'none'" in page


def test_page_tells_columns_rules_and_values_before_and_after(report_of):
    page = page_of(report_of("First name,Email,Notes\nADA, Ada@Acme.COM ,x\n"), "in.csv", description_of)

    assert "<td>First name</td><td><code>first_name</code>" in page
    assert "left as it is" in page
    assert description_of("email_form") in page
    assert "<td class=before> Ada@Acme.COM </td>" in page
    assert "<b>✓</b> ada@acme.com" in page


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Last name,Email\nLovelace,ada@acme.com\n", "Ready to be imported"),
        ("Last name\nLovelace\n", "Not ready to be imported"),
    ],
)
def test_page_of_a_check_opens_with_the_verdict(report_of, text, verdict):
    assert f"<h2>{verdict}</h2>" in page_of(report_of(text, min_complete=0.9), "in.csv", description_of)


def test_page_of_a_file_without_rows_or_findings_is_a_page(report_of):
    assert "The rules found nothing." in page_of(report_of("Email\n"), "in.csv", description_of)


def test_page_that_cannot_be_written_is_one_clear_sentence(report_of, tmp_path):
    with pytest.raises(ConfigError, match="cannot be written"):
        write_page(tmp_path / "nowhere" / "page.html", report_of("Email\n"), "in.csv", description_of)
