"""What the settings say of matching: when two deals, tickets or records of any other object are one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from mappings import RecordMapping, ValueType
from quality.declarations import CREATED_AT, Answer, Compared, Declaration, Way, shipped_declaration
from syncd.located import Path, did_you_mean
from syncd.settings.values.duration import parse_duration

#: Kinds that are compared by what was learned of them.
LEARNED = ("person", "company")
_USUAL: Mapping[Way, float] = {Way.TEXT: 0.85, Way.EXACT: 0.0, Way.NUMBER: 0.01, Way.DATE: 14.0, Way.LINK: 0.0}
_WAYS: Mapping[ValueType, tuple[Way, ...]] = {
    ValueType.TEXT: (Way.TEXT, Way.EXACT),
    ValueType.NUMBER: (Way.NUMBER, Way.EXACT),
    ValueType.DATE: (Way.DATE, Way.EXACT),
    ValueType.DATETIME: (Way.DATE, Way.EXACT),
    ValueType.BOOL: (Way.EXACT,),
    ValueType.LIST: (Way.EXACT,),
}
Say = Callable[[Path, str], object]


class _Part(BaseModel):
    """A part of what is said of matching: closed and frozen, like all parts of the settings."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True)


class ComparedChoice(_Part):
    """How one field of two records is compared."""

    how: Way | None = None
    """text (words, with slips), exact, number, date or link; left out, as the field's type says."""
    at_least: Annotated[float | None, Field(ge=0.5, le=1)] = None
    """Of texts: how alike they have to be as a whole; 0.85 where nothing is said."""
    within: str | float | None = None
    """Of numbers: the share of the larger one, 5%; 1% where nothing is said. Of dates: the time, 14d."""


