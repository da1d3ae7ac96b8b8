"""Every example of `docs/rules-of-your-own.md` is read as it stands there, and does what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import jsonschema
import pytest

from quality import CONDITION_FUNCTIONS
from quality.own.spec import Step
from syncd.cli import ExitCode, run_command
from syncd.located import read_document
from syncd.settings.printing import rule_schema

PAGE = (Path(__file__).parents[2] / "docs" / "rules-of-your-own.md").read_text("utf-8")
FILES = re.findall(r"^```yaml\n# (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
CONSOLES = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
CALLS = [call for block in CONSOLES for call in re.findall(r"^\$ syncd (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("page")
    for name, text in FILES:
        (made / name).parent.mkdir(exist_ok=True)
        (made / name).write_text(text, "utf-8")
    return made


def words_of(line: str) -> list[str]:
    return [quoted or plain for quoted, plain in re.findall(r'"([^"]*)"|(\S+)', line)]


@pytest.mark.parametrize(("line", "answer"), CALLS)
def test_page_shows_what_the_rules_say(
    line: str, answer: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HUBSPOT_TOKEN", "secret")

    code = run_command(words_of(line))

    assert code == ExitCode.OK
    assert capsys.readouterr().out == answer


def test_page_names_every_function_and_every_step() -> None:
    steps = {field.alias or name for name, field in Step.model_fields.items()}

    assert len(FILES) >= 5
    assert [name for name in CONDITION_FUNCTIONS if f"`{name}`" not in PAGE] == []
    assert [name for name in steps if f"`{name}:" not in PAGE] == []


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, text in FILES if name.startswith("rules/")])
def test_rule_of_the_page_fits_the_schema_that_editors_use(name: str, text: str) -> None:
    jsonschema.validate(read_document(text, name).data, rule_schema())
