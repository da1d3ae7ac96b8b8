"""Which record of a group stays: ordered criteria, each a number that a record has by itself.

So the order is total, whatever order the records come in, and of any three it is one order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from quality.fields import is_empty
from quality.subjects import mail
from quality.subjects.purge import SIGNS
from quality.subjects.soundness import is_sound
from quality.survivorship.nouns import NOTHING_KNOWN, Known
from quality.survivorship.wishes import Criterion, Wishes
from syncd.model import Record, Ref, Value

Rank = tuple[float, ...]
_Measure = Callable[[Record, Wishes, Known], Rank]

#: Why a record stays, by what sets it apart from the other one.
_WHY: Mapping[Criterion, str] = {
    Criterion.EXTERNAL_IDS: "other systems know it by an id",
    Criterion.STAGE: "it has come further",
    Criterion.LINKS: "more hangs on it",
    Criterion.EMAIL: "it has the better e-mail address",
    Criterion.OWNER: "its owner still works here",
    Criterion.ACTIVITY: "it gave the last sign of life",
    Criterion.COMPLETE: "more of its fields are filled",
    Criterion.OLDEST: "it came first",
    Criterion.SOURCE: "its source is the more trusted one",
}
_MUST_STAY = "it must not go"
_OPTED_OUT = "it says that no more mail is wanted, which must not be lost"
_OBJECT = "its object is further on"
_BY_ID = "nothing sets the two apart, and its id is the lower one"


def in_rank(records: Iterable[Record], wishes: Wishes, known: Known = NOTHING_KNOWN) -> tuple[Record, ...]:
    """Return records with the one that stays first, the order they came in being of no account."""
    return tuple(sorted(records, key=lambda record: _key(record, wishes, known)))


def must_stay(record: Record, wishes: Wishes) -> bool:
    """Return whether a field says that the record must not go."""
    return any(_is_yes(record.values.get(name)) for name in wishes.must_stay)


def why_it_stays(stays: Record, goes: Record, wishes: Wishes, known: Known = NOTHING_KNOWN) -> str:
    """Return what sets a record that stays apart from one that goes."""
    ours, theirs = (_measures(one, wishes, known) for one in (stays, goes))
    return next((why for (why, mine), (_, other) in zip(ours, theirs, strict=True) if mine != other), _BY_ID)


def by_age(record: Record) -> tuple[datetime, int, str]:
    """Return what tells the older of two records; of unknown age is younger than all."""
    return (record.created_at or datetime.max.replace(tzinfo=UTC), *by_id(record.ref))


def by_id(ref: Ref) -> tuple[int, str]:
    """Return what puts ids in order: numbers by their value."""
    return (len(ref.id), ref.id)


def last_sign(record: Record) -> float:
    """Return when the record last gave a sign of life; 0 when it never did."""
    return max((_seconds(record.values.get(name)) for name in SIGNS), default=0.0)


def address_rank(address: Value) -> int:
    """Return how good an e-mail address is by its form: 0 for none that is sound, 4 for a person's at a company."""
    text = address.strip().lower() if isinstance(address, str) else ""
    if not text or not is_sound("email", text):
        return 0
    domain = mail.domain_of(text)
    if mail.is_disposable(domain):
        return 1
    if mail.is_role(text):
        return 2
    return 3 if mail.is_free(domain) else 4


def stage_rank(stage: Value, wishes: Wishes) -> int:
    """Return how far on a stage is; -1 when it is none of those known."""
    text = plain(stage) if isinstance(stage, str) else ""
    places = [place for place, word in enumerate(wishes.stages) if text.startswith(plain(word)) and plain(word)]
    return max(places, default=-1)


def source_rank(record: Record, wishes: Wishes) -> int:
    """Return how trusted the record's source is; -1 when it is none of those named."""
    source = record.values.get("created_source")
    return len(wishes.sources) - wishes.sources.index(source) if source in wishes.sources else -1


def plain(text: str) -> str:
    """Return the letters and digits of a text, whatever their case."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _key(record: Record, wishes: Wishes, known: Known) -> tuple[object, ...]:
    best_first = tuple(tuple(-one for one in rank) for _, rank in _measures(record, wishes, known))
    return (best_first, by_age(record), record.ref.object, record.ref.account)


def _measures(record: Record, wishes: Wishes, known: Known) -> list[tuple[str, Rank]]:
    """Return what speaks for a record to stay, with the sentence for it: what must not be, then what is wished."""
    return [
        (_MUST_STAY, (float(must_stay(record, wishes)),)),
        (_OBJECT, _object_rank(record, wishes)),
        (_OPTED_OUT, (float(record.values.get("has_opted_out") is True),)),
        *((_WHY[one], _MEASURES[one](record, wishes, known)) for one in wishes.survivor),
    ]


def _object_rank(record: Record, wishes: Wishes) -> Rank:
    names = wishes.objects
    named = len(names) - names.index(record.ref.object) if record.ref.object in names else 0
    return (float(named), float(len(record.links)) if not names else 0.0)


def _external_ids(record: Record, wishes: Wishes, _: Known) -> Rank:
    return (float(sum(_is_yes(record.values.get(name)) for name in wishes.external_ids)),)


def _stage(record: Record, wishes: Wishes, _: Known) -> Rank:
    return (float(stage_rank(record.values.get("lifecycle_stage"), wishes)),)


def _links(record: Record, _: Wishes, __: Known) -> Rank:
    counted = sum(_number(record.values.get(name)) for name in ("deals_count", "people_count"))
    return (counted, float(sum(len(ids) for ids in record.links.values())))


def _email(record: Record, _: Wishes, __: Known) -> Rank:
    if record.kind == "company":
        return (float(not is_empty(record.values.get("domain"))),)
    has_bounced = record.values.get("has_bounced") is True
    return (0.5 if has_bounced else float(address_rank(record.values.get("email"))),)


def _owner(record: Record, _: Wishes, known: Known) -> Rank:
    return (float(owner_rank(record.values.get("owner"), known)),)


def owner_rank(owner: Value, known: Known) -> int:
    """Return 0 for no owner, 1 for one who has left, 2 for one who is here as far as is known."""
    if is_empty(owner):
        return 0
    return 1 if (known.active_owners or {}).get(str(owner).strip()) is False else 2


def _activity(record: Record, _: Wishes, __: Known) -> Rank:
    return (last_sign(record),)


def _complete(record: Record, _: Wishes, __: Known) -> Rank:
    return (float(sum(not is_empty(value) for value in record.values.values())),)


def _oldest(record: Record, _: Wishes, __: Known) -> Rank:
    return (-record.created_at.timestamp(),) if record.created_at is not None else (float("-inf"),)


def _source(record: Record, wishes: Wishes, _: Known) -> Rank:
    return (float(source_rank(record, wishes)),)


_MEASURES: Mapping[Criterion, _Measure] = {
    Criterion.EXTERNAL_IDS: _external_ids,
    Criterion.STAGE: _stage,
    Criterion.LINKS: _links,
    Criterion.EMAIL: _email,
    Criterion.OWNER: _owner,
    Criterion.ACTIVITY: _activity,
    Criterion.COMPLETE: _complete,
    Criterion.OLDEST: _oldest,
    Criterion.SOURCE: _source,
}


def _is_yes(value: Value) -> bool:
    """Return whether a field says something: "no" and nought do not."""
    return not is_empty(value) and value not in (False, 0, "false", "False", "0")


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _seconds(value: Value) -> float:
    return value.timestamp() if isinstance(value, datetime) else 0.0
