"""How often the rules are right on words they were not written from: `python benchmarks/rule_errors.py [FIELD ...]`.

The words are those of the package `faker` (MIT; `pip install faker`), by field and locale. Each is judged as it is,
with all rules on, and then damaged in several ways. `untouched` is the share of right values that stay as they are; of
the damaged ones the rest says what was written (right, wrong), what a person is asked (right, wrong), and what is left.

    --show 8     print that many wrong ones of each field and locale
    --damage     a row for each kind of damage instead of each locale

Add a field: write a function that yields `Word`s and put it into `SOURCES`.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import random
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import contact_words
from damages import DAMAGES, Word
from rich.console import Console
from rich.table import Table

from quality import Surroundings, compile_ruleset, evaluate, resolve
from syncd.model import Mode, Record, Ref, Value

AROUND = Surroundings(datetime(2026, 1, 1, tzinfo=UTC))
RULESETS = {kind: compile_ruleset(kind, stream_mode=Mode.APPLY) for kind in ("person", "company")}
#: At most so many words of a field and locale, drawn with a fixed seed.
SAMPLE = 400
#: One sign for the apostrophe is a choice of ours, and no error.
APOSTROPHES = str.maketrans("’‘", "''")
OUTCOMES = ("right", "wrong", "asked right", "asked wrong", "left alone")


def main() -> None:
    """Judge and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fields", nargs="*", help=f"of {', '.join(SOURCES)}; default all")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--damage", action="store_true")
    choice = parser.parse_args()
    for name, source in SOURCES.items():
        if not choice.fields or name in choice.fields:
            report(name, sampled(source()), show=choice.show, by_damage=choice.damage)


def report(name: str, words: Iterable[Word], *, show: int, by_damage: bool) -> None:
    """Print the table of one field and its worst finds."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    wrongs: dict[str, list[str]] = defaultdict(list)
    for word in words:
        stays, became = verdict_on(word, word.text)
        if str(became).translate(APOSTROPHES) == word.text.translate(APOSTROPHES):
            stays = "left alone"
        row = "as it is" if by_damage else word.locale
        counts[row]["words"] += 1
        counts[row]["untouched"] += stays == "left alone"
        if stays in {"wrong", "asked wrong"}:
            wrongs[f"{row}: right value touched"].append(f"{word.text!r} -> {became!r} ({stays})")
        for damage, damaged in damaged_forms(word):
            outcome, became = verdict_on(word, damaged)
            row = damage if by_damage else word.locale
            counts[row][outcome] += 1
            counts[row]["damaged"] += 1
            if outcome in {"wrong", "asked wrong"}:
                wrongs[f"{row}: {outcome}"].append(f"{damaged!r} -> {became!r}, meant {word.text!r}")
    print_table(name, counts)
    for row, found in sorted(wrongs.items()) if show else ():
        print(f"  {row} ({len(found)})", *found[:show], sep="\n    ")


def damaged_forms(word: Word) -> Iterator[tuple[str, str]]:
    """Return what each damage makes of a word, where it makes something else of it."""
    for damage, harm in word.damages.items():
        damaged = harm(word.text)
        if damaged != word.text:
            yield damage, damaged


def verdict_on(word: Word, text: str) -> tuple[str, Value]:
    """Return what all rules together make of `text` where `word.text` is meant."""
    record = Record(Ref("crm", "x", "1"), word.kind, {**word.others, word.field: text})
    judged = evaluate(RULESETS[word.kind], record, AROUND)
    if judged.failures:
        raise RuntimeError(judged.failures)
    change = resolve(record, judged.findings).update.get(word.field)
    if change is None:
        return "left alone", text
    outcome = "right" if str(change.after).translate(APOSTROPHES) == word.text.translate(APOSTROPHES) else "wrong"
    return (outcome if change.mode is Mode.APPLY else f"asked {outcome}"), change.after


def print_table(name: str, counts: Mapping[str, Counter[str]]) -> None:
    """Print shares in per cent, all rows together last."""
    table = Table("", "words", "untouched", "damaged", *OUTCOMES, title=name)
    for column in table.columns[1:]:
        column.justify = "right"
    total: Counter[str] = sum(counts.values(), Counter())
    for row, found in [*sorted(counts.items()), ("all", total)]:
        shares = [f"{100 * found[outcome] / (found['damaged'] or 1):.2f}" for outcome in OUTCOMES]
        untouched = f"{100 * found['untouched'] / found['words']:.2f}" if found["words"] else ""
        table.add_row(row, str(found["words"]), untouched, str(found["damaged"]), *shares)
    Console(width=120).print(table)


def sampled(words: Iterable[Word]) -> Iterator[Word]:
    """Return at most `SAMPLE` distinct words of each locale."""
    by_locale: dict[str, dict[str, Word]] = defaultdict(dict)
    for word in words:
        by_locale[word.locale][word.text] = word
    dice = random.Random(1)
    for locale in sorted(by_locale):
        found = [by_locale[locale][text] for text in sorted(by_locale[locale])]
        yield from found if len(found) <= SAMPLE else dice.sample(found, SAMPLE)


def lists_of(provider: str, attributes: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Return locale and entry of these lists of a provider of faker, in all its locales."""
    package = importlib.import_module(f"faker.providers.{provider}")
    for found in pkgutil.iter_modules(package.__path__):
        words = vars(importlib.import_module(f"{package.__name__}.{found.name}").Provider)
        for name in attributes:
            entries = words.get(name, ())
            for entry in entries if isinstance(entries, Iterable) else ():
                if isinstance(entry, str) and entry == unicodedata.normalize("NFC", " ".join(entry.split())):
                    yield found.name, entry


