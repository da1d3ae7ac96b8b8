"""Words of contact data for `benchmarks/rule_errors.py`: phones, postal codes, streets, e-mails, web sites, countries.

Phones are the example numbers that the package `phonenumbers` (Apache-2.0) has of every region and kind; countries are
the names the Unicode CLDR has in twenty languages (through `babel`); the rest is made up by `faker` (MIT).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from damages import Word

_COUNTRY_LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "fi", "pl", "cs", "hu", "ro", "ru", "uk", "tr", "ja", "ko",
    "zh",
)  # fmt: skip
#: After how many signs which separator stands, where the locale's words are in several layouts.
_LAYOUTS = {
    "sv_SE": (3, " "), "el_GR": (3, " "), "en_CA": (3, " "), "fr_CA": (3, " "), "en_IE": (3, " "), "nl_NL": (4, " "),
    "pt_BR": (5, "-"),
}  # fmt: skip
#: So many made-up words for each locale.
_MADE_UP = 200


def phones() -> Iterator[Word]:
    """Example numbers of all regions and kinds, in E.164; damaged into what people type."""
    import phonenumbers as library

    kinds = library.PhoneNumberType
    for region in sorted(library.SUPPORTED_REGIONS):
        for kind in (kinds.FIXED_LINE, kinds.MOBILE, kinds.TOLL_FREE, kinds.VOIP, kinds.UAN):
            number = library.example_number_for_type(region, kind)
            if number is None or not library.is_valid_number_for_region(number, region):
                continue
            text = library.format_number(number, library.PhoneNumberFormat.E164)
            local = library.format_number(number, library.PhoneNumberFormat.NATIONAL)
            away = library.format_number(number, library.PhoneNumberFormat.INTERNATIONAL)
            around = {"country": region, "mobile": None}
            yield Word(text, "person", "phone", region, around, _phone_damages(local, away))
            extended = {"extension": lambda _, local=local: f"{local} ext. 12"}
            yield Word(f"{text} ext. 12", "person", "phone", region, around, extended)


def _phone_damages(local: str, away: str) -> Mapping[str, Callable[[str], str]]:
    return {
        "national": lambda _: local,
        "digits": lambda _: "".join(sign for sign in local if sign.isdigit()),
        "dots": lambda _: local.replace(" ", ".").replace("-", "."),
        "international": lambda _: away,
        "labelled": lambda _: f"Tel.: {local}",
        "remark": lambda _: f"{local} (office)",
        "double zero": lambda text: f"00{text[1:]}",
        "trunk zero": lambda _: away.replace(" ", " (0)", 1),
        "no plus": lambda text: text[1:],
        "full width": lambda _: "".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign for sign in local),
    }


def countries() -> Iterator[Word]:
    """Names of countries: the code is meant, the names are the damage."""
    from babel import Locale

    from quality.subjects.places import country_codes

    for language in _COUNTRY_LANGUAGES:
        names = Locale.parse(language).territories
        for code in sorted(country_codes() & set(names)):
            name = names[code]
            yield Word(code, "person", "country", f"{language} {code}"[:2], {}, _country_damages(name))


def _country_damages(name: str) -> Mapping[str, Callable[[str], str]]:
    return {
        "name": lambda _: name,
        "upper": lambda _: name.upper(),
        "lower": lambda _: name.lower(),
        "blanks": lambda _: f" {name} ",
    }


def postal_codes() -> Iterator[Word]:
    """Postal codes of each locale's country."""
    for locale, made_up in _lines("address", "postcode"):
        country = locale.partition("_")[2]
        damages = {
            "lower": str.lower,
            "one piece": lambda text: text.replace(" ", "").replace("-", ""),
            "prefix": lambda text, country=country: f"{country}-{text}",
            "blanks": lambda text: f" {text}",
        }
        text = _official(made_up.upper(), locale)
        yield Word(text, "person", "postal_code", locale, {"country": country or None}, damages)


def _official(text: str, locale: str) -> str:
    """Return a code in the layout of the country's post, where faker makes up codes in several."""
    bare = text.replace(" ", "").replace("-", "")
    cut, sign = _LAYOUTS.get(locale, (0, ""))
    return f"{bare[:cut]}{sign}{bare[cut:]}" if cut else bare.removeprefix("H") if locale == "hu_HU" else text


def emails() -> Iterator[Word]:
    """Addresses of companies and of free providers."""
    damages = {
        "upper": str.upper,
        "mailto": lambda text: f"mailto:{text}",
        "name": lambda text: f"Ada Lovelace <{text}>",
        "dot": lambda text: f"{text}.",
        "blank": lambda text: text.replace("@", " @ "),
        "spelt": lambda text: text.replace("@", "(at)"),
    }
    for method in ("company_email", "free_email"):
        for locale, text in _lines("internet", method):
            yield Word(text, "person", "email", locale, {}, damages)


def web_sites() -> Iterator[Word]:
    """Web sites without a path."""
    damages = {
        "bare": lambda text: text.partition("//")[2] if text.startswith("https") else text,
        "upper": str.upper,
        "slash": lambda text: f"{text}/",
        "tracked": lambda text: f"{text}/?utm_source=x",
    }
    for locale, text in _lines("internet", "url"):
        yield Word(text.rstrip("/"), "person", "website", locale, {}, damages)


def _made_up(provider: str, method: str, name: str) -> Iterator[Word]:
    damages = {
        "blanks": lambda text: f" {text}\u00a0",
        "comma": lambda text: f"{text},",
        "tag": lambda text: f"<p>{text}</p>",
    }
    for locale, text in _lines(provider, method):
        country = locale.partition("_")[2]
        around = {"country": country or None, "city": None}
        yield Word(text.strip(" ,"), "person", name, locale, around, damages)


def _lines(provider: str, method: str) -> Iterator[tuple[str, str]]:
    from faker import Faker

    package: Any = importlib.import_module(f"faker.providers.{provider}")
    for found in pkgutil.iter_modules(package.__path__):
        fake = Faker(found.name)
        fake.seed_instance(1)
        for _ in range(_MADE_UP):
            yield found.name, str(getattr(fake, method)())


SOURCES: Mapping[str, Callable[[], Iterator[Word]]] = {
    "phones": phones,
    "countries": countries,
    "postal codes": postal_codes,
    "streets": lambda: _made_up("address", "street_address", "street"),
    "e-mails": emails,
    "web sites": web_sites,
}
