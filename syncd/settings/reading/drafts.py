"""A changed file of the settings before it takes the place of the old one: read as the daemon would, compared, kept.

A draft is read in a folder of its own that stands for the settings' folder, so that every mistake is found that the
daemon would find.
"""

from __future__ import annotations

import difflib
import hashlib
import io
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from syncd.errors import ConfigError, Mistake
from syncd.settings.reading.custom_rules import FOLDER, NAME_PATTERN
from syncd.settings.reading.load import Settings, parse_settings

#: No file of the settings is longer.
LONGEST = 1_000_000
#: Files and folders that a draft is read beside, and how deep they lie.
_MOST_BESIDE, _DEEPEST = 5_000, 3
_YAML = frozenset({".yaml", ".yml"})
_STALE = "The file was changed since this draft of it was begun."


@dataclass(frozen=True, slots=True)
class Draft:
    """A new text for one file of the settings."""

    #: The file that the daemon reads first.
    config: Path
    #: The file's place, from the folder of `config`: `syncd.yaml`, `rules/x_name.yaml`.
    name: str
    text: str

    @property
    def file(self) -> Path:
        """Return the file that it is a draft of."""
        return self.config.parent / self.name

    @property
    def before(self) -> str:
        """Return what the file says now; empty when there is none."""
        return text_of(self.file)

    def difference(self) -> str:
        """Return what it changes, line by line, as `diff -u` tells it and `patch` takes it."""
        before, after = (text.splitlines(keepends=True) for text in (self.before, self.text))
        lines = difflib.unified_diff(before, after, f"a/{self.name}", f"b/{self.name}")
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

    def read(self, env: Mapping[str, str]) -> Settings:
        """Return what the settings would be; ConfigError with every mistake."""
        if len(self.text) > LONGEST:
            raise ConfigError([Mistake(self.name, 0, 0, f"is longer than {LONGEST:,} signs")])
        with tempfile.TemporaryDirectory(prefix="syncd-draft-") as place:
            folder = Path(place)
            _stand_in(folder, self)
            text = (folder / self.config.name).read_text("utf-8-sig")
            try:
                return parse_settings(text, file=self.config.name, folder=folder, env=env)
            except ConfigError as error:
                raise ConfigError([_at_home(one, folder) for one in error.mistakes], hint=error.hint) from None

    def keep(self, base: str) -> None:
        """Put it in the file's place, at once and whole.

        ConfigError when that no longer says what it said when the draft was begun, or cannot be written.
        """
        if digest_of(self.before) != base:
            raise ConfigError(_STALE, hint="Begin anew, or take the difference over by hand.")
        beside = self.file.with_name(f".{self.file.name}.draft")
        try:
            self.file.parent.mkdir(exist_ok=True)
            mode = self.file.stat().st_mode & 0o777 if self.file.exists() else 0o640
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
                file.write(self.text)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.file)
        except OSError as error:
            beside.unlink(missing_ok=True)
            hint = "Download the difference and put it there by your own way."
            raise ConfigError(f"{self.name} cannot be written: {error.strerror}.", hint=hint) from None


def editable(settings: Settings) -> list[str]:
    """Return the files that a draft may be of: the settings, the rules and the mappings of one's own beside them."""
    if not settings.files:
        return []
    config = settings.files[0]
    folder = config.parent
    beside = [file for file in settings.files[1:] if file.suffix in _YAML and file.is_relative_to(folder)]
    return list(dict.fromkeys([config.name, *sorted(str(file.relative_to(folder)) for file in beside)]))


def draft_of(settings: Settings, name: str, text: str) -> Draft:
    """Return a draft of a file of the settings, or of a new rule; ConfigError for any other place."""
    known = editable(settings)
    is_new_rule = re.fullmatch(rf"{FOLDER}/{NAME_PATTERN}\.yaml", name) is not None
    if not known or (name not in known and not is_new_rule):
        raise ConfigError(f"{name!r} is no file of the settings.", hint=f"A rule is {FOLDER}/x_name.yaml.")
    # A form sends lines as the network ends them.
    return Draft(settings.files[0], name, text.replace("\r\n", "\n"))


def with_rule(text: str, rule: str, said: str) -> str:
    """Return the text of the settings with this said of a rule, all else, comments too, as it was.

    `said` is YAML: `off`, a mode, or a mapping; empty takes away what was said. ConfigError for what is no YAML.
    """
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    try:
        data, value = yaml.load(text) or {}, yaml.load(said)
    except YAMLError as error:
        raise ConfigError([Mistake(f"rules.{rule}", 0, 0, f"not YAML: {str(error).splitlines()[0]}")]) from None
    rules = data.get("rules")
    if value is None:
        if isinstance(rules, dict):
            rules.pop(rule, None)
    elif isinstance(rules, dict):
        rules[rule] = value
    else:
        data["rules"] = {rule: value}
    told = io.StringIO()
    yaml.dump(data, told)
    return told.getvalue()


def said_of(text: str, rule: str) -> str:
    """Return what the settings say of a rule, as YAML; empty when they say nothing."""
    yaml = YAML(typ="rt")
    data = yaml.load(text) or {}
    said = (data.get("rules") or {}).get(rule)
    if said is None:
        return ""
    if not isinstance(said, dict):
        return str(said)
    told = io.StringIO()
    yaml.dump(said, told)
    return told.getvalue()


def text_of(file: Path) -> str:
    """Return what a file says; empty when there is none."""
    try:
        return file.read_text("utf-8-sig")
    except FileNotFoundError:
        return ""


def digest_of(text: str) -> str:
    """Return what tells one text of a file from another."""
    return hashlib.sha256(text.encode()).hexdigest()


def _stand_in(folder: Path, draft: Draft) -> None:
    """Make a folder look like that of the settings, with the draft in its place.

    YAML is copied, for settings may not lead out of their folder; all else, secrets among it, is linked to.
    """
    home, left = draft.config.parent.absolute(), _MOST_BESIDE
    waiting = [(home, folder, _DEEPEST)]
    while waiting:
        there, here, depth = waiting.pop()
        here.mkdir(exist_ok=True)
        for one in there.iterdir():
            left -= 1
            if left < 0:
                raise ConfigError(f"{home} holds too much beside the settings.", hint="Give syncd a folder of its own.")
            if one.is_dir() and depth:
                waiting.append((one, here / one.name, depth - 1))
            elif one.is_file() and one.suffix in _YAML:
                shutil.copyfile(one, here / one.name)
            else:
                (here / one.name).symlink_to(one)
    place = folder / draft.name
    place.parent.mkdir(exist_ok=True)
    place.write_text(draft.text, "utf-8")


def _at_home(mistake: Mistake, folder: Path) -> Mistake:
    """Return a mistake with the file named from the settings' folder, wherever it was read."""
    name, message = (text.replace(f"{folder}/", "") for text in (mistake.file, mistake.message))
    return Mistake(name, mistake.line, mistake.column, message)
