from __future__ import annotations

import pytest

from syncd.clean import study
from syncd.errors import ConfigError

TEXT = "name;city\r\nMüller;Köln\r\nNuñez;Cádiz\r\n"


@pytest.mark.parametrize(
    ("encoding", "found", "written"),
    [
        ("utf-8", "utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16", "utf-8-sig"),
        ("utf-16-le", "utf-16-le", "utf-8-sig"),
        ("utf-16-be", "utf-16-be", "utf-8-sig"),
        ("cp1252", "cp1252", "utf-8"),
    ],
)
def test_encoding_is_found_out(tmp_path, encoding, found, written):
    file = tmp_path / "in.csv"
    file.write_bytes(TEXT.encode(encoding))

    dialect = study(file)

    assert (dialect.encoding, dialect.written_encoding) == (found, written)
    assert (dialect.delimiter, dialect.line_end) == (";", "\r\n")


def test_odd_byte_late_in_a_file_is_noticed(tmp_path):
    file = tmp_path / "in.csv"
    file.write_bytes(b"name,city\n" + b"Ada,London\n" * 200_000 + b"Andr\xe9,Paris\n")

    assert study(file).encoding == "cp1252"


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a\tb\n1\t2\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ('name;note\n"Doe, John; Jr";"x, y, z"\n', ";"),
        ("a;b,c\n1;2,3\n4;5\n", ";"),
        ("email\nada@example.com\n", ","),
        ("sep=;\na,a;b,b\n", ";"),
    ],
)
def test_separator_is_found_out(tmp_path, text, delimiter):
    file = tmp_path / "in.csv"
    file.write_text(text)

    assert study(file).delimiter == delimiter


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"PK\x03\x04 workbook", "is a workbook or an archive"),
        (b"\0\1\2\0\0\7\0\0\0\0", "not text in an encoding that shows"),
    ],
)
def test_file_that_holds_no_rows_is_one_clear_sentence(tmp_path, content, message):
    file = tmp_path / "in.csv"
    file.write_bytes(content)

    with pytest.raises(ConfigError, match=message):
        study(file)


def test_missing_file_is_one_clear_sentence(tmp_path):
    with pytest.raises(ConfigError, match=r"in\.csv: cannot be read: No such file"):
        study(tmp_path / "in.csv")


@pytest.mark.parametrize("encoding", ["utf-9", "base64"])
def test_unknown_encoding_is_one_clear_sentence(tmp_path, encoding):
    file = tmp_path / "in.csv"
    file.write_text("a,b\n")

    with pytest.raises(ConfigError, match=f"no encoding called '{encoding}'"):
        study(file, encoding=encoding)
