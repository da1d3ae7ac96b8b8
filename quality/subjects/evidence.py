"""Which country the fields of a record point to, each for itself."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping

from quality.rule import Case, Clue
from quality.subjects import mail, places, webs
from quality.subjects.phones import region_of
from syncd.model import Value

#: Country code domains that anybody takes for the sound of them, or that serve a whole region.
_ANYBODYS = frozenset({
    "ac", "ag", "ai", "am", "as", "bz", "cc", "cd", "cm", "co", "cx", "dj", "eu", "fm", "gd", "gg", "gl", "gs", "gt",
    "hm", "ht", "im", "io", "je", "la", "lc", "ly", "me", "mn", "ms", "mu", "nu", "pm", "pn", "pw", "re", "sc", "sh",
    "so", "st", "su", "tc", "tf", "tk", "tl", "tm", "to", "tv", "us", "vc", "vg", "vu", "wf", "ws", "yt",
})  # fmt: skip
#: Ends of most addresses, which say nothing.
_NO_COUNTRYS = frozenset({".com", ".net", ".org", ""})
_OTHER_NAMES = {"uk": "GB", "xn--p1ai": "RU", "xn--j1amh": "UA", "xn--fiqs8s": "CN", "xn--3e0b707e": "KR"}
_WEBS = ("email", "website", "domain")
#: Codes of states have no more letters.
_CODE = 3
_E164 = re.compile(r"\+[1-9]\d{6,14}(?: ext\. \d+)?", re.ASCII)
#: Codes of a form that no other country's have.
_POSTAL = (
    ("CA", re.compile(r"[ABCEGHJ-NPRSTVXY][0-9][A-Z] ?[0-9][A-Z][0-9]", re.ASCII)),
    ("NL", re.compile(r"[1-9][0-9]{3} ?[A-Z]{2}", re.ASCII)),
    ("GB", re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2}", re.ASCII)),
    ("PL", re.compile(r"[0-9]{2}-[0-9]{3}", re.ASCII)),
    ("PT", re.compile(r"[0-9]{4}-[0-9]{3}", re.ASCII)),
)
#: Territories that share numbers, domains or codes with another one: never held against each other.
_NEAR = tuple(
    frozenset(group.split())
    for group in ("GB GG JE IM", "US PR VI GU AS MP", "RU KZ", "IT VA SM", "FR MC GP MQ GF RE YT", "FI AX", "NO SJ",
                  "MA EH", "AU CX CC", "CH LI", "CN HK MO", "DK FO GL", "NL CW AW BQ", "RS XK")
)  # fmt: skip


def says_web_country(value: Value) -> bool:
    """Return whether an address or a website points to a country."""
    return isinstance(value, str) and bool(_web_country(value.strip()))


def says_state_country(value: Value) -> bool:
    """Return whether the name of a state points to a country."""
    return isinstance(value, str) and bool(_state_country(value.strip()))


def says_postal_country(value: Value) -> bool:
    """Return whether the form of a postal code points to a country."""
    return isinstance(value, str) and bool(_postal_country(value.strip()))


#: The fields besides phones that may point to a country.
CLUES: Mapping[str, Clue] = {
    "website": says_web_country,
    "state": says_state_country,
    "postal_code": says_postal_country,
}


def countries_of(case: Case) -> dict[str, str]:
    """Return the country each kind of field points to: phones, web, state, postal code. What is silent is left out."""
    return {**_said_by_phones(case), **countries_besides_phones(case)}


def countries_besides_phones(case: Case) -> dict[str, str]:
    """Return the same without the phones, which take longest to read."""
    return dict(_evidence(case))


def are_near(one: str, other: str) -> bool:
    """Return whether two countries are the same, or share so much that neither contradicts the other."""
    return one == other or any(one in group and other in group for group in _NEAR)


def _said_by_phones(case: Case) -> dict[str, str]:
    phones = {region for name in ("phone", "mobile") if (text := case.text(name)) and (region := _phone_country(text))}
    return {"phone": phones.pop()} if len(phones) == 1 else {}


def _evidence(case: Case) -> Iterator[tuple[str, str]]:
    webs_say = {_web_country(text) for name in _WEBS if (text := case.text(name))} - {""}
    if len(webs_say) == 1:
        yield "web", webs_say.pop()
    if country := _state_country(case.text("state")):
        yield "state", country
    if country := _postal_country(case.text("postal_code")):
        yield "postal_code", country


def _phone_country(text: str) -> str:
    return region_of(text) if _E164.fullmatch(text) else ""


def _web_country(text: str) -> str:
    if text[-4:].lower() in _NO_COUNTRYS:
        return ""
    if mail.is_plain(text):
        return _domain_country(text.partition("@")[2])
    return _country_of_other(text)


@functools.lru_cache(maxsize=8192)
def _country_of_other(text: str) -> str:
    return _host_country(mail.company_domain(text) if "@" in text else webs.host_of(text))


@functools.lru_cache(maxsize=32768)
def _domain_country(domain: str) -> str:
    return _host_country(mail.company_domain(f"a@{domain}"))


def _host_country(host: str) -> str:
    if not host or mail.is_free(host) or webs.is_social(host):
        return ""
    top = host.rpartition(".")[2]
    if top in _ANYBODYS:
        return ""
    code = _OTHER_NAMES.get(top, top.upper())
    return code if code in places.country_codes() else ""


def _state_country(text: str) -> str:
    return places.state_country(text) if len(text) > _CODE else ""


def _postal_country(text: str) -> str:
    # Codes of digits alone are many countries'.
    return _country_of_form(text.upper()) if text and not text.isdigit() else ""


@functools.lru_cache(maxsize=8192)
def _country_of_form(text: str) -> str:
    found = [country for country, form in _POSTAL if form.fullmatch(text)]
    return found[0] if len(found) == 1 else ""
