"""Finding a record by what a person remembers of it: an id, a mail address, a phone number, a domain, a name.

Values are kept encrypted, or in no order that helps: records are found by the keys under which matching keeps them. So
people and companies are found, once matching has seen to them; anything is found by its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from quality.dedupe.keys import keys_of
from syncd.engine.matching.pools import learned_reader
from syncd.engine.matching.state import key_number
from syncd.model import Record, Ref, Stream, Value
from syncd.store import Transaction

#: Records found by one text, at most.
MOST = 50
_PHONE = re.compile(r"[+(\d][\d\s()./-]{5,}\d")
_DOMAIN = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[A-Za-z]{2,}(?:/\S*)?")
#: The keys that one text in the right field is enough for.
_TELLING = ("mail ", "phone ", "linkedin ", "domain ", "name ", "core ")
_TOO_MUCH = ("phone start ", "phone end ")


def find_records(tx: Transaction, streams: Sequence[Stream], text: str) -> list[Ref]:
    """Return the live records that a text may mean: those of that id first, then those found by it."""
    text = text.strip()
    if not text:
        return []
    found: dict[Ref, None] = {}
    for stream in streams:
        current = tx.aliases.current(stream, text)
        if tx.records.versions(stream, [current]):
            found[Ref(stream.account, stream.object, current)] = None
    for account, kind in dict.fromkeys((one.account, one.kind) for one in streams):
        objects = {one.object for one in streams if (one.account, one.kind) == (account, kind)}
        found |= dict.fromkeys(_matched(tx, account, kind, objects, text))
    return list(found)[:MOST]


def _matched(tx: Transaction, account: str, kind: str, objects: set[str], text: str) -> Iterator[Ref]:
    """Yield the records of a pool that share a telling key with a record that says no more than the text."""
    enrolled = [Stream(account, name, kind) for name in sorted(objects)]
    pool = next((found for one in enrolled if (found := tx.matching.pool_of(one)) is not None), None)
    read = learned_reader(kind)
    if read is None or pool is None:
        return
    keys = {
        key for values in _guesses(kind, text) for key in keys_of(read(_record(account, kind, values))) if _tells(key)
    }
    under = tx.match_rows.members(pool.id, [key_number(key) for key in sorted(keys)], MOST)
    members = tx.match_rows.by_number({number for numbers in under.values() for number in numbers})
    of = tx.matching.members(pool)
    for member in sorted(members, key=lambda one: (one.stream_id, one.record_id)):
        stream = of.get(member.stream_id)
        if stream is not None and stream.account == account and stream.object in objects:
            yield Ref(account, stream.object, member.record_id)


def _tells(key: str) -> bool:
    return key.startswith(_TELLING) and not key.startswith(_TOO_MUCH) and not key.startswith(("name in ", "core in "))


def _guesses(kind: str, text: str) -> Iterator[dict[str, Value]]:
    """Yield what a record that is meant by the text may say."""
    if "@" in text:
        yield {"email": text}
        return
    if _PHONE.fullmatch(text):
        yield {"phone": text}
        return
    if kind == "company":
        yield {"domain": text, "website": text} if _DOMAIN.fullmatch(text) else {"name": text}
        return
    words = text.replace(",", " ").split()
    if "linkedin." in text.lower():
        yield {"linkedin": text}
    elif len(words) > 1:
        yield {"first_name": words[0], "last_name": " ".join(words[1:])}
        yield {"first_name": " ".join(words[:-1]), "last_name": words[-1]}


def _record(account: str, kind: str, values: dict[str, Value]) -> Record:
    return Record(Ref(account, "", ""), kind, values)
