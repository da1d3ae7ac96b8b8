"""The rules an admin writes: every `*.yaml` in the folder `rules` beside the settings, named after its file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from mappings import RecordMapping, canonical_fields, kinds
from quality import CustomRule, KnownField, placed_behind, read_custom_rule
from syncd.errors import ConfigError, Mistake

#: The folder beside the settings.
FOLDER = "rules"
#: More are refused: each is a label of the metrics.
MAX_RULES = 200
#: Like a field of one's own: no rule that comes with syncd, now or later, has such a name.
NAME_PATTERN = r"x_[a-z0-9_]{1,60}"


def known_fields(mappings: Iterable[RecordMapping]) -> dict[str, dict[str, KnownField]]:
    """Return the fields a rule may name, by kind: ours, and those of the admin's own mappings."""
    fields = {
        kind: {name: KnownField(spec.type.value, spec.read_only) for name, spec in canonical_fields(kind).items()}
        for kind in kinds()
    }
    for mapping in mappings:
        own = {name: KnownField(one.type.value) for name, one in mapping.fields.items()}
        fields[mapping.kind] = {**own, **fields[mapping.kind]}
    return fields


class CustomRulesReading:
    """One reading of the folder."""

    def __init__(self, folder: Path, fields: Mapping[str, Mapping[str, KnownField]], shown: Path) -> None:
        self._folder = folder / FOLDER
        #: How the folder is called in messages.
        self._shown = shown / FOLDER
        self._fields = fields
        self.mistakes: list[Mistake] = []
        #: The folder itself is among them: a file that comes or goes is a change, too.
        self.files: list[Path] = [self._folder]

    def rules(self) -> dict[str, CustomRule]:
        """Return the rules that have nothing wrong with them; `mistakes` says what is wrong with the others."""
        found: dict[str, CustomRule] = {}
        files = sorted(file for file in self._files() if file.suffix in {".yaml", ".yml"})
        self.files += files
        if len(files) > MAX_RULES:
            self._say(self._shown, f"holds {len(files)} rules; more than {MAX_RULES} are too many")
            return found
        for file in files:
            rule = self._rule(file)
            placed = placed_behind(rule, list(found.values())) if rule is not None else None
            if placed is not None:
                found[placed.name] = placed
            elif rule is not None:
                self._say(self._shown / file.name, "changes a field that three other rules change already")
        return found

    def _files(self) -> list[Path]:
        try:
            return [*self._folder.iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _rule(self, file: Path) -> CustomRule | None:
        shown = self._shown / file.name
        if file.suffix != ".yaml" or not re.fullmatch(NAME_PATTERN, file.stem):
            self._say(shown, "a rule of your own begins with 'x_', in small letters: x_phone_of_customers.yaml")
        else:
            try:
                return read_custom_rule(file.read_text("utf-8-sig"), str(shown), file.stem, self._fields)
            except ConfigError as error:
                self.mistakes += error.mistakes
            except OSError as error:
                self._say(shown, f"cannot be read: {error.strerror}")
            except UnicodeDecodeError:
                self._say(shown, "is not UTF-8 text")
        return None

    def _say(self, file: Path, message: str) -> None:
        self.mistakes.append(Mistake(str(file), 0, 0, message))
