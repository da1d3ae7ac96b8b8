"""What a rule is: one named judgement, pure, with its examples beside it.

A rule is one file in `quality/rules`. The file's name is the rule's name everywhere, its docstring the description,
its examples are tests. It has no clock, no files, no network: everything it may know is in its `Case`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from quality.facts import Member
from syncd.model import Deed, KeptValue, Link, Merge, Mode, Record, Ref, Removal, Severity, Value


class Phase(IntEnum):
    """When a rule runs. Rules of one phase do not look at each other's fields; a later phase sees earlier proposals."""

    GATHER = 0  #: one field out of several
    TEXT = 1  #: characters: mojibake, control characters, blanks
    EMPTY = 2  #: what only looks like a value
    PLACE = 3  #: values that stand in another field than their own
    FORM = 4  #: the normal form of one value
    HEAR = 5  #: what people say of themselves, in forms and files
    DERIVE = 6  #: values that follow from other fields
    AGREE = 7  #: what the other accounts hold of the same person, company or deal
    ENRICH = 8  #: values that come from outside, where nothing nearer has one
    CUSTOM = 9  #: what an admin's own rules say of all that
    CUSTOM_SECOND = 10  #: the second of them that changes a field
    CUSTOM_THIRD = 11  #: the third
    VALIDATE = 12  #: what is wrong and cannot be put right here
    RELATE = 13  #: associations
    DECAY = 14  #: what time does to a record
    PURGE = 15  #: records that are to be let go
    MARK = 16  #: what is written on a record about its findings


#: What a rule may ask for that a record's own account of things does not tell: see `Rule.asks`.
OWNERS = "owners"
MAIL_DOMAINS = "mail_domains"
TWINS = "twins"
COUNTERPARTS = "counterparts"
PROVIDED = "provided"
ARRIVED = "arrived"
#: Which records of its own account the counterparts of a record are linked to: asks for `COUNTERPARTS` as well.
LINKS_ELSEWHERE = "links_elsewhere"


class Options(BaseModel):
    """Parameters of a rule, as an admin may set them. Rules with parameters subclass it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def judged_fields(self, fields: tuple[str, ...], kind: str) -> tuple[str, ...]:  # noqa: ARG002 - for subclasses
        """Return which of the rule's `fields` of `kind` are judged at all under these options."""
        return fields

    def timed_fields(self, kind: str) -> tuple[str, ...]:  # noqa: ARG002 - for subclasses
        """Return the fields of `kind` whose age the rule wants to know."""
        return ()

    def lacking_fields(self, kind: str) -> tuple[str, ...]:  # noqa: ARG002 - for subclasses
        """Return the fields of `kind` that the rule may fill from a linked company; it says nothing of full ones."""
        return ()

    def also_depends_on(self) -> tuple[str, ...]:
        """Return the fields a verdict depends on because of these options, beside those the rule names."""
        return ()

    def needs_clues(self) -> bool:
        """Return whether the rule has nothing to say without its clues, under these options too."""
        return True


