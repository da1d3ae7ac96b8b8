"""What is wrong with the settings of enrichment, all at once, and what they come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from connectors.providers import ProviderOptions, provider_types
from mappings import canonical_fields
from quality.providing import Enriching, Waterfall
from syncd.errors import Mistake
from syncd.located import Document, did_you_mean
from syncd.model import Stream
from syncd.settings.parts.enrichment import EnrichmentSettings, ProviderSettings
from syncd.settings.values.references import Resolved

#: What a person said of themselves, or the CRM knows better than anybody outside.
_NEVER = {
    "opt_in": "consent comes from the person alone",
    "owner": "who looks after a record is nobody's business outside",
    "superseded_by": "it is syncd's own note",
}
_OWN = "x_"


class EnrichmentReading:
    """One reading of the section; `mistakes` says what is wrong with it."""

    def __init__(
        self,
        settings: EnrichmentSettings,
        document: Document,
        folder: Path,
        streams: Mapping[Stream, Iterable[str]],
    ) -> None:
        """`streams`: the fields of each stream's mapping."""
        self._settings = settings
        self._document = document
        self._folder = folder
        self._streams = streams
        self.mistakes = list(self._all())

    def odd(self) -> Iterator[Mistake]:
        """Yield what is odd, and usable."""
        used = {
            name for fields in self._settings.fields.values() for fall in fields.values() for name in fall.providers
        }
        for name in self._settings.providers:
            if name not in used:
                yield self._say(("providers", name), "is asked for nothing: no field under `fields` names it", key=True)

    def _all(self) -> Iterator[Mistake]:
        for name, provider in self._settings.providers.items():
            yield from self._provider(("providers", name), provider)
        for kind, fields in self._settings.fields.items():
            for field, fall in fields.items():
                yield from self._waterfall(kind, field, fall.providers)
        names = [one.name for one in self._streams]
        for place, name in enumerate(self._settings.streams):
            if name not in names:
                yield self._say(("streams", place), f"there is no stream of this name{did_you_mean(name, names)}")

    def _provider(self, at: tuple[str, ...], provider: ProviderSettings) -> Iterator[Mistake]:
        options = options_of(provider)
        for path, told in provider_types()[provider.type].mistakes(options, provider.by):
            yield self._say((*at, *path), told)
        yield from self._secrets(at, options)
        yield from self._files(at, options)
        for place, field in enumerate(provider.by):
            if told := self._unknown(provider.about, field, is_asked_by=True):
                yield self._say((*at, "by", place), told)
        for field in provider.values:
            if told := self._unknown(provider.about, field) or _forbidden(provider.about, field):
                yield self._say((*at, "values", field), told, key=True)

    def _waterfall(self, kind: str, field: str, providers: Sequence[str]) -> Iterator[Mistake]:
        path = ("fields", kind, field)
        if told := self._unknown(kind, field) or _forbidden(kind, field):
            yield self._say(path, told, key=True)
            return
        for place, name in enumerate(providers):
            at = (*path, "providers", place) if self._is_long(path) else (*path, place)
            provider = self._settings.providers.get(name)
            if provider is None:
                if name not in self._written("providers"):
                    guess = did_you_mean(name, self._settings.providers)
                    yield self._say(at, f"there is no provider of this name{guess}")
            elif provider.about != kind:
                yield self._say(at, f"{name} knows of a {provider.about}, not of a {kind}")
            elif field not in provider.values:
                yield self._say(at, f"{name} knows no {field}{did_you_mean(field, provider.values)}")

    def _unknown(self, kind: str, field: str, *, is_asked_by: bool = False) -> str:
        """Return why a field is none of a kind; empty when it is one."""
        known = {*canonical_fields(kind), *(["domain"] if is_asked_by else [])}
        own = {name for stream, names in self._streams.items() if stream.kind == kind for name in names}
        if field in known or field in own:
            return ""
        if field.startswith(_OWN):
            return "no mapping of the kind has a field of this name"
        return f"a {kind} has no such field{did_you_mean(field, {*known, *own})}"

    def _secrets(self, at: tuple[str, ...], options: ProviderOptions) -> Iterator[Mistake]:
        written = self._written("providers").get(at[-1])
        for field, value in options:
            given = written.get(field) if isinstance(written, dict) else None
            if not isinstance(value, SecretStr) or given is None:
                continue
            is_free = "://" in value.get_secret_value() and not _has_password(value.get_secret_value())
            if not isinstance(given, Resolved) and not is_free:
                told = "a secret does not stand in this file: refer to it with ${NAME} or file:/path"
                yield self._say((*at, field), told)

    def _files(self, at: tuple[str, ...], options: ProviderOptions) -> Iterator[Mistake]:
        for field, value in options:
            if not isinstance(value, Path) or value.is_absolute():
                continue
            if not (self._folder / value).resolve().is_relative_to(self._folder.resolve()):
                yield self._say((*at, field), "leads out of the folder of this file")

    def _written(self, section: str) -> Mapping[str, Any]:
        """Return a part as it was written, with what has mistakes."""
        data = (self._document.data.get("enrichment") or {}).get(section)
        return data if isinstance(data, dict) else {}

    def _is_long(self, path: tuple[str, ...]) -> bool:
        return ("enrichment", *path, "providers") in self._document

    def _say(self, path: tuple[str | int, ...], told: str, *, key: bool = False) -> Mistake:
        return self._document.mistake(("enrichment", *path), told, of_key=key)


