"""Forms of address, initials, suffixes, given names, surnames and contact data stand in their own fields."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, flag, propose, suggest, together
from quality.subjects import name_moves
from quality.words import is_stand_in

_OTHER = "part of the name stands in another field than its own"
_PROBABLY = "the name of a person holds another one, or a company"
_CONTACT = "an e-mail address or a phone number stands in place of a name"

_FIELDS = ("salutation", "first_name", "middle_name", "last_name", "suffix", "email", "phone", "company_name")


def check(case: Case) -> Verdict:
    """Move what surely belongs elsewhere into its field, where that one was fetched and is empty."""
    values = case.record.values
    if not name_moves.may_hold_more(values.get("first_name"), values.get("last_name")):
        return FINE
    texts = {name: _text(values[name]) for name in _FIELDS if name in values}
    moved = name_moves.sorted_out(texts, case.text("country"))
    if not moved.after:
        return flag(_CONTACT) if moved.holds_contact else FINE
    say = propose if moved.is_sure else suggest
    message = _OTHER if moved.is_sure else _PROBABLY
    return together([say(after or None, message, field=name) for name, after in sorted(moved.after.items())])


def _text(value: object) -> str:
    return value if isinstance(value, str) and not is_stand_in(value) else ""


def _sure(**after: str | None) -> Verdict:
    return together([propose(value, _OTHER, field=name) for name, value in sorted(after.items())])


def _probable(**after: str | None) -> Verdict:
    return together([suggest(value, _PROBABLY, field=name) for name, value in sorted(after.items())])


def _example(verdict: Verdict, **record: str | None) -> Example:
    return Example(None, verdict, record)


RULE = Rule(
    check,
    fields={"person": ()},
    phase=Phase.PLACE,
    depends_on=(*_FIELDS, "country"),
    clues={"person": {"first_name": name_moves.is_odd, "last_name": name_moves.is_odd_surname}},
    examples=(
        _example(_sure(salutation="Dr.", first_name="Ada"), salutation=None, first_name="Dr. Ada", last_name="King"),
        _example(_sure(salutation="Mr.", first_name="JOHN"), salutation=None, first_name="MR JOHN", last_name="KING"),
        _example(_sure(first_name="Ada"), salutation="Dr.", first_name="Dr Ada", last_name="King"),
        _example(_probable(salutation="Frau", first_name="Ada"), salutation="", first_name="Frau Ada", last_name="K"),
        _example(FINE, salutation="Prof.", first_name="Dr. Ada", last_name="King"),
        _example(FINE, first_name="Dr. Ada", last_name="King"),  # the field was not fetched
        _example(FINE, salutation=None, first_name="Dr.", last_name="King"),
        _example(FINE, salutation=None, first_name="Miss Elaine", last_name="King"),
        _example(
            _sure(first_name="John", middle_name="Q."),
            first_name="John Q.", middle_name=None, last_name="Adams", country="US",
        ),
        _example(
            _sure(middle_name="Q.", last_name="Adams"),
            first_name="John", middle_name="", last_name="Q. Adams", country="United States",
        ),
        _example(
            _probable(first_name="Anna", middle_name="L."),
            first_name="Anna L.", middle_name=None, last_name="Brandt",
        ),
        _example(FINE, first_name="Anna B.", middle_name=None, last_name="Brandt", country="US"),
        _example(FINE, first_name="John Q.", last_name="Adams", country="US"),  # the field was not fetched
        _example(FINE, first_name="John Q.", middle_name="Quincy", last_name="Adams", country="US"),
        _example(FINE, first_name="J. R.", middle_name=None, last_name="Adams", country="US"),
        _example(FINE, first_name="Mary Ann", middle_name=None, last_name="Adams", country="US"),
        _example(FINE, first_name="Anna", middle_name=None, last_name="K. Brandt", country="IN"),
        _example(_sure(last_name="King", suffix="Jr."), first_name="Ada", last_name="King Jr.", suffix=None),
        _example(_sure(last_name="King", suffix="III"), first_name="Ada", last_name="King III", suffix=None),
        _example(_sure(last_name="King", suffix="MD, PhD"), first_name="Ada", last_name="King, MD, Ph.D.", suffix=""),
        _example(FINE, first_name="Ada", last_name="King Jr."),
        _example(FINE, first_name="ABDUL", last_name="KHAN MD", suffix=None),
        _example(
            _sure(first_name="Ada", last_name="Lovelace"),
            first_name="Ada Lovelace", last_name=None, email="ada.lovelace@acme.com",
        ),
        _example(
            _sure(first_name="Anna", last_name="van der Berg"),
            first_name=None, last_name="Anna van der Berg", email="avanderberg@acme.com",
        ),
        # A particle begins a surname, and is nobody's given name.
        _example(FINE, first_name=None, last_name="de Villeneuve", email="d.villeneuve@acme.com"),
        _example(FINE, first_name=None, last_name="Al Hassan", email="al.hassan@acme.com"),
        _example(FINE, first_name=None, last_name="Villeneuve, de", email="d.villeneuve@acme.com"),
        _example(
            _sure(first_name="Ludwig", last_name="van Beethoven"),
            first_name=None, last_name="Ludwig van Beethoven", email="l.beethoven@acme.com",
        ),
        _example(_probable(first_name="Ada", last_name="Schmidt"), first_name="Ada Schmidt", last_name=None),
        _example(_probable(first_name="Ada", last_name="Schmidt"), first_name="Schmidt Ada", last_name=None),
        _example(_sure(first_name="John", last_name="Smith"), first_name=None, last_name="Smith, John"),
        _example(_sure(first_name="John"), first_name="John Smith", last_name="Smith"),
        _example(_sure(last_name="Smith"), first_name="John", last_name="John Smith"),
        _example(FINE, first_name="Mary Ann", last_name=None),
        _example(FINE, first_name="James James", last_name="James"),
        _example(FINE, first_name="Ada Schmidt"),
        _example(FINE, first_name="Nguyễn Văn An", last_name=None, country="VN"),
        _example(FINE, first_name="김 민준", last_name=None),
        _example(_sure(email="ada@acme.com", first_name=None), first_name="Ada@acme.com", last_name="King", email=None),
        _example(_sure(first_name=None), first_name="ada@acme.com", last_name="King", email="ada@acme.com"),
        _example(flag(_CONTACT), first_name="ada@acme.com", last_name="King", email="info@acme.com"),
        _example(_sure(first_name=None, phone="030 1234567"), first_name="030 1234567", last_name="King", phone=None),
        _example(
            _probable(company_name="Acme GmbH", first_name=None, last_name=None),
            first_name="Acme", last_name="GmbH", company_name=None,
        ),
        _example(FINE, first_name="Ada", last_name="Lovelace", email="ada@acme.com"),
        _example(FINE, first_name="Jean-Pierre", last_name="O'Brien", salutation=None, suffix=None),
        _example(FINE, first_name="Juan Carlos", last_name="García Márquez", suffix=None),
        _example(FINE, first_name="Ada", last_name="[not provided]"),
        _example(FINE, first_name=None, last_name=None),
    ),
)  # fmt: skip
