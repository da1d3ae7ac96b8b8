"""Company names are written in capitals and small letters; their legal forms and brands keep their own case."""

from __future__ import annotations

from quality.rule import FINE, Case, Example, Phase, Rule, Verdict, propose, suggest
from quality.subjects import casing, companies, eastern_forms, places, texts
from quality.words import is_stand_in
from syncd.model import Value

_CASE = "all capitals or all small letters"
_FORM = "the legal form is written as a sign, in brackets or in small letters"
_DOUBT = "all capitals or all small letters, with a short word that may be an acronym, or a form written in two ways"


def _may_be_written_otherwise(value: Value) -> bool:
    return isinstance(value, str) and (not value.isascii() or casing.is_of_one_case(value))


def check(case: Case) -> Verdict:
    """Propose the display form of a name that is of one case throughout; leave every other as it is."""
    value = case.value
    if not isinstance(value, str) or is_stand_in(value):
        return FINE
    if not value.isascii():
        written, is_sure = eastern_forms.proper_form(value)
        if written != value and texts.is_settled(written):
            return propose(written, _FORM) if is_sure else suggest(written, _DOUBT)
    form = companies.proper_form(value, places.country_code(case.text("country")))
    if form.text == value or not texts.is_settled(form.text):
        return FINE
    return propose(form.text, _CASE) if form.is_sure else suggest(form.text, _DOUBT)


RULE = Rule(
    check,
    fields={"company": ("name",), "person": ("company_name",)},
    phase=Phase.FORM,
    depends_on=("country",),
    clue=_may_be_written_otherwise,
    examples=(
        Example("[not provided]", FINE),
        Example("GOLDEN GATE SOLUTIONS INC.", propose("Golden Gate Solutions Inc.", _CASE)),
        Example("müller maschinenbau gmbh", propose("Müller Maschinenbau GmbH", _CASE)),
        Example("MÜLLER MASCHINENBAU GMBH & CO. KG", propose("Müller Maschinenbau GmbH & Co. KG", _CASE)),
        Example("bank of america", propose("Bank of America", _CASE)),
        Example("IBM DEUTSCHLAND GMBH", propose("IBM Deutschland GmbH", _CASE)),
        Example("O'REILLY MEDIA", propose("O'Reilly Media", _CASE)),
        Example("hubspot", propose("HubSpot", _CASE)),
        Example("SOCIÉTÉ GÉNÉRALE SA", propose("Société Générale SA", _CASE)),
        Example("acme s.r.l.", suggest("Acme S.r.l.", _DOUBT)),
        Example("BARTOŠ V.O.S.", propose("Bartoš v.o.s.", _CASE), {"country": "CZ"}),
        Example("AUBERT S.A.S.", propose("Aubert S.A.S.", _CASE), {"country": "FR"}),
        Example("ANGERER REICHER OG", propose("Angerer Reicher OG", _CASE), {"country": "AT"}),
        Example("alonzo a.c.", propose("Alonzo A.C.", _CASE), {"country": "Mexico"}),
        Example("grupo bimbo s.a.b. de c.v.", propose("Grupo Bimbo S.A.B. de C.V.", _CASE), {"country": "MX"}),
        Example("bakos és balla zrt.", propose("Bakos és Balla Zrt.", _CASE), {"country": "HU"}),
        Example("ud andriani", propose("UD Andriani", _CASE), {"country": "ID"}),
        Example("ROSSI E FIGLI", suggest("Rossi e Figli", _DOUBT)),
        Example("afas", FINE),
        Example("northwind traders ltd", propose("Northwind Traders Ltd", _CASE)),
        Example("EGELİ MAKİNA LTD. ŞTİ.", propose("Egeli Makina Ltd. Şti.", _CASE)),
        Example("TOROS DANIŞMANLIK A.Ş.", suggest("Toros Danışmanlık A.Ş.", _DOUBT), {"country": "TR"}),
        Example("YILDIZ HOLDING", suggest("Yıldız Holding", _DOUBT), {"country": "TR"}),
        Example("ROSSI TRASPORTI SRL", suggest("Rossi Trasporti SRL", _DOUBT)),
        Example("NEXLIS MEBLE SP. Z O.O.", suggest("Nexlis Meble Sp. z o.o.", _DOUBT)),
        Example("shop-acme.co.uk", FINE),
        Example("ABA CONSULTING", suggest("ABA Consulting", _DOUBT)),
        Example("IBM", FINE),
        Example("NASA", FINE),
        Example("ACME", FINE),  # nobody can tell a short name from an acronym
        Example("adidas", FINE),
        Example("booking.com", FINE),
        Example("eBay", FINE),
        Example("thyssenkrupp AG", FINE),
        Example("Acme GmbH", FINE),
        Example("3M", FINE),
        Example("ООО РОМАШКА", suggest("ООО Ромашка", _DOUBT)),
        Example("ооо «ромашка»", propose("ООО «Ромашка»", _FORM)),
        Example("Зао Рога и Копыта", propose("ЗАО Рога и Копыта", _FORM)),
        Example("ООО ВТБ", FINE),  # an abbreviation
        Example("ПрАТ Київстар", FINE),
        Example("ПРАТ Київстар", FINE),
        Example("прат Київстар", propose("ПрАТ Київстар", _FORM)),
        Example("ООО «Ромашка»", FINE),
        Example("РОМАШКА", FINE),
        Example("㈱日立製作所", propose("株式会社日立製作所", _FORM)),
        Example("トヨタ自動車（株）", propose("トヨタ自動車株式会社", _FORM)),
        Example("㈜대한상사", propose("(주)대한상사", _FORM)),
        Example("(주)대한상사", FINE),
        Example("주식회사 대한상사", FINE),
        Example("北京华为有限公司", FINE),
        Example("株式会社日立製作所", FINE),
        Example("", FINE),
        Example(None, FINE),
    ),
)
