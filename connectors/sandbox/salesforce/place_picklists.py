"""State and country picklists, in orgs that have them switched on: codes beside the texts, and both kept in step.

What the texts may say, and which states there are, then comes from a list. An org can change that list; here it is the
usual one: every country, and states for the countries that Salesforce brings them for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from connectors.sandbox.salesforce.errors import SalesforceError
from connectors.sandbox.salesforce.rows import Row, Value
from connectors.sandbox.salesforce.schema import ObjectSchema, make_field

if TYPE_CHECKING:
    from connectors.sandbox.salesforce.org import Org

_STEMS = {"Contact": ("Mailing", "Other"), "Lead": ("",), "Account": ("Billing", "Shipping")}
_PROBLEM = (
    "There's a problem with this {}, even though it may appear correct. Please pick one from the list of valid {}."
)
_UNKNOWN_COUNTRY = _PROBLEM.format("country", "countries")
_UNKNOWN_STATE = _PROBLEM.format("state", "states")
_NO_COUNTRY = "A country/territory must be specified before specifying a state value for field"
_WITH_STATES = ("AU", "BR", "CA", "IN", "IT", "MX", "US")


@dataclass(frozen=True, slots=True)
class Places:
    """What the lists hold."""

    #: Name by code.
    countries: Mapping[str, str]
    #: Name by code, by country.
    states: Mapping[str, Mapping[str, str]]
    #: Code by name in small letters.
    country_codes: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        codes = {name.lower(): code for code, name in self.countries.items()}
        object.__setattr__(self, "country_codes", codes)

    def state_code(self, country: str, name: str) -> str | None:
        """Return the code of a state of a country by its name."""
        found = (code for code, one in self.states.get(country, {}).items() if one.lower() == name.lower())
        return next(found, None)


@cache
def places() -> Places:
    """Return the usual lists."""
    import pycountry  # few orgs have lists, and it reads large files

    countries = {str(it.alpha_2): str(getattr(it, "common_name", it.name)) for it in pycountry.countries}
    states = {
        country: {
            str(it.code).partition("-")[2]: str(it.name) for it in pycountry.subdivisions if it.country_code == country
        }
        for country in _WITH_STATES
    }
    return Places(countries, states)


def switch_on(org: Org) -> None:
    """Give every address its codes; texts that a list knows get theirs, others stay without."""
    known = places()
    countries = [[code, name, False] for code, name in known.countries.items()]
    states = [[code, name, False] for of in known.states.values() for code, name in of.items()]
    for name, stems in _STEMS.items():
        kind = org.objects[name]
        for stem in stems:
            label = f"{stem} ".lstrip()
            for part, options in (("CountryCode", countries), ("StateCode", states)):
                shown = f"{label}{'Country Code' if part == 'CountryCode' else 'State/Province Code'}"
                row = {"name": f"{stem}{part}", "type": "picklist", "label": shown, "restrictedPicklist": True}
                unique = list({str(one[0]): one for one in options}.values())
                kind.fields[f"{stem}{part}"] = make_field({**row, "length": 10, "picklist": unique})
        kind.forget_lookups()
        for record in org.tables[name].rows.values():
            for stem in stems:
                record.update({key: value for key, value in _codes(stem, record).items() if value is not None})
    org.schema_changed()


def follow(
    org: Org, kind: ObjectSchema, before: Mapping[str, Value], values: dict[str, Value], *, is_raw: bool
) -> None:
    """Keep texts and codes of the values to be written in step; refuse what no list knows."""
    for stem in _STEMS.get(kind.name, ()):
        if f"{stem}CountryCode" not in org.objects[kind.name].fields:
            return
        names = [f"{stem}{part}" for part in ("Country", "CountryCode", "State", "StateCode")]
        if not any(name in values for name in names):
            continue
        after = Row({**before, **values}, {})
        told = _in_step(stem, after, values, is_raw=is_raw)
        values |= {name: told[name] for name in names if told[name] != before.get(name) or name in values}


def _in_step(stem: str, after: Mapping[str, Value], values: Mapping[str, Value], *, is_raw: bool) -> dict[str, Value]:
    """Return both spellings of an address's country and state; what was written leads, the code before the text."""
    known = places()
    country_text, country = after.get(f"{stem}Country"), after.get(f"{stem}CountryCode")
    if f"{stem}CountryCode" in values:
        country_text = known.countries.get(str(country)) if country is not None else None
    elif f"{stem}Country" in values:
        country = _country(stem, country_text, is_raw=is_raw)
        country_text = known.countries[str(country)] if country is not None else country_text
    state_text, state = after.get(f"{stem}State"), after.get(f"{stem}StateCode")
    of = known.states.get(str(country), {})
    if f"{stem}StateCode" in values:
        state_text = of.get(str(state)) if state is not None else None
    elif f"{stem}State" in values:
        state = known.state_code(str(country), str(state_text)) if state_text is not None else None
        state_text = of.get(str(state), state_text)
    if not is_raw and (state is not None or state_text is not None) and (country is None or state not in of):
        raise _no_state(stem, has_country=country is not None)
    return {
        f"{stem}Country": country_text, f"{stem}CountryCode": country,
        f"{stem}State": state_text, f"{stem}StateCode": state,
    }  # fmt: skip


def _codes(stem: str, row: Mapping[str, Value]) -> dict[str, Value]:
    """Return the codes that texts are mapped to when the lists are switched on: of names, and of codes as texts."""
    known = places()
    text, state = row.get(f"{stem}Country"), row.get(f"{stem}State")
    country = str(text) if str(text) in known.countries else _country(stem, text, is_raw=True)
    code = str(state) if str(state) in known.states.get(str(country), {}) else None
    return {
        f"{stem}CountryCode": country,
        f"{stem}StateCode": code or (known.state_code(str(country), str(state)) if state is not None else None),
    }


def _country(stem: str, text: Value, *, is_raw: bool) -> str | None:
    if text is None:
        return None
    found = places().country_codes.get(str(text).lower())
    if found is None and not is_raw:
        raise _refused(f"{_UNKNOWN_COUNTRY}: {_label(stem)}Country", f"{stem}Country")
    return found


def _no_state(stem: str, *, has_country: bool) -> SalesforceError:
    place = f"{_label(stem)}State/Province"
    return _refused(f"{_UNKNOWN_STATE if has_country else _NO_COUNTRY}: {place}", f"{stem}State")


def _refused(problem: str, name: str) -> SalesforceError:
    return SalesforceError("FIELD_INTEGRITY_EXCEPTION", problem, [name])


def _label(stem: str) -> str:
    return f"{stem} " if stem else ""