def options_of(provider: ProviderSettings) -> ProviderOptions:
    """Return what is said of a provider for its type alone."""
    model = provider_types()[provider.type].options
    return model.model_construct(**{name: getattr(provider, name) for name in model.model_fields})


def placed_enrichment(settings: EnrichmentSettings, folder: Path) -> EnrichmentSettings:
    """Return the section with its relative files below the folder of the settings."""
    placed = {name: one.model_copy(update=_placed(one, folder)) for name, one in settings.providers.items()}
    return settings.model_copy(update={"providers": placed})


def enrichment_secrets(settings: EnrichmentSettings) -> Iterator[str]:
    """Yield every text of the section that must not be shown."""
    for provider in settings.providers.values():
        for _, value in options_of(provider):
            if isinstance(value, SecretStr):
                text = value.get_secret_value()
                password = urlsplit(text).password if "://" in text else text
                yield from (one for one in {text, password or ""} if one and (password or "://" not in text))


def is_enriched(settings: EnrichmentSettings, stream: Stream) -> bool:
    """Return whether records of a stream are enriched."""
    return bool(settings.fields.get(stream.kind)) and (not settings.streams or stream.name in settings.streams)


def enriching_of(settings: EnrichmentSettings, stream: Stream) -> Enriching | None:
    """Return what is wanted from outside for the records of a stream; None when nothing is."""
    if not is_enriched(settings, stream):
        return None
    waterfalls = {
        name: Waterfall(tuple(fall.providers), fall.least, fall.sure, fall.replace)
        for name, fall in settings.fields[stream.kind].items()
    }
    asked = {name for fall in waterfalls.values() for name in fall.providers}
    return Enriching(waterfalls, {name: tuple(one.by) for name, one in settings.providers.items() if name in asked})


def _placed(provider: ProviderSettings, folder: Path) -> dict[str, Path]:
    return {name: folder / value for name, value in options_of(provider) if isinstance(value, Path)}


def _forbidden(kind: str, field: str) -> str:
    """Return why a field is never filled from outside; empty when it may be."""
    spec = canonical_fields(kind).get(field)
    if spec is not None and (spec.read_only or spec.note):
        return "is not filled from outside: the CRM, or syncd, sets it"
    return f"is not filled from outside: {_NEVER[field]}" if field in _NEVER else ""


def _has_password(url: str) -> bool:
    try:
        return bool(urlsplit(url).password)
    except ValueError:
        return True