@dataclass(frozen=True, slots=True)
class Twin:
    """Another record that is, or may be, the same as the judged one."""

    record: Record
    probability: float
    #: Whether the two may be merged without asking; else a person has to say so.
    is_sure: bool
    #: What speaks for it and against it, in sentences without values, the weightiest first.
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A record of another account that is, or may be, the same person, company or deal as the judged one."""

    #: In canonical spelling, as it is kept.
    record: Record
    #: Whether it surely is, so that values may go from one to the other; else a person has to say so first. No record
    #: has more than one sure counterpart of one object of an account.
    is_sure: bool
    probability: float
    #: What speaks for it and against it, in sentences without values, the weightiest first.
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A value for a field of the record that a provider outside knows, chosen among those of several."""

    value: Value
    #: Its name in the settings.
    provider: str
    #: How sure it is, from 0 to 1, and when it said so.
    confidence: float
    known_at: datetime
    #: Whether that is sure enough to be written without asking.
    is_sure: bool = False
    #: What may be replaced, because a provider's value was written there before; None: only an empty field is filled.
    replaces: Value = None


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a form or a file says of the judged record, after it was put right."""

    values: Mapping[str, Value]
    #: What the record held when it was known to be this one; a field that was empty is absent, or None.
    seen: Mapping[str, Value]
    at: datetime
    #: The most that may be done about it.
    mode: Mode
    #: Whether it brings the evidence of a double opt-in.
    has_evidence: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a rule may know beyond the record itself, looked up before judging."""

    #: The moment judged at.
    now: datetime
    #: Companies of the same account by web domain, for the domains the judged records use.
    companies_by_domain: Mapping[str, tuple[Ref, ...]] = dataclasses.field(default_factory=dict)
    #: Companies of the same account by the key of their name (`keys.company_name_key`).
    companies_by_name: Mapping[str, tuple[Ref, ...]] = dataclasses.field(default_factory=dict)
    #: What is kept of records that judged ones are linked to, by kind and id; only those a rule may want are looked
    #: up. A value with something wrong about it is left out, as if it had not been fetched.
    linked: Mapping[str, Mapping[str, Record]] = dataclasses.field(default_factory=dict)
    #: The domains of the corporate addresses of a company's people, by the company's id, one for each person.
    people_domains: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    #: The object that the CRM keeps companies in.
    company_object: str = ""
    #: When single fields were last set, by record and field, for the fields that `Options.timed_fields` names.
    field_times: Mapping[Ref, Mapping[str, datetime]] = dataclasses.field(default_factory=dict)
    #: Whether the owners of the judged records are active, by the ids records name, as far as that is known. None: the
    #: CRM has not told who the owners are.
    active_owners: Mapping[str, bool] | None = None
    #: Registrable mail domains of the judged records that no mail can be sent to. What was not looked up, or could not
    #: be told, is not among them.
    dead_domains: frozenset[str] = frozenset()
    #: The other members of the group of twins a judged record is in, by its ref; and those a person should be asked
    #: about. All of the same account. Whoever has none is not here.
    twins: Mapping[Ref, tuple[Twin, ...]] = dataclasses.field(default_factory=dict)
    #: What providers outside know of judged records, by field: the one value chosen for each. Of low authority: it is
    #: nobody's own word.
    provided: Mapping[Ref, Mapping[str, Offer]] = dataclasses.field(default_factory=dict)
    #: Judged records that have twins, in the very form their twins are given in: so that a choice between them comes
    #: out the same whichever of them is judged.
    tidied: Mapping[Ref, Record] = dataclasses.field(default_factory=dict)
    #: Records of linked accounts that are, or may be, the same as a judged one, by its ref: the sure ones first.
    #: Whoever has none is not here.
    counterparts: Mapping[Ref, tuple[Counterpart, ...]] = dataclasses.field(default_factory=dict)
    #: The records of the judged ones' account that surely are the same as what sure counterparts are linked to, by the
    #: account, kind and id over there. What has no such record, or several, is not here.
    ours: Mapping[tuple[str, str, str], Ref] = dataclasses.field(default_factory=dict)
    #: Judged records that surely have counterparts, by ref: themselves first, then those; all in the form their rules
    #: want them in, with what is known of their values. Not of records that have twins in their own account still.
    same: Mapping[Ref, tuple[Member, ...]] = dataclasses.field(default_factory=dict)
    #: What forms and files say of judged records, by ref: what came in first before the rest. Whoever nothing came in
    #: of is not here.
    arrived: Mapping[Ref, tuple[Arrived, ...]] = dataclasses.field(default_factory=dict)


@dataclass(slots=True)
class Case:
    """What a rule judges: one field of one record, or (with an empty `field`) the record as a whole.

    Rules never change it; it is not frozen because millions are made, and frozen ones take three times as long.
    """

    record: Record
    field: str
    value: Value
    surroundings: Surroundings
    options: Any = None
    #: Flags that rules of earlier phases raised on this record; those of rules that only observe are left out.
    raised_flags: frozenset[str] = frozenset()
    #: Flags whose rule is on but could not speak: its fields were not fetched, or it failed.
    silent_flags: frozenset[str] = frozenset()

    def get(self, name: str) -> Value:
        """Return a field of the record; None when it is empty or was not fetched."""
        return self.record.values.get(name)

    def text(self, name: str) -> str:
        """Return a text field of the record without surrounding blanks; empty when there is none."""
        value = self.record.values.get(name)
        return value.strip() if isinstance(value, str) else ""

    def linked(self, kind: str) -> Record | None:
        """Return what is known of the record of `kind` that this one is linked to first; None when nothing is."""
        ids = self.record.links.get(kind)
        return self.surroundings.linked.get(kind, {}).get(ids[0]) if ids else None

    def is_fetched(self, name: str) -> bool:
        """Return whether the field was fetched at all: "not fetched" is never taken for "empty"."""
        return name in self.record.values


@dataclass(slots=True)
class Verdict:
    """What a rule says of a case. Make one with `FINE`, `flag`, `propose`, `suggest`, `together` or `link`.

    Nobody ever changes one; it is not frozen for the same reason as cases.
    """

    is_fine: bool
    #: One of the rule's own sentences, never with a value in it: it becomes a log line and a heading.
    message: str = ""
    proposal: Value | Deed = None
    has_proposal: bool = False
    #: A suggestion waits for a person even where the rule may write.
    is_sure: bool = True
    #: The field the proposal is for, when it is not the case's own.
    field: str = ""
    #: When the verdict could change although the record does not.
    again_at: datetime | None = None
    #: What has to be done to other fields together with this, as when a value moves from one field to another.
    also: tuple[Verdict, ...] = ()


FINE = Verdict(is_fine=True)
#: Nothing can be said, because a field the verdict depends on was not fetched. The rule's flag stays as it was.
SILENT = Verdict(is_fine=True, message="not fetched")


def fine_until(moment: datetime) -> Verdict:
    """Nothing wrong now; look again at `moment` even if the record does not change."""
    return Verdict(is_fine=True, again_at=moment)


def flag(message: str, *, field: str = "") -> Verdict:
    """Something is wrong that a value cannot put right."""
    return Verdict(is_fine=False, message=message, field=field)


