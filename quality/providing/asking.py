"""By what a provider is asked: fields of a record, each in one form, so that the same thing is asked for once only.

The values are what somebody typed into a CRM: a form holds no control characters, is bounded, and is empty for what is
no key. What is asked by is known outside: it never holds more of a record than the fields that the settings name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from quality.keys import company_name_key, company_web_domain
from quality.subjects import mail, places, postal
from syncd.model import Record

#: Longer texts are no keys.
_LONGEST = 200
_SEPARATOR = "\n"
_ASKS = "asks_"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_TAX_NUMBER = re.compile(r"[A-Z0-9]{6,20}", re.ASCII)
_BETWEEN = re.compile(r"[\s./-]+")
#: What the names of fields end in that hold a number by which authorities know a company.
_TAX_FIELDS = ("vat", "vat_id", "tax_id", "vat_number", "tax_number")


def asks_key(provider: str) -> str:
    """Return the lookup key under which records hold the question to a provider that they wait for."""
    return f"{_ASKS}{provider}"


def question_of(record: Record, by: Sequence[str]) -> str:
    """Return what a provider is asked about a record by these fields; empty when one of them tells nothing."""
    forms = [form_of(field, _text(record, field), record.values.get("country")) for field in by]
    return _SEPARATOR.join(forms) if all(forms) else ""


def read_question(question: str, by: Sequence[str]) -> dict[str, str]:
    """Return the forms in a question, by field."""
    return dict(zip(by, question.split(_SEPARATOR), strict=True))


def form_of(field: str, text: object, country: object = None) -> str:
    """Return the form in which a field is asked by, and in which reference data are looked through; empty for none."""
    if isinstance(text, int | float) and not isinstance(text, bool):
        text = f"{text:.0f}" if float(text).is_integer() else str(text)
    if not isinstance(text, str) or len(text) > _LONGEST:
        return ""
    found = _form(field.removeprefix("x_"), " ".join(text.split()), country)
    return found if found.isprintable() and len(found) <= _LONGEST else ""


def _form(field: str, text: str, country: object) -> str:
    if not text:
        return ""
    if field == "postal_code":
        home = places.country_code(country) if isinstance(country, str) else ""
        return postal.proper_form(text, home) or text.upper()
    if field.endswith(_TAX_FIELDS):
        return _told_apart(_TAX_NUMBER, _BETWEEN.sub("", text).upper())
    return _FORMS.get(field, str.casefold)(text)


def _web_domain(text: str) -> str:
    return mail.company_domain(text) if "@" in text else company_web_domain(text)


def _address(text: str) -> str:
    address = mail.repaired(text)
    return address if address and mail.has_valid_syntax(address) else ""


def _number(text: str) -> str:
    return _told_apart(_E164, _BETWEEN.sub("", text))


def _told_apart(pattern: re.Pattern[str], text: str) -> str:
    return text if pattern.fullmatch(text) else ""


#: How the value of a field is spelled in questions; of any other field, in small letters.
_FORMS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        **dict.fromkeys(("domain", "website"), _web_domain),
        **dict.fromkeys(("phone", "mobile", "fax"), _number),
        **dict.fromkeys(("name", "company_name"), company_name_key),
        "email": _address,
        "country": places.country_code,
    }
)


def _text(record: Record, field: str) -> object:
    """Return what a field is asked by. The domain of a person is that of their address, of a company its website's."""
    values: Mapping[str, object] = record.values
    if field != "domain":
        return values.get(field)
    return values.get("email") if record.kind == "person" else values.get("domain") or values.get("website")
