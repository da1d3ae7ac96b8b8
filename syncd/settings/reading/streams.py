"""The streams of the settings: each with its mapping, its rules and its guards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as part
from datetime import timedelta
from pathlib import Path

from mappings import (
    Filter,
    RecordMapping,
    crms,
    load_mapping,
    mapped_objects,
    shipped_mapping,
    usual_objects,
    with_filter,
    with_properties,
    with_values,
)
from quality import CustomRule, FieldPolicy, Rule, RuleChoice, Ruleset, compile_ruleset, rules_on
from quality.declarations import Declaration
from quality.providing import Enriching
from syncd.errors import ConfigError, Mistake
from syncd.located import Document, did_you_mean
from syncd.model import Mode, Stream
from syncd.settings.parts.authority import authority_over
from syncd.settings.parts.guards import GuardSettings
from syncd.settings.parts.linked_accounts import LinkedAccounts, linked_with
from syncd.settings.parts.matching import declared
from syncd.settings.parts.reconciling import ReconcileSettings
from syncd.settings.parts.rules import RuleSettings
from syncd.settings.parts.streams import StreamChoice
from syncd.settings.parts.tasks import TaskSettings
from syncd.settings.reading.enrichment import enriching_of, is_enriched
from syncd.settings.reading.presets import rules_of, with_rhythm
from syncd.settings.reading.rules import RulesReading
from syncd.settings.shape import SettingsFile

#: What is linked to is read before what links to it.
_ORDER = ("company", "person", "deal", "ticket", "activity")


#: What may be made in another account.
_MADE = frozenset({"person", "company"})


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """One stream, ready to be wired."""

    stream: Stream
    mode: Mode
    every: timedelta
    #: Not yet bound to the account's schema: see `mappings.bind`.
    mapping: RecordMapping
    #: What differs from the rules' own defaults, by rule name: see `quality.compile_ruleset`.
    rules: Mapping[str, RuleChoice]
    guards: GuardSettings
    #: How far fixes of a field may go, whatever the rules.
    policies: Mapping[str, FieldPolicy] = part(default_factory=dict)
    #: The rules that an admin wrote, by name.
    custom: Mapping[str, CustomRule] = part(default_factory=dict)
    #: All rules there are, by name.
    catalog: Mapping[str, Rule] | None = part(default=None, compare=False, repr=False)
    #: When two records are one; None for people and companies, of whom it was learned, and where nobody says so.
    matching: Declaration | None = None
    #: Whether records that linked accounts have and this one lacks are made here, or those of which a condition holds.
    creates: bool | Filter = False
    #: What is a task for people in the CRM; None: nothing.
    tasks: TaskSettings | None = None
    #: How often, and how hard, it is looked for what reading changes cannot see.
    reconcile: ReconcileSettings = part(default_factory=ReconcileSettings)
    #: What is wanted from outside for its records; None: nothing.
    enriching: Enriching | None = None
    #: The accounts that the stream's is linked with, itself among them; None where it stands alone.
    linked: LinkedAccounts | None = None
    #: All streams of linked accounts whose records are matched with each other, this one among them; empty: its records
    #: are matched with those of its own account alone.
    pool: tuple[Stream, ...] = ()

    def ruleset(self, mode: Mode | None = None) -> Ruleset:
        """Return the rules that judge the stream; with a `mode`, as if that were the stream's."""
        return compile_ruleset(
            self.stream.kind, self.rules, mode or self.mode, rules=self.catalog, policies=self.policies
        )

    @property
    def rule_names(self) -> tuple[str, ...]:
        """Return the names of the rules that judge the stream, in their order."""
        return rules_on(self.stream.kind, self.rules, rules=self.catalog)

    def owner_of(self, rule: str) -> str:
        """Return who is responsible for what a rule finds; empty when nobody is named."""
        chosen = self.rules[rule].owner if rule in self.rules else ""
        return chosen or (self.custom[rule].spec.owner if rule in self.custom else "")


