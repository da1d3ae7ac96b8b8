"""What is known of phone numbers: reading them as people type them, their one normal form, their region."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from enum import Enum

from quality.subjects import places
from quality.subjects.usual_phones import is_surely_valid, usual_form


class Reading(Enum):
    """What a phone field turned out to hold."""

    NUMBER = "number"
    #: A number, but a person should look at it: letters stood for digits, or the country was guessed.
    DOUBTFUL = "doubtful"
    SEVERAL = "several"
    NOT_A_NUMBER = "not a number"
    #: Digits in a local form, and nothing tells which country's.
    NO_COUNTRY = "no country"
    #: The country is known and has no such number.
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone field as it was understood."""

    reading: Reading
    #: `+14155550100` or `+14155550100 ext. 12`; empty when there is no valid number.
    form: str = ""
    #: Whether a label says that the number is a fax machine's.
    is_fax: bool = False
    #: Where the field holds several numbers: all of them, in order; empty when one of them cannot be read.
    several: tuple[Phone, ...] = ()


_NORMAL = re.compile(r"(\+[1-9][0-9]{6,14})(?: ext\. ([0-9]{1,7}))?")
_LABEL_WORDS = (
    r"tel|telephone|telefon|telefono|teléfono|telefone|téléphone|tél|phone|ph|fon|fone|mobile|mobil|mobiltelefon|mob|"
    r"móvil|movil|celular|cel|cell|cellulare|cellular|portable|handy|office|work|direct|direct line|dir|home|main|"
    r"switchboard|business|büro|buero|bureau|oficina|ufficio|escritório|kantoor|biuro|casa|zuhause|domicile|trabajo|lavoro|number|no|nr|call|whatsapp|wa|t|p|m|c|o|d|h|w|тел|телефон|моб|电话|手机|電話|전화|휴대폰"
)
_FAX_WORDS = r"telefax|télécopie|téléfax|faxnummer|fax|факс|传真|傳真|팩스|ファックス|f(?=\.?:?\s*[+0-9(])"
_LABEL = re.compile(rf"^\s*(?:(?:{_LABEL_WORDS})\b\.?\s*[:.#-]?\s*)+(?=[+0-9(])", re.IGNORECASE)
_ASIAN_LABEL = re.compile(r"^\s*(?:电话|手机|電話|전화|휴대폰)\s*[:：]?\s*")
_REMARK = re.compile(
    rf"\s*[(\[,-]?\s*(?:{_LABEL_WORDS}|private|privat|voicemail|after \w+|before \w+|please call|ask for \w+)"
    r"\b\.?\s*[)\]]?\s*$",
    re.IGNORECASE,
)
#: A remark in brackets behind the number.
_NOTE = re.compile(r"\s*[(\[][^\W\d]+[^\d()\[\]]*[)\]]\s*$")
_EXTENSION = re.compile(
    r"[\s,;(-]*(?:;ext=|extension|extn?\.?|ext\.?|x\.?|#|durchwahl|dw\.?|poste|int\.|interno|anexo|ramal|доб\.?|вн\.?|"
    r"内线|内線|내선)"
    r"\s*[:.#]?\s*([0-9]{1,7})\s*\)?\s*$",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\s*(?:[/;|\n]|,| or | oder | ou | и | and | & )\s*", re.IGNORECASE)
#: Behind digits, a plus or a label begins the next number.
_NEXT_BEGINS = re.compile(
    rf"(?<=[0-9)])[\s,;/|-]*(?=\+\s*[0-9]{{2}})|(?<=[0-9)])[\s,;/|-]+(?=(?:{_LABEL_WORDS}|{_FAX_WORDS})\b\.?\s*[:.]?\s*[+0-9(])",
    re.IGNORECASE,
)
#: One machine for both: a telephone.
_BOTH = re.compile(
    r"^\s*(?:telefon|telephone|phone|tel|ph|t)\.?\s*(?:[/&+-]|and|und|et|y|e)\s*(?:telefax|fax|f)\b\.?\s*[:.]?",
    re.IGNORECASE,
)
_FAX = re.compile(rf"[(\[]?(?<![^\W\d])(?:{_FAX_WORDS})\b\.?\s*[:.#-]?\s*[)\]]?", re.IGNORECASE)
_EXPONENT = re.compile(r"[0-9][.,]?[0-9]*[eE]\+?[0-9]{1,2}")
_NANP = re.compile(r"\s*1[-. (/]+[2-9][0-9]{2}[-. )/]+[2-9][0-9]{2}[-. ]*[0-9]{4}\s*")
_VANITY = re.compile(r"[\s+()0-9./-]{3,}[A-Za-z][A-Za-z0-9 -]{2,}")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_FEWEST_DIGITS = 6


@functools.lru_cache(maxsize=16384)
def is_normal(text: str) -> bool:
    """Return whether `text` is a valid number in its normal form, wherever the record is at home."""
    normal = _NORMAL.fullmatch(text)
    return normal is not None and is_valid_e164(normal.group(1))


@functools.lru_cache(maxsize=8192)
def read_phone(text: str, region: str) -> Phone:
    """Return what `text` holds, read in `region` (alpha-2; empty: unknown)."""
    if is_normal(text):
        return Phone(Reading.NUMBER, text)
    if (usual := usual_form(text, region)) and is_valid_e164(usual):
        return Phone(Reading.NUMBER, usual)
    tidy = _DASHES.sub("-", _INVISIBLE.sub("", text)).replace("\u00a0", " ").strip().strip("'\"")
    if not any(sign.isdigit() for sign in tidy) or _EXPONENT.fullmatch(tidy):
        return Phone(Reading.NOT_A_NUMBER)
    parts = _parts(tidy)
    if len(parts) > 1:
        return Phone(Reading.SEVERAL, several=_read_all(parts, region))
    return _read_one(tidy, region)


def _parts(text: str) -> tuple[str, ...]:
    """Return the parts of a field that may be a number each, with their labels; one part: it is one number.

    A short part behind a whole number (`1234567-0 / -12`) is another extension or another last digit of it: there
    are several then, and only the first is written out.
    """
    parts = [part for whole in _SEVERAL.split(text) for part in _NEXT_BEGINS.split(whole)]
    counts = [sum(sign.isdigit() for sign in part) for part in parts]
    whole_count = sum(count >= _FEWEST_DIGITS for count in counts)
    is_cut_short = counts[0] > _FEWEST_DIGITS and any(0 < count < _FEWEST_DIGITS for count in counts[1:])
    if whole_count > 1 or (is_cut_short and not _split_extension(text)[1]):
        return tuple(part for part, count in zip(parts, counts, strict=True) if count)
    return (text,)


def _read_all(parts: tuple[str, ...], region: str) -> tuple[Phone, ...]:
    """Return the numbers of all parts, each once; nothing when one of them is none."""
    phones = [_read_one(part, region) for part in parts]
    if any(phone.reading is not Reading.NUMBER for phone in phones):
        return ()
    found: dict[str, Phone] = {}
    for phone in phones:
        found.setdefault(phone.form, phone)
    return tuple(found.values())


def _read_one(text: str, region: str) -> Phone:
    text = _BOTH.sub("", text)
    is_fax = _FAX.search(text) is not None
    tidy = _FAX.sub(" ", text).strip() if is_fax else text
    tidy = _ASIAN_LABEL.sub("", _LABEL.sub("", re.sub(r"^tel:", "", tidy, flags=re.IGNORECASE)))
    number, extension = _split_extension(tidy)
    number = _LABEL.sub("", _REMARK.sub("", _NOTE.sub("", number)))
    is_vanity = any(sign.isalpha() for sign in number)
    if is_vanity and not _VANITY.fullmatch(number):
        return Phone(Reading.NOT_A_NUMBER)
    phone = _read_number(number, extension, region)
    reading = Reading.DOUBTFUL if is_vanity and phone.reading is Reading.NUMBER else phone.reading
    return Phone(reading, phone.form, is_fax)


def _split_extension(text: str) -> tuple[str, str]:
    found = _EXTENSION.search(text)
    if not found or sum(sign.isdigit() for sign in text[: found.start()]) < _FEWEST_DIGITS:
        return text, ""
    return text[: found.start()].strip(), found.group(1)


def _read_number(number: str, extension: str, region: str) -> Phone:
    if number.startswith("00"):
        number = "+" + number[2:]
    elif not region and _NANP.fullmatch(number):
        number = "+" + number.strip()
    elif not region and not number.lstrip("( ").startswith(("+", "\uff0b")):
        return Phone(Reading.NO_COUNTRY)
    here = (number, region)
    abroad = (_with_plus(number, region), "")
    first, second = (abroad, here) if abroad[0] and _lacks_trunk_prefix(number, region) else (here, abroad)
    form = _valid_form(first[0], extension, first[1]) or _valid_form(second[0], extension, second[1])
    return Phone(Reading.NUMBER, form) if form else Phone(Reading.INVALID)


def _lacks_trunk_prefix(number: str, region: str) -> bool:
    """Return whether numbers of the region are dialled with a prefix (mostly 0), and this one has none.

    Digits that begin with the country's own calling code are then an international number without its plus.
    """
    import phonenumbers

    if not region or region == "MX":
        return False
    prefix: str | None = phonenumbers.ndd_prefix_for_region(region, strip_non_digits=True)
    return bool(prefix) and not re.sub(r"[^0-9]", "", number).startswith(str(prefix))


def _with_plus(number: str, region: str) -> str:
    """Return `number` with the plus its calling code lacks, or without a prefix its country gave up."""
    import phonenumbers

    digits = re.sub(r"[^0-9]", "", number)
    if region == "MX" or number.startswith("+52"):
        national = re.sub(r"^(?:52)?(?:1|044|045)(?=[0-9]{10}$)", "", digits)
        return f"+52{national}"
    code = str(phonenumbers.country_code_for_region(region)) if region else ""
    return f"+{digits}" if code and digits.startswith(code) and not number.startswith("+") else ""


def _valid_form(number: str, extension: str, region: str) -> str:
    import phonenumbers

    if not number:
        return ""
    try:
        parsed = phonenumbers.parse(number, region or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(parsed):
        return ""
    form = str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    inner = extension or parsed.extension or ""
    return f"{form} ext. {inner}" if inner and len(inner) <= 7 else form


@functools.lru_cache(maxsize=8192)
def is_valid_e164(text: str) -> bool:
    """Return whether `+` and digits are a valid number in normal form, as the library would say."""
    return is_surely_valid(text) or _valid_form(text, "", "") == text


def region_of(text: str) -> str:
    """Return the main region of a number that starts with its calling code; empty when it does not."""
    phone = read_phone(text, "")
    if phone.reading is not Reading.NUMBER:
        return ""
    number = phone.form.partition(" ")[0]
    return _region_by_code(number[:5]) or _region_by_number(number)


@functools.lru_cache(maxsize=16384)
def _region_by_code(begin: str) -> str:
    """Return the one region of all valid numbers with this plus and four digits; empty when there may be others.

    A calling code is one country's with few exceptions, an area code of North America always.
    """
    import phonenumbers

    if begin.startswith("+1"):
        return _region_by_number(f"{begin}2345678")
    codes = (int(begin[1:length]) for length in (2, 3, 4))
    regions = next((found for code in codes if (found := phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(code))), ())
    return str(regions[0]) if len(regions) == 1 and regions[0] != "001" else ""


@functools.lru_cache(maxsize=8192)
def _region_by_number(number: str) -> str:
    import phonenumbers

    region = phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
    return region if region and region != "001" else ""


def record_region(country: str, state: str, others: tuple[str, ...]) -> tuple[str, bool]:
    """Return the region a record's local numbers are read in, and whether that is sure.

    The country says it; else a state that only one country has; else, as a guess, the record's other numbers.
    """
    if country:
        return places.country_code(country), True
    if state and (region := places.state_country(state)):
        return region, True
    regions = {region for other in others if other and (region := region_of(other))}
    return (regions.pop(), False) if len(regions) == 1 else ("", False)
