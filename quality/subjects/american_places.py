"""What an American ZIP code tells beside the state: the city the post office names first, and the time that is kept."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_ZIP = re.compile(r"([0-9]{5})(?:-[0-9]{4})?", re.ASCII)
#: Codes of ships and barracks abroad: their city is none.
_ABROAD = "MILITARY"
#: Codes are read by what they begin with: a look at all of them takes long, and holding all of them much.
_BEGINNING = 3


def city_and_zone(code: str) -> tuple[str, str]:
    """Return the city and the time zone of a ZIP code in its normal form; both empty when there is no such code."""
    found = _ZIP.fullmatch(code)
    return _beginning(code[:_BEGINNING]).get(found[1], ("", "")) if found else ("", "")


@functools.lru_cache(maxsize=1000)
def _beginning(digits: str) -> Mapping[str, tuple[str, str]]:
    """Return the cities and zones of the codes that begin like this."""
    import zipcodes

    rows: list[dict[str, Any]] = zipcodes.similar_to(digits)  # type: ignore[no-untyped-call]
    return MappingProxyType(
        {
            str(one["zip_code"]): (str(one["city"]), str(one["timezone"]))
            for one in rows
            if one["active"] and one["zip_code_type"] != _ABROAD
        }
    )
