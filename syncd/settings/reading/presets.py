"""Presets: sets of purge rules with a rhythm, named after it. What the settings say themselves stands above them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from syncd.settings.parts.guards import GuardSettings
from syncd.settings.parts.rules import Preset, RuleSettings


@dataclass(frozen=True, slots=True)
class _Chosen:
    rules: tuple[str, ...]
    #: The pause between two runs that remove records.
    every: timedelta


_PRESETS: Mapping[Preset, _Chosen] = {
    Preset.MONTHLY: _Chosen(("purge_fake", "purge_incomplete", "purge_undeliverable"), timedelta(days=30)),
    Preset.QUARTERLY: _Chosen(
        (
            "purge_empty_company",
            "purge_free_floating",
            "purge_free_or_role",
            "purge_outdated",
            "purge_unqualified_contact",
            "purge_unqualified_prospect",
        ),
        timedelta(days=90),
    ),
}


def rules_of(presets: Iterable[Preset]) -> dict[str, RuleSettings]:
    """Return the rules that presets turn on; they flag, until their `policy` is set to archive."""
    return {name: RuleSettings(enabled=True) for preset in presets for name in _PRESETS[preset].rules}


def with_rhythm(guards: GuardSettings, presets: Iterable[Preset]) -> GuardSettings:
    """Return the guards with the shortest rhythm of the presets, unless they say a pause themselves."""
    pauses = [_PRESETS[preset].every for preset in presets]
    if not pauses or "removals_every" in guards.model_fields_set:
        return guards
    return guards.model_copy(update={"removals_every": min(pauses)})
