"""Cities stand alone, and streets: postal code, state and country have fields of their own."""

from __future__ import annotations

from collections.abc import Mapping

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose, suggest, together
from quality.subjects import addresses, places, postal
from quality.words import line_set
from syncd.model import Value

_CITY = "the city field also holds a postal code, a state or a country"
_STREET = "the street field probably holds the whole address"

_FIELDS = ("street", "city", "state", "postal_code", "country")


def check(case: Case) -> Verdict:
    """Give each part its field where that was fetched and is empty or holds the same; else leave all as it is."""
    value = case.value
    if not isinstance(value, str) or not value.strip():
        return FINE
    if case.field == "city":
        if not _may_be_city_and_more(value):
            return FINE
        country = _country(case)
        parts = addresses.parts_of_city(value, country)
        return _moved(case, parts, country, is_sure=True)
    if not _may_be_whole_address(value) or case.text("city"):
        return FINE
    country = _country(case)
    return _moved(case, addresses.parts_of_street(value, country), country, is_sure=False)


def _may_be_city_and_more(value: Value) -> bool:
    return isinstance(value, str) and (" " in value or "," in value)


def _may_be_whole_address(value: Value) -> bool:
    if not isinstance(value, str) or not ("," in value or ";" in value or "\n" in value):
        return False
    return any(sign.isdigit() for sign in value)


def _country(case: Case) -> str:
    return places.country_code(case.text("country")) if case.text("country") else ""


def _moved(case: Case, parts: Mapping[str, str], country: str, *, is_sure: bool) -> Verdict:
    verdicts = []
    if any(part.casefold() in line_set("empty_words") for part in parts.values()):
        return FINE  # `n/a, Berlin`: nobody knows what is meant
    for field, part in parts.items():
        if field == case.field or not case.text(field):
            if not case.is_fetched(field):
                return FINE
            say, message = (propose, _CITY) if is_sure else (suggest, _STREET)
            verdicts.append(say(part, message, field=field))
        elif _form_of(case, field, country) != part:
            return FINE
    return together(verdicts)


def _form_of(case: Case, field: str, country: str) -> str:
    """Return the normal form of what a field holds already."""
    text = case.text(field)
    if field == "postal_code":
        return postal.proper_form(text, country)
    if field == "country":
        return places.country_code(text)
    return places.state_code(text, country or places.state_country(text)) if field == "state" else text


_NO_CODE = {"postal_code": None}
_US = {"country": "US", "state": None, "postal_code": None}


def _split(is_sure: bool, **parts: str) -> Verdict:  # noqa: FBT001 - in examples only
    say, message = (propose, _CITY) if is_sure else (suggest, _STREET)
    return together([say(part, message, field=field) for field, part in parts.items()])


RULE = Rule(
    check,
    fields={"person": ("city", "street"), "company": ("city", "street")},
    phase=Phase.PLACE,
    depends_on=_FIELDS,
    clues={kind: {"city": _may_be_city_and_more, "street": _may_be_whole_address} for kind in ("person", "company")},
    examples=(
        Example("Austin, TX", _split(True, city="Austin", state="TX"), _US, field="city"),
        Example("Austin TX", _split(True, city="Austin", state="TX"), _US, field="city"),
        Example("Austin, Texas", _split(True, city="Austin"), {"state": "TX"}, field="city"),
        Example("Austin, TX 78701", _split(True, city="Austin", postal_code="78701", state="TX"), _US, field="city"),
        Example("Washington, DC", _split(True, city="Washington"), {"country": "US", "state": "DC"}, field="city"),
        Example(
            "Bonn 53111", _split(True, city="Bonn", postal_code="53111"), {"country": "DE", **_NO_CODE}, field="city"
        ),
        Example("D-10115 Berlin", _split(True, city="Berlin"), {"country": "DE", "postal_code": "10115"}, field="city"),
        Example(
            "75008 PARIS", _split(True, city="PARIS", postal_code="75008"), {"country": "FR", **_NO_CODE}, field="city"
        ),
        Example(
            "London SW1A 1AA",
            _split(True, city="London", postal_code="SW1A 1AA"),
            {"country": "GB", **_NO_CODE},
            field="city",
        ),
        Example("Paris, France", _split(True, city="Paris", country="FR"), {"country": None}, field="city"),
        Example("n/a, France", FINE, {"country": None}, field="city"),
        Example("Berlin 10115", FINE, {"country": "DE", "postal_code": "10117"}, field="city"),  # which is right?
        Example("Berlin 10115", FINE, {"country": "DE"}, field="city"),  # nowhere to keep the code
        Example("Berlin 10115", FINE, {"postal_code": None}, field="city"),
        Example("Austin, TX", FINE, {"country": "US", "state": "CA"}, field="city"),
        Example("Denver, CO", FINE, {"country": None, "state": None}, field="city"),  # Colombia has the same letters
        Example("Paris 8", FINE, {"country": "FR", "postal_code": None}, field="city"),
        Example("Dublin 2", FINE, {"country": "IE", "postal_code": None}, field="city"),
        Example("Frankfurt, Oder", FINE, {"country": "DE", "state": None}, field="city"),
        Example("Winston-Salem", FINE, _US, field="city"),
        Example("東京", FINE, {"country": "JP"}, field="city"),
        Example(
            "1 Main St, Austin, TX 78701",
            _split(False, street="1 Main St", city="Austin", state="TX", postal_code="78701"),
            {**_US, "city": None},
            field="street",
        ),
        Example(
            "Karl-Marx-Str. 12, 10115 Berlin, Germany",
            _split(False, street="Karl-Marx-Str. 12", city="Berlin", postal_code="10115", country="DE"),
            {"city": "", "postal_code": None, "country": None},
            field="street",
        ),
        Example("1 Main St, Suite 400", FINE, {**_US, "city": None}, field="street"),
        Example("1 Main St, Austin, TX 78701", FINE, {**_US, "city": "Austin"}, field="street"),
        Example("ул. Ленина, д. 5", FINE, {"country": "RU", "city": None}, field="street"),
        Example(None, FINE, field="city"),
        Example(None, FINE, field="street"),
    ),
)  # fmt: skip