def country_of(locale: str) -> dict[str, Value]:
    """Return the country of a locale as part of a record."""
    return {"country": locale.partition("_")[2] or None}


def given_names() -> Iterator[Word]:
    """Given names."""
    for locale, entry in lists_of("person", ("first_names", "first_names_male", "first_names_female")):
        yield Word(entry, "person", "first_name", locale, country_of(locale))


def surnames() -> Iterator[Word]:
    """Surnames."""
    lists = ("last_names", "last_names_male", "last_names_female", "last_names_unisex")
    for locale, entry in lists_of("person", lists):
        yield Word(entry, "person", "last_name", locale, country_of(locale))


def company_names() -> Iterator[Word]:
    """Firms as faker makes them up, by locale."""
    yield from _made_up("company", "company", "company", "name")


def streets_of_one_case() -> Iterator[Word]:
    """Streets and numbers as faker makes them up, by locale, in capitals and in small letters."""
    for word in _made_up("address", "street_address", "person", "street"):
        text = "\n".join(" ".join(line.split()) for line in word.text.splitlines())
        yield replace(word, text=text, damages={name: DAMAGES[name] for name in ("upper", "lower")})


def job_titles() -> Iterator[Word]:
    """Occupations."""
    for locale, entry in lists_of("job", ("jobs", "jobs_male", "jobs_female")):
        yield Word(entry, "person", "job_title", locale, {}, {"blanks": DAMAGES["blanks"]})


def cities() -> Iterator[Word]:
    """Cities by their lists, where a locale has one."""
    for locale, entry in lists_of("address", ("cities", "city_names", "city_name", "communes", "municipalities")):
        yield Word(entry, "person", "city", locale, country_of(locale))


def _made_up(provider: str, method: str, kind: str, name: str) -> Iterator[Word]:
    from faker import Faker

    package = importlib.import_module(f"faker.providers.{provider}")
    for found in pkgutil.iter_modules(package.__path__):
        fake = Faker(found.name)
        fake.seed_instance(1)
        for _ in range(SAMPLE):
            yield Word(getattr(fake, method)(), kind, name, found.name, country_of(found.name))


SOURCES: Mapping[str, Callable[[], Iterable[Word]]] = {
    "given names": given_names,
    "surnames": surnames,
    "company names": company_names,
    "job titles": job_titles,
    "cities": cities,
    "streets of one case": streets_of_one_case,
    **contact_words.SOURCES,
}

if __name__ == "__main__":
    main()
