"""Deals are linked to the people that their counterpart in another account is linked to."""

from __future__ import annotations

from datetime import UTC, datetime

from quality.elsewhere import ASKS, LOOK_AGAIN, linked_elsewhere
from quality.rule import FINE, Case, Counterpart, Example, Phase, Rule, Surroundings, Verdict, fine_until, link
from syncd.model import BESIDE, Record, Ref, Severity

_NOBODY = "linked to nobody, and a counterpart in another account is"
_MORE = "a counterpart in another account is linked to more people"


def check(case: Case) -> Verdict:
    """Propose the first of them who is not linked yet; the next one follows when that is done. Nobody is taken off."""
    held = case.record.links.get("person")
    if held is None:
        return FINE
    there = linked_elsewhere(case, "person")
    for one in there.known:
        if one.id not in held:
            return link(one, _MORE if held else _NOBODY, label=BESIDE)
    return there.none_yet(case.surroundings.now)


_NOW = datetime(2025, 1, 1, tzinfo=UTC)
_ME, _ADA, _LI = Ref("crm", "deal", "1"), Ref("crm", "contacts", "7"), Ref("crm", "contacts", "8")


def _known(*people: str, is_sure: bool = True) -> Surroundings:
    there = Record(Ref("other", "deals", "1"), "deal", {}, {"person": people})
    ours = {("other", "person", "ada"): _ADA, ("other", "person", "李"): _LI}
    found = Counterpart(there, is_sure=is_sure, probability=1.0)
    return Surroundings(_NOW, counterparts={_ME: (found,)}, ours=ours)


def _example(verdict: Verdict, around: Surroundings, held: tuple[str, ...] | None = ()) -> Example:
    return Example(
        None, verdict, {}, kind="deal", surroundings=around, links=None if held is None else {"person": held}
    )


RULE = Rule(
    check,
    fields={"deal": ()},
    phase=Phase.RELATE,
    severity=Severity.INFO,
    asks=ASKS,
    examples=(
        _example(link(_ADA, _NOBODY, label=BESIDE), _known("ada", "李")),
        _example(link(_LI, _NOBODY, label=BESIDE), _known("李")),
        _example(link(_LI, _MORE, label=BESIDE), _known("ada", "李"), ("7",)),
        _example(FINE, _known("ada", "李"), ("7", "8", "9")),
        _example(fine_until(_NOW + LOOK_AGAIN), _known("nobody knows who that is")),
        _example(link(_ADA, _NOBODY, label=BESIDE), _known("nobody knows who that is", "ada")),
        _example(FINE, _known("ada", is_sure=False)),
        _example(FINE, _known()),
        _example(FINE, _known("ada"), None),  # links were not fetched
        _example(FINE, Surroundings(_NOW)),
    ),
)