class MatchingChoice(_Part):
    """When two records of one object are one. For people and companies this was learned; for deals and tickets
    something comes with syncd, and what is said here stands above it, part by part."""

    identify: list[str] | None = None
    """Fields that belong to one record only, as an order number: two that share one are one."""
    agree: list[list[str]] | None = None
    """Else, of each line one field has to agree: [[name], [company, person], [amount, close_date]]. A field, a kind of
    record that this one is linked to, or created_at."""
    contradict: list[str] | None = None
    """Fields that never differ in records that are one, where both hold something."""
    compare: dict[str, ComparedChoice] = {}
    """How fields are compared; fields that stand here only make it more or less probable that two are one."""
    answer: Answer | None = None
    """ask (a person decides about every pair), or merge: without asking, where something that identifies is equal and
    nothing contradicts, as far as mode and rule allow."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reading of what is said of one stream."""

    mapping: RecordMapping
    choice: MatchingChoice
    say: Say

    def declaration(self) -> Declaration | None:
        """Return what holds; None when nobody says when two records are one, or something is wrong."""
        shipped = shipped_declaration(self.mapping.kind)
        base = Declaration() if shipped is None else _held(shipped, self.mapping)
        given = self.choice
        identify = tuple(self._fields(("identify",), given.identify, base.identify, is_linked=False))
        agree = base.agree
        if given.agree is not None:
            agree = tuple(tuple(self._fields(("agree", n), line, ())) for n, line in enumerate(given.agree))
        contradict = tuple(self._fields(("contradict",), given.contradict, base.contradict))
        for name in given.compare:
            self._check(("compare", name), name)
        names = dict.fromkeys([*given.compare, *(name for line in agree for name in line), *contradict])
        compared = self._compared(names, base, is_asked=set(given.compare).union(*agree))
        answer = given.answer or base.answer
        if not identify and not agree:
            self.say((), "says nothing of when two records are one: name fields under `identify` or `agree`")
        elif not all(agree):
            self.say(("agree",), "has an empty line, which nothing could hold to")
        elif answer is Answer.MERGE and not identify:
            self.say(("answer",), "merge needs fields under `identify`: without one, a person is always asked")
        return Declaration(identify, compared, agree, contradict, answer)

    def _fields(
        self, path: Path, given: Iterable[str] | None, base: Iterable[str], *, is_linked: bool = True
    ) -> Iterator[str]:
        """Yield the fields that are named, each once; else those that come with syncd."""
        if given is None:
            yield from base
            return
        for position, name in enumerate(given):
            self._check((*path, position), name, is_linked=is_linked)
        yield from dict.fromkeys(given)

    def _check(self, path: Path, name: str, *, is_linked: bool = True) -> None:
        known = [*self.mapping.fields, *([*self.mapping.links, CREATED_AT] if is_linked else [])]
        if name not in known:
            what = "field or link" if is_linked else "field"
            self.say(path, f"the mapping has no {what} '{name}'{did_you_mean(name, known)}")

    def _compared(self, names: Iterable[str], base: Declaration, *, is_asked: set[str]) -> tuple[Compared, ...]:
        usual = {one.field: one for one in base.compared}
        return tuple(
            self._one(name, self.choice.compare.get(name, ComparedChoice()), usual.get(name), is_asked=name in is_asked)
            for name in dict.fromkeys([*usual, *names])
        )

    def _one(self, name: str, given: ComparedChoice, usual: Compared | None, *, is_asked: bool) -> Compared:
        ways = self._ways(name)
        # What only must not differ differs as soon as it is not the same.
        way = given.how or (usual.way if usual else ways[0] if is_asked or ways[0] is not Way.TEXT else Way.EXACT)
        if way not in ways:
            self.say(("compare", name, "how"), f"cannot be {way}: it is one of {', '.join(ways)}")
        within = usual.within if usual and usual.way is way else _USUAL[way]
        if given.at_least is not None:
            if way is not Way.TEXT:
                self.say(("compare", name, "at_least"), f"is for texts, and this is compared as {way}")
            within = given.at_least
        if given.within is not None:
            within = self._within(name, way, given.within, within)
        return Compared(name, way, within)

    def _ways(self, name: str) -> tuple[Way, ...]:
        if name in self.mapping.fields:
            return _WAYS[self.mapping.fields[name].type]
        return (Way.DATE,) if name == CREATED_AT else (Way.LINK,)

    def _within(self, name: str, way: Way, given: str | float, otherwise: float) -> float:
        path = ("compare", name, "within")
        if way is Way.DATE:
            try:
                return parse_duration(given) / timedelta(days=1)
            except ValueError as error:
                self.say(path, str(error))
        elif way is Way.NUMBER:
            share = _share(given)
            if share is not None and 0 <= share < 1:
                return share
            self.say(path, "a share is a part of 1 or of a hundred: 5%, 0.05")
        else:
            self.say(path, f"is for numbers and dates, and this is compared as {way}")
        return otherwise


def declared(mapping: RecordMapping, choice: MatchingChoice | None, say: Say) -> Declaration | None:
    """Return when two records of a stream are one; `say` hears what is wrong with what was said, and where.

    None for people and companies, of whom it was learned, and where nobody says so.
    """
    if mapping.kind in LEARNED:
        if choice is not None:
            say((), f"is for other objects: how two {mapping.kind} records compare was learned")
        return None
    if choice is not None:
        return _Reading(mapping, choice, say).declaration()
    shipped = shipped_declaration(mapping.kind)
    held = None if shipped is None else _held(shipped, mapping)
    return held if held is not None and held.agree else None


def _held(declaration: Declaration, mapping: RecordMapping) -> Declaration:
    """Return what is left of a declaration where a mapping leaves fields out; no line where one cannot be held to."""
    known = {*mapping.fields, *mapping.links, CREATED_AT}
    agree = tuple(tuple(name for name in line if name in known) for line in declaration.agree)
    return replace(
        declaration,
        compared=tuple(one for one in declaration.compared if one.field in known),
        agree=agree if all(agree) else (),
        contradict=tuple(name for name in declaration.contradict if name in known),
    )


def _share(given: str | float) -> float | None:
    try:
        return float(given.rstrip("%")) / 100 if isinstance(given, str) and given.endswith("%") else float(given)
    except ValueError:
        return None
