"""Holds the ways in that the settings name against the streams there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from mappings import is_writable
from syncd.errors import Mistake
from syncd.located import Document, did_you_mean
from syncd.model import Mode
from syncd.settings.parts.inbound import DoorSettings, InboundSettings, path_of
from syncd.settings.reading.streams import StreamSettings

#: Whose records may come in: those that are matched with each other by what was learned.
KINDS = ("person", "company")
#: Fields of consent: they may come in although most CRMs let nobody write them.
CONSENT = ("has_opted_out", "opt_in")
#: The rule for which a base is matched.
_MATCHING = "duplicate"
Place = tuple[str | int, ...]


def may_come_in(stream: StreamSettings, field: str) -> bool:
    """Return whether a value of a field may come from outside."""
    return field in CONSENT or is_writable(stream.mapping, field)


class InboundReading:
    """Holds the ways in against the streams."""

    def __init__(self, inbound: InboundSettings, document: Document, streams: Iterable[StreamSettings]) -> None:
        self._inbound = inbound
        self._document = document
        self._streams = {one.stream.name: one for one in streams}

    def mistakes(self) -> Iterator[Mistake]:
        """Yield everything that is wrong."""
        for name in sorted(self._inbound.forms.keys() & self._inbound.folders.keys()):
            yield self._say(("inbound", "folders", name), "a form is called so, too", of_key=True)
        for name, form in self._inbound.forms.items():
            path: Place = ("inbound", "forms", name)
            yield from self._of_door(path, form)
            yield from self._of_fields((*path, "fields"), form, form.fields)
        for name, folder in self._inbound.folders.items():
            path = ("inbound", "folders", name)
            yield from self._of_door(path, folder)
            yield from self._of_fields((*path, "columns"), folder, folder.columns)
        yield from self._twice()

    def warnings(self) -> Iterator[Mistake]:
        """Yield what is odd in ways in that can be used."""
        for section, doors in (("forms", self._inbound.forms), ("folders", self._inbound.folders)):
            for name, door in doors.items():
                stream = self._streams[door.stream]
                if Mode.weakest((door.mode, stream.mode)) is not door.mode:
                    told = f"says {door.mode}, and its stream {stream.mode}: no more than that happens"
                    yield self._say(("inbound", section, name, "mode"), told)

    def _of_door(self, path: Place, door: DoorSettings) -> Iterator[Mistake]:
        stream = self._streams.get(door.stream)
        if stream is None:
            told = f"there is no such stream{did_you_mean(door.stream, self._streams)}"
            yield self._say((*path, "stream"), told)
            return
        if stream.stream.kind not in KINDS:
            yield self._say((*path, "stream"), f"holds {stream.stream.kind}s: only people and companies may come in")
            return
        if _MATCHING not in {step.name for step in stream.ruleset().steps}:
            told = "what comes in is matched first, and the rule duplicate is off there; `observe` is enough"
            yield self._say((*path, "stream"), told)
        for number, field in enumerate(door.required):
            if field not in stream.mapping.fields:
                yield self._unknown((*path, "required", number), stream, field)
        rules = {step.name for step in stream.ruleset().steps}
        for number, rule in enumerate(door.tolerates):
            if rule not in rules:
                told = f"no rule of this name judges {door.stream}{did_you_mean(rule, rules)}"
                yield self._say((*path, "tolerates", number), told)
        yield from self._of_fields((*path, "adds"), door, {field: field for field in door.adds})

    def _of_fields(self, path: Place, door: DoorSettings, fields: Mapping[str, str]) -> Iterator[Mistake]:
        stream = self._streams.get(door.stream)
        if stream is None or stream.stream.kind not in KINDS:
            return
        known = [name for name in stream.mapping.fields if may_come_in(stream, name)]
        for heading, field in fields.items():
            if field and field not in stream.mapping.fields:
                yield self._unknown((*path, heading), stream, field)
            elif field and field not in known:
                yield self._say((*path, heading), f"'{field}' is not for others to write")
        given = [field for field in fields.values() if field]
        for heading, field in fields.items():
            if given.count(field) > 1 and field in known and field != heading:
                yield self._say((*path, heading), f"'{field}' is named twice")

    def _twice(self) -> Iterator[Mistake]:
        taken: dict[str, str] = {}
        for name, form in self._inbound.forms.items():
            first = taken.setdefault(path_of(name, form), name)
            if first != name:
                yield self._say(("inbound", "forms", name, "path"), f"'{first}' is there already")
        held: dict[Path, str] = {}
        for name, folder in self._inbound.folders.items():
            place = Path(*folder.path.parts)
            for other, owner in held.items():
                if place == other or place.is_relative_to(other) or other.is_relative_to(place):
                    yield self._say(("inbound", "folders", name, "path"), f"'{owner}' is there already")
            held[place] = name

    def _unknown(self, path: Place, stream: StreamSettings, field: str) -> Mistake:
        guess = did_you_mean(field, stream.mapping.fields)
        return self._say(path, f"{stream.stream.name} has no field '{field}'{guess}")

    def _say(self, path: Place, message: str, *, of_key: bool = False) -> Mistake:
        return self._document.mistake(path, message, of_key=of_key)
