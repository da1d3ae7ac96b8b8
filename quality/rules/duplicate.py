"""A person, company, deal or ticket has one record: twins become one, and the best of all their values is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from quality.rule import (
    COUNTERPARTS,
    FINE,
    OWNERS,
    TWINS,
    Case,
    Counterpart,
    Example,
    Phase,
    Rule,
    Surroundings,
    Twin,
    Verdict,
    flag,
    merge,
    suggest_merge,
)
from quality.survivorship import Known, Wishes, combine, in_rank, linked_survivor, must_stay, why_it_stays
from syncd.model import KeptValue, Mode, Record, Ref, Value

_SURE = "the same as another record, which stays: "
_LIKELY = "probably the same as another record, which would stay: "
_OTHER_OBJECT = (
    "also kept as a record of another object, and the CRM cannot merge the two: convert this one, or let it go"
)
_MAYBE_OTHER_OBJECT = "probably kept as a record of another object, too, and the CRM cannot merge the two"
_TOO_MANY = "one of more twins than are merged: they share something that many have, or were made by one mistake"
_BOTH_STAY = "the same as another record, and both say that they must not go"
_LINKED = "the same person, company or deal in another account is linked with it"
_CONSENT = "the same as another record, which has to stay and lacks this one's wish for no more mail"


def check(case: Case) -> Verdict:
    """Merge into the record of the group that stays; who that is does not depend on which of them is judged.

    Whoever is surely one is merged first; what is left of each is asked about. Where records of other accounts are
    surely the same, all accounts keep those that are linked with each other.
    """
    twins = case.surroundings.twins.get(case.record.ref)
    if not twins:
        return FINE
    wishes: Wishes = case.options
    if len(twins) >= wishes.max_group:
        return flag(_TOO_MANY)
    me = case.surroundings.tidied.get(case.record.ref, case.record)
    known = Known(case.surroundings.active_owners, case.surroundings.field_times if wishes.field_times else {})
    sure = [twin.record for twin in twins if twin.is_sure]
    theirs = [one.record for one in case.surroundings.counterparts.get(case.record.ref, ())]
    best, why = _best(me, sure, theirs, wishes, known)
    if best is not me:
        return _merged(me, best, wishes, known, why=why, is_sure=not wishes.ask_only)
    # Whoever stays among those who are surely one stays among them here, too.
    asked = [twin.record for twin in twins if not (why and twin.is_sure)]
    best, why = _best(me, asked, theirs, wishes, known)
    if best is not me:
        return _merged(me, best, wishes, known, why=why, is_sure=False)
    if _is_further(sure, me, wishes, known):
        return flag(_OTHER_OBJECT)
    everybody = [twin.record for twin in twins]
    return flag(_MAYBE_OTHER_OBJECT) if _is_further(everybody, me, wishes, known) else FINE


def _best(
    me: Record, others: Sequence[Record], theirs: Sequence[Record], wishes: Wishes, known: Known
) -> tuple[Record, str]:
    """Return the one that stays among `me` and those that the CRM can merge with it.

    A record that one of another account (`theirs`) is known to be linked with stays, and that is said then.
    """
    alike = [other for other in others if _can_be_merged(me, other)]
    if not alike:
        return me, ""
    linked = linked_survivor([me, *alike], theirs, wishes)
    return (linked, _LINKED) if linked is not None else (in_rank([me, *alike], wishes, known)[0], "")


def _is_further(others: Sequence[Record], me: Record, wishes: Wishes, known: Known) -> bool:
    """Return whether a record of another object comes before this one."""
    foreign = [other for other in others if not _can_be_merged(me, other)]
    return bool(foreign) and in_rank([me, *foreign], wishes, known)[0] is not me


def _can_be_merged(one: Record, other: Record) -> bool:
    return (one.ref.account, one.ref.object) == (other.ref.account, other.ref.object)


def _merged(me: Record, best: Record, wishes: Wishes, known: Known, *, is_sure: bool, why: str = "") -> Verdict:
    if must_stay(me, wishes):
        return flag(_BOTH_STAY)
    if me.values.get("has_opted_out") is True and best.values.get("has_opted_out") is not True:
        return flag(_CONSENT)
    values = [choice.kept for choice in combine(best, me, wishes, known) if choice.is_new]
    why = why or why_it_stays(best, me, wishes, known)
    return merge(best.ref, values, _SURE + why) if is_sure else suggest_merge(best.ref, values, _LIKELY + why)


_NOW = datetime(2026, 3, 1, tzinfo=UTC)
_ME = Ref("crm", "person", "1")


def _other(
    values: Mapping[str, Value], key: str = "2", *, year: int = 2020, of: str = "person", linked: int = 0
) -> Record:
    links = {"company": tuple(map(str, range(linked)))} if linked else {}
    return Record(Ref("crm", of, key), "person", values, links, datetime(year, 1, 1, tzinfo=UTC))


def _example(
    verdict: Verdict,
    mine: Mapping[str, Value],
    *twins: Twin,
    options: Mapping[str, object] | None = None,
    counterparts: tuple[Counterpart, ...] = (),
) -> Example:
    return Example(
        None,
        verdict,
        mine,
        kind="person",
        options=options or {},
        surroundings=Surroundings(
            _NOW, twins={_ME: twins} if twins else {}, counterparts={_ME: counterparts} if counterparts else {}
        ),
        created_at=datetime(2022, 1, 1, tzinfo=UTC),
    )


def _sure(record: Record) -> Twin:
    return Twin(record, 0.999, is_sure=True)


def _asked(record: Record) -> Twin:
    return Twin(record, 0.8, is_sure=False)


_FILLED = "the record that stays holds nothing here"
_NEWER = "it comes from the record that was dealt with last"
_BOB: Mapping[str, Value] = {"first_name": "Bob", "email": "bob@acme.com", "phone": None}
_FULL: Mapping[str, Value] = {**_BOB, "phone": "+14155550100"}
_OLDER = _other(dict(_BOB))
_ELSEWHERE = Counterpart(
    Record(Ref("other", "Contact", "003"), "person", _BOB), is_sure=True, probability=0.999, reasons=()
)
_AT_ACME = _other(dict(_FULL), "3", year=2023)

RULE = Rule(
    check,
    fields={"person": (), "company": (), "deal": (), "ticket": (), "custom": ()},
    phase=Phase.RELATE,
    mode=Mode.SUGGEST,
    options=Wishes,
    asks=(TWINS, OWNERS, COUNTERPARTS),
    examples=(
        _example(FINE, _BOB),
        _example(merge(_OLDER.ref, [], _SURE + "it came first"), _BOB, _sure(_OLDER)),
        _example(FINE, _FULL, _sure(_OLDER)),
        _example(
            merge(_OLDER.ref, [KeptValue("phone", "+14155550100", _FILLED)], _SURE + "it came first"),
            _FULL,
            _sure(_OLDER),
            options={"survivor": ["oldest"]},
        ),
        _example(
            merge(_AT_ACME.ref, [], _SURE + "more of its fields are filled"), _BOB, _sure(_AT_ACME), _sure(_OLDER)
        ),
        _example(suggest_merge(_OLDER.ref, [], _LIKELY + "it came first"), _BOB, _asked(_OLDER)),
        _example(merge(_OLDER.ref, [], _SURE + "it came first"), _BOB, _sure(_OLDER), _asked(_AT_ACME)),
        _example(
            suggest_merge(_OLDER.ref, [], _LIKELY + "it came first"), _BOB, _sure(_OLDER), options={"ask_only": True}
        ),
        _example(flag(_TOO_MANY), _BOB, _sure(_OLDER), _sure(_AT_ACME), options={"max_group": 2}),
        _example(flag(_OTHER_OBJECT), _BOB, _sure(_other(_BOB, of="contact", linked=1))),
        _example(flag(_MAYBE_OTHER_OBJECT), _BOB, _asked(_other(_BOB, of="contact", linked=1))),
        _example(FINE, _FULL, _sure(_other(_BOB, of="lead")), options={"objects": ["person", "lead"]}),
        _example(
            flag(_BOTH_STAY),
            {**_BOB, "x_portal": True},
            _sure(_other({**_BOB, "x_portal": True})),
            options={"must_stay": ["x_portal"]},
        ),
        _example(
            flag(_CONSENT),
            {**_BOB, "has_opted_out": True},
            _sure(_other({**_BOB, "x_portal": True})),
            options={"must_stay": ["x_portal"]},
        ),
        # The one that a record of another account is linked with, though the other one is older and says as much.
        _example(FINE, {**_BOB, "linked_id": "003"}, _sure(_OLDER), counterparts=(_ELSEWHERE,)),
        _example(
            merge(_OLDER.ref, [], _SURE + _LINKED),
            _FULL,
            _sure(replace(_OLDER, values={**_FULL, "linked_id": "003"})),
            counterparts=(_ELSEWHERE,),
        ),
        # Whoever wants no more mail stays, and keeps the address that wish belongs to.
        _example(FINE, {**_BOB, "has_opted_out": True}, _sure(_AT_ACME)),
        _example(
            merge(
                Ref("crm", "person", "2"),
                [KeptValue("job_title", "Инженер", _NEWER)],
                _SURE + "it has come further",
            ),
            {**_BOB, "job_title": "Инженер"},
            _sure(replace(_OLDER, values={**_BOB, "job_title": "Buyer", "lifecycle_stage": "customer"})),
        ),
    ),
)
