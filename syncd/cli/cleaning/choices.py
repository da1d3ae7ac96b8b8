"""Whose rules a file is cleaned by, and which object of a CRM it is for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from mappings import RecordMapping, crms, mapped_objects, shipped_mapping
from quality import RuleChoice, description_of
from syncd.clean import Choices
from syncd.errors import ConfigError
from syncd.located import did_you_mean
from syncd.settings import Settings, StreamSettings, load_settings

_KINDS = ("person", "company", "deal", "ticket")
#: A reference that needs its variable: it has no default.


@dataclass(frozen=True, slots=True)
class Chosen:
    """What `--config` and `--against` come to."""

    settings: Settings | None = None
    #: The stream that was named, when it was one of the configuration.
    stream: StreamSettings | None = None
    #: The object the rows are for, when one was named.
    mapping: RecordMapping | None = None

    @classmethod
    def of(cls, config: Path | None, against: str) -> Chosen:
        """Return what was chosen; ConfigError when it cannot be followed."""
        settings = None if config is None else load_settings(config, os.environ, logs_in=False)
        stream = settings.stream(against) if settings is not None else None
        if stream is not None:
            return cls(settings, stream, _of_kind(stream.mapping, against))
        return cls(settings, None, _shipped(against, settings) if against else None)

    def choices(self, kind: str) -> Choices:
        """Return what was chosen for rows of a kind; ConfigError when the streams of the configuration disagree."""
        if self.settings is None:
            rules = self.mapping.rules if self.mapping is not None else {}
            return Choices({name: RuleChoice(options=options) for name, options in rules.items()})
        streams = (
            [one for one in self.settings.streams if one.stream.kind == kind] if not self.stream else [self.stream]
        )
        found = [_choices_of(one) for one in streams]
        if any(one != found[0] for one in found):
            names = ", ".join(one.stream.name for one in streams)
            raise ConfigError(
                f"The streams {names} follow different rules.",
                hint=f"Say which one the file is for: --against {streams[0].stream.name}",
            )
        return found[0] if found else Choices()

    def describe(self, rule: str) -> str:
        """Return what a rule says of a right record."""
        return self.settings.description_of(rule) if self.settings is not None else description_of(rule)


def _choices_of(stream: StreamSettings) -> Choices:
    return Choices(stream.rules, stream.catalog, stream.policies)


def _shipped(against: str, settings: Settings | None) -> RecordMapping:
    crm, _, name = against.partition("/")
    mapping = shipped_mapping(crm, name)
    if mapping is None:
        known = [f"{one}/{object_name}" for one in crms() for object_name in mapped_objects(one)]
        known += [one.stream.name for one in settings.streams] if settings is not None else []
        guess = did_you_mean(against, known)
        raise ConfigError(f"There is no object or stream '{against}'{guess}", hint=f"For example --against {known[1]}.")
    return _of_kind(mapping, against)


def _of_kind(mapping: RecordMapping, against: str) -> RecordMapping:
    if mapping.kind not in _KINDS:
        raise ConfigError(f"Rows are people, companies, deals or tickets; {against} holds none of them.")
    return mapping