@dataclass(frozen=True, slots=True)
class _Mapped:
    """A stream whose mapping is known, and nothing else yet."""

    path: tuple[str, ...]
    account: str
    mapping: RecordMapping
    choice: StreamChoice


class StreamsReading:
    """One reading of the streams of one file."""

    def __init__(self, shape: SettingsFile, document: Document, folder: Path) -> None:
        self._shape = shape
        self._document = document
        self._folder = folder
        self.mistakes: list[Mistake] = []
        self.files: list[Path] = []
        #: Odd, but usable.
        self.warnings: list[Mistake] = []
        #: The rules that an admin wrote; known when the streams are.
        self.custom: Mapping[str, CustomRule] = {}

    def streams(self) -> tuple[StreamSettings, ...]:
        """Return the streams that have nothing wrong with them; `mistakes` says what is wrong with the others."""
        self._check_crms()
        found = [self._mapped(name, choice) for name, choice in self._shape.streams.items()]
        mapped = [one for one in found if one is not None]
        named = {name.partition("/")[0] for name in self._data("streams")}
        mapped += [usual for account in self._shape.accounts if account not in named for usual in self._usual(account)]
        rules = RulesReading(self._document, self._folder, [one.mapping for one in mapped])
        self._check_rules(rules, mapped)
        streams = [self._settled(one, rules) for one in mapped]
        self.custom = rules.custom
        self.mistakes += rules.mistakes
        switched_on = {name for one in streams for name, choice in one.rules.items() if choice.enabled}
        self.warnings = [*rules.odd(self._shape.rules, switched_on)]
        self.files += rules.files
        return tuple(sorted(streams, key=lambda one: _rank(one.stream)))

    def _check_crms(self) -> None:
        for name in self._data("accounts"):
            crm = self._crm_of(name)
            if crm is not None and crm not in crms():
                guess = did_you_mean(crm, crms()) or f"; there are: {', '.join(crms())}"
                self._say(("accounts", name, "crm"), f"no CRM is called '{crm}'{guess}")

    def _mapped(self, name: str, choice: StreamChoice) -> _Mapped | None:
        path = ("streams", name)
        account, slash, object_name = name.partition("/")
        accounts = self._data("accounts")
        if not slash or not object_name:
            self._say(path, "a stream is named account/object, as in hubspot-main/contacts", of_key=True)
            return None
        if account not in accounts:
            self._say(path, f"no account is called '{account}'{did_you_mean(account, accounts)}", of_key=True)
            return None
        crm = self._crm_of(account)
        if crm is None or crm not in crms():
            return None
        mapping = self._mapping(name, crm, object_name, choice)
        return None if mapping is None else _Mapped(path, account, mapping, choice)

    def _usual(self, account: str) -> list[_Mapped]:
        crm = self._shape.accounts[account].crm
        usual = [shipped_mapping(crm, object_name) for object_name in usual_objects(crm)]
        return [_Mapped(("accounts", account), account, one, StreamChoice()) for one in usual if one is not None]

    def _valued(
        self, path: tuple[str | int, ...], mapping: RecordMapping, values: Mapping[str, Mapping[str, str]]
    ) -> RecordMapping | None:
        problems = [name for name in values if name not in mapping.fields]
        for name in problems:
            guess = did_you_mean(name, mapping.fields)
            self._say((*path, name), f"the mapping has no such field{guess}", of_key=True)
        try:
            return None if problems else with_values(mapping, values)
        except ValueError as error:
            self._say(path, str(error))
            return None

    def _check_rules(self, rules: RulesReading, mapped: Sequence[_Mapped]) -> None:
        rules.check(("rules",), self._shape.rules)
        for name, choice in self._shape.streams.items():
            rules.check(("streams", name, "rules"), choice.rules)
        for one in mapped:
            if one.choice.mapping is not None:
                rules.check_mapping((*one.path, "mapping"), _rules_of(one.mapping))

    def _settled(self, mapped: _Mapped, rules: RulesReading) -> StreamSettings:
        choice, mapping = mapped.choice, mapped.mapping
        only = None if choice.where is None else rules.filter((*mapped.path, "where"), choice.where, mapping)
        mapping = mapping if only is None else with_filter(mapping, only)
        guards = self._shape.guards
        if choice.guards is not None:
            said = {name: getattr(choice.guards, name) for name in choice.guards.model_fields_set}
            guards = guards.model_copy(update=said)
        guards = with_rhythm(guards, self._shape.presets)
        sayings = (
            (("presets",), rules_of(self._shape.presets)),
            (("inbound",), self._hearing(mapped)),
            (("enrichment",), self._enriching(mapped)),
            (("linked_accounts",), self._agreeing(mapped)),
            ((*mapped.path, "mapping"), _rules_of(mapping)),
            (("rules",), self._shape.rules),
            ((*mapped.path, "rules"), choice.rules),
        )
        return StreamSettings(
            stream=Stream(mapped.account, mapping.object, mapping.kind),
            mode=choice.mode,
            every=choice.every,
            mapping=mapping,
            rules=rules.chosen(mapping.kind, sayings),
            guards=guards.model_copy(update={"stop_file": self._folder / guards.stop_file}),
            policies=rules.policies((*mapped.path, "fields"), mapping, choice.fields),
            custom=rules.custom,
            catalog=rules.catalog,
            reconcile=self._shape.reconcile,
            enriching=enriching_of(self._shape.enrichment, Stream(mapped.account, mapping.object, mapping.kind)),
            linked=linked_with(self._shape.linked_accounts, mapped.account),
            creates=self._creates(mapped, rules),
            tasks=self._tasks(mapped, rules),
            matching=declared(
                mapping, choice.matching, lambda at, told: self._say((*mapped.path, "matching", *at), told)
            ),
        )

    def _creates(self, mapped: _Mapped, rules: RulesReading) -> bool | Filter:
        """Return which records of linked accounts are made in a stream, where there can be any."""
        wanted, path = mapped.choice.create, (*mapped.path, "create")
        if wanted is False:
            return False
        linked = linked_with(self._shape.linked_accounts, mapped.account)
        if linked is None or mapped.mapping.kind not in {*linked.kinds}:
            self._say(path, "no account is linked with this one for records of this kind")
        elif mapped.mapping.kind not in _MADE:
            self._say(path, f"a {mapped.mapping.kind} is not made in another account: each has stages of its own")
        if wanted is True:
            return True
        return rules.filter(path, wanted, mapped.mapping) or False

    def _tasks(self, mapped: _Mapped, rules: RulesReading) -> TaskSettings | None:
        """Return what is a task for people, where the CRM has tasks for records of the stream."""
        wanted = mapped.choice.tasks
        if wanted is None:
            return None
        held_in = mapped.mapping.dialect.tasks
        tasks = None if held_in is None else shipped_mapping(mapped.mapping.crm, held_in.object)
        if tasks is None or mapped.mapping.kind not in tasks.links:
            self._say((*mapped.path, "tasks"), "there are no tasks for records of this kind")
        if wrong := wanted.unknown_rule(rules.catalog):
            self._say((*mapped.path, "tasks", "rules"), wrong)
        return wanted

    def _hearing(self, mapped: _Mapped) -> dict[str, RuleSettings]:
        """Return the rule that writes what came in for a record, where that may be one of this stream."""
        linked = linked_with(self._shape.linked_accounts, mapped.account)
        accounts = (mapped.account,) if linked is None else linked.accounts
        doors = {one.stream.partition("/")[0] for one in self._shape.inbound.doors.values()}
        return {"arrived": RuleSettings(enabled=True)} if doors & {*accounts} else {}

    def _agreeing(self, mapped: _Mapped) -> dict[str, RuleSettings]:
        """Return what the rules have to know that hold records against their counterparts in linked accounts."""
        linked = linked_with(self._shape.linked_accounts, mapped.account)
        if linked is None or mapped.mapping.kind not in {*linked.kinds}:
            return {}
        options = authority_over(mapped.mapping, linked.accounts, linked.fields)
        return {name: RuleSettings(options=options) for name in ("authority", "differs")}

    def _enriching(self, mapped: _Mapped) -> dict[str, RuleSettings]:
        """Return the rule that takes values from outside over, where the settings want any for the stream."""
        stream = Stream(mapped.account, mapped.mapping.object, mapped.mapping.kind)
        return {"enriched": RuleSettings(enabled=True)} if is_enriched(self._shape.enrichment, stream) else {}

    def _mapping(self, name: str, crm: str, object_name: str, choice: StreamChoice) -> RecordMapping | None:
        path = ("streams", name)
        if choice.mapping is not None:
            mapping = self._own_mapping((*path, "mapping"), crm, object_name, choice.mapping)
        else:
            mapping = shipped_mapping(crm, object_name)
            if mapping is None:
                known = mapped_objects(crm)
                guess = did_you_mean(object_name, known) or f"; shipped are {', '.join(known)}"
                self._say(path, f"no mapping comes with syncd for '{object_name}'{guess}", of_key=True)
        renamed = None if mapping is None else self._renamed((*path, "properties"), mapping, choice.properties)
        return None if renamed is None else self._valued((*path, "values"), renamed, choice.values)

    def _own_mapping(
        self, path: tuple[str | int, ...], crm: str, object_name: str, relative: Path
    ) -> RecordMapping | None:
        file = self._folder / relative
        if not file.resolve().is_relative_to(self._folder.resolve()):
            self._say(path, "leads out of the folder of this file")
            return None
        try:
            mapping = load_mapping(file)
        except ConfigError as error:
            self.mistakes += [*error.mistakes]
            return None
        self.files.append(file)
        if (mapping.crm, mapping.object) != (crm, object_name):
            self._say(path, f"is a mapping of {mapping.crm} {mapping.object}, not of {crm} {object_name}")
            return None
        return mapping

    def _renamed(
        self, path: tuple[str | int, ...], mapping: RecordMapping, properties: Mapping[str, str]
    ) -> RecordMapping | None:
        is_fine = True
        for field in properties:
            if field not in mapping.fields:
                self._say(
                    (*path, field), f"the mapping has no such field{did_you_mean(field, mapping.fields)}", of_key=True
                )
                is_fine = False
            elif len(mapping.fields[field].sources) > 1:
                self._say((*path, field), "comes from several properties; give the stream a mapping of its own")
                is_fine = False
        return with_properties(mapping, properties) if is_fine else None

    def _crm_of(self, account: str) -> str | None:
        """Return an account's CRM as it was written, whatever else is wrong with the account."""
        written = self._data("accounts").get(account)
        crm = written.get("crm") if isinstance(written, dict) else None
        return crm if isinstance(crm, str) else None

    def _data(self, section: str) -> Mapping[str, object]:
        """Return a section as it was written, parts that have mistakes included."""
        data = self._document.data.get(section)
        return data if isinstance(data, dict) else {}

    def _say(self, path: tuple[str | int, ...], message: str, *, of_key: bool = False) -> None:
        self.mistakes.append(self._document.mistake(path, message, of_key=of_key))


def _rank(stream: Stream) -> tuple[int, str]:
    return (_ORDER.index(stream.kind) if stream.kind in _ORDER else len(_ORDER), stream.name)


def _rules_of(mapping: RecordMapping) -> dict[str, RuleSettings]:
    """Return what a mapping says of rules: it knows what its CRM keeps."""
    return {name: RuleSettings(options=dict(options)) for name, options in mapping.rules.items()}
