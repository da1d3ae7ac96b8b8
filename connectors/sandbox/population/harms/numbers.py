"""Damage to telephone numbers."""

from __future__ import annotations

from connectors.sandbox.population import phones
from connectors.sandbox.population.dice import Dice
from connectors.sandbox.population.harms.harm import Damage, Harm, Patient

_PHONES = ("phone", "mobile")
#: Remarks by language; the rest of the world writes English ones.
_REMARKS = {
    "de": ("Tel.: {}", "{} (Zentrale)", "{} Büro"),
    "fr": ("Tél. : {}", "{} (bureau)"),
    "es": ("Tel. {}", "{} (oficina)"),
}
_ENGLISH_REMARKS = ("Tel: {}", "{} (office)", "Phone: {}", "{} (direct)", "tel:{}")


def _local(dice: Dice, value: str, patient: Patient) -> Damage | None:
    number = phones.parts(value, patient.country)
    if number is None:
        return None
    written = phones.national(dice, number, patient.country) + _extension(dice, number)
    return Damage(written, is_fixable=True, needs_country=True)


def _spelled(dice: Dice, value: str, patient: Patient) -> Damage | None:
    number = phones.parts(value, patient.country)
    if number is None:
        return None
    written = phones.international(dice, number, patient.country) + _extension(dice, number)
    if written == value:
        return None
    # Without the plus the way out of the caller's own country has to be known.
    return Damage(written, is_fixable=True, needs_country=not written.startswith("+"))


def _extension(dice: Dice, number: phones.Parts) -> str:
    return f"{dice.pick((' x', ' ext ', ' ext. ', ' Ext. '))}{number.extension}" if number.extension else ""


def _remark(dice: Dice, value: str, patient: Patient) -> Damage | None:
    if "ext" in value:
        return None
    return Damage(dice.pick(_REMARKS.get(patient.country.language, _ENGLISH_REMARKS)).format(value), is_fixable=True)


def _cut(_dice: Dice, value: str, patient: Patient) -> Damage | None:
    if "ext" in value:
        return None
    # So short that no plan has such a number: the rest was cut off on the way.
    return Damage(value[: len(patient.country.calling) + 4], is_fixable=False)


def _exponent(_dice: Dice, value: str, _patient: Patient) -> Damage | None:
    if "ext" in value:
        return None
    return Damage(f"{float(value[1:]):.5E}", is_fixable=False)


def _placeholder(dice: Dice, _value: str, patient: Patient) -> Damage:
    junk = ["0000000000", "000000", "00000000000", "1111"]
    if patient.country.calling == "1":
        junk += ["5555555555", "555-555-5555", "1234567890", "123-456-7890", "111-111-1111"]
    return Damage(dice.pick(junk), is_fixable=False)


def _two(_dice: Dice, value: str, _patient: Patient) -> Damage:
    main = value.partition(" ")[0]
    last = str((int(main[-1]) + 1) % 10)
    return Damage(f"{main} / {main[:-1]}{last}", is_fixable=False)


def _note(dice: Dice, _value: str, _patient: Patient) -> Damage:
    return Damage(
        dice.pick(("see notes", "ask reception", "only by mail", "call after 5pm", "no phone")), is_fixable=False
    )


HARMS = (
    Harm("phone_local_format", _local, _PHONES, ("phone",)),
    Harm("phone_spelled", _spelled, _PHONES, ("phone",)),
    Harm("phone_remark", _remark, _PHONES, ("phone",)),
    Harm("phone_cut", _cut, _PHONES, ("phone",)),
    Harm("phone_exponent", _exponent, _PHONES, ("phone",)),
    Harm("phone_placeholder", _placeholder, _PHONES, ("phone",)),
    Harm("phone_two", _two, _PHONES, ("phone",)),
    Harm("phone_note", _note, _PHONES, ("phone",)),
)
