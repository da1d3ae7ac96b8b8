"""What providers outside know of a batch of records, and what they are to be asked about it. Asks nobody itself.

A record that lacks a field holds the questions to all providers that may fill it as lookup keys: whoever an answer
concerns is found by them. Of those, only the next in the order of the settings is wanted asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mappings.apply import read_values
from quality import PROVIDED, Keys, Offer
from quality.fields import is_empty
from quality.providing import Enriching, Told, asks_key, choose, question_of
from syncd.engine.setup import StreamSetup
from syncd.model import Record, Ref, Value
from syncd.store import Transaction

#: The rule by which values from outside are written.
RULE = "enriched"


@dataclass(slots=True)
class Enriched:
    """What is known of a batch, and what is to be asked."""

    #: The values chosen, by record and field.
    offers: dict[Ref, dict[str, Offer]] = field(default_factory=dict)
    #: The lookup keys of those who lack something.
    keys: dict[Ref, Keys] = field(default_factory=dict)
    #: The questions to ask next, by record, each with its provider.
    wanted: dict[Ref, set[tuple[str, str]]] = field(default_factory=dict)


def enriched(tx: Transaction, setup: StreamSetup, records: Sequence[Record]) -> Enriched:
    """Look up what providers said of these records; only of what they lack, or hold from a provider."""
    found, wish = Enriched(), setup.enriching
    if wish is None or PROVIDED not in setup.ruleset.asks:
        return found
    ours = _from_outside(tx, setup, wish, records)
    lacking = {one.ref: _lacking(wish, one, ours.get(one.ref, {})) for one in records}
    questions = {one.ref: _questions(wish, one, lacking[one.ref]) for one in records if lacking[one.ref]}
    told = _told(tx, wish, questions)
    for ref, asked in questions.items():
        known = {name: told[name].get(question, _UNASKED) for name, question in asked.items()}
        found.keys[ref] = frozenset((asks_key(name), question) for name, question in asked.items())
        for name in lacking[ref]:
            choice = choose(wish.waterfalls[name], name, known)
            if choice.offer is not None:
                found.offers.setdefault(ref, {})[name] = replace(choice.offer, replaces=ours.get(ref, {}).get(name))
            if choice.ask:
                found.wanted.setdefault(ref, set()).add((choice.ask, asked[choice.ask]))
    return found


def want_answers(tx: Transaction, wanted: Iterable[tuple[str, str]]) -> None:
    """Have questions asked that never were, each with its provider."""
    by_provider: dict[str, set[str]] = {}
    for name, question in wanted:
        by_provider.setdefault(name, set()).add(question)
    for name, questions in sorted(by_provider.items()):
        tx.provided.want(name, questions)


def known_of(tx: Transaction, setup: StreamSetup, record: Record) -> dict[str, dict[str, Offer]]:
    """Return everything that providers said of a record, by provider and field, whatever it lacks."""
    wish = setup.enriching
    if wish is None:
        return {}
    questions = _questions(wish, record, tuple(wish.waterfalls))
    told = _told(tx, wish, {record.ref: questions})
    return {
        name: {
            field_name: Offer(one.value, name, one.confidence, answer.answered_at)
            for field_name, one in (answer.offers or {}).items()
        }
        for name, question in questions.items()
        if (answer := told[name].get(question)) is not None and answer.answered_at is not None
    }


def questions_of(wish: Enriching, record: Record) -> dict[str, str]:
    """Return what each provider is asked about a record, whatever it lacks."""
    return _questions(wish, record, tuple(wish.waterfalls))


_UNASKED = Told(None)


def _lacking(wish: Enriching, record: Record, ours: Mapping[str, Value]) -> tuple[str, ...]:
    """Return the fields that are wanted of a record: empty ones, and those a provider's value stands in."""
    values = record.values
    return tuple(name for name in wish.waterfalls if name in values and (is_empty(values[name]) or name in ours))


def _questions(wish: Enriching, record: Record, fields: Sequence[str]) -> dict[str, str]:
    names = dict.fromkeys(name for one in fields for name in wish.waterfalls[one].providers if name in wish.by)
    asked = {name: question_of(record, wish.by[name]) for name in names}
    return {name: question for name, question in asked.items() if question}


def _told(tx: Transaction, wish: Enriching, questions: Mapping[Ref, Mapping[str, str]]) -> dict[str, dict[str, Told]]:
    """Return what the providers said to the questions, by provider and question."""
    by_provider: dict[str, set[str]] = {name: set() for name in wish.by}
    for asked in questions.values():
        for name, question in asked.items():
            by_provider[name].add(question)
    return {
        name: {
            question: Told(one.offers, one.answered_at, one.failures)
            for question, one in tx.provided.read(name, wanted).items()
        }
        if wanted
        else {}
        for name, wanted in by_provider.items()
    }


def _from_outside(
    tx: Transaction, setup: StreamSetup, wish: Enriching, records: Sequence[Record]
) -> dict[Ref, dict[str, Value]]:
    """Return the values of records that a provider gave and nobody has changed since, where they may be replaced."""
    fields = {setup.mapping.fields[name].property: name for name in wish.replaced if name in setup.mapping.fields}
    if not fields:
        return {}
    written = tx.journal.last_written(setup.stream, [one.ref.id for one in records])
    by_id = {one.ref.id: one for one in records}
    found: dict[Ref, dict[str, Value]] = {}
    for (record_id, name), change in written.items():
        if name not in fields or RULE not in change.rules or change.undoes:
            continue
        value = read_values(setup.mapping, {name: change.after})[0].get(fields[name])
        record = by_id[record_id]
        if not is_empty(value) and record.values.get(fields[name]) == value:
            found.setdefault(record.ref, {})[fields[name]] = value
    return found
