"""Everything that can be done to a value, by kind. Each kind knows whether its damage can be repaired."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.sandbox.population.harms import mail, numbers, person_names, places, texts
from connectors.sandbox.population.harms.harm import Damage, Harm, Patient

__all__ = ["HARMS", "Damage", "Harm", "Patient"]

HARMS: Mapping[str, Harm] = {
    harm.kind: harm for harm in (*texts.HARMS, *person_names.HARMS, *mail.HARMS, *numbers.HARMS, *places.HARMS)
}
