"""YAML with places: what is read, what is refused, and where a mistake is said to be."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError

from syncd.errors import ConfigError
from syncd.located import Place, closest, did_you_mean, mistakes_of, read_document


def _mistakes(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_document(text, "f.yaml")
    return [str(mistake) for mistake in caught.value.mistakes]


def test_norway_stays_norway_and_dates_stay_text() -> None:
    document = read_document("a: NO\nb: 2026-03-01\nc: 1e3\nd: 0x1f\ne: ~\nf: true\ng: off\n", "f.yaml")

    assert document.data == {"a": "NO", "b": "2026-03-01", "c": 1000.0, "d": 31, "e": None, "f": True, "g": "off"}


def test_keys_are_text_as_they_are_spelled() -> None:
    assert read_document("{1: a, true: b, 007: c, ~: d}", "f.yaml").data == {
        "1": "a",
        "true": "b",
        "007": "c",
        "~": "d",
    }


def test_empty_file_is_an_empty_mapping() -> None:
    assert read_document("# nothing\n", "f.yaml").data == {}


def test_every_key_and_value_has_its_place() -> None:
    document = read_document("one:\n  two: [3, four]\n", "f.yaml")

    assert document.place(("one", "two")) == Place(2, 8)
    assert document.place(("one", "two"), of_key=True) == Place(2, 3)
    assert document.place(("one", "two", 1)) == Place(2, 12)


def test_what_is_not_there_is_placed_at_its_parent() -> None:
    document = read_document("one:\n  two: 3\n", "f.yaml")

    assert document.place(("one", "missing", "deeper")) == Place(1, 1)
    assert str(document.mistake(("one", "missing"), "is missing")) == "f.yaml:1:1: one.missing: is missing"


def test_all_mistakes_of_one_reading_are_told_at_once() -> None:
    assert _mistakes("a: 010\nb: 1\nb: 2\n<<: {}\nc: !x y\n? [k]\n: v\n") == [
        "f.yaml:1:4: 010 would lose its leading zero; quote it: '010'",
        "f.yaml:3:1: 'b' stands here twice (first in line 2)",
        "f.yaml:4:1: '<<' is not supported; repeat the keys",
        "f.yaml:5:4: the tag '!x' is not supported",
        "f.yaml:6:3: a key must be text",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[" * 100_000, "f.yaml:1:41: nested deeper than 40 levels"),
        ("a: &a [*a]", "f.yaml:1:4: an alias that contains itself"),
        ("x" * 1_100_000, "f.yaml: the file is larger than 1048576 bytes"),
        ("a: 1\n---\nb: 2", "f.yaml:2:1: not YAML: but found another document"),
        ("a: \x00", "f.yaml: not YAML: unacceptable character #x0000: special characters are not allowed"),
        ("a: *nowhere", "f.yaml:1:4: not YAML: found undefined alias 'nowhere'"),
        ("a: .inf", "f.yaml:1:4: '.inf' is not a number; quote it if it is text"),
        ("a:\n  b:\n    c: 1\n   d: 2", "f.yaml:4:4: not YAML: this line is indented like none above it"),
        ("a: 1\nb: {c: [1, 2}", "f.yaml:2:13: not YAML: expected ',' or ']', but got '}'"),
        ("a: 1\nb: {c: 1\n", "f.yaml:2:4: not YAML: a bracket that is opened here is never closed"),
        ("a:\n\tb: 1", "f.yaml:2:1: not YAML: a tab cannot indent; use spaces"),
    ],
    ids=[
        "deep",
        "recursive",
        "large",
        "two documents",
        "control character",
        "undefined alias",
        "infinity",
        "indentation",
        "another bracket",
        "open bracket",
        "tab",
    ],
)
def test_hostile_or_broken_text_is_refused(text: str, told: str) -> None:
    assert _mistakes(text) == [told]


def test_aliases_that_multiply_are_stopped_early() -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 9)]
    bomb = "\n".join(["l0: &l0 [x, x, x, x, x, x, x, x, x, x]", *levels])

    (told,) = _mistakes(bomb)

    assert told.endswith("too many values; do aliases repeat each other?")


def test_one_alias_used_twice_is_fine() -> None:
    document = read_document("a: &x {b: 1}\nc: *x\n", "f.yaml")

    assert document.data == {"a": {"b": 1}, "c": {"b": 1}}


class _Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    port: int
    name: str = ""


class _Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    inner: dict[str, _Inner] = {}


def test_mistakes_of_a_model_are_told_in_our_words_without_the_value() -> None:
    document = read_document("inner:\n  a: {prot: 1, name: 7}\n  b: 5\n  c: {port: hunter2}\ninnre: 1\n", "f.yaml")

    with pytest.raises(ValidationError) as caught:
        _Outer.model_validate(document.data)

    assert [str(mistake) for mistake in sorted(mistakes_of(caught.value, document, _Outer))] == [
        "f.yaml:2:3: inner.a.port: is missing",
        "f.yaml:2:7: inner.a.prot: unknown key (did you mean 'port'?)",
        "f.yaml:2:22: inner.a.name: should be text; quote it",
        "f.yaml:3:6: inner.b: should be a mapping of keys to values",
        "f.yaml:4:13: inner.c.port: should be a whole number",
        "f.yaml:5:1: innre: unknown key (did you mean 'inner'?)",
    ]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("contcats", "contacts"), ("Companies", "companies"), ("has_bounced", None), ("", None)],
)
def test_only_a_near_name_is_suggested(name: str, meant: str | None) -> None:
    assert closest(name, ["contacts", "companies", "deals"]) == meant


def test_no_suggestion_is_no_text() -> None:
    assert did_you_mean("x", []) == ""
    assert did_you_mean("dael", ["deal"]) == " (did you mean 'deal'?)"
