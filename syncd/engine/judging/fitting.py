"""What a CRM's property can hold. What it cannot is never sent: the finding stays, and says why (FM-26, S20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mappings import UnmappedValueError, is_writable, to_source
from quality import Resolution, resolve
from syncd.engine.judging.taken import Taken
from syncd.engine.setup import StreamSetup
from syncd.model import Deed, Field, FieldType, Finding, Fix, Mode, Raw, Record, Value

#: Begins what a finding says about a proposal that is held back, behind the rule's own sentence.
HELD = "; not written: "
_NO_PLACE = "it has no place in the CRM's picklist"
_NEVER_BACK = "a wish for no more mail is never taken back"
#: Fields that only ever go from no to yes.
_WISHES = frozenset({"has_opted_out"})


def refusal(field: Field, value: Raw) -> str:
    """Return why the CRM would refuse `value` for `field`; empty when it would take it."""
    if not field.is_writable:
        return "the CRM does not let this property be written"
    if field.options and value not in (None, ""):
        chosen = str(value).split(";") if field.type is FieldType.CHOICES else [str(value)]
        if not set(chosen) <= field.options:
            return "not one of the property's options"
    if field.max_length is not None and isinstance(value, str) and _length(value) > field.max_length:
        return "longer than the property allows"
    return ""


def refusal_of(setup: StreamSetup, fix: Fix) -> str:
    """Return why the CRM, as it describes itself now, would refuse a fix; empty when it would take it."""
    fields = setup.schema.fields
    for change in fix.changes:
        described = fields.get(change.property)
        reason = refusal(described, change.after) if described is not None else "the CRM has no such property any more"
        if reason:
            return reason
    return ""


def hold_back(
    setup: StreamSetup, record: Record, findings: Sequence[Finding], taken: Taken | None = None
) -> tuple[tuple[Finding, ...], Resolution]:
    """Return the findings, and what they come to, with every proposal held back that the CRM could not hold.

    What another record of the account holds, and only one may, is held back as well (`taken`). Where rules build on
    each other, only what is too much is held back: what an earlier rule proposed is still written.
    """
    held = list(findings)
    while True:
        resolution = resolve(record, held)
        unfit = {
            name: (reason, len(proposed.rules))
            for name, proposed in resolution.update.items()
            if (reason := _misfit(setup, name, proposed.after) or _taken(setup, taken, record, name, proposed.after))
        }
        if not unfit:
            return tuple(held), resolution
        for name, (reason, length) in unfit.items():
            place = [place for place, one in enumerate(held) if _proposes_value(one, name)][length - 1]
            held[place] = replace(held[place], message=held[place].message + HELD + reason, mode=Mode.OBSERVE)


def why_not_held(setup: StreamSetup, name: str, after: Value) -> str:
    """Return why a field cannot be made to hold a value; empty when it can."""
    if not is_writable(setup.mapping, name):
        return "the mapping does not let this field be written"
    return _misfit(setup, name, after)


def _misfit(setup: StreamSetup, name: str, after: Value) -> str:
    """Return why a field that may be written cannot hold a value; empty when it can."""
    if not is_writable(setup.mapping, name):
        return ""
    if name in _WISHES and after is not True:
        return _NEVER_BACK
    try:
        property_name, raw = to_source(setup.mapping, name, after)
    except UnmappedValueError:
        return _NO_PLACE
    described = setup.schema.fields.get(property_name)
    return refusal(described, raw) if described is not None else ""


def _taken(setup: StreamSetup, taken: Taken | None, record: Record, name: str, after: Value) -> str:
    is_asked = taken is not None and is_writable(setup.mapping, name)
    return taken.why(record.ref, name, after) if taken is not None and is_asked else ""


def _proposes_value(finding: Finding, name: str) -> bool:
    return finding.field == name and finding.has_proposal and not isinstance(finding.proposal, Deed)


def _length(text: str) -> int:
    """Return the length as the CRMs count it at most: a sign outside the basic plane may count twice."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