def propose(after: Value, message: str, *, field: str = "") -> Verdict:
    """Something is wrong and `after` is surely right (None: it should be empty)."""
    return Verdict(is_fine=False, message=message, proposal=after, has_proposal=True, field=field)


def suggest(after: Value, message: str, *, field: str = "") -> Verdict:
    """Something is wrong and `after` is probably right: a person decides."""
    return Verdict(is_fine=False, message=message, proposal=after, has_proposal=True, is_sure=False, field=field)


def together(verdicts: Sequence[Verdict]) -> Verdict:
    """All of these at once, each for a field of its own; FINE when there are none."""
    return dataclasses.replace(verdicts[0], also=tuple(verdicts[1:])) if verdicts else FINE


def link(to: Ref, message: str, *, label: str = "primary") -> Verdict:
    """The record belongs to `to` and is not linked to it."""
    return Verdict(is_fine=False, message=message, proposal=Link(to, label), has_proposal=True)


def suggest_link(to: Ref, message: str, *, label: str = "primary") -> Verdict:
    """The record probably belongs to `to` and is not linked to it: a person decides."""
    return Verdict(is_fine=False, message=message, proposal=Link(to, label), has_proposal=True, is_sure=False)


def remove(message: str) -> Verdict:
    """The record is of no use to anybody: it belongs in the CRM's recycle bin."""
    return Verdict(is_fine=False, message=message, proposal=Removal(), has_proposal=True)


def merge(into: Ref, values: Sequence[KeptValue], message: str) -> Verdict:
    """The record is surely the same as `into`, which stays and shall hold `values`."""
    return Verdict(is_fine=False, message=message, proposal=Merge(into, tuple(values)), has_proposal=True)


def suggest_merge(into: Ref, values: Sequence[KeptValue], message: str) -> Verdict:
    """The record is probably the same as `into`: a person decides."""
    return Verdict(
        is_fine=False, message=message, proposal=Merge(into, tuple(values)), has_proposal=True, is_sure=False
    )


@dataclass(frozen=True, slots=True)
class Example:
    """One line of a rule's table of truth. `record` are the other fields of the record."""

    value: Value
    verdict: Verdict
    record: Mapping[str, Value] = dataclasses.field(default_factory=dict)
    kind: str = ""
    field: str = ""
    options: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    surroundings: Surroundings | None = None
    raised_flags: frozenset[str] = frozenset()
    silent_flags: frozenset[str] = frozenset()
    links: Mapping[str, tuple[str, ...]] | None = None
    #: When the record was made.
    created_at: datetime | None = None


class Linked(IntEnum):
    """How many records of a kind a record is linked to."""

    NONE = 0
    ONE = 1
    SEVERAL = 2


#: Whether a value could give a rule something to say; None stands for an empty field and for one not fetched.
Clue = Callable[[Value], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One named judgement."""

    check: Callable[[Case], Verdict]
    #: The fields it judges, by kind. An empty tuple: the record as a whole, once.
    fields: Mapping[str, tuple[str, ...]]
    phase: Phase
    examples: tuple[Example, ...]
    severity: Severity = Severity.WARNING
    #: The strongest mode it has unless the settings say otherwise.
    mode: Mode = Mode.APPLY
    options: type[Options] = Options
    #: A finding of this rule is a flag that may be written to the record (`role_email`); empty: it is not.
    flag: str = ""
    #: Whether it judges unless the settings say otherwise.
    is_on: bool = True
    #: The other fields of the record a verdict may depend on: a verdict is then remembered by value. None: it may
    #: depend on anything (links, surroundings, the record as a whole) and is never remembered. What is remembered is
    #: so for a day: a verdict may depend on the date, not on the hour.
    depends_on: tuple[str, ...] | None = None
    #: Whether a value of the field judged could make the rule speak: it is asked of no other, and would say FINE of it,
    #: whatever else the record holds. Rules that look for the same thing have the same function: it is asked once.
    clue: Clue | None = None
    #: What makes a rule speak whose verdict is not remembered, by kind and field: it is asked only about records that
    #: have one of these clues as its phase begins, and would say FINE of all others. They are looked for once in a
    #: value, so that most records are none of its business. Of a rule on single fields, each of which means something
    #: else by a clue, only that of the field judged counts. Empty: it is asked about every record.
    clues: Mapping[str, Mapping[str, Clue]] = dataclasses.field(default_factory=dict)
    #: How many records of some kind a record has to be linked to for the rule to speak. Of all others, of those
    #: too whose links were not fetched, it would say FINE, and is not asked. None: links do not matter.
    speaks_of: tuple[str, Linked] | None = None
    #: What has to be asked for outside so that the rule can speak: `OWNERS`, `MAIL_DOMAINS`; or looked up in the
    #: store for it: `TWINS`, `COUNTERPARTS`, `ARRIVED`. Asked for no other rule.
    asks: tuple[str, ...] = ()
    #: What its verdicts follow from beside the code and the options: the text of a rule or a condition of an admin's.
    facts: str = ""
