"""How records, owners and findings are told to people: names instead of ids, and why something was not changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mappings import bind, to_canonical
from syncd.model import Field, FieldType, Fix, FixState, Merge, Mode, Record, Ref, Schema, SourceRecord, Stream
from syncd.settings import Settings, StreamSettings
from syncd.store import Hold, OpenFinding, Transaction

_NAMES = (("first_name", "last_name"), ("name",), ("title",), ("subject",), ("email",), ("domain",))
_ON_THE_WAY = {
    FixState.PROPOSED: "waits for somebody to decide",
    FixState.APPROVED: "is approved and will be written in one of the next passes",
    FixState.INTENDED: "is being written",
    FixState.UNKNOWN: "was sent, and the CRM has not said whether it arrived; it is read back",
}


@dataclass(frozen=True, slots=True)
class People:
    """The owners of some accounts, by name."""

    names: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, tx: Transaction, accounts: Sequence[str]) -> People:
        """Read who they are."""
        return cls(
            {
                (account, owner): told.name if told.is_active else f"{told.name} (has left)"
                for account in dict.fromkeys(accounts)
                for owner, told in tx.owners.all(account).items()
                if told.name
            }
        )

    def name(self, account: str, owner: str) -> str:
        """Return what people call an owner; the id where nobody told, and a word for nobody."""
        return self.names.get((account, owner), owner) or "nobody"


def spelled_by_us(settings: StreamSettings, source: SourceRecord) -> Record:
    """Return a kept record as we spell it; what was fetched stands for what the account has."""
    schema = Schema(source.ref.object, {name: Field(name, FieldType.TEXT) for name in source.values})
    return to_canonical(bind(settings.mapping, schema)[0], source)


def label_of(record: Record) -> str:
    """Return what people would call a record; its id where it says nothing of itself."""
    for names in _NAMES:
        told = " ".join(str(record.values[name]) for name in names if record.values.get(name))
        if told.strip():
            return told.strip()
    return record.ref.id


def labels(tx: Transaction, settings: Settings, refs: Sequence[Ref]) -> dict[Ref, str]:
    """Return what people would call these records, those that are kept."""
    found: dict[Ref, str] = {}
    by_stream: dict[str, list[str]] = {}
    for ref in dict.fromkeys(refs):
        by_stream.setdefault(f"{ref.account}/{ref.object}", []).append(ref.id)
    for name, ids in by_stream.items():
        stream = settings.stream(name)
        if stream is not None:
            for source in tx.records.read(stream.stream, ids).values():
                found[source.ref] = label_of(spelled_by_us(stream, source))
    return found


def why_open(found: OpenFinding, settings: StreamSettings, fixes: Sequence[Fix], holds: Sequence[Hold]) -> str:
    """Return why a finding has not been put right."""
    one = found.finding
    if not one.has_proposal:
        return "nobody can know the right value from here: a person has to find out"
    mine = [fix for fix in fixes if one.rule in fix.rules and _is_about(fix, found)]
    on_the_way = next((fix for fix in reversed(mine) if fix.state in _ON_THE_WAY), None)
    held = next((hold for hold in holds if hold.key in {one.rule, one.field, ""}), None)
    if held is not None:
        return f"held by the guard {held.guard}: {held.detail}"
    if on_the_way is not None:
        return _ON_THE_WAY[on_the_way.state]
    if any(fix.state is FixState.DISMISSED for fix in mine):
        return "somebody has dismissed it"
    if one.mode is Mode.OBSERVE:
        return _observed(settings, one.rule, one.field)
    return "will be decided in the next pass"


def _is_about(fix: Fix, found: OpenFinding) -> bool:
    name = found.finding.field
    return isinstance(found.finding.proposal, Merge) or not name or any(one.field == name for one in fix.changes)


def _observed(settings: StreamSettings, rule: str, name: str) -> str:
    if settings.mode is Mode.OBSERVE:
        return f"{settings.stream.name} is only observed"
    if name in settings.policies and settings.policies[name].cap(rule) is Mode.OBSERVE:
        return f"the field {name} is protected"
    return "the rule only observes here"


def stream_of(settings: Settings, name: str) -> Stream | None:
    """Return the stream of this name."""
    found = settings.stream(name)
    return None if found is None else found.stream
