"""The state follows from the postal code, where codes that begin like it are all in one state."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, suggest
from quality.subjects import places, postal
from syncd.model import Severity, Value

_MISSING = "empty, and the postal code tells the state"


def check(case: Case) -> Verdict:
    """Suggest the state. Never sure: where an import set a wrong country, the code is another country's."""
    if not _is_empty(case.value):
        return FINE
    # The country comes first: of most nothing more has to be known.
    country = places.country_code(case.text("country"))
    if not postal.tells_states(country) or not case.text("postal_code"):
        return FINE
    state = postal.state_of(postal.proper_form(case.text("postal_code"), country), country)
    return suggest(state, _MISSING) if state else FINE


def _is_empty(value: Value) -> bool:
    return value is None or value == ""


RULE = Rule(
    check,
    fields={"person": ("state",), "company": ("state",)},
    phase=Phase.DERIVE,
    severity=Severity.INFO,
    depends_on=("country", "postal_code"),
    clue=_is_empty,
    examples=(
        Example(None, suggest("CA", _MISSING), {"country": "US", "postal_code": "94105"}),
        Example("", suggest("ON", _MISSING), {"country": "Canada", "postal_code": "K2P1A1"}),
        Example(None, suggest("VIC", _MISSING), {"country": "AU", "postal_code": "3000"}),
        Example(None, suggest("SP", _MISSING), {"country": "BR", "postal_code": "01310-100"}),
        Example(None, FINE, {"country": "US", "postal_code": "723"}),
        Example(None, FINE, {"country": "CA", "postal_code": "K1A 0B1"}),  # on both sides of the river
        Example(None, FINE, {"country": "AU", "postal_code": "2601"}),
        Example(None, FINE, {"country": "DE", "postal_code": "10115"}),
        Example(None, FINE, {"postal_code": "94105"}),
        Example("TX", FINE, {"country": "US", "postal_code": "94105"}),  # which is right nobody knows here
        Example("東京都", FINE, {"country": "JP", "postal_code": "100-0001"}),
        Example(None, FINE, {"country": "US"}),
    ),
)
