"""Names of persons are written with capitals and small letters, particles and prefixes as their bearers do."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose, suggest
from quality.subjects import names, places, texts
from quality.words import is_stand_in

_CASE = "all capitals or all small letters"
_APOSTROPHE = "holds another sign in place of an apostrophe"
_DOUBT = "all capitals or all small letters, in a name written in more than one way"


def check(case: Case) -> Verdict:
    """Propose the proper form of a name that is of one case throughout; leave every other as it is."""
    value = case.value
    if not isinstance(value, str) or names.is_plain(value) or is_stand_in(value):
        return FINE
    country = places.country_code(case.text("country")) if case.text("country") else ""
    form = names.proper_form(value, is_given=case.field != "last_name", country=country)
    if form.text == value or not texts.is_settled(form.text):
        return FINE
    if not form.is_sure:
        return suggest(form.text, _DOUBT)
    is_apostrophe = form.text.isascii() and not value.isascii() and not value.isupper() and not value.islower()
    return propose(form.text, _APOSTROPHE if is_apostrophe or "`" in value else _CASE)


RULE = Rule(
    check,
    fields={"person": ("first_name", "middle_name", "last_name")},
    phase=Phase.FORM,
    depends_on=("country",),
    examples=(
        Example("ADA", propose("Ada", _CASE)),
        Example("ada", propose("Ada", _CASE)),
        Example("jean-pierre", propose("Jean-Pierre", _CASE)),
        Example("élodie", propose("Élodie", _CASE)),
        Example("MCDONALD", propose("McDonald", _CASE), field="last_name"),
        Example("macleod", propose("MacLeod", _CASE), field="last_name"),
        Example("MACHADO", propose("Machado", _CASE), field="last_name"),
        Example("MACIEJEWSKI", propose("Maciejewski", _CASE), field="last_name"),
        Example("MACHT", propose("Macht", _CASE), field="last_name"),
        Example("o'brien", propose("O'Brien", _CASE), field="last_name"),
        Example("O´Brien", propose("O'Brien", _APOSTROPHE), field="last_name"),
        Example("D'ANGELO", propose("D'Angelo", _CASE), field="last_name"),
        Example("VAN DER BERG", propose("van der Berg", _CASE), {"country": "NL"}, field="last_name"),
        Example("VAN DER BERG", suggest("van der Berg", _DOUBT), field="last_name"),
        Example("DE LA CRUZ", propose("de la Cruz", _CASE), {"country": "Spain"}, field="last_name"),
        Example("de niro", propose("De Niro", _CASE), {"country": "Italia"}, field="last_name"),
        Example("von trapp", propose("von Trapp", _CASE), {"country": "AT"}, field="last_name"),
        Example("SMITH JR.", propose("Smith Jr.", _CASE), field="last_name"),
        Example("HARRISON III", propose("Harrison III", _CASE), field="last_name"),
        Example("İSMAİL", propose("İsmail", _CASE), {"country": "TR"}),
        Example("ilqar", propose("İlqar", _CASE), {"country": "AZ"}),
        Example("IŞIK", suggest("Işık", _DOUBT), {"country": "TR"}, field="last_name"),
        Example("ŞINASI", suggest("Şinasi", _DOUBT), {"country": "TR"}),
        Example("YILMAZ", suggest("Yılmaz", _DOUBT), {"country": "TR"}, field="last_name"),
        Example("jOHN", propose("John", _CASE)),
        Example("vAN dER bERG", propose("van der Berg", _CASE), {"country": "NL"}, field="last_name"),
        Example("ROBERT “BOB”", propose("Robert “Bob”", _CASE)),
        Example("IJZERMAN", propose("IJzerman", _CASE), {"country": "NL"}, field="last_name"),
        Example("WEISS", suggest("Weiss", _DOUBT), {"country": "DE"}, field="last_name"),
        Example("иван", propose("Иван", _CASE)),
        Example("ПЕТРОВ-ВОДКИН", propose("Петров-Водкин", _CASE), field="last_name"),
        Example("МАР'ЯНА", propose("Мар'яна", _CASE)),
        Example("ΓΙΏΡΓΟΣ", propose("Γιώργος", _CASE)),
        Example("ΓΙΩΡΓΟΣ", suggest("Γιωργος", _DOUBT)),
        Example("ԱՐԱՄ", propose("Արամ", _CASE)),
        Example("გიორგი", FINE),
        Example("ᲒᲘᲝᲠᲒᲘ", propose("გიორგი", _CASE)),
        Example("DEANDRE", suggest("DeAndre", _DOUBT)),
        Example("j.r.", propose("J.R.", _CASE)),
        Example("BYRON", propose("Byron", _CASE), field="middle_name"),
        Example("TJ", FINE),
        Example("NG", propose("Ng", _CASE), field="last_name"),
        Example("DeAndre", FINE),
        Example("[not provided]", FINE, field="last_name"),
        Example("ð¶", FINE),  # `Ð¶` would look like a damaged letter
        Example("van Dam", FINE, field="last_name"),
        Example("McKenna", FINE),
        Example("Macdonald", FINE, field="last_name"),
        Example("Иван", FINE),
        Example("Дем’ян", FINE),
        Example("김민준", FINE),
        Example("محمد", FINE),
        Example("asdf123", FINE),
        Example("", FINE),
        Example(None, FINE),
    ),
)
